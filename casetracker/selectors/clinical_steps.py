"""Steps of the clinical track that are past their day: in lists, by case with its owners, of one person.

The step of a case and the day its clock counts from are stored with the case (`services/queueing.py`); the clocks
are settings of the department, so nothing has to be stored anew when one of them changes. Fixed queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from casetracker import working_days
from casetracker.choices import ClockUnit, Role
from casetracker.clinical_clocks import CODER, STEPS, clocks_of
from casetracker.clocks import Clock
from casetracker.models import Case, CaseClinician, Department, Membership, User
from casetracker.selectors.access import CHART_ROLES, Access, access_of

OVERDUE = "overdue"
COLUMNS = (
    "id",
    "number",
    "patient__name",
    "department_id",
    "opened_by_id",
    "clinical_step",
    "clinical_from",
)


@dataclass(frozen=True)
class Home:
    """The day and the clocks of one department; zone: its time zone; look_days: working days to a first look."""

    today: date
    zone: str
    clocks: dict[str, Clock | None]
    look_days: int

    @classmethod
    def of(cls, department: Department, now: datetime) -> "Home":
        day = working_days.local_day(now, department)
        return cls(day, department.time_zone, clocks_of(department.clinical_clocks), department.review_days)

    @property
    def latest_late_look(self) -> date:
        """The latest day of a submission whose first look is late today."""
        return Clock(self.look_days, ClockUnit.WORKING).latest_late_start(self.today)

    def due_on(self, step: str, start: date | None) -> date | None:
        """The last day in time; None without a step, a clock or a day to count from."""
        clock = self.clocks.get(step)
        return clock.due_on(start) if clock and start else None

    def days_over(self, step: str, start: date | None) -> int:
        """Days since the due day; 0 while the step is in time or has no clock."""
        due = self.due_on(step, start)
        return max((self.today - due).days, 0) if due else 0


def homes_of(departments: Iterable[int], now: datetime) -> dict[int, Home]:
    """Day and clocks of these departments. One query."""
    found = Department.objects.filter(pk__in=list(departments)).only(
        "time_zone", "clinical_clocks", "review_days"
    )
    return {one.pk: Home.of(one, now) for one in found}


def overdue(homes: dict[int, Home]) -> Q:
    """Cases of these departments whose clinical step is past its day."""
    found = Q(pk__in=[])
    for department, home in homes.items():
        late = Q(pk__in=[])
        for step, clock in home.clocks.items():
            if clock is not None:
                late |= Q(clinical_step=step, clinical_from__lte=clock.latest_late_start(home.today))
        found |= Q(department_id=department) & late
    return found


def days_over(row: dict[str, Any], homes: dict[int, Home]) -> int:
    """Of a case as values that carry department_id, clinical_step and clinical_from."""
    home = homes.get(row["department_id"])
    return home.days_over(row["clinical_step"], row["clinical_from"]) if home else 0


def late_steps(homes: dict[int, Home], narrowed: Q | None = None) -> list[dict[str, Any]]:
    """Every case of these departments with an overdue step, the longest overdue first. Two queries.

    narrowed: of these cases only.

    `COLUMNS` with due (day), days and owners: [{role, name, user}] of the people whom the case names in a role that
    owns the step; user: the id of an account that may read charts there, or None.
    """
    if not homes:
        return []
    late = Case.objects.filter(overdue(homes), narrowed or Q())
    team = _owners(late)
    rows = []
    for row in late.order_by("id").values(*COLUMNS):
        home, step, start = homes[row["department_id"]], row["clinical_step"], row["clinical_from"]
        named = [one for one in team.get(row["id"], []) if one["role"] in STEPS[step].owners]
        rows.append(
            {**row, "due": home.due_on(step, start), "days": home.days_over(step, start), "owners": named}
        )
    return sorted(rows, key=lambda row: (-row["days"], row["id"]))


def _owners(late: QuerySet[Case]) -> dict[int, list[dict[str, Any]]]:
    members = CaseClinician.objects.filter(case__in=late.order_by().values("pk")).annotate(here=_signs_in())
    found: dict[int, list[dict[str, Any]]] = {}
    columns = ("case_id", "role", "clinician__name", "clinician__user_id", "here")
    for case, role, name, user, signs_in in members.order_by("role", "id").values_list(*columns):
        one = {"role": role, "name": name, "user": user if signs_in else None}
        found.setdefault(case, []).append(one)
    return found


def _signs_in() -> Exists:
    """Whether a person whom a case names has an account that may read charts in its department."""
    here = Membership.objects.filter(
        user=OuterRef("clinician__user"),
        user__is_active=True,
        department=OuterRef("case__department"),
        active=True,
        role__in=sorted(CHART_ROLES),
    )
    return Exists(here)


def own_late_steps(user: User, now: datetime) -> list[dict[str, Any]]:
    """Overdue steps that this person owns, as of `late_steps` and `own`. Three queries."""
    access = access_of(user)
    return late_steps(homes_of(access.departments_with(CHART_ROLES), now), own(user, access))


def late_counts(user: User, now: datetime, most: int) -> dict[str, int]:
    """Overdue steps: own, and all whose charts this person reads; `most` at most each. Three queries."""
    access = access_of(user)
    late = Case.objects.filter(overdue(homes_of(access.departments_with(CHART_ROLES), now)))
    return {"own": late.filter(own(user, access))[:most].count(), "all": late[:most].count()}


def own(user: User, access: Access) -> Q:
    """Cases whose clinical step this person owns.

    A step belongs to the people whom the case names in its roles, if they sign in here, and to coders where it is
    coding work; where nobody is named it belongs to the coders and to the person who opened the case.
    """
    codes = Q(department__in=access.departments_with((Role.CODER,)))
    found = Q(pk__in=[])
    for key, step in STEPS.items():
        named = CaseClinician.objects.filter(_signs_in(), case=OuterRef("pk"), role__in=step.owners)
        unnamed = ~Q(Exists(named)) & (codes | Q(opened_by=user))
        mine = Q(Exists(named.filter(clinician__user=user))) | unnamed
        found |= Q(clinical_step=key) & (mine | codes if CODER in step.owners else mine)
    return found
