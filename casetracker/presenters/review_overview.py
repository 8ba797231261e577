"""The packets of a case side by side: where each is, what is missing, what can be done next."""

from typing import Any

from casetracker import readiness, workflow
from casetracker.choices import LineDecision, PacketStatus
from casetracker.models import Packet, User
from casetracker.presenters.review_page import Person, next_step, stops_of
from casetracker.readiness import Standing
from casetracker.selectors.review_sheet import review_sheet
from casetracker.templatetags.badges import look

SHOWN = 5


def overview_context(user: User, packets: list[Packet]) -> dict[str, Any]:
    """cards: one per packet. Each reads its own sheet; a case has at most four packets."""
    return {"cards": [_card(user, packet) for packet in packets]}


def _card(user: User, packet: Packet) -> dict[str, Any]:
    sheet = review_sheet(user, packet)
    stops = stops_of(sheet)
    step = next_step(sheet, Person.of(user, sheet), stops)
    return {
        "packet": packet,
        "tone": look("packet", packet.status).tone,
        "owner": workflow.OWNERS[PacketStatus(packet.status)],
        "released": [line for line in sheet.lines if line.decision == LineDecision.RELEASE],
        "held": [line for line in sheet.lines if line.decision == LineDecision.HOLD],
        "declined": [line for line in sheet.lines if line.decision == LineDecision.DECLINE],
        "undecided": sheet.undecided,
        "done": _done(sheet.standing),
        "needed": len(_needed(sheet.standing)),
        "stops": stops[:SHOWN],
        "more": max(len(stops) - SHOWN, 0),
        "next": step,
    }


def _needed(standing: Standing) -> list[readiness.ItemView]:
    live = [line for line in standing.own_lines if line.live]
    return [item for item in readiness.items_for(standing.items, live) if item.severity == "required"]


def _done(standing: Standing) -> int:
    return sum(not readiness.is_open(item) for item in _needed(standing))
