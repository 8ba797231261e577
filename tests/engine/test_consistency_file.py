"""Checks of the file and the review, each with a case that holds, one that fails, and one without data."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from checklists.engine.case import Payer
from checklists.engine.consistency_file import valid_npi
from tests.engine.consistency_cases import (
    CASE,
    DAY,
    ONCOLOGIST,
    SURGEON,
    line,
    material,
    message,
    note,
    surgical,
    verdict,
    written,
)


def test_the_summary_names_every_treated_lesion_and_no_other():
    key = "summary-lists-all-lesions"
    assert verdict(key, material(line("77372"), summary_lesions=frozenset({"L1"}))) == "holds"
    assert message(key, material(line("77372"), summary_lesions=frozenset({"L2"}))) == (
        "Missing in the summary: L1. In the summary only: L2."
    )
    assert verdict(key, material(line("77372"))) == "unknown"
    stray = replace(CASE, sessions=(replace(CASE.sessions[0], lesions=("L9",)),))
    assert message(key, material(line("77372"), case=stray)) == "Delivered but not in the lesion list: L9."


@pytest.mark.parametrize(
    ("prescribed", "expected"), [("20", "holds"), ("21", "holds"), ("22", "fails"), ("18", "fails")]
)
def test_delivered_dose_stays_near_the_prescription(prescribed, expected):
    given = material(line("77372"), prescribed_gy={"L1": Decimal(prescribed)})
    assert verdict("dose-reconciled", given) == expected


def test_a_dose_nobody_recorded_is_a_question():
    assert verdict("dose-reconciled", material(line("77372"))) == "unknown"
    bare = replace(CASE, sessions=(replace(CASE.sessions[0], doses_gy=()),))
    given = material(line("77372"), case=bare, prescribed_gy={"L1": Decimal(20)})
    assert message("dose-reconciled", given) == "Record the delivered dose of L1."
    assert verdict("dose-reconciled", material(line("77372"), prescribed_gy={})) == "unknown"


def test_late_entries_are_named_and_very_late_ones_accepted_by_a_supervisor():
    key = "late-entry-compliant"
    assert verdict(key, material(line("77372"), documents=[written(0)])) == "holds"
    assert verdict(key, material(line("77372"), documents=[written(3)])) == "fails"
    assert verdict(key, material(line("77372"), documents=[written(14, author="Dr Ray")])) == "holds"
    assert verdict(key, material(line("77372"), documents=[written(15, author="Dr Ray")])) == "unknown"
    assert verdict(key, material(line("77372"))) == "unknown"


@pytest.mark.parametrize(
    ("days", "who"),
    [(15, "A supervisor"), (30, "A supervisor"), (31, "Compliance"), (90, "Compliance")],
)
def test_after_thirty_days_compliance_accepts_a_late_entry(days, who):
    given = material(line("77372"), documents=[written(0), written(days, author="Dr Ray")])
    assert message("late-entry-compliant", given) == (
        f"{who} must accept what was written very late: management note ({days} days)."
    )


def test_a_line_is_dated_like_the_document_that_proves_it():
    key = "service-date-matches"
    assert verdict(key, material(line("77372"), documents=[note("treatment_record")])) == "holds"
    other = note("treatment_record", date(2026, 3, 3))
    assert message(key, material(line("77372"), documents=[other])) == (
        "77372 is dated 2026-03-02, its document 2026-03-03."
    )
    assert verdict(key, material(line("77372", date=None), documents=[other])) == "unknown"
    assert verdict(key, material(line("77372"), documents=[])) == "unknown"
    assert verdict(key, material(line("77372"))) == "unknown"


def test_physician_lines_need_a_person_with_a_valid_number_who_signed():
    key, npi = "provider-identifiers", {SURGEON: SURGEON, ONCOLOGIST: ONCOLOGIST}
    signed = [note("procedure_note", author_id=SURGEON)]
    assert verdict(key, material(surgical("61796"), npi=npi, documents=signed)) == "holds"
    assert verdict(key, material(surgical("61796"), npi=npi)) == "unknown"
    assert verdict(key, material(surgical("61796"), documents=signed)) == "unknown"
    assert verdict(key, material(surgical("61796") | {"person": None}, npi=npi)) == "fails"
    assert verdict(key, material(surgical("61796"), npi={SURGEON: "1234567890"}, documents=signed)) == "fails"
    foreign = [note("procedure_note", author_id=ONCOLOGIST)]
    assert verdict(key, material(surgical("61796"), npi=npi, documents=foreign)) == "fails"


@pytest.mark.parametrize(
    ("number", "valid"),
    [("1234567893", True), ("1234567890", False), ("9000000001", False), ("123456789", False), ("", False)],
)
def test_the_check_digit_of_a_provider_number(number, valid):
    assert valid_npi(number) is valid


def test_documents_and_lines_match_both_ways():
    key = "charge-completeness"
    assert verdict(key, material(line("77372"), documents=[note("treatment_record")])) == "holds"
    assert message(key, material(line("77372"), documents=[])) == "On the claim without a document: 77372."
    extra = [note("treatment_record"), note("special_physics_report")]
    assert verdict(key, material(line("77372"), documents=extra)) == "fails"
    reason = {"not_suggested": [{"code": "77370", "outcome": "not_suggested"}]}
    assert verdict(key, material(line("77372"), documents=extra, result=reason)) == "holds"
    assert verdict(key, material(line("77372"))) == "unknown"


def test_a_line_of_a_course_still_ahead_lacks_no_document_yet():
    key = "charge-completeness"
    ahead = replace(CASE, sessions=(replace(CASE.sessions[0], status="planned"),))
    assert verdict(key, material(line("77372"), documents=[], case=ahead)) == "unknown"
    assert (
        verdict(key, material(line("77372"), documents=[note("special_physics_report")], case=ahead))
        == "fails"
    )


def test_a_note_much_like_another_is_read_by_a_person():
    assert verdict("cloned-text-screen", material(similarity=Decimal("0.89"))) == "holds"
    assert verdict("cloned-text-screen", material(similarity=Decimal("0.90"))) == "unknown"
    assert verdict("cloned-text-screen", material()) == "unknown"


def test_open_questions_hold_the_file():
    assert verdict("queries-closed", material(open_queries=0)) == "holds"
    assert verdict("queries-closed", material(open_queries=1)) == "fails"
    assert verdict("queries-closed", material()) == "unknown"


def test_the_approver_did_none_of_the_work_and_nothing_changed_since():
    key = "independent-review-approval"
    good = {"approved_by": "sam", "completers": frozenset({"petra"}), "changed_since_review": False}
    assert verdict(key, material(**good)) == "holds"
    assert verdict(key, material()) == "fails"
    assert verdict(key, material(**good | {"completers": frozenset({"sam"})})) == "fails"
    assert verdict(key, material(**good | {"changed_since_review": True})) == "fails"
    assert verdict(key, material(**good | {"completers": None})) == "unknown"


def test_medicare_takes_claims_for_one_year_after_the_service():
    key = "filing-deadline"
    assert verdict(key, material(as_of=date(2027, 3, 2))) == "holds"
    assert verdict(key, material(as_of=date(2027, 3, 3))) == "fails"
    other = replace(CASE, payer=Payer("commercial"))
    assert verdict(key, material(case=other, as_of=DAY)) == "unknown"
    assert verdict(key, material(case=other, as_of=DAY, filing_deadline=date(2026, 6, 1))) == "holds"
    leap = replace(CASE, sessions=(replace(CASE.sessions[0], date=date(2024, 2, 29)),))
    assert message(key, material(case=leap, as_of=date(2025, 2, 28))).endswith("2025-02-28.")
