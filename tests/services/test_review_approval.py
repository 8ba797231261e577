"""Approval, reopening, supplements: each step works, each refusal says why, one history entry."""

import pytest
from django.utils import timezone

from casetracker.choices import PacketStatus
from casetracker.errors import NotAllowed, Refused, Stale
from casetracker.models import (
    AuditEvent,
    BillingLine,
    ChecklistItem,
    Evaluation,
    Handoff,
    ReviewDecision,
)
from casetracker.services import review
from casetracker.services.history import write_revision
from tests.cast import *  # noqa: F403
from tests.packets import accepted, approve, approved, decide, desk, in_review, prove
from tests.services.review_desk import *  # noqa: F403
from tests.services.review_desk import history

pytestmark = pytest.mark.django_db


# --- approve


def test_approve_freezes_lines_facts_and_items(made, world, sam):
    packet = accepted(made, world)
    before = history(made)
    approve(packet, sam)
    packet = made.packet()
    assert packet.status in (PacketStatus.APPROVED, PacketStatus.HANDED_OFF)
    assert (packet.approved_by, packet.submitted_by) == (sam, world.people["petra"])
    assert Evaluation.objects.filter(case=made.case, occasion="approval", at=packet.approved_at).count() == 1
    assert Handoff.objects.get(packet=packet).version == 1
    assert ReviewDecision.objects.get(packet=packet, item=None).outcome == "approve"
    assert history(made) == (before[0] + 1, before[1] + 1)


def test_p14_approval_needs_the_own_password(made, world, sam):
    packet = accepted(made, world)
    with pytest.raises(NotAllowed, match="not your password"):
        approve(packet, sam, password="not this one")
    assert made.packet().status == "in_review"


def test_p14_approval_is_refused_when_the_case_moved(made, world, sam, petra):
    packet = accepted(made, world)
    seen = packet.case.version
    write_revision(case=made.packet().case, by=petra, action="case.saved", summary="size", difference={})
    with pytest.raises(Stale, match="The case changed since you opened the page"):
        approve(made.packet(), sam, case_version=seen)
    assert not Handoff.objects.exists()


def test_approval_waits_for_every_required_item(made, world, sam):
    packet = in_review(made, world)
    review.accept_item(packet=packet, item=made.item("plan-approval"), by=sam)
    with pytest.raises(review.NotReady, match="Delivery record: not accepted yet"):
        approve(made.packet(), sam)


def test_an_item_judged_by_the_system_needs_no_reviewer_unless_challenged(made, world, sam):
    packet = in_review(made, world)
    review.accept_item(packet=packet, item=made.item("plan-approval"), by=sam)
    row = ChecklistItem.objects.filter(key="delivery-record")
    row.update(answered_by_system=True, challenged=True)
    with pytest.raises(review.NotReady):
        approve(made.packet(), sam)
    row.update(challenged=False)
    approve(made.packet(), sam)
    assert made.packet().approved_by == sam


def test_approval_is_of_the_lines_that_were_confirmed(made, world, sam):
    packet = accepted(made, world)
    with pytest.raises(Stale, match="not the ones you confirmed"):
        approve(packet, sam, lines=["77372/facility/course"])


def test_every_warning_must_be_opened(world, sam):
    warn = {
        "id": "PTP-05",
        "severity": "warn",
        "message": "Look.",
        "codes": ["77372"],
        "rules": ["PTP-05"],
        "way_out": "",
    }
    made = desk(world, conflicts=[warn])
    packet = accepted(made, world)
    with pytest.raises(Refused, match="Open every warning"):
        approve(packet, sam, warnings=[])
    approve(made.packet(), sam)
    assert made.packet().approved_by == sam


def test_p15_approving_own_work_is_refused_and_logged(made, world, sam):
    packet = accepted(made, world)
    prove(made.item("procedure-note"), sam)
    with pytest.raises(NotAllowed, match="another supervisor"):
        approve(packet, sam)
    assert AuditEvent.objects.filter(action="packet.approved", outcome="refused", user=sam).count() == 1


def test_the_surgeon_packet_leaves_while_the_facility_packet_waits(made, world):
    packet = approved(made, world, "surgeon_professional")
    assert packet.approved_at is not None
    assert made.packet("facility").status == "collecting"
    assert made.packet().case.queued_at is not None


