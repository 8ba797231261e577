"""The stored reading of a case that the queue shows: packets, counters, state, physician, codes, clinical step.

Other services call `refresh` inside their transaction after anything that can change it. Nothing else writes
these columns; `manage.py recount` recomputes and compares them. No history is written here: the service that
caused the change writes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from casetracker import readiness, workflow
from casetracker.choices import CaseRole, Halt, LineDecision, PacketStatus
from casetracker.clinical import clinical_state
from casetracker.clinical_clocks import running
from casetracker.models import Case, CaseClinician, ChecklistItem, Packet, QueueCode
from casetracker.readiness import ITEM_FIELDS, ItemView, LineView, Standing
from casetracker.selectors.course_facts import course_facts
from casetracker.selectors.lines import lines_of


@dataclass
class Reading:
    """What the stored columns of one case should be.

    packets: open required items by stream, for every stream that has lines.
    """

    packets: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    columns: dict[str, Any] = field(default_factory=dict)


def refresh(*, case: Case) -> bool:
    """Bring packets, counters, queue columns and queue codes of this case up to date; True if anything changed.

    Reads with a fixed number of statements and writes only differences. Packets are created for streams that
    gained their first line. The columns are also set on `case`.
    """
    reading = read(case)
    changed = _write_packets(case, reading)
    changed |= _write_codes(case, reading.codes)
    return _write_columns(case, reading.columns) or changed


def read(case: Case) -> Reading:
    """Recompute everything `refresh` stores, from evaluation, lines, items and packets; writes nothing."""
    lines = lines_of(case)
    items = [
        ItemView.of(row)
        for row in ChecklistItem.objects.filter(case=case, condition__in=readiness.JUDGED_CONDITIONS).values(
            *ITEM_FIELDS
        )
    ]
    owed = {
        stream: readiness.open_required(Standing(stream, lines, items))
        for stream in sorted({line.stream for line in lines})
    }
    reading = Reading(
        packets={stream: len(found) for stream, found in owed.items()},
        statuses=dict(Packet.objects.filter(case=case).values_list("stream", "status")),
        codes={line.code for line in lines},
    )
    missing = len({item.id for found in owed.values() for item in found})
    reading.columns = _columns(case, reading, lines, missing) | _clinical_step(case, items)
    return reading


def _columns(case: Case, reading: Reading, lines: Iterable[LineView], missing: int) -> dict[str, Any]:
    state = queue_state(reading.statuses, lines)
    queued = bool(state) and case.halt != Halt.CANCELLED
    return {
        "missing_required": missing,
        "queue_state": state if queued else "",
        "queued_at": _queued_at(case, queued),
        "queue_physician_id": _radiation_oncologist(case),
    }


def _clinical_step(case: Case, items: Iterable[ItemView]) -> dict[str, Any]:
    """The step of the clinical track that is owed now, and the day its clock counts from."""
    facts = course_facts(case)
    found = running(clinical_state(facts, case.halt), facts, items, case.department.time_zone)
    return {"clinical_step": found.step, "clinical_from": found.start}


def _queued_at(case: Case, queued: bool) -> datetime | None:
    return case.opened_at if queued else None


def queue_state(statuses: dict[str, str], lines: Iterable[LineView]) -> str:
    """The most urgent state among the packets that still carry a line; "" when the case has left the queue.

    A case without any line still needs work: its facts do not give a suggestion yet.
    """
    lines = list(lines)
    if not lines:
        return PacketStatus.COLLECTING
    carried = {line.stream for line in lines if line.decision != LineDecision.DECLINE}
    found = {statuses.get(stream, PacketStatus.COLLECTING) for stream in carried}
    return next((state for state in workflow.URGENCY if state in found), "")


def _radiation_oncologist(case: Case) -> int | None:
    return (
        CaseClinician.objects.filter(case=case, role=CaseRole.RADIATION_ONCOLOGIST)
        .order_by("id")
        .values_list("clinician_id", flat=True)
        .first()
    )


def _write_packets(case: Case, reading: Reading) -> bool:
    """Create missing packets and store the counters. A packet that lost its lines goes if nobody worked on it."""
    gone = Packet.objects.filter(
        case=case,
        status=PacketStatus.COLLECTING,
        submitted_at__isnull=True,
        decisions__isnull=True,
        handoffs__isnull=True,
        version=1,
    ).exclude(stream__in=reading.packets)
    removed = gone.delete()[0] if set(reading.statuses) - set(reading.packets) else 0
    new = [stream for stream in reading.packets if stream not in reading.statuses]
    Packet.objects.bulk_create(
        Packet(case=case, stream=stream, open_required=reading.packets[stream]) for stream in new
    )
    changed = 0
    for packet_id, stream, stored in Packet.objects.filter(case=case).values_list(
        "id", "stream", "open_required"
    ):
        wanted = reading.packets.get(stream, 0)
        if wanted != stored:
            changed += Packet.objects.filter(pk=packet_id).update(open_required=wanted)
    return bool(new or removed or changed)


def _write_codes(case: Case, wanted: set[str]) -> bool:
    stored = set(QueueCode.objects.filter(case=case).values_list("code", flat=True))
    if stored - wanted:
        QueueCode.objects.filter(case=case, code__in=stored - wanted).delete()
    QueueCode.objects.bulk_create(QueueCode(case=case, code=code) for code in sorted(wanted - stored))
    return stored != wanted


def _write_columns(case: Case, columns: dict[str, Any]) -> bool:
    stored = Case.objects.filter(pk=case.pk).values(*columns).get()
    for name, value in columns.items():
        setattr(case, name, value)
    if stored == columns:
        return False
    return bool(Case.objects.filter(pk=case.pk).update(**columns))


def differences(case: Case) -> list[str]:
    """What is stored differently from what it should be, in words; empty when the counters are right."""
    reading = read(case)
    stored = Case.objects.filter(pk=case.pk).values(*reading.columns).get()
    found = [
        f"{name}: stored {stored[name]}, should be {value}"
        for name, value in reading.columns.items()
        if stored[name] != value
    ]
    counters = dict(Packet.objects.filter(case=case).values_list("stream", "open_required"))
    found += [
        f"packet {stream}: stored {counters.get(stream, 'no packet')}, should be {wanted} open"
        for stream, wanted in reading.packets.items()
        if counters.get(stream) != wanted
    ]
    codes = set(QueueCode.objects.filter(case=case).values_list("code", flat=True))
    if codes != reading.codes:
        found.append(f"codes: stored {sorted(codes)}, should be {sorted(reading.codes)}")
    return found
