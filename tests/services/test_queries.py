"""Queries to clinicians: their wording, their life, and that they close themselves."""

from datetime import date

import pytest
from django.utils import timezone

from casetracker import query_wording, working_days
from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.models import CaseRevision, ChecklistItem, Query
from casetracker.services import evidence, queries
from tests.cast import *  # noqa: F403
from tests.owed import item, open_story, rebuild, row
from tests.packets import desk

GOOD = "Please state the measured distance and your classification, or that it cannot be determined."
FACTS = "Lesion 2 is listed as simple. MRI series 5 shows 4 mm to the left optic tract."


# --- wording (no database)


@pytest.mark.parametrize(
    "question",
    [
        GOOD,
        "Which lesion was treated in the second session?",
        "What was the largest dimension of lesion 2, without margin?",
        "When was the plan reviewed, and by whom?",
        "Please describe the surgeon's part in the planning.",
        "Did the patient receive the whole dose, and how was this verified?",
        "Which physician was at the console in session 1, and from when to when?",
        "Could you describe how the patient was positioned in session 2?",
        "Do you know who placed the frame?",
        "Please clarify which lesion was treated to 24 Gy and which to 20 Gy.",
        "Who was with the patient when the beam was on?",
        "What made you change the plan from three sessions to one?",
        "Where is the note that records the change of the plan, and who wrote it?",
    ],
)
def test_open_questions_may_be_sent(question):
    assert query_wording.problems(question=question, facts=FACTS) == []


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ("Please document complex lesion so 61798 can be billed.", "61798 in the question is a code"),
        ("What is needed for G0339?", "G0339 in the question is a code"),
        ("Which class can be billed?", "“billed” in the question is about payment"),
        ("What class will the payer accept?", "“payer” in the question"),
        ("Which note would survive an audit?", "“audit” in the question"),
        ("Which code applies?", "“code” in the question"),
        ("What supports reimbursement here?", "“reimbursement” in the question"),
        ("Is the lesion complex?", "Yes or no leads"),
        ("Was the surgeon present?", "Yes or no leads"),
        ("Please document that the lesion is complex.", "suggests its answer"),
        ("Wouldn't you agree that it is complex?", "suggests its answer"),
        ("Please give the distance so that the class can be raised.", "says what the answer is needed for"),
        ("What is the distance? What is the class?", "One question per query"),
        ("Was the surgeon present when the beam was on?", "Yes or no leads"),
        ("Is the lesion that touches the brainstem complex?", "Yes or no leads"),
        ("Please confirm the lesion is complex.", "suggests its answer"),
        ("Don't you think the lesion is complex?", "suggests its answer"),
        ("The lesion is complex, correct?", "suggests its answer"),
        ("You were in the room, weren't you?", "suggests its answer"),
        ("I assume you were present; when did you arrive?", "suggests its answer"),
        ("Because the lesion is complex, what is the distance?", "suggests its answer"),
        ("Please change the classification to complex.", "suggests its answer"),
        ("Kindly amend your note to name the surgeon.", "suggests its answer"),
        ("Please add the distance as 4 mm.", "suggests its answer"),
        ("Please attest that you were present throughout.", "suggests its answer"),
        ("Please state the distance, which must be under 5 mm.", "suggests its answer"),
        ("Please back-date the note.", "suggests its answer"),
        ("Please state the distance so we can keep the line.", "says what the answer is needed for"),
        ("What would avoid a denial?", "“denial” in the question"),
        ("Which class does Medicare want?", "“Medicare” in the question"),
    ],
)
def test_leading_and_payment_words_are_refused_with_the_reason(question, problem):
    assert any(problem in found for found in query_wording.problems(question=question))


def test_facts_and_answers_are_judged_too():
    found = query_wording.problems(question=GOOD, facts="77300 needs two.", options=["Complex, pays more"])
    assert any("77300 in the facts is a code" in text for text in found)
    assert any("“pays” in the answers" in text for text in found)


