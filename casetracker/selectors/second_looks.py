"""Packets of a month that a second person looks at, with the reason of each. Reads only.

A packet belongs to the month, by the clock of its department, in which its first version was approved. The random
share is drawn when the month is over, so that it never changes afterwards; the other reasons count at once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from casetracker import working_days
from casetracker.choices import CaseRole, EntryType, HandoffState, Role
from casetracker.errors import NotFound
from casetracker.models import CaseClinician, Department, Document, Handoff, Packet, SecondLook, User
from casetracker.second_look import (
    DRAWN,
    FIRST_CASE,
    LATE,
    MOST_LATE_ENTRIES,
    drawn,
    is_late,
    next_month,
    special,
)
from casetracker.selectors.access import access_of

READERS = (Role.SUPERVISOR, Role.COMPLIANCE)
PHYSICIANS = (CaseRole.RADIATION_ONCOLOGIST, CaseRole.NEUROSURGEON)
WITH_BILLING = (HandoffState.READY, HandoffState.RECEIVED)
SPARE = timedelta(days=1)  # no clock of a department differs more from UTC


@dataclass
class Chosen:
    """One packet in the list. look: the recorded outcome, None while it is open. approvers: of all its versions."""

    packet: Packet
    approved_on: date
    reasons: list[str] = field(default_factory=list)
    approvers: dict[int, str] = field(default_factory=dict)
    look: SecondLook | None = None
    waiting: bool = False  # its file is not drawn yet, so billing has nothing; it counts for the draw

    def approved_by(self, user: User) -> bool:
        return user.pk in self.approvers


def second_looks(user: User, month: date, now: datetime) -> list[Chosen]:
    """Of the departments that the person supervises or is compliance of: open ones first. Six queries.

    month: its first day.
    """
    wanted = access_of(user).departments_with(READERS)
    homes = Department.objects.in_bulk(wanted) if wanted else {}
    found = [row for row in _of_month(homes, month, now) if row.reasons and not row.waiting]
    return sorted(found, key=lambda row: (row.look is not None, row.approved_on, row.packet.pk))


def second_look_of(packet: Packet, now: datetime) -> Chosen:
    """One packet with its reasons; NotFound when it is not in the list of its month."""
    home = packet.case.department
    first = Handoff.objects.filter(packet=packet, version=1).first()
    if first is not None:
        month = working_days.local_day(first.approved_at, home).replace(day=1)
        for row in _of_month({home.pk: home}, month, now):
            if row.packet.pk == packet.pk and row.reasons and not row.waiting:
                return row
    raise NotFound("This packet was not chosen for a second look.")


def _of_month(homes: dict[int, Department], month: date, now: datetime) -> list[Chosen]:
    rows = _handed_off(homes, month)
    by_packet = {row.packet.pk: row for row in rows}
    for home in homes.values():
        own = [row.packet.pk for row in rows if row.packet.case.department_id == home.pk]
        if working_days.local_day(now, home) >= next_month(month):
            for packet in drawn(month, own, home.second_look_share):
                by_packet[packet].reasons.append(DRAWN)
    _add_codes(by_packet)
    _add_late_entries(homes, rows)
    _add_first_cases(rows)
    for look in SecondLook.objects.filter(packet__in=by_packet).select_related("by"):
        row = by_packet[look.packet_id]
        row.look, row.reasons = look, look.reasons
    return rows


def _handed_off(homes: dict[int, Department], month: date) -> list[Chosen]:
    """Packets whose first version was approved in the month. One query."""
    begin = datetime(month.year, month.month, 1, tzinfo=UTC) - SPARE
    end = datetime(*next_month(month).timetuple()[:3], tzinfo=UTC) + SPARE
    firsts = Handoff.objects.filter(
        version=1, approved_at__gte=begin, approved_at__lt=end, packet__case__department__in=homes
    )
    firsts = firsts.select_related("packet__case__department")
    found = []
    for first in firsts.defer("snapshot").order_by("approved_at", "id"):
        day = working_days.local_day(first.approved_at, homes[first.packet.case.department_id])
        if day.replace(day=1) == month:
            found.append(Chosen(first.packet, day, waiting=first.state == HandoffState.PENDING))
    return found


def _add_codes(rows: dict[int, Chosen]) -> None:
    """Codes of any version that was approved, and who approved it: only the lines are read. One query."""
    versions = Handoff.objects.filter(packet__in=rows).order_by("version")
    codes: dict[int, list[str]] = defaultdict(list)
    names = ("packet_id", "approved_by_id", "approved_by__full_name")
    for packet, person, name, *groups in versions.values_list(
        *names, "snapshot__professional", "snapshot__technical"
    ):
        rows[packet].approvers[person] = name
        codes[packet] += [line["code"] for group in groups for line in group or ()]
    for packet, found in codes.items():
        rows[packet].reasons += special(found)


def _add_late_entries(homes: dict[int, Department], rows: list[Chosen]) -> None:
    """Late entries of the case count for each of its packets. One query."""
    cases = {row.packet.case_id: homes[row.packet.case.department_id] for row in rows}
    dated = Q(service_date__isnull=False, written_at__isnull=False)
    documents = Document.objects.filter(
        Q(entry_type=EntryType.LATE_ENTRY) | dated, case__in=cases, removed_at=None
    )
    count: Counter[int] = Counter()
    for case, kind, service, written in documents.order_by().values_list(
        "case_id", "entry_type", "service_date", "written_at"
    ):
        day = working_days.local_day(written, cases[case]) if written else None
        count[case] += is_late(kind, service, day, cases[case].late_entry_days)
    for row in rows:
        if count[row.packet.case_id] > MOST_LATE_ENTRIES:
            row.reasons.append(LATE.format(count[row.packet.case_id]))


def _add_first_cases(rows: list[Chosen]) -> None:
    """Both physicians of a case of which the department handed off nothing earlier with their name. One query."""
    names: dict[int, list[str]] = defaultdict(list)
    for case, name in _newcomers({row.packet.case_id for row in rows}):
        if name not in names[case]:
            names[case].append(name)
    for row in rows:
        row.reasons += [FIRST_CASE.format(name) for name in names[row.packet.case_id]]


def _newcomers(cases: Iterable[int]) -> QuerySet[CaseClinician, tuple[Any, ...]]:
    """(case, name of the physician), one for each role."""
    approved = Handoff.objects.filter(packet__case=OuterRef("case"), version=1).order_by()
    first = approved.values("packet__case").annotate(first=Min("approved_at")).values("first")
    earlier = Handoff.objects.filter(
        version=1,
        approved_at__lt=OuterRef("first"),
        packet__case__department=OuterRef("case__department"),
        packet__case__team__clinician=OuterRef("clinician"),
        packet__case__team__role__in=PHYSICIANS,
    )
    team = CaseClinician.objects.filter(case__in=cases, role__in=PHYSICIANS)
    team = team.annotate(first=Subquery(first)).exclude(Exists(earlier)).order_by("case", "id")
    return team.values_list("case_id", "clinician__name")


def may_be_overpaid(packet: Packet) -> bool:
    """Whether billing has a version of the case, so that an overpayment can be suspected. One query."""
    return Handoff.objects.filter(packet__case=packet.case_id, state__in=WITH_BILLING).exists()


def error_text(packet_id: int, case_id: int) -> str:
    """What a second look found wrong, to begin a suspicion with; empty where there is none."""
    found = SecondLook.objects.filter(packet=packet_id, packet__case=case_id, outcome="error")
    return found.values_list("text", flat=True).first() or ""
