"""The factories reach every state through the real services."""

import pytest

from casetracker.choices import PacketStatus
from tests.factories import STATES, case_at

PACKETS = ("ready", "in_review", "returned", "approved", "handed_off", "closed")


@pytest.mark.parametrize("state", STATES)
def test_a_case_can_be_walked_to(state, world):
    case = case_at(state, world=world)
    if state in PACKETS:
        assert {packet.status for packet in case.packets.all()} == {PacketStatus(state)}
    open_items = state in ("suggested", "coded")
    assert (case.missing_required > 0) == open_items


@pytest.mark.parametrize("story", [2, 3, 4])
def test_every_story_reaches_approval(story, world):
    case = case_at("approved", story=story, world=world)
    assert {packet.status for packet in case.packets.all()} == {PacketStatus.APPROVED}
    assert not case.lines.exclude(decision="release").exists()
