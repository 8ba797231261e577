"""The checklist follows the evaluation and never loses what people brought."""

import random
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casetracker.models import ChecklistItem, Document, ItemDocument
from casetracker.services import checklist, evidence
from tests.cast import *  # noqa: F403
from tests.owed import item, item_keys, open_story, rebuild, released, row

BECAUSE = "It does not concern this patient"
pytestmark = pytest.mark.django_db
HOLDS = {"fact": "setting", "expected": "recorded", "found": "hospital_outpatient", "verdict": "holds"}
FAILS = {**HOLDS, "found": None, "verdict": "fails"}
CONSULT, ORDER, PAYER = "radiation-oncology-consult", "signed-treatment-order", "payer-and-setting-recorded"

DENIABLE = ("prior-authorization", "image-fusion-approval", "performance-status", "pregnancy-status")
KEYS = (CONSULT, ORDER, PAYER, "lesion-complexity", "delivery-record", *DENIABLE)


@pytest.fixture
def case(world):
    made = open_story(world)
    rebuild(made)  # everything of the story is retired; each test brings its own rows
    return made


def add(case, who, *items, **more):
    values = {
        "kind": "consult_radiation_oncology",
        "title": "Consultation",
        "author_name": "Dr. Onco",
        "author_role": "radiation_oncologist",
        "signed_at": datetime(2026, 2, 10, 15, tzinfo=UTC),
    }
    ids = [one.pk for one in items]
    return evidence.add_document(case=case, by=who, item_ids=ids, **{**values, **more})


def test_a_new_item_is_open_with_the_words_of_the_rule_book(case):
    told = rebuild(case, row(CONSULT, codes=["77372", "61796"]))
    found = item(case, CONSULT)
    assert [entry["key"] for entry in told["new"]] == [CONSULT]
    assert (found.label, found.role, found.step) == (
        "Radiation oncology consultation",
        "radiation_oncologist",
        "consult",
    )
    assert (found.condition, found.answer, found.review) == ("true", "open", "none")
    assert found.streams == ["facility", "surgeon_professional"]


def test_a_real_case_gets_the_items_of_its_codes(world):
    made = open_story(world)
    codes = set(made.items.values_list("key", flat=True))
    assert {"delivery-record", "signed-treatment-order", "radiosurgery-procedure-note"} <= codes
    assert made.missing_required > 20


def test_the_system_answers_what_the_case_data_alone_show(case):
    rebuild(case, row(PAYER, checks=[HOLDS, HOLDS]))
    found = item(case, PAYER)
    assert (found.answer, found.answered_by_system, found.answered_by) == ("satisfied", True, None)
    assert found.checks[0]["message"].endswith("Hospital outpatient (expected: recorded).")


@pytest.mark.parametrize(
    "checks", [[], [FAILS], [HOLDS, FAILS], [HOLDS, {**HOLDS, "verdict": "unknown", "found": None}]]
)
def test_the_system_answers_only_when_every_check_holds(case, checks):
    rebuild(case, row(PAYER, checks=checks))
    assert item(case, PAYER).answer == "open"


def test_the_system_takes_its_answer_back_when_the_facts_turn(case):
    rebuild(case, row(PAYER, checks=[HOLDS]))
    ChecklistItem.objects.filter(case=case, key=PAYER).update(review="accepted")
    rebuild(case, row(PAYER, checks=[FAILS]))
    found = item(case, PAYER)
    assert (found.answer, found.answered_by_system, found.review) == ("open", False, "none")


def test_the_system_never_answers_an_item_that_needs_a_signature(case):
    rebuild(case, row("lesion-complexity", checks=[HOLDS]))
    assert item(case, "lesion-complexity").answer == "open"


def test_a_doubted_item_is_not_answered_by_the_system_again(case, petra):
    rebuild(case, row(PAYER, checks=[HOLDS]))
    evidence.challenge_item(case=case, by=petra, item=item(case, PAYER), reason="The plan changed in March.")
    rebuild(case, row(PAYER, checks=[HOLDS]))
    found = item(case, PAYER)
    assert (found.answer, found.challenged, found.answer_reason) == (
        "open",
        True,
        "The plan changed in March.",
    )


def test_an_unknown_condition_leaves_the_item_open(case):
    rebuild(case, row(PAYER, condition="unknown", checks=[HOLDS]))
    assert (item(case, PAYER).condition, item(case, PAYER).answer) == ("unknown", "open")


