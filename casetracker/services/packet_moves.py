"""How a packet changes state: the table allows it, nobody else moved it meanwhile, the history says so.

Shared by review and handoff. Who may do it, and what must hold, is checked by the service that calls.
"""

from typing import Any

from django.db.models import F

from casetracker import workflow
from casetracker.choices import PacketStatus
from casetracker.errors import Stale
from casetracker.models import Packet, User
from casetracker.services.hand_overs import follow_packet
from casetracker.services.history import write_revision


def move_packet(packet: Packet, name: str, **values: Any) -> None:
    """Make the move `name` and store `values` beside it, or raise WrongState (not from here) or Stale (moved)."""
    step = workflow.move(name, packet.status)
    moved = Packet.objects.filter(pk=packet.pk, version=packet.version, status=packet.status).update(
        status=step.target, version=F("version") + 1, **values
    )
    if not moved:
        raise Stale("Somebody else moved this packet while you worked. Reload the page to see where it is.")
    case = packet.case
    packet.refresh_from_db()
    packet.case = case


def record_move(packet: Packet, *, by: User, action: str, before: str, **difference: Any) -> None:
    """One revision and one audit event for a move that was just made, and the hand-over that it stands for."""
    words = f"{packet.get_stream_display()} packet: {PacketStatus(packet.status).label.lower()}"
    body = {"packet": packet.stream, "status": [before, packet.status], **difference}
    follow_packet(packet=packet, by=by, action=action)
    write_revision(case=packet.case, by=by, action=action, summary=words, difference=body)
