"""The review pages until a packet goes back: who sees what, every step by its form, or why not."""

import pytest
from django.urls import reverse

from casetracker.models import AuditEvent, ChecklistItem, Handoff, ReviewDecision
from casetracker.services import handoff, review
from tests.cast import *  # noqa: F403
from tests.packets import approved, desk, in_review, prove
from tests.pages.review_desk import *  # noqa: F403
from tests.pages.review_desk import item_url, page_of, step, text

pytestmark = pytest.mark.django_db


# --- rhythm


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "carl"])
def test_everybody_who_reads_charts_sees_the_packet(client, made, world, who):
    client.force_login(world.people[who])
    assert client.get(page_of(made.packet())).status_code == 200
    assert client.get(reverse("case-review", args=[made.case.pk])).status_code == 200


def test_anonymous_people_are_sent_to_sign_in(client, made):
    assert client.get(page_of(made.packet())).status_code == 302
    assert client.post(step(made.packet(), "submit")).status_code == 302
    assert made.packet().status == "collecting"


@pytest.mark.parametrize("who", ["bea", "ada", "noor", "stella"])
def test_others_do_not_learn_that_the_packet_exists(client, made, world, who):
    client.force_login(world.people[who])
    assert client.get(page_of(made.packet())).status_code == 404
    assert client.get(reverse("case-review", args=[made.case.pk])).status_code == 404
    assert client.post(step(made.packet(), "submit")).status_code == 404


def test_the_other_packets_of_the_case_are_one_step_away(client, made, sam):
    client.force_login(sam)
    packet = made.packet()
    shown = text(client.get(page_of(packet)))
    others = made.case.packets.exclude(pk=packet.pk)
    assert others
    for other in others:
        assert f'href="{page_of(other)}"' in shown


def test_a_packet_of_another_case_is_not_found(client, made, world, petra):
    other = desk(world, number="N-0002")
    client.force_login(petra)
    address = reverse("packet-review", args=[other.case.pk, made.packet().pk])
    assert client.get(address).status_code == 404


def test_methods_are_as_they_should_be(client, made, petra):
    client.force_login(petra)
    assert client.post(page_of(made.packet())).status_code == 405
    assert client.get(step(made.packet(), "submit")).status_code == 405
    assert client.post(step(made.packet(), "submit").replace("submit", "confirm")).status_code == 404


def test_looking_at_a_packet_leaves_one_audit_event(client, made, sam):
    client.force_login(sam)
    client.get(page_of(made.packet()))
    assert AuditEvent.objects.filter(user=sam, action="review.viewed", record="case N-0001").count() == 1


def test_the_statements_do_not_grow_with_the_items(client, made, sam, django_assert_max_num_queries):
    client.force_login(sam)
    packet = made.packet()
    client.get(page_of(packet))
    with django_assert_max_num_queries(42) as few:
        client.get(page_of(packet))
    before = len(few.captured_queries)
    for n in range(30):
        item = ChecklistItem.objects.create(
            case=made.case, key=f"more-{n}", label=f"More {n}", codes=["77372"], streams=["facility"],
            severity="required", role="physicist", step="planning", condition="true", answer="satisfied",
        )  # fmt: skip
        prove(item, sam)
    with django_assert_max_num_queries(before):
        client.get(page_of(packet))


# --- submit


def test_submit_works(client, made, petra):
    client.force_login(petra)
    answer = client.post(step(made.packet(), "submit"), {"submit-note": "Look at the date."}, follow=True)
    assert "Submitted." in text(answer)
    assert "Look at the date." in text(answer)
    assert made.packet().status == "ready"


def test_what_is_missing_is_listed_with_links_and_submit_is_disabled_with_the_reason(client, world, petra):
    made = desk(world, satisfied=False)
    client.force_login(petra)
    page = text(client.get(page_of(made.packet())))
    assert "2 things are still missing" in page
    assert f'href="/cases/{made.case.pk}/checklist/#item-{made.items["plan-approval"].pk}"' in page
    answer = client.post(step(made.packet(), "submit"), {"submit-note": "My note stays."})
    assert answer.status_code == 409
    assert "Plan approval: open." in text(answer)


def test_a_supervisor_sees_why_submit_is_not_for_him(client, made, sam):
    client.force_login(sam)
    assert "needs the role staff or coder" in text(client.get(page_of(made.packet())))


# --- take, judge, return


def test_take_and_withdraw_work(client, made, petra, sam):
    review.submit(packet=made.packet(), by=petra)
    client.force_login(petra)
    client.post(step(made.packet(), "withdraw"), {"withdraw-reason": ""})
    assert made.packet().status == "collecting"
    review.submit(packet=made.packet(), by=petra)
    client.force_login(sam)
    client.post(step(made.packet(), "take"))
    assert made.packet().reviewer == sam


def test_p15_the_page_says_why_a_person_cannot_review_and_the_server_refuses(client, made, sam, petra):
    prove(made.item("plan-approval"), sam)
    review.submit(packet=made.packet(), by=petra)
    client.force_login(sam)
    page = text(client.get(page_of(made.packet())))
    assert (
        "You attached 1 document and linked evidence to 1 item, so another supervisor must review it." in page
    )
    answer = client.post(step(made.packet(), "take"))
    assert answer.status_code == 403
    assert "another supervisor must review it" in text(answer)
    assert AuditEvent.objects.filter(action="packet.taken", outcome="refused", user=sam).count() == 1


