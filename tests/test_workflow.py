"""The workflow tables: which moves exist, that nothing is a dead end, and that the diagram is current."""

import pytest
from django.core.management import call_command

from casetracker import workflow
from casetracker.choices import PacketStatus, Role
from casetracker.errors import WrongState

# Every state, and the names of the moves that leave it: the whole truth, written out once.
TRUTH = {
    "collecting": {"submit"},
    "ready": {"withdraw", "take"},
    "in_review": {"take_over", "return", "approve"},
    "returned": {"submit"},
    "approved": {"hand_off", "reopen"},
    "handed_off": {"confirm", "send_back", "reopen", "supplement"},
    "closed": {"reopen", "supplement"},
}


@pytest.mark.parametrize("status", PacketStatus.values)
def test_each_state_has_exactly_these_ways_out(status):
    assert {move.name for move in workflow.moves_from(status)} == TRUTH[status]


@pytest.mark.parametrize("status", PacketStatus.values)
@pytest.mark.parametrize("name", workflow.MOVES)
def test_a_move_is_possible_from_its_own_states_only(name, status):
    if name in TRUTH[status]:
        assert workflow.move(name, status).name == name
        return
    with pytest.raises(WrongState, match="Possible now:"):
        workflow.move(name, status)


def test_every_state_can_be_reached_from_the_start():
    reached, edge = set(), {"collecting"}
    while edge:
        reached |= edge
        edge = {move.target for status in edge for move in workflow.moves_from(status)} - reached
    assert reached == set(PacketStatus.values)


def test_every_state_has_an_owner_and_is_queued_or_locked():
    assert set(workflow.OWNERS) == set(PacketStatus)
    assert set(workflow.QUEUED) | set(workflow.LOCKED) == set(PacketStatus)
    assert not set(workflow.QUEUED) & set(workflow.LOCKED)
    assert set(workflow.URGENCY) == set(workflow.QUEUED)


def test_who_prepares_does_not_decide():
    assert workflow.MOVES["submit"].roles == (Role.STAFF, Role.CODER)
    for name in ("take", "take_over", "return", "approve", "reopen"):
        assert workflow.MOVES[name].roles == (Role.SUPERVISOR,)
    for name in ("confirm", "send_back"):
        assert workflow.MOVES[name].roles == (Role.BILLING,)
    assert workflow.MOVES["supplement"].roles == (Role.CODER,)


def test_every_way_back_needs_a_reason():
    for name in ("return", "send_back", "reopen"):
        assert workflow.MOVES[name].needs_reason


def test_the_diagram_is_current():
    call_command("workflow_diagram", "--check")


def test_an_old_diagram_is_noticed(monkeypatch, tmp_path):
    from casetracker.management.commands import workflow_diagram

    old = tmp_path / "workflow.md"
    old.write_text("old")
    monkeypatch.setattr(workflow_diagram, "FILE", old)
    with pytest.raises(SystemExit):
        call_command("workflow_diagram", "--check")
