"""Two people changed the facts of one case: what each of them changed, and both together. Pure.

Every value is compared with what both had started from (`base`). Where only one person changed it, that change
stands; where both did, a person picks. Rows are known by their identity, so a moved or renamed lesion stays the
same lesion. Doses of a session are compared lesion by lesion, presence person by person (`dose:<lesion>`,
`present:<clinician>`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from casetracker.case_fields import PLANNING_ROWS, POINTING
from casetracker.case_input import CaseInput, Row

SECTIONS = ("lesions", "plans", "sessions", "team", "authorizations", "other_courses", *PLANNING_ROWS)
POINTERS = {"plan": "plans", "lesion": "lesions"}  # a row's field -> the section whose row number it holds
IDENTITY = ("uuid", "id", "pk")
NAMED_BY = (
    "label",
    "number",
    "name",
    "series",
    "kind",
    "lesion",
    "version",
    "relation",
)  # the first that is known
ALL = "all"
GONE = -1  # place of a plan or lesion that one of the two people removed
DOSE, PRESENT = "dose:", "present:"
MINE, THEIRS = "yours", "theirs"

Snapshot = dict[str, str]
Keyed = dict[str, dict[str, Row]]


class Differing(NamedTuple):
    """One value that the two versions do not share. `clash`: both people changed it (or one removed the row)."""

    name: str
    section: str
    row: str
    field: str
    base: str
    theirs: Any
    mine: Any
    clash: bool


@dataclass
class Merged:
    """Both versions together, and every difference in the order of the page."""

    facts: CaseInput
    differing: list[Differing] = field(default_factory=list)

    @property
    def open_clashes(self) -> list[Differing]:
        return [entry for entry in self.differing if entry.clash]


def snapshot(facts: CaseInput) -> Snapshot:
    """What is recorded, as texts by `section/row.field`; unrecorded values are left out."""
    found = {}
    for section, rows in _keyed(facts).items():
        for key, row in rows.items():
            found[f"{section}/{key}"] = _row_name(section, row)
            for name, value in row.items():
                if name not in IDENTITY and as_text(value):
                    found[f"{section}/{key}.{name}"] = as_text(value)
    return found


def merged(base: Mapping[str, str], mine: CaseInput, theirs: CaseInput, picks: Mapping[str, str]) -> Merged:
    """Both versions together. picks: `Differing.name` -> "yours" or "theirs"; an undecided clash keeps yours."""
    ours, others = _keyed(mine), _keyed(theirs)
    result: Keyed = {}
    told: list[Differing] = []
    for section in ("case", *SECTIONS):
        result[section] = {}
        for key, entry in _each_row(base, section, ours[section], others[section], picks):
            told.extend(entry.told)
            if entry.row is not None:
                result[section][key] = entry.row
    return Merged(_unkeyed(result), told)


@dataclass
class _Entry:
    row: Row | None
    told: list[Differing] = field(default_factory=list)


def _each_row(
    base: Mapping[str, str],
    section: str,
    mine: dict[str, Row],
    theirs: dict[str, Row],
    picks: Mapping[str, str],
) -> Iterator[tuple[str, _Entry]]:
    for key in [*mine, *(key for key in theirs if key not in mine)]:
        path = f"{section}/{key}"
        if key in mine and key in theirs:
            yield key, _both(base, path, section, mine[key], theirs[key], picks)
        elif key in mine:
            yield key, _one_sided(base, path, section, mine[key], picks, mine_has_it=True)
        else:
            yield key, _one_sided(base, path, section, theirs[key], picks, mine_has_it=False)


def _both(
    base: Mapping[str, str], path: str, section: str, mine: Row, theirs: Row, picks: Mapping[str, str]
) -> _Entry:
    entry = _Entry({**theirs})
    parts_of_theirs = [name for name in theirs if name not in mine and name.startswith((DOSE, PRESENT))]
    for name in (*mine, *parts_of_theirs):
        value, other = mine.get(name), theirs.get(name)
        if name in IDENTITY or as_text(value) == as_text(other):
            continue
        start = base.get(f"{path}.{name}", "")
        clash = start not in (as_text(value), as_text(other))
        full = f"{path}.{name}"
        chosen = picks.get(full, MINE) if clash else (THEIRS if as_text(value) == start else MINE)
        entry.row[name] = value if chosen == MINE else other  # type: ignore[index]
        entry.told.append(
            Differing(full, section, _row_name(section, theirs), name, start, other, value, clash)
        )
    return entry


def _one_sided(
    base: Mapping[str, str], path: str, section: str, row: Row, picks: Mapping[str, str], *, mine_has_it: bool
) -> _Entry:
    """A row that only one version has: added by its owner, or removed by the other person."""
    if path not in base:
        added = _told(path, section, row, None, mine_has_it, clash=False)
        return _Entry(row, [] if mine_has_it else [added])
    touched = any(as_text(v) != base.get(f"{path}.{n}", "") for n, v in row.items() if n not in IDENTITY)
    told = [_told(path, section, row, base[path], mine_has_it, clash=touched)]
    owner, remover = (MINE, THEIRS) if mine_has_it else (THEIRS, MINE)
    kept = touched and picks.get(path, owner) != remover
    return _Entry(row if kept else None, told)


def _told(
    path: str, section: str, row: Row, base: str | None, mine_has_it: bool, *, clash: bool
) -> Differing:
    """base: the name of the row both had started from; None for a row that is new."""
    name, known = _row_name(section, row), base is not None
    theirs, mine = (
        ("removed" if known else None, "kept") if mine_has_it else ("kept" if known else "added", "removed")
    )
    return Differing(path, section, name, "", base or "", theirs, mine if known else None, clash)


def as_text(value: Any) -> str:
    """One spelling for one value, whichever way it was typed or stored; empty for unrecorded."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return str(int(value.timestamp()))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(as_text, value))
    if isinstance(value, dict):
        return f"{as_text(value.get('arrived_at'))}-{as_text(value.get('left_at'))}"
    return str(getattr(value, "pk", value))


