"""Pages of queries to clinicians: list, new with facts filled in, answer, withdraw, paper without codes."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casetracker.models import Query
from casetracker.presenters.consistency_links import link_of
from casetracker.services import queries
from tests.cast import *  # noqa: F403
from tests.packets import desk

pytestmark = pytest.mark.django_db
GOOD = "What was the measured distance, and which class do you give it?"


@pytest.fixture
def made(world):
    return desk(world)


@pytest.fixture
def asked(made, world, petra):
    return queries.ask(
        case=made.packet().case,
        by=petra,
        clinician=world.clinicians["onco"],
        facts="MRI series 5 shows 4 mm to the left optic tract.",
        question=GOOD,
        options=["Simple", "Complex"],
        item=made.item("plan-approval"),
    )


def new(made, key="plan-approval") -> str:
    return reverse("query-new", args=[made.case.pk]) + f"?item={made.items[key].pk}"


def text(response) -> str:
    return response.content.decode()


# --- rhythm


def test_the_pages_work(client, made, asked, petra):
    client.force_login(petra)
    for address in ("/queries/", f"/queries/{asked.pk}/", f"/queries/{asked.pk}/print/", new(made)):
        assert client.get(address).status_code == 200


def test_the_consistency_check_leads_to_the_open_queries_of_its_case(client, world, made, asked, petra):
    other = desk(world, number="N-0002")
    told = {"facts": "A note.", "question": "What was seen?", "clinician": world.clinicians["onco"]}
    queries.ask(case=other.packet().case, by=petra, **told)
    client.force_login(petra)
    says, address = link_of("queries-closed", made.case.pk)
    assert says == "Go to the questions"
    shown = client.get(address)
    assert [row["id"] for row in shown.context["rows"]] == [asked.pk]
    assert [chip["count"] for chip in shown.context["chips"]] == [1, 0, 0]
    assert "Questions to clinicians about one case, oldest first." in text(shown)
    assert len(client.get("/queries/").context["rows"]) == 2
    done = client.get(shown.context["chips"][2]["url"])
    assert done.context["rows"] == []
    assert client.get(shown.context["secondary"][0]["url"]).context["rows"] != []


def test_a_case_elsewhere_shows_no_query(client, made, asked, stella):
    client.force_login(stella)
    shown = client.get(f"/queries/?case={made.case.pk}")
    assert (shown.status_code, shown.context["rows"]) == (200, [])


def test_anonymous_people_are_sent_to_sign_in(client, asked, made):
    for address in ("/queries/", f"/queries/{asked.pk}/", f"/queries/{asked.pk}/print/", new(made)):
        assert client.get(address).status_code == 302


def test_an_empty_query_says_what_is_missing(client, made, petra):
    client.force_login(petra)
    answer = client.post(new(made), {"clinician": "", "facts": "", "question": ""})
    assert answer.status_code == 422
    for told in ("Choose who is asked.", "Write what the record says, and where.", "Write the question."):
        assert told in text(answer)


@pytest.mark.parametrize("who", ["bea", "ada", "noor"])
def test_the_wrong_role_is_refused(client, asked, world, who):
    client.force_login(world.people[who])
    assert client.get("/queries/").status_code == 403
    assert client.get(f"/queries/{asked.pk}/").status_code == 404


def test_compliance_reads_and_does_not_ask_or_answer(client, asked, made, carl):
    client.force_login(carl)
    page = text(client.get(f"/queries/{asked.pk}/"))
    assert "needs the role staff, coder or supervisor" in page
    assert client.get(new(made)).status_code == 403
    answer = client.post(f"/queries/{asked.pk}/answer/", {"answer-version": 1, "answer-answer": "x"})
    assert answer.status_code == 403


def test_another_department_gets_404(client, asked, made, stella):
    client.force_login(stella)
    assert client.get(f"/queries/{asked.pk}/").status_code == 404
    assert client.get(f"/queries/{asked.pk}/print/").status_code == 404
    assert client.get(new(made)).status_code == 404
    assert "MRI series" not in text(client.get("/queries/"))


def test_methods_are_as_they_should_be(client, asked, petra):
    client.force_login(petra)
    assert client.post("/queries/").status_code == 405
    assert client.get(f"/queries/{asked.pk}/answer/").status_code == 405
    assert client.post(f"/queries/{asked.pk}/delete/").status_code == 404


# --- ask


def test_the_form_knows_the_clinician_and_the_facts(client, made, petra, world):
    client.force_login(petra)
    form = client.get(new(made)).context["form"]
    assert form["clinician"].value() == world.clinicians["onco"].pk
    assert "Document for Plan approval" in form["facts"].value()


def test_asking_works(client, made, petra, world):
    client.force_login(petra)
    typed = {
        "clinician": world.clinicians["onco"].pk,
        "facts": "A note.",
        "question": GOOD,
        "options": "A\nB",
    }
    answer = client.post(new(made), typed, follow=True)
    assert "is open" in text(answer)
    query = Query.objects.get()
    assert query.item.key == "plan-approval"
    assert query.options == ["A", "B", "Other (please describe)", "Cannot be determined"]


def test_a_leading_question_comes_back_as_typed_with_the_reason(client, made, petra, world):
    client.force_login(petra)
    typed = {
        "clinician": world.clinicians["onco"].pk,
        "facts": "Facts that I typed.",
        "question": "Please document complex lesion so 61798 can be billed.",
    }
    answer = client.post(new(made), typed)
    assert answer.status_code == 422
    assert "61798 in the question is a code" in text(answer)
    assert "Facts that I typed." in text(answer)
    assert not Query.objects.exists()


# --- answer


def test_noting_an_answer_reminds_of_the_addendum(client, asked, petra):
    client.force_login(petra)
    typed = {"answer-version": asked.version, "answer-answer": "4.2 mm, complex."}
    answer = client.post(f"/queries/{asked.pk}/answer/", typed, follow=True)
    assert "The answer must stand in the medical record" in text(answer)
    asked.refresh_from_db()
    assert asked.state == "answered"


@pytest.mark.parametrize(("about", "told"), [(True, "closes by itself"), (False, "close the query by hand")])
def test_an_answered_query_says_how_it_ends(client, asked, petra, about, told):
    item = asked.case.items.first() if about else None
    Query.objects.filter(pk=asked.pk).update(state="answered", item=item)
    client.force_login(petra)
    assert told in text(client.get(f"/queries/{asked.pk}/"))


def test_an_answer_on_a_stale_page_comes_back_as_typed(client, asked, petra):
    client.force_login(petra)
    typed = {"answer-version": 99, "answer-answer": "What I typed."}
    answer = client.post(f"/queries/{asked.pk}/answer/", typed)
    assert answer.status_code == 409
    assert "What I typed." in text(answer)


def test_withdrawing_needs_a_reason(client, asked, petra):
    client.force_login(petra)
    typed = {"withdraw-version": asked.version, "withdraw-reason": ""}
    assert client.post(f"/queries/{asked.pk}/withdraw/", typed).status_code == 422
    client.post(f"/queries/{asked.pk}/withdraw/", {**typed, "withdraw-reason": "Found it."})
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


# --- list and paper


def test_counts_are_those_of_the_tabs(client, asked, petra):
    client.force_login(petra)
    page = client.get("/queries/")
    counts = {chip["label"]: chip["count"] for chip in page.context["chips"]}
    assert list(counts.values()) == [1, 0, 0]
    assert len(client.get("/queries/?tab=open").context["rows"]) == 1
    assert len(client.get("/queries/?tab=done").context["rows"]) == 0


def test_a_late_query_says_by_how_much(client, asked, petra):
    Query.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    client.force_login(petra)
    assert re.search(r"[234] days late", text(client.get("/queries/")))


def test_the_paper_has_no_code_and_no_full_name(client, asked, petra):
    client.force_login(petra)
    page = text(client.get(f"/queries/{asked.pk}/print/"))
    body = page[page.index("query-paper") :]
    assert not re.search(r"\b[67]\d{4}\b", body)
    assert "Alder" not in body
    assert "Cannot be determined" in body
    assert "addendum" in body


@pytest.mark.parametrize("rows", [2, 20])
def test_the_statements_do_not_grow_with_the_rows(
    client, made, world, petra, rows, django_assert_num_queries
):
    for _ in range(rows):
        queries.ask(
            case=made.packet().case,
            by=petra,
            clinician=world.clinicians["onco"],
            facts="A note.",
            question=GOOD,
        )
    client.force_login(petra)
    client.get("/queries/")
    with django_assert_num_queries(
        12
    ):  # session, person, roles, frame; rows and counts; six of the audit event
        client.get("/queries/")
