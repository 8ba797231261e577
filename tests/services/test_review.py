"""Submission and taking into review: each step works, each refusal says why, one history entry."""

import pytest

from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.models import (
    AuditEvent,
    BillingLine,
    ChecklistItem,
    Evaluation,
)
from casetracker.services import review
from casetracker.services.history import write_revision
from tests.cast import *  # noqa: F403
from tests.packets import decide, desk, in_review, prove
from tests.services.review_desk import *  # noqa: F403
from tests.services.review_desk import history, make_supervisor

pytestmark = pytest.mark.django_db


# --- submit


def test_submit_makes_the_packet_ready_and_keeps_the_evaluation(made, petra):
    before = history(made)
    review.submit(packet=made.packet(), by=petra, note="All there.")
    packet = made.packet()
    assert (packet.status, packet.submitted_by, packet.note) == ("ready", petra, "All there.")
    assert (
        Evaluation.objects.filter(case=made.case, occasion="submission", at=packet.submitted_at).count() == 1
    )
    assert history(made) == (before[0] + 1, before[1] + 1)


def test_submit_leaves_the_other_packet_alone(made, petra):
    review.submit(packet=made.packet(), by=petra)
    assert made.packet("surgeon_professional").status == "collecting"


@pytest.mark.parametrize("who", ["sam", "bea", "carl", "noor"])
def test_submit_needs_staff_or_a_coder(made, world, who):
    with pytest.raises(NotAllowed, match="staff or coder"):
        review.submit(packet=made.packet(), by=world.people[who])


def test_a_refused_submission_is_audited_and_changes_nothing(made, sam):
    with pytest.raises(NotAllowed):
        review.submit(packet=made.packet(), by=sam)
    refused = AuditEvent.objects.get(outcome="refused")
    assert (refused.action, refused.user, refused.record) == ("packet.submitted", sam, "case N-0001")
    assert made.packet().status == "collecting"


def test_submit_names_every_missing_thing(world, petra, cora):
    made = desk(world, decided=False, satisfied=False, unconfirmed=["plan.technique", "team"])
    decide(made, "77295", cora)
    with pytest.raises(review.NotReady) as refusal:
        review.submit(packet=made.packet(), by=petra)
    text = refusal.value.message
    assert "4 things are missing" in text
    assert "77372 is suggested and nobody has decided it." in text
    assert "2 values from the template or machine must be confirmed." in text
    assert "Delivery record: open." in text
    assert "Plan approval: open." in text
    assert {stop.kind for stop in refusal.value.stops} == {"undecided", "unconfirmed", "item"}
    assert made.packet().status == "collecting"


def test_an_unsupported_line_stops_the_submission(made, petra):
    made.lines["77372"].supported, made.lines["77372"].unsupported_because = False, "three sessions"
    made.lines["77372"].save()
    with pytest.raises(
        Refused, match="77372 is released, but the facts no longer support it: three sessions"
    ):
        review.submit(packet=made.packet(), by=petra)


def test_a_block_between_released_lines_stops_the_submission(world, petra):
    block = {
        "id": "X",
        "severity": "block",
        "message": "Not both.",
        "codes": ["77372", "77295"],
        "way_out": "Drop one.",
    }
    made = desk(world, conflicts=[block])
    with pytest.raises(Refused, match=r"Not both\. Drop one\."):
        review.submit(packet=made.packet(), by=petra)


def test_a_block_is_settled_when_one_of_its_lines_is_not_released(world, petra, cora):
    block = {
        "id": "X",
        "severity": "block",
        "message": "Not both.",
        "codes": ["77372", "77295"],
        "way_out": "",
    }
    made = desk(world, decided=False, conflicts=[block])
    decide(made, "77372", cora)
    decide(made, "77295", cora, "decline", reason="Loses against 77372.")
    review.submit(packet=made.packet(), by=petra)
    assert made.packet().status == "ready"


@pytest.mark.parametrize("decision", ["hold", "decline"])
def test_an_open_item_is_no_hindrance_when_its_line_is_held_or_declined(world, petra, cora, decision):
    made = desk(world, decided=False)
    ChecklistItem.objects.filter(key="plan-approval").update(answer="open")
    decide(made, "77372", cora)
    decide(made, "77295", cora, decision, reason="The approval is missing.")
    review.submit(packet=made.packet(), by=petra)
    assert made.packet().status == "ready"


def test_a_packet_without_a_released_line_cannot_be_submitted(world, petra, cora):
    made = desk(world, decided=False)
    for code in ("77372", "77295"):
        decide(made, code, cora, "hold", reason="Waiting.")
    with pytest.raises(Refused, match="nothing to review"):
        review.submit(packet=made.packet(), by=petra)


def test_an_item_that_cannot_be_met_stops_a_released_line(made, petra):
    ChecklistItem.objects.filter(key="plan-approval").update(answer="cannot_be_met", answer_reason="Lost.")
    with pytest.raises(Refused, match="cannot be met, so the lines that need it must be held or declined"):
        review.submit(packet=made.packet(), by=petra)


def test_a_submitted_packet_cannot_be_submitted_again(made, petra):
    review.submit(packet=made.packet(), by=petra)
    with pytest.raises(WrongState, match="Possible now: take back, take into review"):
        review.submit(packet=made.packet(), by=petra)


