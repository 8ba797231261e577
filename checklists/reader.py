"""From the folder `fixtures/rulebook` to a compiled RuleBook. Strict: what is not understood is refused by line.

The meaning of the tables is in `checklists.engine`; typed reading of single mappings is in `checklists.reading`.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from checklists import tables
from checklists.engine import scalars, words
from checklists.engine.book import (
    ClassRule,
    Code,
    ConflictRule,
    ConsistencyCheck,
    CourseLimit,
    Device,
    DiagnosisHint,
    DocumentKind,
    Edition,
    Item,
    PolicyKey,
    RuleBook,
    RuleText,
    SituationModifier,
    Source,
    plain,
)
from checklists.engine.facts import FACTS, Fact
from checklists.reading import Desk, Entry, Mistake, RulebookRefused
from checklists.yaml_source import Sequence, YamlRefused, single

__all__ = ["Mistake", "RulebookRefused", "current_book", "read_rulebook"]


def current_book() -> RuleBook:
    """The book in `settings.RULEBOOK_DIR` (default `fixtures/rulebook`), read once per process."""
    from django.conf import settings

    folder = getattr(settings, "RULEBOOK_DIR", None) or Path(settings.BASE_DIR) / "fixtures" / "rulebook"
    return _kept(Path(folder))


@lru_cache(maxsize=4)
def _kept(folder: Path) -> RuleBook:
    return read_rulebook(folder)


def read_rulebook(folder: Path) -> RuleBook:
    """The compiled book of a folder. Raises RulebookRefused with every mistake found, each with file and line."""
    shelf = _Shelf(folder)
    book = shelf.book()
    if shelf.desk.mistakes or book is None:
        raise RulebookRefused(shelf.desk.mistakes)
    return book


class _Shelf:
    """The files of one folder, read in the order in which they depend on each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = Desk(dict(FACTS))
        self.content: dict[str, Any] = {}

    def yaml(self, name: str) -> Any:
        try:
            found = single((self.folder / name).read_text(encoding="utf-8"))
        except YamlRefused as refusal:
            self.desk.refuse(name, refusal.line, refusal.message)
            return None
        except (OSError, UnicodeDecodeError) as error:
            self.desk.refuse(name, 1, f"the file cannot be read: {error.__class__.__name__}")
            return None
        self.content[name] = found
        return found

    def entries(self, name: str) -> list[Entry]:
        rows = self.yaml(name)
        if rows is None:
            return []
        if not isinstance(rows, Sequence):
            self.desk.refuse(name, 1, "the file must be a list")
            return []
        return [Entry(self.desk, name, row, rows.line) for row in rows]

    def folder_files(self, name: str) -> Iterator[str]:
        for path in sorted((self.folder / name).glob("*.yaml")):
            yield f"{name}/{path.name}"

    def table(self, name: str) -> str:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.desk.refuse(name, 1, f"the file cannot be read: {error.__class__.__name__}")
            return ""
        self.content[name] = text.split("\n")
        return text

    def book(self) -> RuleBook | None:
        about = Entry(self.desk, "book.yaml", self.yaml("book.yaml"))
        policies = self.keyed("policies.yaml", _policy, "key")
        self.desk.facts.update({f"policy.{key}": _policy_fact(entry) for key, entry in policies.items()})
        sources = self.keyed("sources.yaml", _source, "key")
        rules = self.keyed("rules.yaml", _rule, "id")
        items = self.items()
        parts: dict[str, Any] = {
            "version": about.text("version"),
            "edits_release": about.text("edits_release"),
            "first_day": about.day("first_day"),
            "policies": policies,
            "sources": sources,
            "rules": rules,
            "items": items,
            "kinds": self.kinds(items),
            "checks": tuple(_read(entry, _check) for entry in self.entries("checks.yaml")),
            "classes": tuple(_read(entry, _class) for entry in self.entries("classes.yaml")),
            "conflicts": tuple(_read(entry, _conflict) for entry in self.entries("conflicts.yaml")),
            "codes": self.codes(),
            "devices": self.devices(),
            "diagnoses": tuple(_read(entry, _diagnosis) for entry in self.entries("diagnoses.yaml")),
            "pairs": tables.read_pairs(self.desk, self.table("pairs.csv")),
            "limits": tables.read_limits(self.desk, self.table("limits.csv")),
            "parents": tables.read_parents(self.desk, self.table("parents.csv")),
        }
        about.close()
        self.cross_check(parts)
        digest = hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()
        return RuleBook(**parts, digest=digest, facts=self.desk.facts)

    def keyed(self, name: str, build: Any, key: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entry in self.entries(name):
            built = _read(entry, build)
            if getattr(built, key) in found:
                entry.refuse(f"'{getattr(built, key)}' stands twice", key)
            found[getattr(built, key)] = built
        return found

    def items(self) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for file in self.folder_files("documents"):
            for entry in self.entries(file):
                item = _read(entry, _item)
                if item.key in found:
                    entry.refuse(f"the item '{item.key}' stands twice", "key")
                found[item.key] = item
        return found

    def kinds(self, items: dict[str, Item]) -> dict[str, DocumentKind]:
        proves: dict[str, list[str]] = {}
        for item in items.values():
            for kind in item.kinds:
                proves.setdefault(kind, []).append(item.key)
        found: dict[str, DocumentKind] = {}
        for entry in self.entries("kinds.yaml"):
            kind = _read(entry, lambda row: _kind(row, proves))
            if kind.key in found:
                entry.refuse(f"the kind '{kind.key}' stands twice", "key")
            found[kind.key] = kind
        for item in items.values():
            for unknown in set(item.kinds) - set(found):
                self.desk.refuse("kinds.yaml", 1, f"the kind '{unknown}' of item '{item.key}' is not listed")
        return found

    def codes(self) -> dict[str, Code]:
        found: dict[str, Code] = {}
        for file in self.folder_files("codes"):
            entry = Entry(self.desk, file, self.yaml(file))
            code = _read(entry, _code)
            if code.code in found or f"codes/{code.code}.yaml" != file:
                entry.refuse(f"the code '{code.code}' must stand once, in codes/{code.code}.yaml", "code")
            found[code.code] = code
        return found

    def devices(self) -> dict[str, Device]:
        found: dict[str, Device] = {}
        for entry in self.entries("devices.yaml"):
            device = _read(entry, _device)
            for name in {plain(alias) for alias in (device.name, *device.aliases)}:
                if name in found:
                    entry.refuse(f"the machine name '{name}' stands twice", "device")
                found[name] = device
        return found

    def cross_check(self, parts: dict[str, Any]) -> None:
        """Rule ids, sources and item keys that are cited must exist."""
        for name, code in parts["codes"].items():
            for edition in code.editions:
                self.cited(f"codes/{name}.yaml", "item", edition.documents, parts["items"])
                self.cited(f"codes/{name}.yaml", "rule", edition.rules, parts["rules"])
                self.cited(f"codes/{name}.yaml", "source", edition.source, parts["sources"])
        for file, kind in (("classes.yaml", "classes"), ("conflicts.yaml", "conflicts")):
            for row in parts[kind]:
                rules = (row.rule,) if isinstance(row, ClassRule) else row.rules
                self.cited(file, "rule", rules, parts["rules"])
        for rule in parts["rules"].values():
            self.cited("rules.yaml", "source", rule.source, parts["sources"])

    def cited(self, file: str, what: str, names: tuple[str, ...], known: dict[str, Any]) -> None:
        for name in names:
            if name not in known:
                self.desk.refuse(file, 1, f"the {what} '{name}' is not in the book")


def _read(entry: Entry, build: Any) -> Any:
    built = build(entry)
    entry.close()
    return built


def _policy(entry: Entry) -> PolicyKey:
    kind = entry.word("kind", words.POLICY_KINDS)
    allowed = entry.listed("words")
    typed = {"word": scalars.WORD, "words": scalars.TEXTS}.get(kind, kind)
    raw = entry.raw("default")
    try:
        default = scalars.typed(typed, raw if raw is not None else "", allowed)
    except scalars.NotAccepted as refusal:
        entry.refuse(f"'default': '{raw}' is not accepted; allowed: {refusal}", "default")
        default = ""
    return PolicyKey(
        key=entry.text("key"),
        label=entry.text("label"),
        kind=kind,
        words=allowed,
        default=default,
        text=entry.text("text"),
        levels=entry.listed("levels", words.POLICY_LEVELS, needed=True),
        rules=entry.listed("rules", needed=True),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
    )


def _policy_fact(policy: PolicyKey) -> Fact:
    kinds = {"word": scalars.WORD, "words": scalars.TEXTS}
    return Fact(kinds.get(policy.kind, policy.kind), policy.label, policy.words)


def _source(entry: Entry) -> Source:
    return Source(entry.text("key"), entry.text("title"), entry.text("address"))


def _rule(entry: Entry) -> RuleText:
    return RuleText(
        entry.text("id"), entry.text("says"), entry.listed("source", needed=True), entry.confidence()
    )


def _class(entry: Entry) -> ClassRule:
    return ClassRule(
        rule=entry.text("rule"),
        result=entry.word("result", words.LESION_CLASSES),
        mark=entry.word("mark", words.CLASS_MARKS),
        when=entry.condition("when", scopes=("lesion",), rule=entry.text("rule")),
        because=entry.template("because"),
    )


def _code(entry: Entry) -> Code:
    streams = Entry(entry.desk, entry.file, entry.raw("streams"), entry.line)
    places = {place: streams.listed(place, words.STREAMS) for place in words.STREAM_PLACES}
    streams.close()
    code = Code(
        code=entry.value("code", scalars.CODE) or "",
        label=entry.text("label"),
        component=entry.word("component", words.COMPONENTS),
        performer=entry.word("performer", words.PERFORMERS),
        streams=places,
        packaging=entry.maybe_word("packaging", words.PACKAGING),
        course_limit=_course_limit(entry),
        editions=_editions(entry),
        retired=entry.maybe_day("retired"),
    )
    if not code.editions:
        entry.refuse("'editions' needs at least one edition", "editions")
    return code


def _course_limit(entry: Entry) -> CourseLimit | None:
    raw = entry.raw("course_limit")
    if raw is None:
        return None
    row = Entry(entry.desk, entry.file, raw, entry.line)
    units = row.value("units", scalars.WHOLE) or 1
    limit = CourseLimit(units, row.word("severity", words.SEVERITIES), row.text("rule"))
    row.close()
    return limit


def _editions(entry: Entry) -> tuple[Edition, ...]:
    rows = entry.entries("editions")
    starts = [row.value("from", scalars.DAY) for row in rows]
    retired = entry.maybe_day("retired")
    found = []
    for place, row in enumerate(rows):
        following = starts[place + 1] if place + 1 < len(starts) else retired
        if starts[place] and following and following <= starts[place]:
            row.refuse("editions must follow each other by day", "from")
        found.append(_edition(row, starts[place], following))
    return tuple(found)


def _edition(entry: Entry, first_day: Any, following: Any) -> Edition:
    edition = Edition(
        first_day=first_day or date.min,
        last_day=following - timedelta(days=1) if following else None,
        when=entry.condition("when"),
        professional_when=entry.condition("professional_when"),
        modifiers=tuple(_read(row, _situation) for row in entry.entries("modifiers")),
        per=entry.word("per", words.PER),
        units=_units(entry),
        units_basis=entry.template("units_basis"),
        day=entry.word("date", words.DAYS),
        documents=entry.listed("documents"),
        because=entry.template("because"),
        rules=entry.listed("rules", needed=True),
        source=entry.listed("source", needed=True),
        checked_on=entry.day("checked_on"),
        confidence=entry.confidence(),
    )
    entry.close()
    return edition


def _situation(entry: Entry) -> SituationModifier:
    modifier = entry.value("modifier", scalars.MODIFIER) or ""
    return SituationModifier(modifier, entry.condition("when"), entry.text("rule"))


def _units(entry: Entry) -> int | str:
    raw = entry.raw("units")
    if isinstance(raw, str):
        return entry.value("units", scalars.WHOLE) or 1
    named = Entry(entry.desk, entry.file, raw, entry.line)
    fact = named.text("fact")
    named.close()
    if entry.desk.facts.get(fact, Fact("", "")).kind != scalars.WHOLE:
        entry.refuse(f"'units': the fact '{fact}' is not a count", "units")
    return fact


def _item(entry: Entry) -> Item:
    scope = entry.word("scope", words.SCOPES)
    scopes = {"lesion": ("lesion",), "line": ("line",), "unit": ("line",)}.get(scope, ())
    applies = entry.maybe_word("applies_to", ("all_lines",))
    return Item(
        key=entry.text("key"),
        label=entry.text("label"),
        accept=entry.text("accept"),
        step=entry.word("step", words.STEPS),
        role=entry.word("role", words.ITEM_ROLES),
        signer=entry.word("signer", words.SIGNERS),
        cosigner=entry.maybe_word("cosigner", words.SIGNERS),
        scope=scope,
        all_lines=applies is not None,
        severity=entry.word("severity", words.ITEM_SEVERITIES),
        kind=entry.word("kind", words.ITEM_KINDS),
        cure=entry.word("cure", words.CURES),
        auto=entry.word("auto", words.AUTO),
        when=entry.condition("when", scopes=scopes),
        verify=entry.condition("verify", scopes=scopes),
        timing=entry.listed("timing", words.TIMINGS),
        author_is_line_performer=entry.yes("author_is_line_performer"),
        kinds=entry.listed("kinds"),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
        asks=entry.text("asks"),
    )


def _kind(entry: Entry, proves: dict[str, list[str]]) -> DocumentKind:
    key = entry.text("key")
    return DocumentKind(
        key=key,
        label=entry.text("label"),
        author=entry.text("author"),
        step=entry.word("step", words.STEPS),
        scope=entry.word("scope", words.SCOPES),
        note=entry.maybe_text("note"),
        items=tuple(proves.get(key, ())),
    )


def _check(entry: Entry) -> ConsistencyCheck:
    return ConsistencyCheck(
        key=entry.text("key"),
        label=entry.text("label"),
        passes_when=entry.text("passes_when"),
        all_lines=entry.maybe_word("applies_to", ("all_lines",)) is not None,
        codes=entry.listed("codes"),
        when=entry.condition("when"),
        severity=entry.word("severity", words.ITEM_SEVERITIES),
        role=entry.word("role", words.ITEM_ROLES),
        step=entry.word("step", words.STEPS),
        auto=entry.word("auto", words.AUTO),
        fails=entry.text("fails"),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
    )


def _conflict(entry: Entry) -> ConflictRule:
    return ConflictRule(
        id=entry.text("id"),
        severity=entry.word("severity", words.SEVERITIES),
        codes=frozenset(entry.listed("codes")),
        modifiers=frozenset(entry.listed("modifiers")),
        with_codes=frozenset(entry.listed("with_codes")),
        within=entry.maybe_word("within", words.WITHIN) or "course",
        performer=entry.maybe_word("performer", words.PERFORMERS),
        when=entry.condition("when", scopes=("line", "lesion")),
        check=entry.maybe_word("check", words.CHECKS),
        keep=entry.maybe_text("keep"),
        message=entry.template("message"),
        way_out=entry.maybe_text("way_out"),
        rules=entry.listed("rules", needed=True),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
    )


def _device(entry: Entry) -> Device:
    return Device(
        name=entry.text("device"),
        aliases=entry.listed("aliases"),
        modality=entry.word("modality", words.MODALITIES),
        presence=entry.maybe_text("presence"),
        compartments=entry.listed("compartments", words.COMPARTMENTS),
        note=entry.maybe_text("note"),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
    )


def _diagnosis(entry: Entry) -> DiagnosisHint:
    return DiagnosisHint(
        code=entry.value("code", scalars.TEXT) or "",
        whole_code=entry.word("match", ("code", "prefix")) == "code",
        title=entry.text("title"),
        diagnoses=entry.listed("diagnoses", words.DIAGNOSES),
        implies=entry.word("implies", ("complex", "therapeutic", "facts", "review", "nothing")),
        compartment=entry.maybe_word("compartment", words.COMPARTMENTS),
        secondary=entry.yes("secondary"),
        note=entry.maybe_text("note"),
        source=entry.listed("source", needed=True),
        confidence=entry.confidence(),
    )