def test_the_case_leaves_the_queue_with_its_last_packet(made, world):
    approved(made, world, "surgeon_professional")
    packet = approved(made, world, "facility")
    assert packet.case.queued_at is None
    assert packet.case.queue_state == ""


# --- reopen and supplement


def test_reopen_needs_a_supervisor_and_a_reason(made, world, sam, petra):
    packet = approved(made, world)
    with pytest.raises(NotAllowed):
        review.reopen(packet=packet, by=petra, reason="Wrong date.")
    with pytest.raises(Refused, match="Say why"):
        review.reopen(packet=made.packet(), by=sam, reason="  ")
    review.reopen(packet=made.packet(), by=sam, reason="Wrong date.")
    packet = made.packet()
    assert (packet.status, packet.reopened_because, packet.approved_by) == ("collecting", "Wrong date.", None)
    assert packet.case.queued_at is not None
    assert Handoff.objects.filter(packet=packet).count() == 1


def test_a_second_approval_makes_a_version_that_replaces_the_first(made, world, sam):
    review.reopen(packet=approved(made, world), by=sam, reason="Wrong date.")
    review.submit(packet=made.packet(), by=world.people["petra"])
    review.take(packet=made.packet(), by=sam)
    approve(made.packet(), sam)
    second = Handoff.objects.get(packet=made.packet(), version=2)
    assert (second.supplement, second.supersedes.version) == (False, 1)


@pytest.fixture
def part_handed_off(world, cora):
    """77372 is with billing, 77295 was held because its item was open; the item is done now."""
    made = desk(world, decided=False)
    decide(made, "77372", cora)
    decide(made, "61796", cora)
    made.lines["77295"] = decide(made, "77295", cora, "hold", reason="Approval missing.", hold_owner="coder")
    ChecklistItem.objects.filter(key="plan-approval").update(answer="open")
    approved_ = approved_with_open_item(made, world)
    approved_.__class__.objects.filter(pk=approved_.pk).update(status="handed_off")
    return made


def approved_with_open_item(made, world):
    packet = in_review(made, world)
    review.accept_item(packet=packet, item=made.item("delivery-record"), by=world.people["sam"])
    approve(made.packet(), world.people["sam"])
    return made.packet()


def test_a_supplement_needs_the_items_of_the_held_lines(part_handed_off, cora):
    with pytest.raises(review.NotReady, match="Plan approval: open"):
        review.supplement(
            packet=part_handed_off.packet(), by=cora, lines=["77295/facility/course"], note="It arrived."
        )
    assert part_handed_off.packet().status == "handed_off"
    assert BillingLine.objects.get(code="77295").decision == "hold"


def test_a_supplement_releases_held_lines_beside_what_billing_has(part_handed_off, world, cora, sam):
    made = part_handed_off
    ChecklistItem.objects.filter(key="plan-approval").update(answer="satisfied")
    review.supplement(packet=made.packet(), by=cora, lines=["77295/facility/course"], note="It arrived.")
    assert made.packet().status == "ready"
    review.take(packet=made.packet(), by=sam)
    review.accept_item(packet=made.packet(), item=made.item("plan-approval"), by=sam)
    approve(made.packet(), sam)
    second = Handoff.objects.get(packet=made.packet(), version=2)
    assert (second.supplement, second.supersedes) == (True, None)
    assert Handoff.objects.get(packet=made.packet(), version=1).state != "replaced"


def test_a_supplement_may_not_touch_a_line_that_billing_has(part_handed_off, cora, sam):
    made = part_handed_off
    ChecklistItem.objects.filter(key="plan-approval").update(answer="satisfied")
    review.supplement(packet=made.packet(), by=cora, lines=["77295/facility/course"], note="It arrived.")
    review.take(packet=made.packet(), by=sam)
    review.accept_item(packet=made.packet(), item=made.item("plan-approval"), by=sam)
    BillingLine.objects.filter(code="77372").update(units=2)
    with pytest.raises(Refused, match="77372 changed since the handoff"):
        approve(made.packet(), sam)


def test_only_held_lines_can_be_released_by_a_supplement(part_handed_off, cora):
    with pytest.raises(Refused, match="Choose held lines"):
        review.supplement(packet=part_handed_off.packet(), by=cora, lines=["77372/facility/course"])


def test_the_moments_of_a_packet_are_in_order(made, world):
    packet = approved(made, world)
    assert packet.submitted_at < packet.taken_at < packet.approved_at <= timezone.now()
