"""What one person owes across all cases, by the day it is due. Fixed queries, key-set pages.

Whose item it is: that of the person whom the case names in its role, when that person is a user; otherwise it belongs
to everybody with that duty in the department.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_date

from casetracker import working_days
from casetracker.choices import Answer, Condition, Halt, ItemReview, Role
from casetracker.models import (
    CaseClinician,
    ChecklistItem,
    Department,
    DutyAssignment,
    User,
)
from casetracker.selectors.access import CHART_ROLES, Access, access_of
from casetracker.selectors.subjects import words_across_cases

PAGE = 100
WEEK = timedelta(days=7)
NO_DAY = date(9999, 12, 31)
MINE, ROLES = "mine", "roles"


@dataclass(frozen=True)
class Owed:
    """rows: values with `subject_name`; counts: overdue, today, week, later, no_day; after: key of the next page."""

    today: date
    rows: list[dict[str, Any]]
    counts: dict[str, int]
    after: str = ""
    has_duty: bool = True

    @property
    def pressing(self) -> int:
        """What is overdue or due today."""
        return self.counts["overdue"] + self.counts["today"]


@dataclass(frozen=True)
class Due:
    """Counts of one person on one day."""

    today: date
    counts: dict[str, int] = field(default_factory=dict)


def owed_items(user: User, now: datetime, whose: str = MINE, after: str = "") -> Owed:
    """Open items of this person, earliest due first, required before others of the same day.

    whose: "mine", or "roles" for everything of the person's duties, also what a case names somebody else for.
    after: `<day>~<item id>` of the last row of the page before; an odd key starts at the beginning.
    """
    access = access_of(user)
    today = today_of(access, now)
    owed, has_duty = _open_items(user, access, whose)
    ordered = _behind(owed, after).order_by("due_key", "id")
    found = list(ordered.values(*COLUMNS)[: PAGE + 1])
    rows, more = found[:PAGE], len(found) > PAGE
    names = words_across_cases(row["subject"] for row in rows)
    for row in rows:
        row["subject_name"] = names[row["subject"]]
    key = f"{rows[-1]['due_key']}~{rows[-1]['id']}" if more else ""
    return Owed(today, rows, _counts(owed, today), key, has_duty)


def due_counts(user: User, now: datetime) -> Due:
    """How much of this person's own is overdue, due today, this week, later, or without a day. Three queries."""
    access = access_of(user)
    today = today_of(access, now)
    return Due(today, _counts(_open_items(user, access, MINE)[0], today))


def today_of(access: Access, now: datetime) -> date:
    """The earliest local day of the departments in which this person reads charts."""
    zoned = Department.objects.filter(pk__in=access.departments_with(CHART_ROLES))
    return min((working_days.local_day(now, one) for one in zoned), default=now.date())


COLUMNS = (
    "id",
    "subject",
    "label",
    "role",
    "step",
    "severity",
    "condition",
    "review",
    "due_on",
    "due_key",
    "case_id",
    "case__number",
    "case__patient__name",
    "case__department__name",
)


def _open_items(user: User, access: Access, whose: str) -> tuple[QuerySet[ChecklistItem], bool]:
    """Open items of cases in work, and whether this person has any duty at all."""
    duties = _duties(user, access)
    named = CaseClinician.objects.filter(case=OuterRef("case"), role=OuterRef("role"))
    by_duty = Q(pk__in=[])
    for department, roles in duties.items():
        by_duty |= Q(case__department=department, role__in=sorted(roles))
    if whose == MINE:
        others = named.filter(clinician__user__is_active=True).exclude(clinician__user=user)
        by_duty &= ~Exists(others)
    mine = by_duty | Q(Exists(named.filter(clinician__user=user)))
    items = ChecklistItem.objects.filter(
        mine,
        Q(answer=Answer.OPEN) | Q(review=ItemReview.RETURNED),
        case__department__in=access.departments_with(CHART_ROLES),
        case__queued_at__isnull=False,
        case__halt=Halt.NONE,
        condition__in=(Condition.TRUE, Condition.UNKNOWN),
    )
    return items.annotate(due_key=Coalesce("due_on", Value(NO_DAY))), bool(duties)


def _duties(user: User, access: Access) -> dict[int, set[str]]:
    """Roles of the rule book by department; coding work belongs to coders."""
    found: dict[int, set[str]] = {}
    for department, duty in DutyAssignment.objects.filter(user=user).values_list("department_id", "duty"):
        found.setdefault(department, set()).add(duty)
    for department in access.departments_with((Role.CODER,)):
        found.setdefault(department, set()).add("coder")
    return found


def _behind(items: QuerySet[ChecklistItem], after: str) -> QuerySet[ChecklistItem]:
    day, _, last = after.partition("~")
    since = _day(day)
    if since is None or not last.isdecimal():
        return items
    return items.filter(due_key__gte=since).filter(Q(due_key__gt=since) | Q(id__gt=int(last)))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _counts(items: QuerySet[ChecklistItem], today: date) -> dict[str, int]:
    soon = today + WEEK
    return items.aggregate(
        overdue=Count("id", filter=Q(due_on__lt=today)),
        today=Count("id", filter=Q(due_on=today)),
        week=Count("id", filter=Q(due_on__gt=today, due_on__lte=soon)),
        later=Count("id", filter=Q(due_on__gt=soon)),
        no_day=Count("id", filter=Q(due_on=None)),
    )
