"""Judging and returning items and packets: each step works, each refusal says why, one history entry."""

import pytest

from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.models import (
    ChecklistItem,
    ReviewDecision,
)
from casetracker.services import review
from tests.cast import *  # noqa: F403
from tests.packets import in_review
from tests.services.review_desk import *  # noqa: F403
from tests.services.review_desk import history, make_supervisor

pytestmark = pytest.mark.django_db


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
    bea = make_supervisor(world, "bea")
    review.answer_return(item=made.item("plan-approval"), by=bea, text="Seen.")
    review.submit(packet=made.packet(), by=petra)
    with pytest.raises(NotAllowed, match="You completed evidence"):
        review.take(packet=made.packet(), by=bea)


def test_a_return_is_answered_only_while_the_department_has_the_packet(made, world, petra, sam):
    in_review(made, world)
    review.return_item(packet=made.packet(), item=made.item("plan-approval"), by=sam, reason="unsigned")
    with pytest.raises(WrongState, match="not with the department"):
        review.answer_return(item=made.item("plan-approval"), by=petra, text="Done.")
