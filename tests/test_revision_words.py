"""Histories read the same in whatever order the database kept a difference: PostgreSQL orders its keys itself."""

from django.utils import timezone

from casetracker.presenters.revision_words import heading_of, pairs_of
from casetracker.presenters.words import in_form_order, row_summary, value_words

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


def test_several_people_present_are_told_with_their_times():
    stored = (
        "Dr. Onco, MD, 2026-03-02T14:00:00+00:00 to 2026-03-02T15:05:00+00:00, "
        "Dr. Frame, MD, 2026-03-02T14:10:00.250000Z to 2026-03-02T15:05:00-00:00, Phil, PhD"
    )
    with timezone.override("America/New_York"):
        told = value_words("sessions[1].presences", stored)
    assert told == "Dr. Onco, MD, 09:00 to 10:05, Dr. Frame, MD, 09:10 to 10:05, Phil, PhD"


def test_a_text_that_only_begins_like_a_moment_is_told_as_it_is():
    assert value_words("sessions[1].stop_reason", "2026-03-02T14:00:00 or so") == "2026-03-02T14:00:00 or so"
