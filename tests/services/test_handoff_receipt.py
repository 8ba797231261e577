"""Receiving, returning and downloading a handoff: each works, each refusal says why, one history entry."""

import pytest

from casetracker.choices import HandoffState, PacketStatus
from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.models import AuditEvent, BillingLine, CaseRevision, Handoff
from casetracker.services import handoff as services
from casetracker.services import review
from tests.cast import *  # noqa: F403
from tests.handoff.versions import held_and_handed_off, history, supplemented
from tests.packets import approve, approved, desk, in_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(world):
    return desk(world, demo=True)


@pytest.fixture
def packet(made, world):
    return approved(made, world)


@pytest.fixture
def ready(packet) -> Handoff:
    services.draw_pending()
    return Handoff.objects.get()


# --- receipt


def test_confirming_receipt_closes_the_packet(made, ready, bea):
    before = history(made)
    services.confirm_receipt(handoff=ready, by=bea, row_version=ready.row_version, claim_reference=" B-77 ")
    assert (ready.state, ready.received_by, ready.claim_reference) == (HandoffState.RECEIVED, bea, "B-77")
    assert made.packet().status == PacketStatus.CLOSED
    assert history(made) == (before[0] + 1, before[1] + 1)
    last = CaseRevision.objects.order_by("version").last()
    assert (last.action, last.by) == ("handoff.received", bea)
    assert last.difference == {"packet": "facility", "status": ["handed_off", "closed"], "version": 1}


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "carl", "ada", "noor", "conrad"])
def test_only_billing_of_the_department_receives(ready, world, who):
    with pytest.raises(NotAllowed, match="Receiving a handoff needs the role billing in North Hospital"):
        services.confirm_receipt(handoff=ready, by=world.people[who], row_version=ready.row_version)
    with pytest.raises(NotAllowed, match="needs the role billing"):
        services.send_back(handoff=ready, by=world.people[who], row_version=ready.row_version, reason="No.")


def test_a_file_that_is_still_drawn_cannot_be_received(packet, bea):
    waiting = Handoff.objects.get()
    with pytest.raises(WrongState, match="This version is waiting for the file; there is nothing to receive"):
        services.confirm_receipt(handoff=waiting, by=bea, row_version=waiting.row_version)


def test_receipt_is_confirmed_once(ready, bea):
    services.confirm_receipt(handoff=ready, by=bea, row_version=ready.row_version)
    with pytest.raises(WrongState, match="received by billing"):
        services.confirm_receipt(handoff=ready, by=bea, row_version=ready.row_version)


def test_a_stale_page_confirms_nothing(made, ready, bea):
    before = history(made)
    with pytest.raises(Stale, match="Somebody else worked on this handoff meanwhile"):
        services.confirm_receipt(handoff=ready, by=bea, row_version=ready.row_version - 1)
    ready.refresh_from_db()
    assert ready.state == HandoffState.READY
    assert made.packet().status == PacketStatus.HANDED_OFF
    assert history(made) == before
    assert AuditEvent.objects.filter(action="handoff.received", outcome="refused").count() == 1


def test_a_reopened_packet_is_not_received(made, ready, sam, bea):
    review.reopen(packet=made.packet(), by=sam, reason="Wrong date.")
    with pytest.raises(WrongState, match="A packet that is collecting cannot do this"):
        services.confirm_receipt(handoff=ready, by=bea, row_version=ready.row_version)


def test_a_version_is_received_while_its_supplement_is_prepared(world, cora, bea):
    made, first = held_and_handed_off(world)
    key = BillingLine.objects.get(code="77295").key
    review.supplement(packet=made.packet(), by=cora, lines=[key], note="Signed now.")
    services.confirm_receipt(handoff=first, by=bea, row_version=first.row_version)
    assert (first.state, made.packet().status) == (HandoffState.RECEIVED, PacketStatus.READY)


def test_the_packet_closes_with_the_last_version_that_waits(world, bea):
    made, first = held_and_handed_off(world)
    second = supplemented(made, world)
    services.draw_pending()
    first.refresh_from_db()
    services.confirm_receipt(handoff=first, by=bea, row_version=first.row_version)
    assert made.packet().status == PacketStatus.HANDED_OFF
    second.refresh_from_db()
    services.confirm_receipt(handoff=second, by=bea, row_version=second.row_version)
    assert made.packet().status == PacketStatus.CLOSED


# --- return


def test_billing_returns_a_summary_with_its_reason(made, ready, bea):
    before = history(made)
    services.send_back(handoff=ready, by=bea, row_version=ready.row_version, reason=" 77295 has no date. ")
    assert (ready.state, ready.returned_by, ready.return_reason) == (
        HandoffState.RETURNED,
        bea,
        "77295 has no date.",
    )
    packet = made.packet()
    assert (packet.status, packet.returned_at is not None) == (PacketStatus.RETURNED, True)
    assert history(made) == (before[0] + 1, before[1] + 1)
    last = CaseRevision.objects.order_by("version").last()
    assert (last.action, last.difference["reason"]) == ("handoff.returned", "77295 has no date.")
    event = AuditEvent.objects.filter(action="handoff.returned").get()
    assert "77295" not in f"{event.action}{event.record}{event.outcome}"


def test_a_return_needs_a_reason(made, ready, bea):
    with pytest.raises(Refused, match="Say what is wrong"):
        services.send_back(handoff=ready, by=bea, row_version=ready.row_version, reason="  ")
    assert made.packet().status == PacketStatus.HANDED_OFF


def test_a_stale_page_returns_nothing(ready, bea):
    with pytest.raises(Stale):
        services.send_back(handoff=ready, by=bea, row_version=99, reason="Wrong.")


def test_a_closed_packet_cannot_be_returned(ready, bea):
    services.confirm_receipt(handoff=ready, by=bea, row_version=ready.row_version)
    with pytest.raises(WrongState, match="there is nothing to receive"):
        services.send_back(handoff=ready, by=bea, row_version=ready.row_version, reason="Wrong.")


def test_a_returned_packet_comes_back_as_version_2(made, ready, world, bea):
    services.send_back(handoff=ready, by=bea, row_version=ready.row_version, reason="77295 has no date.")
    in_review(made, world)
    approve(made.packet(), world.people["sam"])
    ready.refresh_from_db()
    second = Handoff.objects.get(version=2)
    assert (ready.state, second.supersedes) == (HandoffState.REPLACED, ready)
    assert ready.return_reason == "77295 has no date."


# --- downloads


def test_a_download_is_one_audit_event_and_changes_nothing(made, ready, bea):
    before = history(made)
    services.note_download(handoff=ready, by=bea, form="pdf")
    assert history(made) == (before[0], before[1] + 1)
    event = AuditEvent.objects.get(action="handoff.download.pdf")
    assert (event.user, event.record) == (bea, "case N-0001")
