"""The managed list of reasons for "not applicable", and the report of who used which for which item."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casetracker.choices import Answer, DeniedBecause, Role
from casetracker.models import ChecklistItem, Department, NotApplicableReason, User
from casetracker.selectors.access import access_of

READERS = (Role.SUPERVISOR, Role.COMPLIANCE)
MOST = 1000


def reasons_for(department: Department) -> list[str]:
    """Labels that may be chosen: the built-in ones, then the department's own, "Other" last."""
    own = NotApplicableReason.objects.filter(department=department, active=True).order_by("label")
    built_in = [str(label) for value, label in DeniedBecause.choices if value != DeniedBecause.OTHER]
    return [*built_in, *own.values_list("label", flat=True), str(DeniedBecause.OTHER.label)]


@dataclass(frozen=True)
class Denied:
    """rows: items that were called not applicable, by person and item; more: there are more than are shown."""

    since: date
    until: date
    rows: list[dict[str, Any]] = field(default_factory=list)
    more: bool = False


def denied_items(user: User, since: date, until: date) -> Denied:
    """Items of the person's departments that somebody called not applicable within these days, both included.

    Two queries. Only what still stands: an answer that was taken back is in the history of its case.
    """
    departments = list(Department.objects.filter(pk__in=access_of(user).departments_with(READERS)))
    if not departments:
        return Denied(since, until)
    zone = ZoneInfo(departments[0].time_zone)
    items = ChecklistItem.objects.filter(
        case__department__in=departments,
        answer=Answer.NOT_APPLICABLE,
        answered_at__gte=datetime.combine(since, time(), tzinfo=zone),
        answered_at__lt=datetime.combine(until + timedelta(days=1), time(), tzinfo=zone),
    )
    ordered = items.order_by("answered_by__full_name", "label", "-answered_at", "id")
    rows = list(ordered.values(*COLUMNS)[: MOST + 1])
    return Denied(since, until, rows[:MOST], len(rows) > MOST)


COLUMNS = (
    "id",
    "label",
    "severity",
    "answer_because",
    "answer_reason",
    "answered_at",
    "answered_by__full_name",
    "case_id",
    "case__number",
    "case__department__name",
)
