"""Histories read the same in whatever order the database kept a difference: PostgreSQL orders its keys itself."""

from casetracker.presenters.revision_words import heading_of, pairs_of
from casetracker.presenters.words import in_form_order, row_summary

CHANGES = {
    "payer": [None, "Plan A"],
    "planned_sessions": [1, 3],
    "lesions[L2].icd10": [None, "C79.31"],
    "lesions[L2].region": ["frontal", "parietal"],
    "lesions[L10]": [None, {"region": "frontal"}],
    "sessions[1].doses": [None, {"L2": "20"}],
    "note": "Said",
}
IN_ORDER = [
    "payer",
    "planned_sessions",
    "lesions[L2].region",
    "lesions[L2].icd10",
    "lesions[L10]",
    "sessions[1].doses",
    "note",
]


def test_facts_stand_in_the_order_of_the_form_however_they_were_stored():
    for stored in (list(CHANGES), sorted(CHANGES), sorted(CHANGES, reverse=True)):
        assert in_form_order(stored) == IN_ORDER


def test_headings_and_pairs_do_not_depend_on_the_stored_order():
    turned = dict(reversed(CHANGES.items()))
    assert heading_of("case.saved", "", CHANGES) == heading_of("case.saved", "", turned)
    assert heading_of("case.saved", "", turned).startswith("Changed: Payer, Planned sessions, Lesion L2: ")
    assert pairs_of(CHANGES, str) == pairs_of(turned, str)


def test_a_whole_row_is_told_in_the_order_of_its_form():
    row = {"icd10": "C79.31", "diagnosis": "metastasis", "region": "frontal", "doses": None}
    assert row_summary("lesions[L1]", row) == row_summary("lesions[L1]", dict(sorted(row.items())))
    assert row_summary("lesions[L1]", row).endswith("C79.31")
