"""Suspected overpayments with the days that are left. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from casetracker import working_days
from casetracker.choices import Role
from casetracker.errors import NotFound
from casetracker.models import Case, Overpayment, User
from casetracker.selectors.access import access_of

READERS = (Role.SUPERVISOR, Role.COMPLIANCE)
MOST = 200


@dataclass(frozen=True)
class Suspected:
    """days_left: until the last day to report and return, negative when it has passed; None once settled."""

    made: Overpayment
    days_left: int | None


def overpayments_for(user: User, now: datetime) -> list[Suspected]:
    """Of the departments that the person supervises or is compliance of: open ones by day of identification, then
    settled ones. One query."""
    rows = Overpayment.objects.filter(case__department__in=access_of(user).departments_with(READERS))
    rows = rows.select_related("case__department", "raised_by", "settled_by")
    found = [_with_days(made, now) for made in rows.order_by("-settled_on", "identified_on", "id")[:MOST]]
    return sorted(found, key=lambda row: (row.days_left is None, row.made.due_on))


def open_overpayments(case: Case, now: datetime) -> list[Suspected]:
    """What is not settled on this case, the next day due first. One query."""
    found = list(Overpayment.objects.filter(case=case, settled_on=None))
    for made in found:
        made.case = case
    return sorted((_with_days(made, now) for made in found), key=lambda row: row.made.due_on)


def overpayment_of(case: Case, overpayment_id: int, now: datetime) -> Suspected:
    people = ("raised_by", "suspended_by", "settled_by")
    made = Overpayment.objects.select_related(*people).filter(case=case, pk=overpayment_id).first()
    if made is None:
        raise NotFound("There is no such suspicion on this case.")
    made.case = case
    return _with_days(made, now)


def _with_days(made: Overpayment, now: datetime) -> Suspected:
    today = working_days.local_day(now, made.case.department)
    return Suspected(made, None if made.settled_on else (made.due_on - today).days)