def test_a_packet_that_somebody_else_moved_is_stale(made, petra, cora):
    seen_by_both = made.packet()
    review.submit(packet=made.packet(), by=petra)
    review.withdraw(packet=made.packet(), by=petra)
    with pytest.raises(Stale, match="moved this packet"):
        review.submit(packet=seen_by_both, by=cora)


def test_withdraw_gives_the_packet_back(made, petra):
    review.submit(packet=made.packet(), by=petra)
    review.withdraw(packet=made.packet(), by=petra, reason="One more note.")
    packet = made.packet()
    assert (packet.status, packet.submitted_by) == ("collecting", None)


# --- take, and who may review


def test_take_names_the_reviewer(made, petra, sam):
    packet = in_review(made, type("W", (), {"people": {"petra": petra, "sam": sam}}))
    assert (packet.status, packet.reviewer) == ("in_review", sam)


def test_p15_nobody_reviews_a_packet_he_or_she_submitted(made, world):
    petra = make_supervisor(world, "petra")
    review.submit(packet=made.packet(), by=petra)
    with pytest.raises(NotAllowed, match=r"You submitted this packet, .* another supervisor must review it"):
        review.take(packet=made.packet(), by=petra)


def test_p15_nobody_reviews_a_case_with_own_evidence(made, world, sam, petra):
    prove(made.item("plan-approval"), sam)
    review.submit(packet=made.packet(), by=petra)
    with pytest.raises(NotAllowed, match="You attached 1 document and linked evidence to 1 item, so another"):
        review.take(packet=made.packet(), by=sam)


def test_p15_evidence_for_another_packet_of_the_case_counts(made, sam, petra):
    prove(made.item("procedure-note"), sam)
    review.submit(packet=made.packet(), by=petra)
    with pytest.raises(NotAllowed, match="another supervisor"):
        review.take(packet=made.packet(), by=sam)


def test_p15_nobody_reviews_what_he_or_she_signed_as_a_clinician(made, world, sam, petra):
    world.clinicians["onco"].user = sam
    world.clinicians["onco"].save()
    prove(made.item("plan-approval"), petra, author=world.clinicians["onco"])
    review.submit(packet=made.packet(), by=petra)
    with pytest.raises(NotAllowed, match="You signed 1 document"):
        review.take(packet=made.packet(), by=sam)


def test_p15_an_answer_of_ones_own_counts(made, sam, petra):
    ChecklistItem.objects.filter(key="plan-approval").update(answered_by=sam)
    review.submit(packet=made.packet(), by=petra)
    with pytest.raises(NotAllowed, match="You answered 1 item"):
        review.take(packet=made.packet(), by=sam)


def test_judging_an_item_not_applicable_is_a_review_act(made, sam, petra):
    ChecklistItem.objects.filter(key="plan-approval").update(
        answered_by=sam, answer="not_applicable", answer_reason="No such plan."
    )
    review.submit(packet=made.packet(), by=petra)
    review.take(packet=made.packet(), by=sam)
    assert made.packet().status == "in_review"


def test_a_released_line_of_ones_own_counts_and_a_held_one_does_not(world, sam, petra, cora):
    made = desk(world, decided=False)
    decide(made, "77372", cora)
    decide(made, "77295", sam, "hold", reason="Waiting.")
    review.submit(packet=made.packet(), by=petra)
    review.take(packet=made.packet(), by=sam)
    BillingLine.objects.filter(case=made.case, code="77295").update(decision="release")
    with pytest.raises(NotAllowed, match="You released 1 line"):
        review.return_packet(packet=made.packet(), by=sam, text="No.")


def test_p15_facts_changed_after_the_submission_exclude_a_reviewer(made, sam, petra):
    review.submit(packet=made.packet(), by=petra)
    write_revision(
        case=made.packet().case, by=sam, action="case.saved", summary="size", difference={"x": [1, 2]}
    )
    with pytest.raises(NotAllowed, match="You changed the case after it was submitted"):
        review.take(packet=made.packet(), by=sam)


def test_facts_entered_before_the_submission_do_not_exclude_a_reviewer(made, sam, petra):
    write_revision(
        case=made.packet().case, by=sam, action="case.saved", summary="size", difference={"x": [1, 2]}
    )
    review.submit(packet=made.packet(), by=petra)
    review.take(packet=made.packet(), by=sam)
    assert made.packet().reviewer == sam


def test_evidence_that_was_removed_again_still_counts(made, sam, petra):
    write_revision(case=made.packet().case, by=sam, action="document.added", summary="note", difference={})
    review.submit(packet=made.packet(), by=petra)
    with pytest.raises(NotAllowed, match="You completed evidence"):
        review.take(packet=made.packet(), by=sam)


def test_another_supervisor_takes_a_review_over(made, world, sam):
    in_review(made, world)
    bea = make_supervisor(world, "bea")
    review.take(packet=made.packet(), by=bea)
    assert made.packet().reviewer == bea
    with pytest.raises(NotAllowed, match="Bea Bills has this packet in review"):
        review.accept_item(packet=made.packet(), item=made.item("plan-approval"), by=sam)
