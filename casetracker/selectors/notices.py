"""Notices to radiation safety, of one case and of all cases of a person. Reads only."""

from dataclasses import dataclass, field

from casetracker.errors import NotFound
from casetracker.models import Case, SafetyNotice, User
from casetracker.selectors.access import CHART_ROLES, access_of

MOST = 200
PEOPLE = ("raised_by", "acknowledged_by", "settled_by")


@dataclass(frozen=True)
class Notices:
    """rows: notices with their cases, oldest open one first; more: there are more than are shown."""

    rows: list[SafetyNotice] = field(default_factory=list)
    more: bool = False


def open_notices(case: Case) -> list[SafetyNotice]:
    """What is not settled yet on this case. One query."""
    return list(SafetyNotice.objects.filter(case=case, settled_at=None))


def notice_of(case: Case, notice_id: int) -> SafetyNotice:
    """One notice of this case in whatever state, or NotFound."""
    found = SafetyNotice.objects.select_related(*PEOPLE).filter(case=case, pk=notice_id).first()
    if found is None:
        raise NotFound("There is no such notice on this case.")
    found.case = case
    return found


def notices_for(user: User, settled: bool = False) -> Notices:
    """Notices of the person's departments: those that are open, or the settled ones, newest first. One query."""
    found = SafetyNotice.objects.filter(case__department__in=access_of(user).departments_with(CHART_ROLES))
    found = found.filter(settled_at__isnull=not settled)
    order = ("-settled_at", "-id") if settled else ("raised_at", "id")
    rows = list(found.select_related("case__department", *PEOPLE).order_by(*order)[: MOST + 1])
    return Notices(rows[:MOST], len(rows) > MOST)


def count_open(user: User) -> int:
    """How many notices of the person's departments are not settled. One query."""
    departments = access_of(user).departments_with(CHART_ROLES)
    return SafetyNotice.objects.filter(case__department__in=departments, settled_at=None).count()