def test_a_person_s_answer_is_never_overwritten_but_flagged(case, sam):
    rebuild(case, row("image-fusion-approval", checks=[HOLDS]))
    words = "No images were fused; the planning MRI was used alone."
    fusion = item(case, "image-fusion-approval")
    evidence.mark_not_applicable(because=BECAUSE, case=case, by=sam, item=fusion, reason=words)
    rebuild(case, row("image-fusion-approval", checks=[FAILS]))
    found = item(case, "image-fusion-approval")
    assert (found.answer, found.answer_reason, found.answered_by) == ("not_applicable", words, sam)
    assert [check["verdict"] for check in found.checks] == ["fails"]


def test_an_item_no_longer_needed_is_retired_with_the_codes_that_left(case):
    rebuild(case, row(CONSULT, codes=["77300"]), row(ORDER))
    told = rebuild(case, row(ORDER), codes=("77372", "61796"))
    found = item(case, CONSULT)
    assert (found.condition, found.retired_because) == ("retired", "77300 no longer on the case.")
    assert [entry["key"] for entry in told["retired"]] == [CONSULT]
    assert [entry["key"] for entry in told["kept"]] == [ORDER]


def test_a_retired_item_of_a_lesion_says_that_the_lesion_left(case):
    rebuild(case, row("lesion-complexity", "lesion:0b0f"))
    rebuild(case)
    assert item(case, "lesion-complexity", "lesion:0b0f").retired_because.startswith(
        "This lesion is no longer"
    )


def test_a_returning_item_comes_back_with_its_documents_and_answer(case, petra):
    rebuild(case, row(CONSULT))
    note = add(case, petra, item(case, CONSULT))
    rebuild(case)
    assert (item(case, CONSULT).condition, item(case, CONSULT).answer) == ("retired", "satisfied")
    told = rebuild(case, row(CONSULT))
    found = item(case, CONSULT)
    assert (found.condition, found.answer, found.retired_because) == ("true", "satisfied", "")
    assert list(found.documents.all()) == [note]
    assert [entry["key"] for entry in told["new"]] == [CONSULT]


def test_a_returned_item_keeps_the_day_its_reviewer_gave(case):
    rebuild(case, row(CONSULT), row(ORDER))
    usual = item(case, ORDER).due_on
    given = date(2027, 1, 4)
    case.items.filter(key__in=(CONSULT, ORDER)).update(due_on=given)
    case.items.filter(key=CONSULT).update(review="returned")
    rebuild(case, row(CONSULT), row(ORDER))
    assert (item(case, CONSULT).due_on, item(case, ORDER).due_on) == (given, usual)
    assert usual != given


def test_a_session_stopped_before_any_dose_is_no_day_of_the_course(case):
    first = case.sessions.order_by("number").first()
    days = checklist.course_days(case)
    assert days.first_on == first.date
    first.status = "stopped_without_dose"
    first.save()
    stopped = checklist.course_days(case)
    assert f"session:{first.uuid}" not in stopped.sessions
    assert set(stopped.sessions) == set(days.sessions) - {f"session:{first.uuid}"}


def test_payment_evidence_of_a_declined_line_is_let_go_and_comes_back(case, cora, petra):
    sheet, directive = "dose-calculation-record", "written-directive"
    rows = [row(key, codes=["77300"]) for key in (sheet, directive)]
    line = released(case, cora, "77300", "oncology_professional")
    rebuild(case, *rows)
    document = add(case, petra, item(case, sheet))
    line.decision, line.reason = "decline", "Not documented."
    line.save()
    told = rebuild(case, *rows)
    assert [one["key"] for one in told["retired"]] == [sheet]
    assert (item(case, sheet).condition, item(case, sheet).retired_because) == ("retired", "77300 declined.")
    assert item(case, directive).condition == "true"
    line.decision, line.reason = "hold", "Waits for the sheet."
    line.save()
    rebuild(case, *rows)
    assert item(case, sheet).condition == "true"
    assert item(case, sheet).links.get(removed_at=None).document == document


def test_what_cannot_be_met_stays_in_sight_when_its_line_is_declined(case, cora):
    sheet = row("dose-calculation-record", codes=["77300"])
    rebuild(case, sheet)
    case.items.filter(key=sheet["key"]).update(answer="cannot_be_met", answer_reason="Lost.")
    released(case, cora, "77300", "oncology_professional", decision="decline")
    rebuild(case, sheet)
    assert item(case, sheet["key"]).condition == "true"


