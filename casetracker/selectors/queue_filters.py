"""The filters of the queue: what a person chose, and the same choice as a database condition. Reads nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from casetracker import workflow
from casetracker.choices import Modality, PacketStatus
from casetracker.models import Case, Packet
from casetracker.selectors.clinical_steps import OVERDUE, Home

S = PacketStatus
LATE = "late"
# The three views of the queue: what staff owe, what supervisors judge, everything.
VIEWS: dict[str, tuple[str, ...]] = {
    "work": (S.COLLECTING, S.RETURNED),
    "review": (S.READY, S.IN_REVIEW),
    "all": workflow.QUEUED,
}
# Days since the last session (or since opening): least and most, None = no limit.
AGES: dict[str, tuple[int, int | None]] = {
    "0-3": (0, 3),
    "4-7": (4, 7),
    "8-14": (8, 14),
    "15-30": (15, 30),
    "30+": (31, None),
}


@dataclass(frozen=True)
class QueueFilter:
    """One choice per dimension; "" or None leaves the dimension open."""

    view: str = "all"
    state: str = ""
    department: int | None = None
    modality: str = ""
    physician: int | None = None
    age: str = ""
    code: str = ""
    step: str = ""
    look: str = ""

    @classmethod
    def chosen(cls, values: Mapping[str, str], default_view: str) -> "QueueFilter":
        """From an address; a word that no filter knows leaves its dimension open."""
        return cls(
            view=_known(values.get("view"), VIEWS) or default_view,
            state=_known(values.get("state"), workflow.QUEUED),
            department=_number(values.get("department")),
            modality=_known(values.get("modality"), Modality.values),
            physician=_number(values.get("physician")),
            age=_known(values.get("age"), AGES),
            code=(values.get("code") or "")[:5].upper(),
            step=_known(values.get("step"), (OVERDUE,)),
            look=_known(values.get("look"), (LATE,)),
        )

    def without(self, dimension: str) -> "QueueFilter":
        return replace(self, **{dimension: QueueFilter.__dataclass_fields__[dimension].default})

    @property
    def states(self) -> tuple[str, ...]:
        """The packet states that are left; a file state that its view does not show is no filter."""
        wanted = VIEWS[self.view]
        return (self.state,) if self.state in wanted else wanted


def _known(value: str | None, words) -> str:
    return value if value and value in words else ""


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() and len(value) < 16 else None


def reach(states: tuple[str, ...]) -> tuple[str, ...]:
    """The values `Case.queue_state` can have when a packet is in one of these states: it is the most urgent one."""
    urgent = [workflow.URGENCY.index(state) for state in states]
    return workflow.URGENCY[: max(urgent) + 1] if urgent else ()


def in_states(states: tuple[str, ...]) -> Q:
    """Cases with a packet in one of these states; a case without a packet is collecting.

    `queue_state` narrows first, so that the index is used.
    """
    if set(states) >= set(workflow.QUEUED):
        return Q()
    packets = Packet.objects.filter(case_id=OuterRef("pk"))
    found = Q(Exists(packets.filter(status__in=states)))
    if S.COLLECTING in states:
        found |= ~Q(Exists(packets))
    return Q(queue_state__in=reach(states)) & found


def in_age(age: str, zones: Mapping[int, str], now: datetime) -> Q:
    """Cases whose last session, or opening, lies this many days back in the zone of their department.

    Needs the annotation `last_session`. zones: department id -> time zone.
    """
    found = Q(pk__in=[])
    for department_id, zone in zones.items():
        newest, oldest = age_days(age, now.astimezone(ZoneInfo(zone)).date())
        found |= Q(department_id=department_id) & _between(newest, oldest, ZoneInfo(zone))
    return found


def in_late_look(homes: Mapping[int, Home]) -> Q:
    """Cases with a packet that waits for its first look longer than the working days of their department."""
    found = Q(pk__in=[])
    ready = Packet.objects.filter(case_id=OuterRef("pk"), status=S.READY)
    for department_id, home in homes.items():
        next_day = home.latest_late_look + timedelta(days=1)
        late = ready.filter(submitted_at__lt=datetime.combine(next_day, time(), ZoneInfo(home.zone)))
        found |= Q(department_id=department_id) & Q(Exists(late))
    return found


def age_days(age: str, today: date) -> tuple[date | None, date | None]:
    """Newest and oldest day of a bucket; the youngest bucket has no newest day, the oldest no oldest."""
    least, most = AGES[age]
    newest = today - timedelta(days=least) if least else None
    return newest, None if most is None else today - timedelta(days=most)


def _between(newest: date | None, oldest: date | None, zone: ZoneInfo) -> Q:
    treated, opened = Q(last_session__isnull=False), Q(last_session__isnull=True)
    if newest is not None:
        treated &= Q(last_session__lte=newest)
        opened &= Q(opened_at__lt=datetime.combine(newest + timedelta(days=1), time(), zone))
    if oldest is not None:
        treated &= Q(last_session__gte=oldest)
        opened &= Q(opened_at__gte=datetime.combine(oldest, time(), zone))
    return treated | opened


def narrowed(cases: QuerySet[Case], chosen: QueueFilter) -> QuerySet[Case]:
    """All dimensions but age, clinical step and first look, which need the day of each department."""
    cases = cases.filter(in_states(chosen.states))
    if chosen.department is not None:
        cases = cases.filter(department_id=chosen.department)
    if chosen.modality:
        cases = cases.filter(modality=chosen.modality)
    if chosen.physician is not None:
        cases = cases.filter(queue_physician_id=chosen.physician)
    return cases.filter(queue_codes__code=chosen.code) if chosen.code else cases
