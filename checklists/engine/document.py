"""Reading a case document `srs-case/1` into CaseFacts.

Collects every error instead of stopping at the first; nothing unknown is skipped. No rules live here.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from checklists.engine import scalars
from checklists.engine.case import (
    Authorization,
    CaseFacts,
    Circumstances,
    Clinical,
    Directive,
    EarlierLine,
    EnteredLine,
    Fixation,
    ImageSet,
    Lesion,
    Organ,
    OtherCourse,
    Payer,
    Person,
    Physics,
    Plan,
    Planning,
    Presence,
    Session,
    Target,
)
from checklists.engine.fields import SECTIONS, Field

SCHEMA: Final = "srs-case/1"
MOST_LESIONS: Final = 60
MOST_ROWS: Final = 99

_SECTION_KEYS: Final = (
    "schema",
    "payer",
    "authorization",
    "planning",
    "plan",
    "plans",
    "fixation",
    "sessions",
    "lesions",
    "people",
    "physics",
    "other_courses",
    "entered_lines",
    "policy",
    "circumstances",
    "images",
    "targets",
    "organs",
    "directives",
    "clinical",
)
PLANNING_ROWS: Final[dict[str, type]] = {
    "images": ImageSet,
    "targets": Target,
    "organs": Organ,
    "directives": Directive,
}
MOST_PLANNING_ROWS: Final = 480  # eight plans of sixty lesions


class DocumentRefused(ValueError):
    """The document cannot be judged. `errors` holds one mapping {path, value, allowed, message} per mistake."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error['path'] or 'document'}: {error['message']}" for error in errors))


def read_case(document: object) -> CaseFacts:
    """The facts of a case document (a mapping as read from JSON or YAML).

    Text scalars and native values are both accepted; numbers keep at most two decimals exactly as entered.
    Raises DocumentRefused with all mistakes at once.
    """
    reader = _Reader()
    facts = reader.case(document)
    if reader.errors or facts is None:
        raise DocumentRefused(reader.errors)
    return facts


