"""Counts for the first page, of the departments and roles of one person. Capped."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from casetracker import workflow
from casetracker.choices import PacketStatus, QueryState, Role
from casetracker.models import Case, Query, User
from casetracker.navigation import CODING_FILES
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.ageing import escalated
from casetracker.selectors.billing_work import BillingWork, billing_work
from casetracker.selectors.clinical_steps import late_counts
from casetracker.selectors.notices import count_open
from casetracker.selectors.owed import due_counts
from casetracker.selectors.queue_filters import in_states
from casetracker.selectors.reference import to_publish
from casetracker.selectors.reminders import first_looks_late

CAP = 500
OLDEST = 6


@dataclass(frozen=True)
class Work:
    """packets: packet state -> cases (up to CAP each); oldest: queued cases that waited longest, as values.

    owed: own open items by when they are due (see `selectors.owed`). to_publish: releases of billing files that wait
    for another person than the one who loaded them. notices: open notices to radiation safety.

    steps: overdue clinical steps, own and all (up to CAP each). file_steps: what is past its day on the way of a
    file: waiting (packets for a first look), lead and director (queries), write_offs (items).
    """

    packets: dict[str, int] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)
    unanswered: int = 0
    billing: BillingWork = field(default_factory=BillingWork)
    to_publish: int = 0
    notices: int = 0
    steps: dict[str, int] = field(default_factory=dict)
    file_steps: dict[str, int] = field(default_factory=dict)
    oldest: list[dict[str, Any]] = field(default_factory=list)


def my_work(user: User) -> Work:
    """At most 24 reads, one more per further department of compliance; none of what the person may not see."""
    access, now = access_of(user), timezone.now()
    charts = access.departments_with(CHART_ROLES)
    billing = access.departments_with([Role.BILLING])
    return Work(
        packets=_packets(charts) if charts else {},
        owed=due_counts(user, now).counts if charts else {},
        unanswered=_capped(Query.objects.filter(case__department__in=charts, state=QueryState.OPEN))
        if charts
        else 0,
        billing=billing_work(billing) if billing else BillingWork(),
        to_publish=to_publish(user) if access.any_role(*CODING_FILES) else 0,
        notices=count_open(user) if charts else 0,
        steps=late_counts(user, now, CAP) if charts else {},
        file_steps=_file_steps(user, now) if charts else {},
        oldest=_oldest(charts, access.any_role(Role.SUPERVISOR)) if charts else [],
    )


def _file_steps(user: User, now: datetime) -> dict[str, int]:
    return {"waiting": first_looks_late(user, now), **escalated(user, now)}


def _packets(departments: list[int]) -> dict[str, int]:
    """Cases per packet state, exactly as the queue lists them."""
    queued = Case.objects.filter(department__in=departments, queued_at__isnull=False)
    return {status: _capped(queued.filter(in_states((status,)))) for status in workflow.QUEUED}


def _capped(rows: Any) -> int:
    return rows[:CAP].count()


def _oldest(departments: list[int], supervising: bool) -> list[dict[str, Any]]:
    """What waited longest: for a supervisor packets to judge, for everybody else cases to complete."""
    wanted = (
        (PacketStatus.READY, PacketStatus.IN_REVIEW)
        if supervising
        else (PacketStatus.RETURNED, PacketStatus.COLLECTING)
    )
    queued = Case.objects.filter(department__in=departments, queued_at__isnull=False, queue_state__in=wanted)
    columns = (
        "id",
        "number",
        "patient__name",
        "queue_state",
        "queued_at",
        "missing_required",
        "machine__name",
    )
    return list(queued.order_by("queued_at", "id").values(*columns)[:OLDEST])
