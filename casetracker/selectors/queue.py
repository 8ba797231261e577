"""The queue: cases that need work or review, as values, in pages that start after a key, with honest counts.

Filters are in `queue_filters.py`. Counts are taken from the same rows as the list; beyond `MOST_COUNTED` cases no
option shows a count, because none would be exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, Exists, Max, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from casetracker import working_days
from casetracker.choices import PacketStatus, QueryState
from casetracker.clinical import GIVEN
from casetracker.models import (
    Case,
    Packet,
    Query,
    QueueCode,
    SafetyNotice,
    TreatmentSession,
    User,
)
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.ageing import level_within
from casetracker.selectors.clinical_steps import OVERDUE, Home, days_over, homes_of, overdue
from casetracker.selectors.keyset import behind, key_of
from casetracker.selectors.queue_counts import Counts, Entry, facet_counts, total_of
from casetracker.selectors.queue_filters import AGES, LATE, QueueFilter, in_age, in_late_look, narrowed

PAGE = 50
MOST_COUNTED = 1000
Packets = dict[int, list[tuple[str, str, int, datetime | None]]]
Homes = dict[int, Home]


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue.

    rows: values with `days`, `packets` [(stream, status, open_required)], `oldest_query` (days or None),
    `first_look_late`, `escalated` (lead, director or "") and `step_over` (days the clinical step is overdue).
    counts: dimension -> value -> number of cases; None beyond `MOST_COUNTED`. physicians, departments: id -> name.
    total: cases under the present filter; None = more than `MOST_COUNTED`. after: key of the next page or "".
    """

    rows: list[dict[str, Any]]
    counts: Counts | None
    total: int | None
    after: str
    physicians: dict[int, str] = field(default_factory=dict)
    departments: dict[int, str] = field(default_factory=dict)


def queue_page(user: User, chosen: QueueFilter, after: str = "", now: datetime | None = None) -> QueuePage:
    """The page of cases this person may see, oldest first, starting behind the key `after`.

    At most six statements, whatever the number of cases.
    """
    now = now or timezone.now()
    departments = access_of(user).departments_with(CHART_ROLES)
    homes = homes_of(departments, now)
    queued = _queued(departments)
    light = _light(queued, chosen)
    few = len(light) <= MOST_COUNTED
    rows = _rows(_filtered(queued, chosen, homes, now), after)
    page, rest = rows[:PAGE], rows[PAGE:]
    packets = _packets([row["id"] for row in (light if few else page)])
    entries = [_entry(row, packets, homes, now) for row in light] if few else []
    counts = facet_counts(entries, chosen) if few else None
    if counts is not None:
        counts["code"] = _code_counts(queued, chosen, homes, now)
    return QueuePage(
        rows=[_shown(row, packets, homes, now) for row in page],
        counts=counts,
        total=None if counts is None else total_of(counts, chosen),
        after=key_of(page[-1]["queued_at"], page[-1]["id"]) if rest else "",
        physicians=_names(light, "queue_physician_id", "queue_physician__name"),
        departments=_names(light, "department_id", "department__name"),
    )


def _queued(departments: list[int]) -> QuerySet[Case]:
    last = (
        TreatmentSession.objects.filter(case_id=OuterRef("pk"), removed_at=None, status__in=GIVEN)
        .order_by()
        .values("case_id")
        .annotate(last=Max("date"))
        .values("last")
    )
    cases = Case.objects.filter(department_id__in=departments, queued_at__isnull=False)
    return cases.annotate(last_session=Subquery(last, output_field=DateField())).order_by("queued_at", "id")


def _light(queued: QuerySet[Case], chosen: QueueFilter) -> list[dict[str, Any]]:
    """One more than can be counted, with the values of every dimension but the code, which is filtered here."""
    cases = queued.filter(queue_codes__code=chosen.code) if chosen.code else queued
    return list(
        cases.values(
            "id",
            "department_id",
            "department__name",
            "department__time_zone",
            "queue_state",
            "modality",
            "queue_physician_id",
            "queue_physician__name",
            "opened_at",
            "last_session",
            "clinical_step",
            "clinical_from",
        )[: MOST_COUNTED + 1]
    )


def _filtered(queued: QuerySet[Case], chosen: QueueFilter, homes: Homes, now: datetime) -> QuerySet[Case]:
    cases = narrowed(queued, chosen)
    if chosen.step:
        cases = cases.filter(overdue(homes))
    if chosen.look:
        cases = cases.filter(in_late_look(homes))
    if not chosen.age:
        return cases
    return cases.filter(in_age(chosen.age, {key: home.zone for key, home in homes.items()}, now))


