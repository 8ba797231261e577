"""What a case form hands to the service, and how it lies over what is already recorded. No ORM.

`CaseInput` is also the shape in which `recorded.py` reads a saved case back, so that the typing panel, the saved
case and the comparison before saving all speak of the same rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from casetracker.case_fields import PLANNING_ROWS, POINTING

Row = dict[str, Any]


@dataclass
class CaseInput:
    """All facts of one case form.

    case: model field name -> value (only the fields the form carries; foreign keys as objects).
    lesions, plans, sessions: one dict per row, in order; `uuid` (str) of a known row or None for a new one;
        a known row that is missing from the list is removed (kept with `removed_at`).
        A plan's and a session's `lesions` is a list of row numbers (0-based) into `lesions`; a session row may carry
        `doses` {row number: Decimal} and `plan` (row number into `plans` or None).
        A session row may carry `presences`: list of {clinician, arrived_at, left_at}.
    team: list of {clinician, role, documented_role, present_planning, present_delivery}.
    authorizations, other_courses: list of dicts of model field values; `id` of a known row or None.
    images, targets, organs, directives: likewise; the `plan` of a target or organ is a row number into `plans` (None:
        the only plan), the `lesion` of a target one into `lesions`. A row goes with its plan or lesion.
    A list that is None was not on the form and stays as it is.
    """

    case: Row = field(default_factory=dict)
    lesions: list[Row] | None = None
    plans: list[Row] | None = None
    sessions: list[Row] | None = None
    team: list[Row] | None = None
    authorizations: list[Row] | None = None
    other_courses: list[Row] | None = None
    images: list[Row] | None = None
    targets: list[Row] | None = None
    organs: list[Row] | None = None
    directives: list[Row] | None = None


def laid_over(recorded: CaseInput, typed: CaseInput) -> CaseInput:
    """The case as it would be if `typed` were saved over `recorded`: complete rows, nothing written.

    Values that a typed row does not carry come from the recorded row of the same uuid (or id, or person and role).
    A uuid that this case does not have counts as a new row.
    """
    lesion_places = _new_places(recorded.lesions, typed.lesions)
    plan_places = _new_places(recorded.plans, typed.plans)
    old_plans = [_moved(row, lesion_places, {}) for row in recorded.plans or []]
    old_sessions = [_moved(row, lesion_places, plan_places) for row in recorded.sessions or []]
    lesions = _named(_rows(recorded.lesions, typed.lesions, "uuid"), "label", lambda n: f"L{n}")
    plans = _rows(old_plans, typed.plans, "uuid")
    planning = _planning_rows(recorded, typed, {"plan": plan_places, "lesion": lesion_places})
    return CaseInput(
        case={**recorded.case, **typed.case},
        lesions=lesions,
        plans=plans,
        sessions=_named(_rows(old_sessions, typed.sessions, "uuid"), "number", int),
        team=_team(recorded.team or [], typed.team),
        authorizations=_rows(recorded.authorizations, typed.authorizations, "id"),
        other_courses=_rows(recorded.other_courses, typed.other_courses, "id"),
        **{name: _with_their_rows(rows, len(plans), len(lesions)) for name, rows in planning.items()},
    )


def _planning_rows(
    recorded: CaseInput, typed: CaseInput, places: dict[str, dict[int, int]]
) -> dict[str, list[Row]]:
    """Images, targets, organs and directives; recorded rows follow their plan and lesion to the new places."""
    found = {}
    for name in PLANNING_ROWS:
        pointers = POINTING.get(name, ())
        old = [_following(row, pointers, places) for row in getattr(recorded, name) or []]
        found[name] = _rows([row for row in old if row is not None], getattr(typed, name), "id")
    return found


def _with_their_rows(rows: list[Row], plans: int, lesions: int) -> list[Row]:
    """The rows whose plan and lesion are there: a target goes with its lesion also when both were typed."""
    sizes = (("plan", plans), ("lesion", lesions))
    return [row for row in rows if all(row.get(name) is None or row[name] < size for name, size in sizes)]


def _following(row: Row, pointers: Iterable[str], places: dict[str, dict[int, int]]) -> Row | None:
    moved = dict(row)
    for pointer in pointers:
        if row.get(pointer) is not None:
            moved[pointer] = places[pointer].get(row[pointer])
            if moved[pointer] is None:
                return None
    return moved


def _rows(recorded: list[Row] | None, typed: list[Row] | None, identity: str) -> list[Row]:
    if typed is None:
        return list(recorded or [])
    known = {str(row[identity]): row for row in recorded or []}
    return [_over(known.get(str(row.get(identity) or "")), row, identity) for row in typed]


def _over(known: Row | None, typed: Row, identity: str) -> Row:
    """The typed row over the known one. Which record it is comes from what is known, never from the form."""
    ids = {identity: known[identity], "pk": known["pk"]} if known else {identity: None, "pk": None}
    return {**(known or {}), **typed, **ids}


def _named(rows: list[Row], field: str, name: Callable[[int], Any]) -> list[Row]:
    """Rows without a name get the first free one: L1, L2 ... for lesions, 1, 2 ... for sessions."""
    taken = {row.get(field) for row in rows}
    free = (name(number) for number in count(1) if name(number) not in taken)
    return [row if row.get(field) not in (None, "") else {**row, field: next(free)} for row in rows]


def _team(recorded: list[Row], typed: list[Row] | None) -> list[Row]:
    if typed is None:
        return list(recorded)
    known = {(row["clinician"].pk, row["role"]): row for row in recorded}
    pairs = {(row["clinician"].pk, row["role"]): row for row in typed}
    return [{**known.get(pair, {}), **row} for pair, row in pairs.items()]


def _new_places(recorded: list[Row] | None, typed: list[Row] | None) -> dict[int, int]:
    """Old row number -> new row number; a removed row has none."""
    if typed is None:
        return {number: number for number in range(len(recorded or []))}
    now = {str(row.get("uuid") or ""): number for number, row in enumerate(typed)}
    return {n: now[row["uuid"]] for n, row in enumerate(recorded or []) if row["uuid"] in now}


def _moved(row: Row, lesions: dict[int, int], plans: dict[int, int]) -> Row:
    moved = {**row, "lesions": _kept(row.get("lesions") or [], lesions)}
    if "doses" in row:
        moved["doses"] = {lesions[n]: dose for n, dose in (row["doses"] or {}).items() if n in lesions}
    if "plan" in row:
        moved["plan"] = plans.get(row["plan"]) if row["plan"] is not None else None
    return moved


def _kept(numbers: Iterable[int], places: dict[int, int]) -> list[int]:
    return sorted(places[number] for number in numbers if number in places)