def _row_name(section: str, row: Row) -> str:
    if section == "team":
        return f"{row['clinician']}"
    return next((str(row[name]) for name in NAMED_BY if row.get(name)), "")


def _keyed(facts: CaseInput) -> Keyed:
    """Rows by identity; lesions and plans that a row points to are named by identity too."""
    keys = {
        name: [_key(name, row, n) for n, row in enumerate(getattr(facts, name) or [])] for name in SECTIONS
    }
    found: Keyed = {"case": {"": dict(facts.case)}}
    for name in SECTIONS:
        rows = getattr(facts, name) or []
        found[name] = {key: _pointing(row, keys) for key, row in zip(keys[name], rows, strict=True)}
    return found


def _key(section: str, row: Row, number: int) -> str:
    if section == "team":
        return f"{row['role']}/{row['clinician'].pk}"
    return str(row.get("uuid") or row.get("id") or f"new-{number + 1}")


def _pointing(row: Row, keys: dict[str, list[str]]) -> Row:
    row = {**_without_parts(row), **_parts(row, keys["lesions"])}
    if "lesions" in row:
        every = len(row["lesions"] or []) == len(keys["lesions"]) > 0
        row["lesions"] = ALL if every else [keys["lesions"][n] for n in row["lesions"] or []]
    for name, section in POINTERS.items():
        if row.get(name) is not None:
            row[name] = keys[section][row[name]]
    return row


def _without_parts(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("doses", "presences")}


def _parts(row: Row, lesions: list[str]) -> Row:
    """Doses and presences of a session, each under a name of its own."""
    doses = {f"{DOSE}{lesions[n]}": dose for n, dose in (row.get("doses") or {}).items() if dose is not None}
    return doses | {f"{PRESENT}{one['clinician'].pk}": one for one in row.get("presences") or []}


def _unkeyed(keyed: Keyed) -> CaseInput:
    places = {name: {key: n for n, key in enumerate(keyed[name])} for name in SECTIONS}
    rows = {name: [_pointed(row, places) for row in keyed[name].values()] for name in SECTIONS}
    for name, pointers in POINTING.items():
        rows[name] = [row for row in rows[name] if all(row.get(p) != GONE for p in pointers)]
    rows["sessions"] = [_joined(row, places["lesions"]) for row in rows["sessions"]]
    return CaseInput(case=keyed["case"].get("", {}), **rows)


def _pointed(row: Row, places: dict[str, dict[str, int]]) -> Row:
    row = dict(row)
    if "lesions" in row:
        named = list(places["lesions"]) if row["lesions"] == ALL else row["lesions"]
        row["lesions"] = [places["lesions"][key] for key in named if key in places["lesions"]]
    for name, section in POINTERS.items():
        if row.get(name) is not None:
            row[name] = places[section].get(row[name], GONE)
    if "uuid" in row and row.get("plan") == GONE:  # a session stays without its plan
        row["plan"] = None
    return row


def _joined(row: Row, lesions: dict[str, int]) -> Row:
    """A session with its doses and presences in one piece again; what somebody took out is left out."""
    parts = {
        name: value for name, value in row.items() if name.startswith((DOSE, PRESENT)) and value is not None
    }
    doses = {
        lesions[name.removeprefix(DOSE)]: value
        for name, value in parts.items()
        if name.startswith(DOSE) and name.removeprefix(DOSE) in lesions
    }
    presences = [value for name, value in parts.items() if name.startswith(PRESENT)]
    plain = {name: value for name, value in row.items() if not name.startswith((DOSE, PRESENT))}
    return {**plain, "doses": doses, "presences": presences}