def _rows(cases: QuerySet[Case], after: str) -> list[dict[str, Any]]:
    oldest = (
        Query.objects.filter(case_id=OuterRef("pk"), state=QueryState.OPEN)
        .order_by()
        .values("case_id")
        .annotate(oldest=Min("asked_at"))
        .values("oldest")
    )
    return list(
        behind(cases, after, "queued_at")
        .annotate(query_asked_at=Subquery(oldest), notice=Exists(_notices()))
        .values(
            "id",
            "number",
            "patient__name",
            "patient__record_number",
            "modality",
            "queue_physician__name",
            "date_of_service",
            "opened_at",
            "queued_at",
            "last_session",
            "missing_required",
            "query_asked_at",
            "notice",
            "department_id",
            "clinical_step",
            "clinical_from",
            "department__query_days",
            "department__lead_days",
            "department__director_days",
            "department__name",
            "department__time_zone",
        )[: PAGE + 1]
    )


def _notices() -> QuerySet[SafetyNotice]:
    return SafetyNotice.objects.filter(case=OuterRef("pk"), settled_at=None)


def _packets(ids: Iterable[int]) -> Packets:
    found: Packets = {}
    rows = Packet.objects.filter(case_id__in=list(ids)).order_by("case_id", "stream")
    for case_id, *packet in rows.values_list("case_id", "stream", "status", "open_required", "submitted_at"):
        found.setdefault(case_id, []).append(tuple(packet))
    return found


def days_waiting(row: dict[str, Any], now: datetime) -> int:
    """Days since the last session, or since the case was opened, in the zone of its department; never below 0."""
    zone = ZoneInfo(row["department__time_zone"])
    began: date = row["last_session"] or row["opened_at"].astimezone(zone).date()
    return max((now.astimezone(zone).date() - began).days, 0)


def _entry(row: dict[str, Any], packets: Packets, homes: Homes, now: datetime) -> Entry:
    days, mine = days_waiting(row, now), packets.get(row["id"], [])
    statuses = {status for _, status, _, _ in mine} or {PacketStatus.COLLECTING}
    return Entry(
        id=row["id"],
        department=row["department_id"],
        queue_state=row["queue_state"],
        modality=row["modality"],
        physician=row["queue_physician_id"],
        age=next(age for age, (_, most) in AGES.items() if most is None or days <= most),
        statuses=frozenset(statuses),
        step=OVERDUE if days_over(row, homes) else "",
        look=LATE if _first_look_late(mine, homes[row["department_id"]]) else "",
    )


def _first_look_late(packets: list[tuple[str, str, int, datetime | None]], home: Home) -> bool:
    """Whether a ready packet waits longer than the working days of its department."""
    since = [at for _, status, _, at in packets if status == PacketStatus.READY and at is not None]
    return bool(since) and min(since).astimezone(ZoneInfo(home.zone)).date() <= home.latest_late_look


def _code_counts(queued: QuerySet[Case], chosen: QueueFilter, homes: Homes, now: datetime) -> dict[str, int]:
    cases = _filtered(queued, chosen.without("code"), homes, now).order_by().values("pk")
    rows = (
        QueueCode.objects.filter(case__in=cases).values("code").annotate(cases=Count("case")).order_by("code")
    )
    return {row["code"]: row["cases"] for row in rows}


def _shown(row: dict[str, Any], packets: Packets, homes: Homes, now: datetime) -> dict[str, Any]:
    zone = ZoneInfo(row["department__time_zone"])
    asked, today = row["query_asked_at"], now.astimezone(zone).date()
    return {
        **row,
        "days": days_waiting(row, now),
        "step_over": days_over(row, homes),
        "packets": [packet[:3] for packet in packets.get(row["id"], [])],
        "oldest_query": (today - asked.astimezone(zone).date()).days if asked else None,
        "first_look_late": _first_look_late(packets.get(row["id"], []), homes[row["department_id"]]),
        "escalated": _escalated(row, zone, today),
    }


def _escalated(row: dict[str, Any], zone: ZoneInfo, today: date) -> str:
    """Who hears of the oldest query beside the one who asked: lead, director or empty."""
    if row["query_asked_at"] is None:
        return ""
    days = working_days.between(row["query_asked_at"].astimezone(zone).date(), today)
    names = ("query_days", "lead_days", "director_days")
    level = level_within(tuple(row[f"department__{name}"] for name in names), days)  # type: ignore[arg-type]
    return "" if level == "reminder" else level


def _names(rows: list[dict[str, Any]], key: str, name: str) -> dict[int, str]:
    return dict(sorted(((row[key], row[name]) for row in rows if row[key]), key=lambda pair: pair[1]))
