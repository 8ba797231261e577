"""The case document: what a form would give and what is read back are the same, with few queries."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casetracker.case_input import CaseInput, laid_over
from casetracker.choices import Relation
from casetracker.facts import case_document, document_from_input
from casetracker.intake import from_template
from casetracker.models import Case, Department, PolicySetting
from casetracker.recorded import recorded_input
from casetracker.services.cases import open_case, save_facts
from tests.factories import case_at
from tests.stories import lesion, plan, session, story, team

pytestmark = pytest.mark.django_db


def without_new_names(document: dict, other: dict) -> dict:
    """`document` with the names of unsaved rows replaced by those the saved rows got."""
    names = {}
    for section in ("lesions", "sessions"):
        for mine, saved in zip(document.get(section, []), other.get(section, []), strict=True):
            names[section, mine["id"]] = saved["id"]
    text = deepcopy(document)
    for row in text.get("lesions", []):
        row["id"] = names["lesions", row["id"]]
    for row in text.get("sessions", []):
        row["id"] = names["sessions", row["id"]]
        row["lesions"] = [names["lesions", name] for name in row.get("lesions", [])]
        row["doses_gy"] = {names["lesions", name]: dose for name, dose in row.get("doses_gy", {}).items()}
        row.pop("plan", None)
    for row in (*text.get("targets", []), *text.get("organs", [])):
        assert row["plan"] == document["plan"]["id"]
        row["plan"] = other["plan"]["id"]
        if "lesion" in row:
            row["lesion"] = names["lesions", row["lesion"]]
    if "plan" in text:
        text["plan"].pop("id")
        text["plan"]["lesions"] = [names["lesions", name] for name in text["plan"]["lesions"]]
    return text


def stripped(document: dict) -> dict:
    text = deepcopy(document)
    for row in text.get("sessions", []):
        row.pop("plan", None)
    text.get("plan", {}).pop("id", None)
    return text


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_opening_and_reading_back_gives_the_previewed_document(world, petra, number):
    patient, facts = story(number, world)
    previewed = document_from_input(None, world.north, deepcopy(facts))
    case = open_case(by=petra, department=world.north, patient=patient, data=facts)
    saved = case_document(Case.objects.get(pk=case.pk))
    assert without_new_names(previewed, saved) == stripped(saved)


def test_an_edit_reads_back_as_it_was_previewed(world, petra):
    case = case_at("suggested", story=4, world=world)
    now = recorded_input(case)
    rows = [now.lesions[2], {**now.lesions[0], "max_dimension_mm": Decimal("34.96")}]
    typed = CaseInput(case={"planned_sessions": 3, "kps": None}, lesions=rows)
    previewed = document_from_input(case, world.north, typed)
    save_facts(case=case, by=petra, facts_version=case.facts_version, data=typed)
    assert case_document(Case.objects.get(pk=case.pk)) == previewed
    assert [row["max_dimension_mm"] for row in previewed["lesions"]] == [11, 34.96]


def test_the_preview_writes_nothing(world, petra):
    case = case_at("suggested", world=world)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        document_from_input(case, world.north, CaseInput(case={"planned_sessions": 5}))
    assert all(query["sql"].startswith(("SELECT", "PRAGMA")) for query in asked)


def test_removing_a_lesion_keeps_the_others_in_their_sessions(world, petra):
    case = case_at("suggested", story=4, world=world)
    now = recorded_input(case)
    document = document_from_input(case, world.north, CaseInput(lesions=now.lesions[1:]))
    kept = [row["id"] for row in document["lesions"]]
    assert document["sessions"][0]["lesions"] == kept
    assert set(document["sessions"][0]["doses_gy"]) == set(kept)
    assert document["plan"]["lesions"] == kept


def test_unrecorded_values_are_left_out_and_no_stays(world, petra):
    case = case_at("drafted", world=world)
    document = case_document(case)
    assert "planned_sessions" not in document
    assert "circumstances" not in document
    full = case_document(case_at("suggested", story=2, world=world))
    assert full["circumstances"]["trial"] is False


def test_moments_are_told_in_the_departments_zone(world):
    document = case_document(case_at("suggested", world=world))
    assert document["plan"]["approved_at"] == "2026-02-25T16:00:00-05:00"
    assert document["sessions"][0]["beam_on_at"] == "2026-03-02T08:30:00-05:00"


def test_several_plans_are_listed(world, petra):
    case = case_at("suggested", story=4, world=world)
    plans = [plan([0, 1], technique="inverse"), plan([2], label="P2")]
    document = document_from_input(case, world.north, CaseInput(plans=plans))
    assert "plan" not in document
    assert [row["technique"] for row in document["plans"]] == ["inverse", "forward_3d"]


def test_settings_of_the_payer_win_over_the_departments(world, sam):
    def setting(key, value, payer=None, start=date(2026, 1, 1), end=None):
        PolicySetting.objects.create(
            department=world.north,
            payer=payer,
            key=key,
            value=value,
            reason="As agreed.",
            state="in_force",
            approver=sam,
            valid_from=start,
            valid_to=end,
        )

    setting("addon_order", "simple_first")
    setting("addon_order", "complex_first", payer=world.payers["medicare"])
    setting("addon_order", "simple_first", payer=world.payers["lakeside"])
    setting("tn_code", "61796", end=date(2026, 3, 1))
    setting("robotic_codeset", "g")
    setting("no_longer_in_the_book", "yes")
    case = case_at("suggested", world=world)
    assert case_document(case)["policy"] == {"addon_order": "complex_first"}
    stored = case.evaluations.get().result["policies"]
    assert {"key": "addon_order", "value": "complex_first", "from": "payer_profile"} in stored


def test_a_department_with_two_billing_entities_says_so(world, petra):
    Department.objects.filter(pk=world.south.pk).update(bills_both_components=False)
    south = Department.objects.get(pk=world.south.pk)
    assert document_from_input(None, south, CaseInput())["policy"] == {"one_entity_bills_both": "no"}


def test_a_linked_course_brings_its_days_surgeon_and_lines(world, petra):
    earlier = case_at("coded", story=1, world=world)
    case = case_at("suggested", story=4, world=world)
    row = {"linked": earlier, "relation": Relation.NEW_LESION}
    document = document_from_input(case, world.north, CaseInput(other_courses=[row]))
    course = document["other_courses"][0]
    assert (course["started_on"], course["ended_on"]) == ("2026-03-02", "2026-03-02")
    assert course["surgeon"] == "9000000002"
    assert "61796" in [line["code"] for line in course["lines"]]


def test_the_document_costs_the_same_for_three_and_forty_lesions(world, petra):
    def queries(count):
        facts = story(4, world)[1]
        rows = [lesion(f"L{n}", max_dimension_mm=Decimal(9)) for n in range(1, count + 1)]
        numbers = list(range(count))
        facts.lesions, facts.plans = rows, [plan(numbers)]
        facts.sessions = [session(1, date(2026, 3, 2), numbers, world)]
        identity = {"record_number": f"M{count}", "name": "Elm, Eve"}
        case = open_case(by=petra, department=world.north, patient=identity, data=facts)
        case = Case.objects.select_related("department", "payer", "machine").get(pk=case.pk)
        with CaptureQueriesContext(connection) as asked:
            case_document(case)
        return len(asked)

    assert queries(3) == queries(40) <= 16


def test_a_template_fills_what_was_left_empty_and_marks_it(world):
    typed = CaseInput(case={"planned_sessions": 1, "fixation_type": "invasive_frame"})
    filled, marked = from_template(typed, world.template)
    assert filled.case["fixation_type"] == "invasive_frame"
    assert filled.plans == [{"technique": "forward_3d", "mlc_modulated": False, "custom_devices": 1}]
    assert [row["role"] for row in filled.team] == ["radiation_oncologist", "neurosurgeon", "physicist"]
    assert marked == [
        "planned_sessions",
        "plan.technique",
        "plan.mlc_modulated",
        "plan.custom_devices",
        "team",
    ]


def test_rows_without_a_name_get_the_first_free_one():
    typed = CaseInput(
        lesions=[{"label": "L2"}, {"label": ""}, {}], sessions=[{"number": None}, {"number": 1}]
    )
    joined = laid_over(recorded_input(None), typed)
    assert [row["label"] for row in joined.lesions] == ["L2", "L1", "L3"]
    assert [row["number"] for row in joined.sessions] == [2, 1]


def test_a_foreign_identity_in_a_form_counts_as_a_new_row(world):
    other, case = case_at("suggested", world=world), case_at("suggested", story=4, world=world)
    foreign = recorded_input(other).lesions[0]
    joined = laid_over(recorded_input(case), CaseInput(lesions=[foreign], team=team(world)))
    assert (joined.lesions[0]["uuid"], joined.lesions[0]["pk"]) == (None, None)
