"""How old open work is, by owner, and what is so old that somebody above must hear of it. Fixed queries.

Ages count days since the last session given; a query ages in working days since it was asked.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DateField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from casetracker import working_days
from casetracker.choices import Answer, Condition, LineDecision, QueryState, Role, Severity
from casetracker.clinical import GIVEN
from casetracker.models import (
    BillingLine,
    CaseClinician,
    ChecklistItem,
    Department,
    Query,
    TreatmentSession,
    User,
)
from casetracker.selectors.access import access_of
from casetracker.selectors.clinical_steps import Home, late_steps
from casetracker.selectors.queue_filters import AGES

READERS = (Role.SUPERVISOR, Role.COMPLIANCE)
MOST = 300
WRITE_OFF_COLUMNS = ("id", "key", "label", "role", "codes", "streams", "last", "case_id", "case__number")
LEVELS = ("reminder", "lead", "director")


@dataclass(frozen=True)
class Ageing:
    """owners: (role, name) -> bucket of `AGES` -> open required items; name "" where the case names nobody.

    queries: open queries past their days, the oldest first, with `level` and `days`. write_offs: required items open
    longer than the department's limit after the last session, with `days`. lines: case id -> {key, code, stream} of
    its lines that somebody decided to bill or hold. steps: clinical steps past their day, as of
    `clinical_steps.late_steps`. more: a list was cut.
    """

    today: date
    owners: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    queries: list[dict[str, Any]] = field(default_factory=list)
    write_offs: list[dict[str, Any]] = field(default_factory=list)
    lines: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    more: bool = False


def ageing_for(user: User, now: datetime) -> Ageing:
    """Of the departments that this person supervises or is compliance of. Seven queries, one more per further one."""
    departments = _departments(user, READERS)
    if not departments:
        return Ageing(now.date())
    today = {home.pk: working_days.local_day(now, home) for home in departments.values()}
    queries, write_offs = _queries(departments, today), _write_offs(departments, today)
    steps = late_steps({home.pk: Home.of(home, now) for home in departments.values()})
    more = max(len(queries), len(write_offs), len(steps)) > MOST
    kept = write_offs[:MOST]
    owners, lines = _owners(departments, today), _lines({row["case_id"] for row in kept})
    return Ageing(min(today.values()), owners, queries[:MOST], kept, lines, steps[:MOST], more)


def _lines(cases: set[int]) -> dict[int, list[dict[str, Any]]]:
    rows = BillingLine.objects.filter(case__in=cases).exclude(decision=LineDecision.DECLINE)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows.order_by("case_id", "code", "key").values("case_id", "key", "code", "stream"):
        found.setdefault(row["case_id"], []).append(row)
    return found


def escalated(user: User, now: datetime) -> dict[str, int]:
    """For the daily reminder: lead (queries, to supervisors), director (queries) and write_offs, to compliance."""
    lead, compliance = _departments(user, (Role.SUPERVISOR,)), _departments(user, (Role.COMPLIANCE,))
    found = {"lead": 0, "director": 0, "write_offs": 0}
    if lead:
        found["lead"] = sum(row["level"] != "reminder" for row in _queries(lead, _days(lead, now)))
    if compliance:
        days = _days(compliance, now)
        found["director"] = sum(row["level"] == "director" for row in _queries(compliance, days))
        found["write_offs"] = sum(_past_write_off(home, days).count() for home in compliance.values())
    return found


def _departments(user: User, roles: tuple[str, ...]) -> dict[int, Department]:
    wanted = access_of(user).departments_with(roles)
    return Department.objects.in_bulk(wanted) if wanted else {}


def _days(departments: dict[int, Department], now: datetime) -> dict[int, date]:
    return {home.pk: working_days.local_day(now, home) for home in departments.values()}


def level_of(home: Department, days: int) -> str:
    """Who hears of a query that is open for so many working days; empty while it is in time."""
    return level_within((home.query_days, home.lead_days, home.director_days), days)


def level_within(limits: tuple[int, int, int], days: int) -> str:
    """The highest of `LEVELS` whose limit, in working days, is reached; empty below the first."""
    reached = [level for level, limit in zip(LEVELS, limits, strict=True) if days >= limit]
    return reached[-1] if reached else ""


def _open_items(departments: dict[int, Department]) -> QuerySet[ChecklistItem]:
    last = (
        TreatmentSession.objects.filter(case=OuterRef("case"), removed_at=None, status__in=GIVEN)
        .order_by()
        .values("case")
        .annotate(last=Max("date"))
        .values("last")
    )
    items = ChecklistItem.objects.filter(
        case__department__in=departments,
        case__queued_at__isnull=False,
        severity=Severity.REQUIRED,
        answer=Answer.OPEN,
        condition__in=(Condition.TRUE, Condition.UNKNOWN),
    )
    return items.annotate(last=Subquery(last, output_field=DateField())).filter(last__isnull=False)


def _owners(
    departments: dict[int, Department], today: dict[int, date]
) -> dict[tuple[str, str], dict[str, int]]:
    named = CaseClinician.objects.filter(case=OuterRef("case"), role=OuterRef("role")).order_by("id")
    rows = _open_items(departments).annotate(
        owner=Coalesce(Subquery(named.values("clinician__name")[:1]), "role")
    )
    grouped = rows.order_by().values_list("role", "owner", "case__department_id", "last")
    found: dict[tuple[str, str], dict[str, int]] = {}
    for role, owner, home, last, count in grouped.annotate(count=Count("id")):
        bucket = bucket_of((today[home] - last).days)
        own = found.setdefault((role, "" if owner == role else owner), dict.fromkeys(AGES, 0))
        own[bucket] += count
    return dict(sorted(found.items()))


def bucket_of(days: int) -> str:
    """The bucket of `AGES`; a session of tomorrow counts as today's."""
    return next(age for age, (_, most) in AGES.items() if most is None or days <= most)


def _queries(departments: dict[int, Department], today: dict[int, date]) -> list[dict[str, Any]]:
    rows = Query.objects.filter(case__department__in=departments, state=QueryState.OPEN).order_by(
        "asked_at", "id"
    )
    found = []
    for row in rows.values(
        "id", "asked_at", "clinician__name", "case_id", "case__number", "case__department_id"
    ):
        home = departments[row["case__department_id"]]
        asked = working_days.local_day(row["asked_at"], home)
        days = working_days.between(asked, today[home.pk])
        if level := level_of(home, days):
            found.append({**row, "days": days, "level": level})
    return found


def _write_offs(departments: dict[int, Department], today: dict[int, date]) -> list[dict[str, Any]]:
    found = []
    for home in departments.values():
        items = _past_write_off(home, today).order_by("last", "case_id", "position")
        for row in items.values(*WRITE_OFF_COLUMNS):
            found.append({**row, "days": (today[home.pk] - row["last"]).days})
    return found


def _past_write_off(home: Department, today: dict[int, date]) -> QuerySet[ChecklistItem]:
    limit = today[home.pk] - timedelta(days=home.write_off_days)
    return _open_items({home.pk: home}).filter(last__lt=limit)
