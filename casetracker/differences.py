"""What changed between two states of a case, as a JSON-ready difference: path -> [old, new]. Pure.

Paths are written for people and for `case_fields.WATCHED`: `machine`, `lesions[L1].max_dimension_mm`,
`sessions[2].date`, `people[neurosurgeon: Dr. Frame].present_delivery`. An added row is [None, its values], a
removed row [its values, None]. Unrecorded values are None.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from casetracker import case_fields as fields
from casetracker.case_input import CaseInput, Row

Difference = dict[str, Any]


def difference(before: CaseInput, after: CaseInput) -> Difference:
    """Every changed value; empty when nothing changed. Both inputs must be complete (see `laid_over`)."""
    return {
        **_changed("", before.case, after.case, fields.CASE),
        **_rows("lesions", _lesions(before), _lesions(after)),
        **_rows("plans", _plans(before), _plans(after)),
        **_rows("sessions", _sessions(before), _sessions(after)),
        **_rows("people", _people(before), _people(after)),
        **_rows("authorizations", *_by_id(before.authorizations, after.authorizations, fields.AUTHORIZATION)),
        **_rows("other_courses", *_by_id(before.other_courses, after.other_courses, fields.OTHER_COURSE)),
        **_planning(before, after),
    }


def _planning(before: CaseInput, after: CaseInput) -> Difference:
    """Changes of images, targets, organs and directives; what a row points to is shown by its name."""
    found: Difference = {}
    for name, columns in fields.PLANNING_ROWS.items():
        old, new = ([_pointed(facts, row) for row in getattr(facts, name) or []] for facts in (before, after))
        found |= _rows(name, *_by_id(old, new, (*columns, *fields.POINTING.get(name, ()))))
    return found


def _pointed(facts: CaseInput, row: Row) -> Row:
    plan, lesion = row.get("plan"), row.get("lesion")
    return {
        **row,
        "plan": _plan_name(facts, plan),
        "lesion": _labels(facts, [lesion])[0] if lesion is not None else None,
    }


def watched(changed: Difference) -> list[str]:
    """The changed paths that are a size, distance, region or presence."""
    return [path for path in changed if path.rpartition(".")[2] in fields.WATCHED]


def shown(value: Any) -> Any:
    """A value as history shows it: JSON-ready, exact, None for unrecorded."""
    if value in (None, "", [], {}):
        return None
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [shown(entry) for entry in value]
    if isinstance(value, dict):
        return {key: shown(entry) for key, entry in value.items() if shown(entry) is not None}
    return value if isinstance(value, bool | int) else str(value)


def _changed(path: str, before: Row, after: Row, names: tuple[str, ...]) -> Difference:
    pairs = {name: [shown(before.get(name)), shown(after.get(name))] for name in names}
    return {f"{path}{name}": pair for name, pair in pairs.items() if pair[0] != pair[1]}


Named = tuple[str, Row]  # what people call the row, and its values


def _rows(section: str, before: dict[Any, Named], after: dict[Any, Named]) -> Difference:
    found: Difference = {}
    for key in [*before, *(key for key in after if key not in before)]:
        name, values = after.get(key) or before[key]
        path = f"{section}[{name}]"
        if key not in after:
            found[path] = [shown(before[key][1]), None]
        elif key not in before:
            found[path] = [None, shown(values) or {}]
        else:
            found |= _changed(f"{path}.", before[key][1], values, tuple(values))
    return found


def _keyed(rows: list[Row] | None, named: Callable[[Row, int], Named]) -> dict[Any, Named]:
    return {row.get("uuid") or f"new-{n}": named(row, n) for n, row in enumerate(rows or [])}


def _lesions(facts: CaseInput) -> dict[Any, Named]:
    def named(row: Row, place: int) -> Named:
        return row["label"], {**_picked(row, fields.LESION), "position": place + 1}

    return _keyed(facts.lesions, named)


def _plans(facts: CaseInput) -> dict[Any, Named]:
    def named(row: Row, place: int) -> Named:
        values = {**_picked(row, fields.PLAN), "lesions": _labels(facts, row.get("lesions"))}
        return row.get("label") or str(place + 1), values

    return _keyed(facts.plans, named)


def _sessions(facts: CaseInput) -> dict[Any, Named]:
    def named(row: Row, place: int) -> Named:
        return str(row["number"]), {
            **_picked(row, fields.SESSION),
            "plan": _plan_name(facts, row.get("plan")),
            "lesions": _labels(facts, row.get("lesions")),
            "doses": {_labels(facts, [at])[0]: dose for at, dose in (row.get("doses") or {}).items()},
            "presences": sorted(_presence(presence) for presence in row.get("presences") or []),
        }

    return _keyed(facts.sessions, named)


def _presence(row: Row) -> str:
    """One person in one text: `Dr. Frame, 2026-03-02T13:55:00+00:00 to 2026-03-02T15:20:00+00:00`."""
    times = [shown(row.get(name)) or "not recorded" for name in ("arrived_at", "left_at")]
    known = row.get("arrived_at") or row.get("left_at")
    return f"{row['clinician']}, {' to '.join(times) if known else 'times not recorded'}"


def _people(facts: CaseInput) -> dict[Any, Named]:
    return {
        (row["role"], row["clinician"].pk): (f"{row['role']}: {row['clinician']}", _picked(row, fields.TEAM))
        for row in facts.team or []
    }


def _by_id(
    before: list[Row] | None, after: list[Row] | None, names: tuple[str, ...]
) -> tuple[dict[Any, Named], dict[Any, Named]]:
    def keyed(rows: list[Row] | None) -> dict[Any, Named]:
        return {
            row.get("id") or f"new-{place}": (str(place + 1), _picked(row, names))
            for place, row in enumerate(rows or [])
        }

    return keyed(before), keyed(after)


def _picked(row: Row, names: tuple[str, ...]) -> Row:
    return {name: row.get(name) for name in names}


def _labels(facts: CaseInput, places: Any) -> list[str]:
    return [(facts.lesions or [])[place]["label"] for place in places or []]


def _plan_name(facts: CaseInput, place: int | None) -> str | None:
    if place is None:
        return None
    return (facts.plans or [])[place].get("label") or f"plan {place + 1}"
