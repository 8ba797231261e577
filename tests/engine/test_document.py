"""Reading case documents: every mistake at once, exact numbers, text and native values alike."""

from decimal import Decimal

import pytest

from checklists.engine import DocumentRefused, read_case

LESSER = {"schema": "srs-case/1"}


def errors_of(**sections) -> list[dict]:
    with pytest.raises(DocumentRefused) as refusal:
        read_case({**LESSER, **sections})
    return refusal.value.errors


def test_an_empty_case_is_accepted():
    assert read_case(LESSER).lesions == ()


@pytest.mark.parametrize("document", [None, [], "text", 5, {"schema": "srs-case/2"}, {}])
def test_what_is_no_case_document_is_refused(document):
    with pytest.raises(DocumentRefused):
        read_case(document)


def test_all_mistakes_are_collected_with_path_value_and_allowed_words():
    errors = errors_of(
        setting="hospital",
        planned_sessions="five",
        lesions=[{"id": "L1", "region": "brain", "size": 3}],
        people=[{"role": "surgeon"}],
    )
    found = {error["path"]: error for error in errors}
    assert {
        "setting",
        "planned_sessions",
        "lesions[L1].region",
        "lesions[L1].size",
        "people[surgeon].role",
    } <= set(found)
    assert found["setting"]["value"] == "hospital"
    assert found["setting"]["allowed"] == ["hospital_outpatient", "hospital_inpatient", "freestanding"]
    assert "max_dimension_mm" in found["lesions[L1].size"]["allowed"]


@pytest.mark.parametrize("written", ["34.9", 34.9, Decimal("34.9")])
def test_sizes_are_exact_however_they_are_written(written):
    facts = read_case({**LESSER, "lesions": [{"id": "L1", "max_dimension_mm": written}]})
    assert facts.lesions[0].max_dimension_mm == Decimal("34.9")


@pytest.mark.parametrize("written", ["34.999", "-1", "1e99", "NaN", "inf", True, "18 mm", [], {}, "301"])
def test_impossible_sizes_are_refused(written):
    errors = errors_of(lesions=[{"id": "L1", "max_dimension_mm": written}])
    assert [error["path"] for error in errors] == ["lesions[L1].max_dimension_mm"]


@pytest.mark.parametrize(
    "written", ["2026-02-30", "02/03/2026", "2026-3-2", 20260302, "2026-03-02T10:00", True]
)
def test_impossible_days_are_refused(written):
    assert errors_of(date_of_service=written)[0]["path"] == "date_of_service"


@pytest.mark.parametrize("written", [True, "true", "yes", "True"])
def test_yes_is_read_from_text_and_native_values(written):
    assert read_case({**LESSER, "off_campus": written}).off_campus is True


def test_sixty_lesions_are_accepted_and_sixty_one_refused():
    rows = [{"id": f"L{number}"} for number in range(1, 62)]
    assert len(read_case({**LESSER, "lesions": rows[:60]}).lesions) == 60
    assert errors_of(lesions=rows)[0]["message"] == "At most 60 rows are accepted."


def test_names_are_unique_and_references_exist():
    errors = errors_of(
        lesions=[{"id": "L1"}, {"id": "L1"}],
        sessions=[{"number": 1, "lesions": ["L9"]}, {"number": 1}],
    )
    assert {error["path"] for error in errors} == {"lesions[L1]", "sessions[1]", "sessions[1].lesions"}


def test_a_cavity_as_diagnosis_is_read_as_a_cavity_of_an_unknown_tumor():
    lesion = read_case({**LESSER, "lesions": [{"id": "L1", "diagnosis": "cavity"}]}).lesions[0]
    assert lesion.cavity is True
    assert lesion.diagnosis is None


def test_people_present_may_be_named_with_or_without_times():
    sessions = [
        {"number": 1, "present": ["9000000002", {"person": "9000000001", "arrived_at": "2026-03-02T09:00"}]}
    ]
    present = read_case({**LESSER, "sessions": sessions}).sessions[0].present
    assert [presence.person for presence in present] == ["9000000002", "9000000001"]


@pytest.mark.parametrize("code", ["7737", "77372-26", "ABC", ["77372"], None])
def test_an_entered_line_needs_a_code_of_five_characters(code):
    assert "entered_lines" in errors_of(entered_lines=[{"code": code}])[0]["path"]


def test_unknown_policy_keys_and_values_are_refused_with_the_allowed_ones():
    from checklists.engine import evaluate_document
    from checklists.reader import current_book

    unknown = evaluate_document({**LESSER, "policy": {"tn_codes": "61796"}}, current_book())
    assert unknown["error"][0]["path"] == "policy.tn_codes"
    assert "tn_code" in unknown["error"][0]["allowed"]
    wrong = evaluate_document({**LESSER, "policy": {"tn_code": "61797"}}, current_book())
    assert wrong["error"][0]["allowed"] == ["61798", "61796"]


def test_an_other_course_that_ends_before_it_starts_is_refused_with_both_days():
    exchanged = {"relation": "new_lesion", "started_on": "2026-02-03", "ended_on": "2026-02-02"}
    (error,) = errors_of(other_courses=[{"relation": "staged"}, exchanged])
    assert error["path"] == "other_courses[#2].ended_on"
    assert error["value"] == "2026-02-02"
    assert error["allowed"] == "2026-02-03 or later"
    assert "ends before it starts on 2026-02-03" in error["message"]


@pytest.mark.parametrize(
    "days",
    [
        {"started_on": "2026-02-02", "ended_on": "2026-02-02"},
        {"started_on": "2026-02-02", "ended_on": "2026-02-03"},
        {"started_on": "2026-02-02"},
        {"ended_on": "2026-02-02"},
    ],
)
def test_other_courses_of_one_day_or_with_one_day_missing_are_accepted(days):
    (course,) = read_case({**LESSER, "other_courses": [days]}).other_courses
    assert str(course.started_on or course.ended_on) == "2026-02-02"