def test_an_item_is_accepted_by_its_form(client, made, world, sam):
    packet, item = in_review(made, world), made.item("plan-approval")
    client.force_login(sam)
    answer = client.post(item_url(packet, item, "accept"), {"version": item.version, "by": "code"})
    assert answer["Location"] == page_of(packet, f"?by=code#item-{item.pk}")
    assert made.item("plan-approval").review == "accepted"


def test_an_item_is_returned_by_its_form(client, made, world, sam):
    packet, item = in_review(made, world), made.item("plan-approval")
    client.force_login(sam)
    typed = {"version": item.version, "reason": "unsigned", "text": "Sign it.", "due_on": "2099-12-01"}
    client.post(item_url(packet, item, "return"), typed)
    decision = ReviewDecision.objects.get(item=item)
    assert (decision.outcome, decision.reason, decision.note, str(decision.due_on)) == (
        "return",
        "unsigned",
        "Sign it.",
        "2099-12-01",
    )
    page = text(client.get(page_of(packet)))
    assert "Unsigned. Sign it." in page


def test_a_returned_packet_says_on_top_why_it_came_back(client, made, world, sam, petra):
    packet = in_review(made, world)
    client.force_login(sam)
    client.post(
        step(packet, "return"), {"return-reason": "", "return-text": "The plan is not the one treated."}
    )
    client.force_login(petra)
    page = text(client.get(page_of(packet)))
    assert (
        page.index("Why it came back") < page.index("The plan is not the one treated.") < page.index("Lines")
    )
    review.submit(packet=made.packet(), by=petra)
    assert "Why it came back" not in text(client.get(page_of(packet)))


def test_a_packet_that_billing_returned_says_so(client, made, world, bea, petra):
    approved(made, world)
    handoff.draw_pending()
    ready = Handoff.objects.get()
    handoff.send_back(
        handoff=ready, by=bea, row_version=ready.row_version, reason="The payer wants another account."
    )
    client.force_login(petra)
    page = text(client.get(page_of(made.packet())))
    assert "by billing." in page
    assert page.index("Why it came back") < page.index("The payer wants another account.")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"reason": "other", "text": "no", "due_on": "2030-05-01"}, "at least two words"),
        ({"reason": "unsigned", "text": "The page is unsigned.", "due_on": "someday"}, "someday"),
    ],
)
def test_a_refused_return_of_an_item_keeps_what_was_typed(client, made, world, sam, typed, told):
    packet, item = in_review(made, world), made.item("plan-approval")
    client.force_login(sam)
    answer = client.post(item_url(packet, item, "return"), {"version": item.version, "by": "code", **typed})
    page = text(answer)
    assert answer.status_code == 422
    assert told in page
    assert f'value="{typed["reason"]}" selected' in page
    assert f'value="{typed["text"]}"' in page
    assert f'value="{typed["due_on"]}"' in page
    assert made.item("plan-approval").review == "none"


def test_an_item_is_not_returned_without_a_reason(client, made, world, sam):
    packet, item = in_review(made, world), made.item("plan-approval")
    client.force_login(sam)
    answer = client.post(
        item_url(packet, item, "return"), {"version": item.version, "reason": ""}, follow=True
    )
    assert "This field is required." in text(answer)
    assert made.item("plan-approval").review == "none"


def test_a_stale_item_is_not_judged(client, made, world, sam):
    packet, item = in_review(made, world), made.item("plan-approval")
    client.force_login(sam)
    answer = client.post(item_url(packet, item, "accept"), {"version": 99}, follow=True)
    assert "changed since you opened the page" in text(answer)
    assert made.item("plan-approval").review == "none"


def test_everybody_else_sees_accept_disabled_with_the_reason(client, made, world, petra):
    packet, item = in_review(made, world), made.item("plan-approval")
    client.force_login(petra)
    page = text(client.get(page_of(packet)))
    assert "Reviewing needs the role supervisor" in page
    assert item_url(packet, item, "accept") not in page
    assert client.post(item_url(packet, item, "accept"), {"version": item.version}).status_code == 403


def test_all_satisfied_items_that_were_shown_are_accepted_at_once(client, made, world, sam):
    packet = in_review(made, world)
    client.force_login(sam)
    shown = client.get(page_of(packet)).context["seen"]
    assert len(shown.split()) == 2
    answer = client.post(
        reverse("items-accept", args=[packet.case_id, packet.pk]), {"seen": shown}, follow=True
    )
    assert "2 items accepted." in text(answer)
    assert made.item("delivery-record").review == "accepted"


@pytest.mark.parametrize("seen", ["", "x", "1:2:3", "999:1"])
def test_a_damaged_list_of_items_is_refused(client, made, world, sam, seen):
    packet = in_review(made, world)
    client.force_login(sam)
    answer = client.post(reverse("items-accept", args=[packet.case_id, packet.pk]), {"seen": seen})
    assert answer.status_code == 302
    assert not ReviewDecision.objects.exists()


def test_the_packet_goes_back_and_forth(client, made, world, sam, petra):
    packet, item = in_review(made, world), made.item("plan-approval")
    client.force_login(sam)
    answer = client.post(step(packet, "return"), {"return-reason": "", "return-text": ""})
    assert answer.status_code == 409
    assert "Return at least one item" in text(answer)
    client.post(item_url(packet, item, "return"), {"version": item.version, "reason": "unsigned"})
    client.post(step(packet, "return"), {"return-reason": "", "return-text": ""})
    assert made.packet().status == "returned"
    client.force_login(petra)
    page = text(client.get(page_of(packet)))
    assert "Answer the return" in page
    version = made.item("plan-approval").version
    address = reverse("answer-return", args=[made.case.pk, item.pk])
    client.post(address, {"version": version, "text": "Signed on page 2."})
    assert made.item("plan-approval").review == "none"
