"""Every check of the rule book has a case that passes and one that fails, with the whole text its owner reads."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from checklists.engine.case import EnteredLine
from checklists.engine.conditions import FAILS
from checklists.engine.consistency import JUDGED, judge_check, judge_checks
from checklists.engine.values import Missing
from checklists.reader import current_book
from tests.engine.consistency_cases import (
    CASE,
    ONCOLOGIST,
    SURGEON,
    lesions,
    line,
    material,
    note,
    oncology,
    surgical,
    written,
)

MIXED, MIXED_FOUND = lesions("simple", "complex")
TWO_DAYS = {"course": {"single_session": False, "treatment_days": 2}}
PARENTS = {"61797": {"61796", "61798"}}
NPI = {SURGEON: SURGEON}
PAIR = {"id": "X-14", "severity": "block", "rules": ["DEL-12"], "message": "77014 with 77372."}
COMPONENT = {"id": "X-01", "severity": "block", "rules": ["CMP-01"], "message": "26 on 77372."}
BY_HAND = replace(CASE, entered_lines=(EnteredLine("77470"),))
APPROVED = {"approved_by": "sam", "completers": frozenset({"petra"}), "changed_since_review": False}
RECORD = [note("treatment_record")]
# Per check: material that passes, material that fails, and what the engine finds wrong before the owner's part.
PAIRS = {
    "clinical-plan-once": (
        material(oncology("77263")),
        material(oncology("77263", units=2)),
        "2 clinical planning charges on this course.",
    ),
    "primary-lesion-choice": (
        material(surgical("61798"), case=MIXED, result=MIXED_FOUND),
        material(surgical("61796"), case=MIXED, result=MIXED_FOUND),
        "1 complex and 1 simple lesion call for 61798, once. 61796 stands.",
    ),
    "plan-type-exclusive": (
        material(line("77301")),
        material(line("77295"), line("77301")),
        "77295 and 77301 both stand, but the case has one plan.",
    ),
    "simulation-bundled-check": (
        material(line("77301")),
        material(line("77301"), line("77290")),
        "77290 stands beside 77301.",
    ),
    "dose-calculation-units": (
        material(line("77300", units=3)),
        material(line("77300", units=4)),
        "4 units of 77300 for 3 calculations.",
    ),
    "treatment-device-count": (
        material(line("77334")),
        material(line("77334", units=2)),
        "2 units of 77334 for 1 device.",
    ),
    "session-count-matches-code": (
        material(line("77372")),
        material(line("77372"), result=TWO_DAYS),
        "77372 stands for one session, but the course has 2 treatment days.",
    ),
    "modality-matches-code": (
        material(line("77372")),
        material(line("77371")),
        "77371 does not fit. Treated on a machine of type linac.",
    ),
    "role-separation": (
        material(surgical("61796"), oncology("77432")),
        material(surgical("61796"), oncology("77432") | {"person": SURGEON}),
        f"{SURGEON} stands on both sides.",
    ),
    "additional-lesion-support": (
        material(surgical("61797"), case=MIXED, result=MIXED_FOUND),
        material(surgical("61797", units=2), case=MIXED, result=MIXED_FOUND),
        "More units than further lesions (61797: 2 for 1).",
    ),
    "add-on-parent-present": (
        material(surgical("61796"), surgical("61797"), parents=PARENTS),
        material(surgical("61797"), parents=PARENTS),
        "61797 has no primary code.",
    ),
    "continuing-physics-frequency": (
        material(line("77336")),
        material(line("77336", units=2)),
        "2 physics reviews for 1 session; 1 allowed.",
    ),
    "summary-lists-all-lesions": (
        material(line("77372"), summary_lesions=frozenset({"L1"})),
        material(line("77372"), summary_lesions=frozenset({"L2"})),
        "Missing in the summary: L1. In the summary only: L2.",
    ),
    "dose-reconciled": (
        material(line("77372"), prescribed_gy={"L1": Decimal(20)}),
        material(line("77372"), prescribed_gy={"L1": Decimal(24)}),
        "L1: 24 Gy prescribed, 20 Gy delivered.",
    ),
    "late-entry-compliant": (
        material(line("77372"), documents=[written(3, author="Dr Ray")]),
        material(line("77372"), documents=[written(3)]),
        "Written late without a named author: management note.",
    ),
    "service-date-matches": (
        material(line("77372"), documents=RECORD),
        material(line("77372"), documents=[note("treatment_record", date(2026, 3, 3))]),
        "77372 is dated 2026-03-02, its document 2026-03-03.",
    ),
    "provider-identifiers": (
        material(surgical("61796"), npi=NPI, documents=[note("procedure_note", author_id=SURGEON)]),
        material(surgical("61796"), npi=NPI, documents=[note("procedure_note", author_id=ONCOLOGIST)]),
        "The rendering person did not sign the document behind 61796.",
    ),
    "component-split": (
        material(line("77372")),
        material(line("77372"), result={"conflicts": [COMPONENT]}),
        "26 on 77372.",
    ),
    "place-of-service": (
        material(line("77372")),
        material(line("77372"), case=replace(CASE, setting="freestanding")),
        "77372 stands in a stream of another setting. The setting is freestanding.",
    ),
    "edits-checked": (
        material(line("77372")),
        material(line("77372"), result={"conflicts": [PAIR]}),
        "77014 with 77372.",
    ),
    "image-guidance-not-separate": (
        material(line("77372")),
        material(line("77372"), line("77387")),
        "77387 stands on a delivery day.",
    ),
    "diagnosis-linked-to-lines": (
        material(line("77372")),
        material(line("77372", diagnoses=[])),
        "77372 points to no diagnosis.",
    ),
    "charge-completeness": (
        material(line("77372"), documents=RECORD),
        material(line("77372"), documents=[]),
        "On the claim without a document: 77372.",
    ),
    "code-rationale-recorded": (
        material(line("77372")),
        material(line("77372"), case=BY_HAND),
        "77470 has no reason.",
    ),
    "queries-closed": (
        material(open_queries=0),
        material(open_queries=2),
        "2 questions to clinicians still open.",
    ),
    "independent-review-approval": (
        material(**APPROVED),
        material(**APPROVED | {"completers": frozenset({"sam"})}),
        "The approver also completed items of this checklist.",
    ),
    "filing-deadline": (
        material(line("77372"), as_of=date(2027, 3, 2)),
        material(line("77372"), as_of=date(2027, 3, 3)),
        "The last filing date was 2027-03-02.",
    ),
}
# Two checks never refuse: a person looks, so their bad case is a question.
ASKS = {
    "outpatient-planning-window": (
        material(line("77290", packaging="separate")),
        material(line("77290")),
        "Mark 77290 as packaged or separately payable.",
    ),
    "cloned-text-screen": (
        material(line("77435"), similarity=Decimal("0.89")),
        material(line("77435"), similarity=Decimal("0.93")),
        "A key note is 93 percent like that of another case. A person must read it.",
    ),
}
BOOK = {check.key: check for check in current_book().checks}


def test_no_check_of_the_book_is_without_its_two_cases():
    assert set(BOOK) == set(JUDGED) == {*PAIRS, *ASKS}
    assert len(BOOK) == len(PAIRS) + len(ASKS) == 29


@pytest.mark.parametrize("key", [*PAIRS, *ASKS])
def test_the_good_case_passes(key):
    good, _, _ = {**PAIRS, **ASKS}[key]
    found = judge_check(BOOK[key], good)
    assert (found.check, found.verdict) == (key, "holds")
    assert BOOK[key].fails not in found.message


@pytest.mark.parametrize("key", PAIRS)
def test_the_bad_case_says_what_is_wrong_and_then_what_to_do(key):
    _, bad, wrong = PAIRS[key]
    found = judge_check(BOOK[key], bad)
    assert (found.verdict, found.message) == ("fails", f"{wrong} {BOOK[key].fails}")


@pytest.mark.parametrize("key", ASKS)
def test_a_check_that_a_person_decides_asks(key):
    _, doubtful, question = ASKS[key]
    found = judge_check(BOOK[key], doubtful)
    assert (found.verdict, found.message) == ("unknown", question)


CONDITIONED = [(key, leaf) for key, check in BOOK.items() for leaf in check.when.nodes]


@pytest.mark.parametrize(("key", "leaf"), CONDITIONED, ids=lambda one: getattr(one, "fact", one))
def test_a_check_whose_condition_is_false_is_not_run(key, leaf):
    _, bad, _ = {**PAIRS, **ASKS}[key]
    check = BOOK[key]
    called_for = {node.fact: node.value for node in check.when.nodes}
    other = {**called_for, leaf.fact: False if leaf.value is True else "something else"}
    assert check.when.test(other).verdict == FAILS
    assert [one.check for one in judge_checks([check], bad, called_for)] == [key]
    assert judge_checks([check], bad, other) == []
    nameless = {**called_for, leaf.fact: Missing((leaf.fact,))}
    assert [one.verdict for one in judge_checks([check], bad, nameless)] == ["unknown"]