class _Reader:
    """Walks the document, notes mistakes, and builds the frozen values."""

    def __init__(self) -> None:
        self.errors: list[dict[str, Any]] = []

    def refuse(self, path: str, value: object, message: str, allowed: object = None) -> None:
        kinds: dict[type, str] = {dict: "a mapping", list: "a list"}
        plain = isinstance(value, str | int | float | bool | None)
        shown = value if plain else kinds.get(value.__class__, str(value))
        if isinstance(shown, str):
            shown = writable(shown)
        kept = list(allowed) if isinstance(allowed, tuple) else allowed
        self.errors.append({"path": writable(path), "value": shown, "allowed": kept, "message": message})

    def case(self, document: object) -> CaseFacts | None:
        if not isinstance(document, Mapping):
            self.refuse("", document, "A case document is a mapping of fields.", f"schema: {SCHEMA}")
            return None
        if document.get("schema") != SCHEMA:
            self.refuse("schema", document.get("schema"), "This engine reads one schema.", (SCHEMA,))
        values = self.values("", document, "", _SECTION_KEYS)
        lesions = self.rows(document, "lesions", self.lesion, MOST_LESIONS) or ()
        plans = self.plans(document)
        sessions = self.rows(document, "sessions", self.session) or ()
        self.once("lesions", [lesion.id for lesion in lesions])
        self.once("sessions", [session.number for session in sessions])
        self.once("sessions", [session.id for session in sessions if session.id])
        values |= {name: self.planning_rows(document, name, kind) for name, kind in PLANNING_ROWS.items()}
        facts = CaseFacts(
            **values,
            payer=self.payer(document),
            authorization=self.authorization(document),
            planning=Planning(**self.section(document, "planning")),
            plans=plans,
            fixation=Fixation(**self.section(document, "fixation")),
            sessions=sessions,
            lesions=lesions,
            people=self.rows(document, "people", self.person),
            physics=Physics(**self.section(document, "physics")),
            other_courses=self.rows(document, "other_courses", self.other_course) or (),
            entered_lines=self.rows(document, "entered_lines", self.entered_line) or (),
            policy=self.policy(document),
            circumstances=Circumstances(**self.section(document, "circumstances")),
            clinical=Clinical(**self.section(document, "clinical")),
        )
        self.references(facts)
        return facts

    def values(
        self, section: str, source: Mapping[object, object], path: str, others: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The typed plain fields of one mapping; refuses keys that are neither fields nor in `others`."""
        fields = SECTIONS[section]
        found: dict[str, Any] = {}
        for key, raw in source.items():
            where = f"{path}.{key}" if path else str(key)
            if isinstance(key, str) and key in fields:
                if raw is not None:
                    found[str(key)] = self.value(fields[key], raw, where)
            elif key not in others:
                self.refuse(where, key, "Unknown field.", tuple(sorted({*fields, *others})))
        return found

    def value(self, field: Field, raw: object, path: str) -> scalars.Scalar | None:
        try:
            value = scalars.typed(field.kind, raw, field.words)
        except scalars.NotAccepted as refusal:
            self.refuse(path, raw, f"{field.label}: this value is not accepted.", refusal.allowed)
            return None
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            self.bounds(field, Decimal(value), raw, path)
        return value

    def bounds(self, field: Field, value: Decimal, raw: object, path: str) -> None:
        too_low = field.minimum is not None and value < field.minimum
        too_high = field.maximum is not None and value > field.maximum
        if too_low or too_high:
            allowed = f"{field.minimum} to {field.maximum}"
            self.refuse(path, raw, f"{field.label}: outside {allowed}.", allowed)

    def section(self, document: Mapping[object, object], name: str) -> dict[str, Any]:
        raw = document.get(name)
        if raw is None:
            return {}
        if not isinstance(raw, Mapping):
            self.refuse(name, raw, "This section is a mapping of fields.", tuple(SECTIONS[name]))
            return {}
        return self.values(name, raw, name)

    def rows(
        self,
        document: Mapping[object, object],
        name: str,
        build: Callable[[Mapping[object, object], str], Any],
        most: int = MOST_ROWS,
    ) -> tuple[Any, ...] | None:
        raw = document.get(name)
        if raw is None:
            return None
        if not isinstance(raw, list | tuple):
            self.refuse(name, raw, "This section is a list.", "a list")
            return ()
        if len(raw) > most:
            self.refuse(name, len(raw), f"At most {most} rows are accepted.", f"0 to {most}")
            return ()
        built = [self.row(entry, name, place, build) for place, entry in enumerate(raw, 1)]
        return tuple(row for row in built if row is not None)

    def row(
        self, entry: object, name: str, place: int, build: Callable[[Mapping[object, object], str], Any]
    ) -> object:
        if not isinstance(entry, Mapping):
            self.refuse(f"{name}[#{place}]", entry, "Each row is a mapping of fields.", "a mapping")
            return None
        label = entry.get("id") or entry.get("number") or entry.get("role") or entry.get("code")
        return build(entry, f"{name}[{label if isinstance(label, str | int) else f'#{place}'}]")

    def required(self, values: dict[str, Any], name: str, path: str) -> bool:
        if values.get(name) is None:
            if not any(error["path"] == f"{path}.{name}" for error in self.errors):
                self.refuse(f"{path}.{name}", None, "This field is needed to tell the rows apart.", "a value")
            return False
        return True

    def payer(self, document: Mapping[object, object]) -> Payer:
        values = self.section(document, "payer")
        return Payer(payer_class=values.get("class"), profile=values.get("profile"))

    def authorization(self, document: Mapping[object, object]) -> Authorization | None:
        raw = document.get("authorization")
        if not isinstance(raw, Mapping):
            self.section(document, "authorization")
            return None
        values = self.values("authorization", raw, "authorization", ("codes",))
        codes = self.listed(raw, "codes", "authorization", Field(scalars.CODE, "Authorized code"))
        return Authorization(**values, codes=codes)

    def listed(self, row: Mapping[object, object], name: str, path: str, field: Field) -> tuple[Any, ...]:
        raw = row.get(name)
        if raw is None:
            return ()
        if not isinstance(raw, list | tuple):
            self.refuse(f"{path}.{name}", raw, "This field is a list.", "a list")
            return ()
        return tuple(
            self.value(field, entry, f"{path}.{name}") for entry in raw[:MOST_ROWS] if entry is not None
        )

    def plans(self, document: Mapping[object, object]) -> tuple[Plan, ...]:
        if document.get("plans") is not None:
            if document.get("plan") is not None:
                self.refuse(
                    "plans", "plan and plans", "Give one plan, or several, not both.", "plan or plans"
                )
            plans = self.rows(document, "plans", lambda row, path: Plan(**self.values("plans", row, path)))
            self.once("plans", [plan.id for plan in plans or ()])
            return plans or ()
        values = self.section(document, "plan")
        return (Plan(**values),) if values else ()

    def planning_rows(self, document: Mapping[object, object], name: str, kind: type) -> tuple[Any, ...]:
        def build(row: Mapping[object, object], path: str) -> object:
            return kind(**self.values(name, row, path))

        return self.rows(document, name, build, MOST_PLANNING_ROWS) or ()

    def lesion(self, row: Mapping[object, object], path: str) -> Lesion | None:
        row = dict(row)
        if row.get("diagnosis") == "cavity":
            row["diagnosis"], row["cavity"] = None, True
        values = self.values("lesions", row, path)
        return Lesion(**values) if self.required(values, "id", path) else None

    def session(self, row: Mapping[object, object], path: str) -> Session | None:
        values = self.values(
            "sessions", {k: v for k, v in row.items() if k != "present"}, path, ("doses_gy",)
        )
        doses = row.get("doses_gy") or {}
        if not isinstance(doses, Mapping):
            self.refuse(f"{path}.doses_gy", doses, "Doses are a mapping of lesion and dose.", "{L1: 20}")
            doses = {}
        limits = Field(scalars.DECIMAL, "Dose (Gy)", minimum=Decimal(0), maximum=Decimal(200))
        read: dict[str, Any] = {
            str(key): self.value(limits, raw, f"{path}.doses_gy.{key}") for key, raw in doses.items()
        }
        present = self.rows({"present": _people_present(row)}, "present", self.presence) or ()
        if not self.required(values, "number", path):
            return None
        return Session(**values, doses_gy=tuple(sorted(read.items())), present=present)

    def presence(self, row: Mapping[object, object], path: str) -> Presence | None:
        fields = {
            "person": Field(scalars.TEXT, "Person present"),
            "arrived_at": Field(scalars.MOMENT, "Arrived at"),
            "left_at": Field(scalars.MOMENT, "Left at"),
        }
        for key in row:
            if key not in fields:
                self.refuse(f"{path}.{key}", str(key), "Unknown field.", tuple(fields))
        values = {
            name: self.value(field, row[name], f"{path}.{name}")
            for name, field in fields.items()
            if row.get(name) is not None
        }
        return Presence(**values) if self.required(values, "person", path) else None  # type: ignore[arg-type]

    def person(self, row: Mapping[object, object], path: str) -> Person | None:
        values = self.values("people", row, path)
        return Person(**values) if self.required(values, "role", path) else None

    def other_course(self, row: Mapping[object, object], path: str) -> OtherCourse:
        values = self.values("other_courses", row, path, ("lines",))
        self.in_order(values, "started_on", "ended_on", path)
        lines = self.rows({"lines": row.get("lines")}, "lines", self.earlier_line) or ()
        return OtherCourse(**values, lines=lines)

    def in_order(self, values: dict[str, Any], first: str, last: str, path: str) -> None:
        began, ended = values.get(first), values.get(last)
        if began and ended and ended < began:
            told = f"This course ends before it starts on {began}. The days look exchanged."
            self.refuse(f"{path}.{last}", ended, told, f"{began} or later")

    def earlier_line(self, row: Mapping[object, object], path: str) -> EarlierLine | None:
        line = self.entered_line(row, path)
        if line is None:
            return None
        return EarlierLine(line.code, line.date, line.performer, line.person, line.modifiers)

    def entered_line(self, row: Mapping[object, object], path: str) -> EnteredLine | None:
        values = self.values("entered_lines", row, path, ("modifiers",))
        marks = self.listed(row, "modifiers", path, Field(scalars.MODIFIER, "Modifier"))
        return EnteredLine(**values, modifiers=marks) if self.required(values, "code", path) else None

    def policy(self, document: Mapping[object, object]) -> tuple[tuple[str, str], ...]:
        raw = document.get("policy")
        if raw is None:
            return ()
        if not isinstance(raw, Mapping):
            self.refuse("policy", raw, "Policy overrides are a mapping of key and value.", "a mapping")
            return ()
        pairs = [(str(key), _as_text(value)) for key, value in raw.items() if value is not None]
        return tuple(sorted(pairs))

    def once(self, section: str, names: list[Any]) -> None:
        for name in sorted({str(name) for name in names if names.count(name) > 1}):
            self.refuse(f"{section}[{name}]", name, "Two rows have the same name.", "each name once")

    def references(self, facts: CaseFacts) -> None:
        """Lesions named by sessions, doses, plans and lines must exist."""
        known = tuple(lesion.id for lesion in facts.lesions)
        named = [(f"sessions[{s.name}].lesions", s.lesions or ()) for s in facts.sessions]
        named += [
            (f"sessions[{s.name}].doses_gy", tuple(key for key, _ in s.doses_gy)) for s in facts.sessions
        ]
        named += [(f"plans[{p.id}].lesions", p.lesions or ()) for p in facts.plans]
        named += [(f"targets[#{n}].lesion", (t.lesion,)) for n, t in enumerate(facts.targets, 1) if t.lesion]
        named += [(f"entered_lines[{line.code}].lesions", line.lesions) for line in facts.entered_lines]
        for path, ids in named:
            for missing in sorted(set(ids) - set(known)):
                self.refuse(path, missing, "No lesion has this identifier.", known)


def _people_present(row: Mapping[object, object]) -> object:
    """A plain identifier in the list of people present stands for a row without times."""
    raw = row.get("present")
    if not isinstance(raw, list | tuple):
        return raw
    return [{"person": entry} if isinstance(entry, str) else entry for entry in raw]


def writable(text: str) -> str:
    """The beginning of a text that may hold anything, fit to be written as UTF-8."""
    return text[:200].encode("utf-8", "replace").decode("utf-8")


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(entry) for entry in value)
    return str(value)
