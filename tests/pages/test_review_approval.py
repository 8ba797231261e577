"""Approving on the review page, and what it shows afterwards in every state."""

import pytest
from django.urls import reverse

from casetracker.choices import PacketStatus
from casetracker.models import Handoff, Packet
from casetracker.services import review
from casetracker.services.history import write_revision
from tests.cast import *  # noqa: F403
from tests.factories import case_at
from tests.packets import accepted, approved, confirmed, in_review
from tests.pages.review_desk import *  # noqa: F403
from tests.pages.review_desk import item_url, page_of, step, text

pytestmark = pytest.mark.django_db


# --- approve


def test_approve_works(client, made, world, sam):
    packet = accepted(made, world)
    client.force_login(sam)
    answer = client.post(step(packet, "approve"), confirmed(packet), follow=True)
    assert "Approved and frozen." in text(answer)
    assert Handoff.objects.get(packet=packet).approved_by == sam


def test_a_wrong_password_keeps_the_ticks(client, made, world, sam):
    packet = accepted(made, world)
    client.force_login(sam)
    answer = client.post(step(packet, "approve"), confirmed(packet, **{"approve-password": "wrong"}))
    assert answer.status_code == 409
    assert "This is not your password" in text(answer)
    assert text(answer).count("checked") == 2
    assert made.packet().status == "in_review"


def test_guessing_the_password_locks_the_sign_in(client, made, world, sam):
    packet = accepted(made, world)
    client.force_login(sam)
    for _ in range(6):
        answer = client.post(step(packet, "approve"), confirmed(packet, **{"approve-password": "wrong"}))
    assert answer.status_code == 429
    client.post(step(packet, "approve"), confirmed(packet))
    assert made.packet().status == "in_review"


def test_each_line_must_be_ticked(client, made, world, sam):
    packet = accepted(made, world)
    client.force_login(sam)
    answer = client.post(
        step(packet, "approve"), confirmed(packet, **{"approve-lines": ["77372/facility/course"]})
    )
    assert answer.status_code == 422
    assert "Tick each one" in text(answer)


def test_a_stale_page_does_not_approve(client, made, world, sam, petra):
    packet = accepted(made, world)
    typed = confirmed(packet)
    write_revision(case=made.packet().case, by=petra, action="case.saved", summary="size", difference={})
    client.force_login(sam)
    answer = client.post(step(packet, "approve"), typed)
    assert answer.status_code == 409
    assert "The case changed since you opened the page" in text(answer)


def test_what_is_still_to_decide_stands_on_top_with_links(client, made, world, sam):
    packet = in_review(made, world)
    client.force_login(sam)
    page = text(client.get(page_of(packet)))
    assert "Still to decide" in page
    assert '<a href="#items">2 items wait for your judgement.</a>' in page
    assert page.count("2 items wait for your judgement.") == 2


def test_the_return_form_opens_for_one_item(client, made, world, sam):
    packet, item = in_review(made, world), made.item("plan-approval")
    client.force_login(sam)
    assert item_url(packet, item, "return") not in text(client.get(page_of(packet)))
    page = text(client.get(page_of(packet, f"?return={item.pk}")))
    assert page.count('name="due_on"') == 1
    assert item_url(packet, item, "return") in page


def test_changes_after_the_submission_and_moved_codes_are_listed(client, made, world, sam, petra):
    packet = in_review(made, world)
    difference = {
        "lesions[L1].max_dimension_mm": ["34.9", "35.1"],
        "codes": [["61796 x 1"], ["61798 x 1"]],
        "moved_codes": True,
        "moved_by": ["lesions[L1].max_dimension_mm"],
    }
    write_revision(
        case=made.packet().case, by=petra, action="case.saved", summary="Size of L1", difference=difference
    )
    client.force_login(sam)
    page = text(client.get(page_of(packet)))
    assert "Facts changed after a suggestion, and a code moved" in page
    assert "Changed since submission" in page
    assert "35.1" in page


# --- afterwards


def test_reopen_works_and_needs_a_reason(client, made, world, sam):
    packet = approved(made, world)
    client.force_login(sam)
    assert client.post(step(packet, "reopen"), {"reopen-reason": ""}).status_code == 422
    client.post(step(packet, "reopen"), {"reopen-reason": "Wrong date."})
    assert made.packet().status == "collecting"


def test_an_approved_packet_offers_no_judging(client, made, world, sam):
    packet = approved(made, world)
    client.force_login(sam)
    page = text(client.get(page_of(packet)))
    assert item_url(packet, made.item("plan-approval"), "accept") not in page
    assert "Reopen with a reason" in page


@pytest.mark.parametrize("status", PacketStatus.values)
@pytest.mark.parametrize("who", ["petra", "cora", "sam", "carl"])
def test_every_state_shows_for_every_reader(client, made, world, status, who):
    Packet.objects.filter(stream="facility").update(status=status)
    client.force_login(world.people[who])
    assert client.get(page_of(made.packet(), "?by=code")).status_code == 200


@pytest.mark.parametrize("state", ["suggested", "ready", "in_review", "returned", "handed_off"])
def test_a_real_case_shows_in_every_state(client, world, sam, state):
    case = case_at(state, world=world)
    client.force_login(sam)
    assert client.get(reverse("case-review", args=[case.pk])).status_code == 200
    for packet in case.packets.all():
        page = client.get(page_of(packet))
        assert page.status_code == 200
        assert case.patient.name not in text(page).split("</title>")[0]


def test_since_the_last_review_names_facts_and_no_inner_keys_of_lines(client, world, sam, petra):
    case = case_at("approved", world=world)
    packet = case.packets.get(stream="surgeon_professional")
    review.reopen(packet=packet, by=sam, reason="Payer corrected.")
    for action, difference in (
        ("lines.accepted", {"line 61796 surgeon": [None, "61796/surgeon_professional/course/1"]}),
        ("packet.approved", {"lines": ["61796/surgeon_professional/course/1", "61797/x/course/1"]}),
        ("case.saved", {"member_number": ["1", "2"], "moved_by": ["member_number", "payer"]}),
    ):
        write_revision(case=case, by=petra, action=action, summary="", difference=difference)
    client.force_login(sam)
    page = client.get(page_of(packet))
    causes = page.context["comparison"]["causes"]
    assert [(cause["path"], cause["after"]) for cause in causes] == [("member_number", "2")]
    assert "/course/" not in text(page)