def test_clinical_words_are_no_payment_words():
    facts = "The patient denied headache and denies nausea. Discharge summary signed. Series 50211 shows the lesion."
    assert query_wording.problems(question=GOOD, facts=facts) == []


def test_one_choice_alone_is_refused():
    assert query_wording.problems(question=GOOD, options=["Complex"])


def test_yes_and_no_as_the_only_choices_are_refused():
    found = query_wording.problems(question=GOOD, options=["Yes", "No "])
    assert [text.partition(".")[0] for text in found] == ["Yes or no leads"]
    assert query_wording.problems(question=GOOD, options=["Yes, at the console", "No, in the clinic"]) == []


def test_choices_always_end_with_other_and_cannot_be_determined():
    assert query_wording.with_fixed_options(["Simple", " Complex "]) == [
        "Simple",
        "Complex",
        "Other (please describe)",
        "Cannot be determined",
    ]
    assert query_wording.with_fixed_options([]) == []


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 3, 2), 3, date(2026, 3, 5)),
        (date(2026, 3, 5), 3, date(2026, 3, 10)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 3, 6), 0, date(2026, 3, 6)),
    ],
)
def test_due_days_leave_out_the_weekend(start, days, due):
    assert working_days.after(start, days) == due


# --- life


@pytest.fixture
def made(world):
    return desk(world)


def ask(made, world, by, **more):
    values = {
        "case": made.packet().case,
        "by": by,
        "clinician": world.clinicians["onco"],
        "facts": FACTS,
        "question": GOOD,
        "item": made.item("plan-approval"),
        **more,
    }
    return queries.ask(**values)


@pytest.mark.django_db
def test_a_query_is_open_with_a_due_day_and_one_history_entry(made, world, petra):
    before = CaseRevision.objects.count()
    query = ask(made, world, petra, options=["Simple", "Complex"])
    assert query.state == "open"
    assert query.options[-2:] == ["Other (please describe)", "Cannot be determined"]
    assert query.due_on == working_days.after(working_days.local_day(query.asked_at, world.north), 3)
    assert CaseRevision.objects.count() == before + 1


@pytest.mark.django_db
def test_a_leading_query_is_refused_and_nothing_is_stored(made, world, petra):
    with pytest.raises(Refused, match="Yes or no leads"):
        ask(made, world, petra, question="Is it complex?")
    assert not Query.objects.exists()


@pytest.mark.django_db
def test_a_query_cites_facts(made, world, petra):
    with pytest.raises(Refused, match="Cite the facts"):
        ask(made, world, petra, facts="  ")


@pytest.mark.django_db
def test_a_query_goes_to_somebody_of_the_department(made, world, petra):
    with pytest.raises(Refused, match="does not work in North Hospital"):
        ask(made, world, petra, clinician=world.clinicians["nail"])


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["bea", "carl", "noor", "stella"])
def test_asking_needs_a_role_in_the_department(made, world, who):
    with pytest.raises(NotAllowed):
        ask(made, world, world.people[who])


@pytest.mark.django_db
def test_asking_does_not_make_a_supervisor_a_completer(made, world, petra, sam):
    from casetracker.services import review

    review.submit(packet=made.packet(), by=petra)
    ask(made, world, sam)
    review.take(packet=made.packet(), by=sam)
    assert made.packet().reviewer == sam


@pytest.mark.django_db
def test_an_answer_is_noted_once(made, world, petra):
    query = ask(made, world, petra)
    queries.answer(query=query, by=petra, answer="4.2 mm, complex.")
    assert (query.state, query.answer) == ("answered", "4.2 mm, complex.")
    with pytest.raises(WrongState, match="This query is answered"):
        queries.answer(query=query, by=petra, answer="Again.")


@pytest.mark.django_db
def test_an_answer_on_a_stale_page_is_refused(made, world, petra):
    query = ask(made, world, petra)
    with pytest.raises(Stale):
        queries.answer(query=query, by=petra, answer="4 mm.", version=query.version + 1)


