"""Which items may no longer change, because approved lines rest on them. Reads only; refusing is a service's part."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from casetracker.choices import LineDecision
from casetracker.models import BillingLine, Case, ChecklistItem, Packet
from casetracker.readiness import ITEM_FIELDS, ItemView, LineView, needs
from casetracker.selectors.review import supplement_of
from casetracker.workflow import LOCKED


@dataclass(frozen=True)
class _Locked:
    """Streams that are read only, and the keys of the lines that were approved and still stand."""

    streams: frozenset[str]
    keys: frozenset[str]


def locked_items(case: Case, items: Iterable[ChecklistItem]) -> dict[int, str]:
    """Item id -> claim stream whose approval rests on it; empty while nothing is approved.

    An item is locked by an approved line: a released line of an approved, handed-off or closed packet, and a line
    handed off before a supplement that is still on its way. When every line that needs an item is in such packets
    it is locked too, unless a held line there still waits for it.
    """
    lines = [
        LineView(**row)
        for row in BillingLine.objects.filter(case=case).values(*LineView.__dataclass_fields__)
    ]
    locked = _locked(case, lines) if lines else None
    if not locked:
        return {}
    found = {item.pk: _locking_stream(_view(item), lines, locked) for item in items}
    return {item: stream for item, stream in found.items() if stream}


def _locked(case: Case, lines: list[LineView]) -> _Locked | None:
    packets = list(Packet.objects.filter(case=case).annotate(handed=Count("handoffs")))
    streams = {packet.stream for packet in packets if packet.status in LOCKED}
    keys = {line.key for line in lines if line.stream in streams and line.decision == LineDecision.RELEASE}
    for packet in packets:
        late = supplement_of(packet) if packet.handed and packet.stream not in streams else None
        keys |= set(late.difference["handed_off"]) if late else set()
    return _Locked(frozenset(streams), frozenset(keys)) if streams or keys else None


def _locking_stream(item: ItemView, lines: list[LineView], locked: _Locked) -> str:
    needing = [line for line in lines if needs(item, line)]
    approved = [line.stream for line in needing if line.key in locked.keys]
    if approved:
        return approved[0]
    inside = [line.stream for line in needing if line.stream in locked.streams]
    waiting = any(_can_still_move(line, locked) for line in needing)
    return inside[0] if inside and not waiting else ""


def _can_still_move(line: LineView, locked: _Locked) -> bool:
    if line.decision == LineDecision.HOLD:
        return True
    return line.stream not in locked.streams and line.decision != LineDecision.DECLINE


def _view(item: ChecklistItem) -> ItemView:
    return ItemView.of({name: getattr(item, name) for name in ITEM_FIELDS})
