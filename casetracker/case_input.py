"""What a case form hands to the service: plain values, already cleaned and typed. No logic, no ORM."""

from dataclasses import dataclass, field
from typing import Any


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
    A list that is None was not on the form and stays as it is.
    """

    case: dict[str, Any] = field(default_factory=dict)
    lesions: list[dict[str, Any]] | None = None
    plans: list[dict[str, Any]] | None = None
    sessions: list[dict[str, Any]] | None = None
    team: list[dict[str, Any]] | None = None
    authorizations: list[dict[str, Any]] | None = None
    other_courses: list[dict[str, Any]] | None = None
