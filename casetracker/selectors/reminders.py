"""Who is reminded of what: counts of one day for one person. No patient, no case."""

from dataclasses import dataclass
from datetime import date, datetime

from casetracker import working_days
from casetracker.choices import PacketStatus, QueryState, Role
from casetracker.models import Department, Packet, Query, User
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.ageing import escalated
from casetracker.selectors.clinical_steps import own_late_steps
from casetracker.selectors.owed import due_counts


@dataclass(frozen=True)
class Reminder:
    """overdue, due: own items; unanswered: own queries past their day; waiting: packets past the first look.

    lead, director: queries of the departments that go to the section lead, and to compliance; write_offs: required
    items so long open that compliance decides whether a line is written off; steps: clinical steps past their day.
    """

    today: date
    overdue: int = 0
    due: int = 0
    unanswered: int = 0
    waiting: int = 0
    lead: int = 0
    director: int = 0
    write_offs: int = 0
    steps: int = 0

    @property
    def total(self) -> int:
        return (
            self.overdue
            + self.steps
            + self.due
            + self.unanswered
            + self.waiting
            + self.lead
            + self.director
            + self.write_offs
        )

    @property
    def anything(self) -> bool:
        return self.total > 0

    def lines(self) -> list[str]:
        """Only what there is to say, in words."""
        told = (
            (self.overdue, "item of yours is overdue", "items of yours are overdue"),
            (self.due, "item of yours is due today", "items of yours are due today"),
            (self.steps, "clinical step of yours is overdue", "clinical steps of yours are overdue"),
            (self.unanswered, "query you asked is past its day", "queries you asked are past their day"),
            (self.waiting, "packet waits longer for a first look", "packets wait longer for a first look"),
            (self.lead, "query needs the section lead", "queries need the section lead"),
            (self.director, "query goes to compliance", "queries go to compliance"),
            (self.write_offs, "open item asks for a write-off", "open items ask for a write-off"),
        )
        return [f"{count} {one if count == 1 else many}" for count, one, many in told if count]


def people_to_remind() -> list[User]:
    """Active people with an address who may read charts somewhere, by name."""
    members = User.objects.filter(
        is_active=True, memberships__active=True, memberships__role__in=sorted(CHART_ROLES)
    )
    return list(members.exclude(email="").order_by("username").distinct())


def reminder_for(user: User, now: datetime) -> Reminder:
    """What is due for this person today. A fixed number of queries, one more per further department of compliance."""
    found = due_counts(user, now)
    queries = Query.objects.filter(asked_by=user, state=QueryState.OPEN, due_on__lt=found.today)
    return Reminder(
        today=found.today,
        overdue=found.counts["overdue"],
        due=found.counts["today"],
        unanswered=queries.count(),
        waiting=first_looks_late(user, now),
        steps=len(own_late_steps(user, now)),
        **escalated(user, now),
    )


def first_looks_late(user: User, now: datetime) -> int:
    """Packets that a supervisor has not taken within the working days of the department. Two queries."""
    homes = Department.objects.in_bulk(access_of(user).departments_with((Role.SUPERVISOR,)))
    days = {key: working_days.local_day(now, home) for key, home in homes.items()}
    ready = Packet.objects.filter(
        case__department__in=homes, status=PacketStatus.READY, submitted_at__isnull=False
    ).values_list("case__department_id", "submitted_at")
    return sum(_is_late(at, homes[home], days[home]) for home, at in ready)


def _is_late(submitted_at: datetime, department: Department, today: date) -> bool:
    submitted = working_days.local_day(submitted_at, department)
    return working_days.after(submitted, department.review_days) < today
