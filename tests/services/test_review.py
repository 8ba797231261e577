"""Submission, review, approval, reopening, supplements: each step works, each refusal says why, one history entry."""

import pytest
from django.utils import timezone

from casetracker.choices import PacketStatus
from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.models import (
    AuditEvent,
    BillingLine,
    CaseRevision,
    ChecklistItem,
    Evaluation,
    Handoff,
    ReviewDecision,
)
from casetracker.services import review
from casetracker.services.history import write_revision
from tests.cast import *  # noqa: F403
from tests.packets import accepted, approve, approved, decide, desk, in_review, prove

pytestmark = pytest.mark.django_db


def history(made) -> tuple[int, int]:
    done = AuditEvent.objects.filter(record=f"case {made.case.number}", outcome="done").exclude(
        action="handoff.ready"
    )
    return CaseRevision.objects.filter(case=made.case).count(), done.count()


@pytest.fixture
def made(world):
    return desk(world)


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


def _make_supervisor(world, name):
    world.people[name].memberships.create(department=world.north, role="supervisor")
    world.people[name].__dict__.pop("_access", None)
    return world.people[name]


def test_p15_nobody_reviews_a_packet_he_or_she_submitted(made, world):
    petra = _make_supervisor(world, "petra")
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
    bea = _make_supervisor(world, "bea")
    review.take(packet=made.packet(), by=bea)
    assert made.packet().reviewer == bea
    with pytest.raises(NotAllowed, match="Bea Bills has this packet in review"):
        review.accept_item(packet=made.packet(), item=made.item("plan-approval"), by=sam)


# --- items


def test_accepting_an_item_is_a_review_act(made, world, sam):
    packet = in_review(made, world)
    before = history(made)
    review.accept_item(packet=packet, item=made.item("plan-approval"), by=sam)
    item = made.item("plan-approval")
    assert (item.review, item.reviewed_by, item.answered_by) == ("accepted", sam, world.people["petra"])
    assert ReviewDecision.objects.get(item=item).outcome == "accept"
    assert history(made) == (before[0] + 1, before[1] + 1)
    review.return_packet(packet=made.packet(), by=sam, text="Still independent.")


def test_an_open_item_cannot_be_accepted_even_when_it_was_returned(made, world, sam):
    packet = in_review(made, world)
    ChecklistItem.objects.filter(key="plan-approval").update(answer="open")
    with pytest.raises(Refused, match="there is nothing to accept yet"):
        review.accept_item(packet=packet, item=made.item("plan-approval"), by=sam)
    ChecklistItem.objects.filter(key="plan-approval").update(review="returned")
    with pytest.raises(Refused, match="there is nothing to accept yet"):
        review.accept_item(packet=made.packet(), item=made.item("plan-approval"), by=sam)


def test_a_required_item_takes_no_note_because_that_would_be_a_waiver(made, world, sam):
    packet = in_review(made, world)
    with pytest.raises(Refused, match="a note would be a waiver"):
        review.accept_item(packet=packet, item=made.item("plan-approval"), by=sam, note="Fine for once.")


def test_a_recommended_item_can_be_accepted_with_a_note(made, world, sam):
    packet = in_review(made, world)
    ChecklistItem.objects.filter(key="plan-approval").update(severity="recommended")
    review.accept_item(packet=packet, item=made.item("plan-approval"), by=sam, note="Short, but clear.")
    assert ReviewDecision.objects.get().outcome == "accept_with_note"
    assert made.item("plan-approval").review_note == "Short, but clear."


def test_an_item_of_another_packet_is_not_judged_here(made, world, sam):
    packet = in_review(made, world)
    with pytest.raises(Refused, match="does not belong to this packet"):
        review.accept_item(packet=packet, item=made.item("procedure-note"), by=sam)


def test_an_item_that_changed_since_the_page_is_stale(made, world, sam):
    packet = in_review(made, world)
    with pytest.raises(Stale, match="“Plan approval” changed since you opened the page"):
        review.accept_item(packet=packet, item=made.item("plan-approval"), by=sam, version=99)