def test_an_item_belongs_to_no_claim_by_a_declined_line(case, cora):
    needed = row(CONSULT, codes=["77372", "77432"])
    rebuild(case, needed, codes=("77372",))
    assert item(case, CONSULT).streams == ["facility"]
    line = released(case, cora, "77432", "oncology_professional")
    rebuild(case, needed, codes=("77372",))
    assert item(case, CONSULT).streams == ["facility", "oncology_professional"]
    line.decision, line.reason = "decline", "Not documented."
    line.save()
    rebuild(case, needed, codes=("77372",))
    assert item(case, CONSULT).streams == ["facility"]


def test_label_codes_and_role_follow_the_book(case):
    rebuild(case, row(CONSULT))
    rebuild(case, row(CONSULT, label="New words", role="nurse", severity="recommended", codes=["61796"]))
    found = item(case, CONSULT)
    assert (found.label, found.role, found.severity, found.codes) == (
        "New words",
        "nurse",
        "recommended",
        ["61796"],
    )


def test_rebuilding_the_same_writes_no_row(case):
    rows = [row(key) for key in item_keys(10)]
    rebuild(case, *rows)
    before = dict(case.items.values_list("pk", "version"))
    rebuild(case, *rows)
    assert dict(case.items.values_list("pk", "version")) == before


def many_rows(count):
    keys = item_keys(10)
    return [row(key, subject=f"lesion:{n}") for n in range(count // 10) for key in keys]


def statements(case, rows):
    with CaptureQueriesContext(connection) as captured:
        rebuild(case, *rows)
    return len(captured)


def test_creating_sixty_items_takes_as_many_statements_as_ten(world, case):
    other = open_story(world, 3)
    rebuild(other)
    assert statements(other, many_rows(60)) == statements(case, many_rows(10))
    assert other.items.filter(condition="true").count() == 60


def test_changing_sixty_items_takes_as_many_statements_as_ten(world, case, petra):
    other = open_story(world, 3)
    found = []
    for one, count in ((case, 10), (other, 60)):
        rebuild(one)
        rebuild(one, *many_rows(count))
        add(one, petra, *one.items.filter(condition="true"))
        found.append(statements(one, [{**entry, "codes": ["61796"]} for entry in many_rows(count)]))
    assert found[0] == found[1]


def test_random_edits_lose_nothing_and_end_like_a_fresh_checklist(world, case, petra, sam):
    chance = random.Random(20260302)
    identities = [(key, subject) for key in KEYS for subject in ("case", "lesion:a", "lesion:b")]
    links: set[tuple[int, int]] = set()
    documents: set[int] = set()
    said: dict[int, str] = {}
    rows = [row(*identity) for identity in identities[:9]]
    rebuild(case, *rows)
    for turn in range(60):
        if chance.random() < 0.4:
            chosen = chance.sample(identities, chance.randint(0, 25))
            checks = [chance.choice([HOLDS, HOLDS, FAILS])]
            condition = chance.choice(["true", "true", "unknown"])
            rows = [row(*one, checks=checks, condition=condition) for one in chosen]
            rebuild(case, *rows)
        elif chance.random() < 0.6:
            now = list(case.items.exclude(condition="retired"))
            ticked = chance.sample(now, min(len(now), chance.randint(0, 4)))
            made = add(case, petra, *ticked, title=f"Note {turn}")
            documents.add(made.pk)
            links |= {(one.pk, made.pk) for one in ticked}
        else:
            said |= speak(case, sam, f"Words of turn {turn}", chance)
    live = ItemDocument.objects.filter(item__case=case, removed_at=None)
    assert set(Document.objects.filter(case=case, removed_at=None).values_list("pk", flat=True)) == documents
    assert set(live.values_list("item_id", "document_id")) == links
    assert len(said) > 3
    kept = dict(case.items.filter(pk__in=said, answer="not_applicable").values_list("pk", "answer_reason"))
    assert kept == said
    fresh = open_story(world, 3)
    rebuild(fresh)
    rebuild(fresh, *rows)
    assert in_force(case) == in_force(fresh)


def speak(case, who, words, chance):
    """Deny one conditional item that is open now."""
    open_now = case.items.filter(condition__in=("true", "unknown"), answer="open", key__in=DENIABLE)
    chosen = chance.choice(list(open_now) or [None])
    if chosen is None:
        return {}
    evidence.mark_not_applicable(because=BECAUSE, case=case, by=who, item=chosen, reason=words)
    return {chosen.pk: words}


def in_force(case):
    shown = ("key", "subject", "label", "codes", "severity", "role", "step", "condition", "position")
    return [
        tuple(map(str, values))
        for values in case.items.exclude(condition="retired").order_by("position").values_list(*shown)
    ]
