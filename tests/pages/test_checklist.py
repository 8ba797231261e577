"""The checklist pages: works, anonymous, wrong role, other department, wrong method; what each shows and refuses."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.case_input import CaseInput
from casetracker.models import AuditEvent, Packet
from casetracker.services import evaluation, evidence
from casetracker.services.cases import open_case
from tests.cast import *  # noqa: F403
from tests.owed import item, item_keys, open_story, rebuild, released, row

BECAUSE = "It does not concern this patient"
pytestmark = pytest.mark.django_db
CONSULT, FUSION, PAYER, PLAN = (
    "radiation-oncology-consult",
    "image-fusion-approval",
    "payer-and-setting-recorded",
    "plan-approval-radiation-oncologist",
)
HOLDS = {"fact": "setting", "expected": "recorded", "found": "hospital_outpatient", "verdict": "holds"}


@pytest.fixture
def case(world):
    made = open_story(world)
    rows = [
        row(CONSULT),
        row(FUSION),
        row(PAYER, checks=[HOLDS]),
        row(PLAN),
        row("time-out"),
        row("pregnancy-status"),
    ]
    rebuild(made, *rows)
    return made


def add(case, who, *keys, **more):
    values = {
        "kind": "consult_radiation_oncology",
        "title": "Consultation",
        "author_role": "radiation_oncologist",
        "author_name": "Dr. Onco",
        "signed_at": datetime(2026, 2, 10, 15, tzinfo=UTC),
    }
    ids = [item(case, key).pk for key in keys]
    return evidence.add_document(case=case, by=who, item_ids=ids, **{**values, **more})


def page(client, case, query=""):
    return client.get(reverse("case-checklist", args=[case.pk]) + query)


def item_page(client, case, key):
    return client.get(reverse("case-item", args=[case.pk, item(case, key).pk]))


def say(client, case, key, word, words="", **more):
    url = reverse("case-item-answer", args=[case.pk, item(case, key).pk, word])
    typed = {"words": words, "version": item(case, key).version, "because": BECAUSE, **more}
    return client.post(url, typed, follow=True)


# --- the rhythm

GET_PAGES = ("case-checklist", "case-item")
POST_PAGES = ("case-checklist-tick", "case-item-tick", "case-item-untick", "case-item-answer")


def address(name, case):
    first = item(case, CONSULT).pk
    arguments = {
        "case-item": [first],
        "case-item-tick": [first],
        "case-item-untick": [first],
        "case-item-answer": [first, "satisfied"],
    }
    return reverse(name, args=[case.pk, *arguments.get(name, [])])


@pytest.mark.parametrize("name", GET_PAGES)
@pytest.mark.parametrize("who", ["petra", "cora", "sam", "carl"])
def test_people_who_read_charts_see_the_pages(client, world, case, name, who):
    client.force_login(world.people[who])
    assert client.get(address(name, case)).status_code == 200


@pytest.mark.parametrize("name", GET_PAGES + POST_PAGES)
def test_strangers_are_sent_to_the_sign_in(client, case, name):
    method = client.get if name in GET_PAGES else client.post
    answer = method(address(name, case))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign_in"))


@pytest.mark.parametrize("name", GET_PAGES + POST_PAGES)
@pytest.mark.parametrize("who", ["stella", "sonja", "noor", "bea", "ada"])
def test_nobody_learns_that_a_case_elsewhere_exists(client, world, case, name, who):
    client.force_login(world.people[who])
    method = client.get if name in GET_PAGES else client.post
    assert method(address(name, case)).status_code == 404


@pytest.mark.parametrize("name", GET_PAGES)
def test_pages_are_only_read(client, petra, case, name):
    client.force_login(petra)
    assert client.post(address(name, case)).status_code == 405


@pytest.mark.parametrize("name", POST_PAGES)
def test_actions_are_only_posted(client, petra, case, name):
    client.force_login(petra)
    assert client.get(address(name, case)).status_code == 405


@pytest.mark.parametrize("word", ["satisfied", "not-applicable", "cannot-be-met", "challenge", "reopen"])
def test_compliance_reads_and_does_not_answer(client, carl, case, word):
    client.force_login(carl)
    assert say(client, case, PAYER, word, "Because.").status_code == 403
    assert AuditEvent.objects.filter(outcome="refused", username="carl").exists()


def test_an_item_of_another_case_is_not_found(client, world, petra, case):
    other = open_story(world, 3)
    client.force_login(petra)
    url = reverse("case-item", args=[case.pk, other.items.first().pk])
    assert client.get(url).status_code == 404


def test_an_unknown_answer_is_not_found(client, petra, case):
    client.force_login(petra)
    assert say(client, case, CONSULT, "waive", "No time.").status_code == 404


# --- the staff view


def test_staff_see_their_own_items_first_and_can_switch(client, petra, case):
    client.force_login(petra)
    mine = page(client, case).content.decode()
    assert "Time-out" in mine
    assert "Radiation oncology consultation" not in mine
    everyone = page(client, case, "?who=everyone").content.decode()
    assert "Radiation oncology consultation" in everyone
    one_role = page(client, case, "?who=nurse").content.decode()
    assert "Pregnancy" in one_role
    assert "Time-out" not in one_role


def test_people_without_a_duty_start_with_everyone(client, sam, case):
    client.force_login(sam)
    assert page(client, case).context["checklist"].whose == "everyone"


def test_a_returned_item_is_the_next_thing_to_do(client, sam, case):
    case.items.filter(key=PLAN).update(review="returned", review_reason="unsigned", review_note="Page 2")
    client.force_login(sam)
    answer = page(client, case)
    assert answer.context["next"].key == PLAN
    assert "Unsigned: Page 2" in answer.content.decode()


def test_an_unsigned_document_is_signed_next_and_not_brought_again(client, sam, petra, case):
    client.force_login(sam)
    first = page(client, case).context["next"]
    note = add(case, petra, first.key, title="Dictated note", signed_at=None)
    answer = page(client, case)
    assert answer.context["next"].key == first.key
    acts = answer.context["next_actions"]
    assert (acts[0]["label"], acts[0]["url"]) == (
        "Enter its signature",
        reverse("case-document-change", args=[case.pk, note.pk]),
    )
    assert [act["label"] for act in acts[1:]] == ["Add document", "Open"]
    assert "“Dictated note” is not signed yet" in answer.content.decode()


def test_progress_counts_required_items_only(client, sam, petra, case):
    add(case, petra, CONSULT)
    client.force_login(sam)
    found = page(client, case).context["checklist"]
    assert (found.done, found.total) == (2, 5)  # consultation and payer; pregnancy is recommended


def test_done_and_retired_items_fold_away_and_stay_readable(client, sam, petra, case):
    add(case, petra, CONSULT)
    rebuild(case, row(PLAN))
    client.force_login(sam)
    text = page(client, case, "?who=everyone").content.decode()
    assert "No longer needed" in text
    assert "Consultation" in text


def test_an_item_nobody_can_tell_names_the_missing_fact(client, sam, world):
    made = open_story(world)
    made.images_fused = None
    made.save()
    evaluation.refresh(made, sam)
    client.force_login(sam)
    text = page(client, made, "?who=everyone").content.decode()
    assert "Needed or not? Record" in text
    assert f"{reverse('case-facts', args=[made.pk])}#id_images_fused" in text


def test_a_case_without_codes_gets_an_explanation(client, world, petra):
    bare = open_case(
        by=petra,
        department=world.north,
        patient={"record_number": "MRN-9", "name": "Elm, Eva"},
        data=CaseInput(case={"machine": world.machines["linac"]}),
    )
    client.force_login(petra)
    assert "The checklist follows the billing codes" in page(client, bare).content.decode()


def test_the_page_reads_sixty_items_with_as_many_queries_as_ten(client, world, sam, case):
    other = open_story(world, 3)
    client.force_login(sam)
    counts = []
    for one, groups in ((case, 1), (other, 6)):
        rebuild(one, *[row(key, f"lesion:{n}") for n in range(groups) for key in item_keys(10)])
        add_to = [found.key for found in one.items.filter(condition="true", subject="lesion:0")]
        ids = list(one.items.filter(key__in=add_to).values_list("pk", flat=True))
        evidence.add_document(
            case=one, by=world.people["petra"], kind="treatment_order", title="Order", item_ids=ids
        )
        page(client, one)
        with CaptureQueriesContext(connection) as captured:
            page(client, one)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] < 60


def test_a_page_view_leaves_one_audit_event(client, petra, case):
    client.force_login(petra)
    page(client, case)
    assert AuditEvent.objects.filter(action="checklist.viewed", username="petra").count() == 1


# --- ticking


def test_several_items_are_ticked_with_one_document(client, petra, case):
    note = add(case, petra)
    client.force_login(petra)
    ids = [item(case, key).pk for key in (CONSULT, FUSION)]
    url = reverse("case-checklist-tick", args=[case.pk])
    answer = client.post(
        url, {"items": ids, "document": note.pk, "do": "tick", "back": "everyone"}, follow=True
    )
    assert "is ticked for 2 items" in answer.content.decode()
    assert item(case, CONSULT).answer == "satisfied"
    assert answer.redirect_chain[-1][0].endswith("?who=everyone")


def test_ticking_nothing_says_what_to_do(client, petra, case):
    client.force_login(petra)
    url = reverse("case-checklist-tick", args=[case.pk])
    assert "Tick at least one item" in client.post(url, {"do": "tick"}, follow=True).content.decode()


def test_ticks_are_kept_when_the_document_was_forgotten(client, petra, case):
    client.force_login(petra)
    url = reverse("case-checklist-tick", args=[case.pk])
    pk = item(case, "time-out").pk
    answer = client.post(url, {"items": [pk], "do": "tick"}, follow=True)
    assert "Choose the document that proves" in answer.content.decode()
    assert answer.context["chosen"] == {pk}


def test_ticked_items_lead_to_a_form_with_the_kind_they_usually_want(client, petra, case):
    client.force_login(petra)
    url = reverse("case-checklist-tick", args=[case.pk])
    answer = client.post(url, {"items": [item(case, "time-out").pk], "do": "add"}, follow=True)
    assert answer.context["form"]["kind"].value() == "time_out_record"
    assert str(item(case, "time-out").pk) in answer.context["chosen"]
    assert not answer.context["form"]["signed_at"].value()


def test_one_item_is_ticked_and_unticked_on_its_page(client, petra, case):
    note = add(case, petra)
    client.force_login(petra)
    first = [case.pk, item(case, CONSULT).pk]
    client.post(reverse("case-item-tick", args=first), {"document": note.pk})
    assert item(case, CONSULT).answer == "satisfied"
    answer = client.post(reverse("case-item-untick", args=first), {"document": note.pk}, follow=True)
    assert "no longer proves this item" in answer.content.decode()
    assert item(case, CONSULT).answer == "open"


@pytest.mark.parametrize("document", ["", "abc", "999999"])
def test_a_document_that_is_not_there_is_refused(client, petra, case, document):
    client.force_login(petra)
    url = reverse("case-item-tick", args=[case.pk, item(case, CONSULT).pk])
    assert client.post(url, {"document": document}, follow=True).status_code in (200, 404)
    assert item(case, CONSULT).answer == "open"


# --- answering


def test_a_supervisor_denies_a_condition_with_a_reason(client, sam, case):
    client.force_login(sam)
    text = say(client, case, FUSION, "not-applicable", "No images were fused.").content.decode()
    assert "does not apply to this case" in text
    assert item(case, FUSION).answer == "not_applicable"


def test_a_refused_answer_keeps_the_words(client, sam, case):
    client.force_login(sam)
    answer = say(client, case, CONSULT, "not-applicable", "I have typed a long reason.")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "is always needed" in text
    assert "I have typed a long reason." in text


def test_a_stale_answer_is_told_and_keeps_the_words(client, sam, case):
    client.force_login(sam)
    answer = say(client, case, FUSION, "not-applicable", "No fusion.", version=0)
    assert answer.status_code == 409
    assert "Somebody else changed" in answer.content.decode()
    assert "No fusion." in answer.content.decode()


def test_the_system_s_answer_is_shown_and_can_be_doubted(client, petra, case):
    client.force_login(petra)
    assert "judged by the system" in item_page(client, case, PAYER).content.decode()
    say(client, case, PAYER, "challenge", "The card shows another plan.")
    assert item(case, PAYER).answer == "open"
    assert "The card shows another plan." in item_page(client, case, PAYER).content.decode()


def test_a_doubted_item_offers_every_answer_and_the_way_back(client, sam, case):
    client.force_login(sam)
    say(client, case, PAYER, "challenge", "The card shows another plan.")
    shown = item_page(client, case, PAYER).content.decode()
    assert "Can never be met" in shown
    assert "Take the doubt back" in shown
    assert "Open it again" not in shown
    say(client, case, PAYER, "cannot-be-met", "The plan ended before the consultation.")
    assert item(case, PAYER).answer == "cannot_be_met"
    answered = item_page(client, case, PAYER).content.decode()
    assert "Open it again" in answered
    assert "Take the doubt back" not in answered
    assert "Doubted" not in answered
    assert "is doubted" not in answered
    assert "Answered by a person" in answered


def test_staff_see_why_an_answer_is_not_theirs(client, petra, case):
    client.force_login(petra)
    text = item_page(client, case, FUSION).content.decode()
    assert "Only a supervisor may say this." in text


def test_a_returned_item_is_answered_from_its_page(client, petra, case):
    case.items.filter(key=PLAN).update(review="returned", review_reason="wrong_date")
    Packet.objects.filter(case=case).update(status="returned")
    client.force_login(petra)
    assert "Answer the return" in item_page(client, case, PLAN).content.decode()
    say(client, case, PLAN, "return-answered", "The date is right, see page 3.")
    assert item(case, PLAN).review == "none"


def test_an_item_under_an_approved_packet_is_read_only(client, petra, cora, case):
    released(case, cora, "77372", "facility")
    Packet.objects.filter(case=case, stream="facility").update(status="approved")
    client.force_login(petra)
    text = item_page(client, case, CONSULT).content.decode()
    assert "Read only: part of the approved facility packet." in text
    assert "Add document" not in text