def test_accepting_many_is_all_or_nothing(made, world, sam):
    packet = in_review(made, world)
    first, second = made.item("delivery-record"), made.item("plan-approval")
    with pytest.raises(Stale):
        review.accept_items(packet=packet, by=sam, seen={first.pk: first.version, second.pk: 99})
    assert made.item("delivery-record").review == "none"
    before = history(made)
    done = review.accept_items(
        packet=made.packet(), by=sam, seen={first.pk: first.version, second.pk: second.version}
    )
    assert done == 2
    assert history(made) == (before[0] + 1, before[1] + 1)


def test_returning_an_item_needs_a_reason_from_the_list(made, world, sam):
    packet = in_review(made, world)
    with pytest.raises(Refused, match="Choose a reason"):
        review.return_item(packet=packet, item=made.item("plan-approval"), by=sam, reason="because")
    with pytest.raises(Refused, match="needs a few words"):
        review.return_item(packet=packet, item=made.item("plan-approval"), by=sam, reason="other")
    with pytest.raises(Refused, match=r"what must change\? Write at least two words and 10 letters"):
        review.return_item(packet=packet, item=made.item("plan-approval"), by=sam, reason="other", text="No")
    with pytest.raises(Refused, match=r"whole packet goes back\. Write at least two words and 10 letters"):
        review.return_packet(packet=packet, by=sam, text="No")


def test_a_returned_item_is_owed_again(made, world, sam):
    packet = in_review(made, world)
    review.return_item(
        packet=packet, item=made.item("plan-approval"), by=sam, reason="unsigned", text="Sign it."
    )
    item = made.item("plan-approval")
    assert (item.review, item.review_reason, item.review_note) == ("returned", "unsigned", "Sign it.")
    assert made.packet().open_required == 1
    assert made.packet().case.missing_required == 1


# --- return


def test_return_needs_a_returned_item_or_words(made, world, sam):
    packet = in_review(made, world)
    with pytest.raises(Refused, match="Return at least one item"):
        review.return_packet(packet=packet, by=sam)
    review.return_item(packet=made.packet(), item=made.item("plan-approval"), by=sam, reason="unsigned")
    review.return_packet(packet=made.packet(), by=sam)
    assert made.packet().status == "returned"


def test_a_returned_packet_goes_back_when_its_items_are_answered(made, world, petra, sam):
    in_review(made, world)
    review.return_item(packet=made.packet(), item=made.item("plan-approval"), by=sam, reason="unsigned")
    review.return_packet(packet=made.packet(), by=sam)
    with pytest.raises(Refused, match="Plan approval: returned by the reviewer and not answered yet"):
        review.submit(packet=made.packet(), by=petra)
    review.answer_return(item=made.item("plan-approval"), by=petra, text="It is signed on page 2.")
    review.submit(packet=made.packet(), by=petra)
    assert made.packet().status == "ready"


def test_whoever_answers_a_return_cannot_review(made, world, petra, sam):
    in_review(made, world)
    review.return_item(packet=made.packet(), item=made.item("plan-approval"), by=sam, reason="unsigned")
    review.return_packet(packet=made.packet(), by=sam)
    bea = _make_supervisor(world, "bea")
    review.answer_return(item=made.item("plan-approval"), by=bea, text="Seen.")
    review.submit(packet=made.packet(), by=petra)
    with pytest.raises(NotAllowed, match="You completed evidence"):
        review.take(packet=made.packet(), by=bea)


def test_a_return_is_answered_only_while_the_department_has_the_packet(made, world, petra, sam):
    in_review(made, world)
    review.return_item(packet=made.packet(), item=made.item("plan-approval"), by=sam, reason="unsigned")
    with pytest.raises(WrongState, match="not with the department"):
        review.answer_return(item=made.item("plan-approval"), by=petra, text="Done.")


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