@pytest.mark.django_db
def test_withdrawing_and_closing_need_a_reason(made, world, petra):
    query = ask(made, world, petra)
    with pytest.raises(Refused, match="Give a reason"):
        queries.withdraw(query=query, by=petra, reason=" ")
    queries.withdraw(query=query, by=petra, reason="Found in the record.")
    assert (query.state, query.closed_reason) == ("withdrawn", "Found in the record.")
    with pytest.raises(WrongState):
        queries.close(query=query, by=petra, reason="x")


@pytest.mark.django_db
def test_a_query_closes_itself_when_its_item_is_satisfied(made, world, petra):
    ChecklistItem.objects.filter(key="plan-approval").update(answer="open")
    query = ask(made, world, petra)
    queries.answer(query=query, by=petra, answer="4.2 mm.")
    assert queries.close_satisfied(case=made.case) == 0
    ChecklistItem.objects.filter(key="plan-approval").update(answer="satisfied", answered_at=timezone.now())
    assert queries.close_satisfied(case=made.case) == 1
    query.refresh_from_db()
    assert (query.state, query.closed_reason) == ("closed", "The item is satisfied.")


@pytest.mark.django_db
def test_a_query_stays_open_while_its_item_is_returned(made, world, petra):
    ask(made, world, petra)
    answered = {"answer": "satisfied", "answered_at": timezone.now()}
    ChecklistItem.objects.filter(key="plan-approval").update(**answered, review="returned")
    assert queries.close_satisfied(case=made.case) == 0


@pytest.mark.django_db
def test_a_query_that_doubts_a_satisfied_item_waits_for_what_is_brought_afterwards(made, world, petra):
    doubted = made.item("plan-approval")
    query = ask(made, world, petra)
    assert doubted.answer == "satisfied"
    assert queries.close_satisfied(case=made.case) == 0
    addendum = {"kind": "plan_approval", "title": "Addendum", "author": world.clinicians["onco"]}
    evidence.add_document(case=query.case, by=petra, **addendum)
    assert queries.close_satisfied(case=made.case) == 0
    evidence.add_document(case=query.case, by=petra, **addendum, item_ids=[doubted.pk])
    query.refresh_from_db()
    assert query.closed_reason == "The item is satisfied."


@pytest.mark.django_db
def test_a_query_closes_in_the_rebuild_that_retires_its_item(world, petra):
    case = open_story(world)
    rebuild(case, row("treatment-summary"), row("signed-treatment-order"))
    asked = item(case, "treatment-summary")
    words = {"facts": FACTS, "question": GOOD, "clinician": world.clinicians["onco"]}
    query = queries.ask(case=case, by=petra, item=asked, **words)
    rebuild(case, row("treatment-summary"), row("signed-treatment-order"))
    query.refresh_from_db()
    assert query.state == "open"
    rebuild(case, row("signed-treatment-order"))
    query.refresh_from_db()
    assert (query.state, query.closed_reason) == ("closed", "The item is no longer needed.")


@pytest.mark.django_db
def test_an_item_of_another_case_cannot_be_asked_about(made, world, petra):
    elsewhere = item(open_story(world), "treatment-summary")
    with pytest.raises(Refused, match="another case"):
        ask(made, world, petra, item=elsewhere)


@pytest.mark.django_db
def test_a_page_opened_before_a_query_closed_itself_is_out_of_date(made, world, petra):
    query = ask(made, world, petra)
    seen = query.version
    ChecklistItem.objects.filter(key="plan-approval").update(condition="retired")
    queries.close_satisfied(case=made.case)
    query.refresh_from_db()
    assert query.version == seen + 1


@pytest.mark.django_db
def test_a_query_about_a_retired_item_closes(made, world, petra):
    query = ask(made, world, petra)
    ChecklistItem.objects.filter(key="plan-approval").update(condition="retired", answer="open")
    queries.close_satisfied(case=made.case)
    query.refresh_from_db()
    assert query.closed_reason == "The item is no longer needed."
