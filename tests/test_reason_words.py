"""Reasons of the engine read like the forms: no stored word reaches a page or a paper."""

import pytest

from casetracker.reason_words import fact_label, plain, worded, worded_sentence
from casetracker.requirements import requirement
from checklists.reader import current_book
from tests.rulebook.cases import golden, judged


@pytest.mark.parametrize(
    ("fact", "text", "read"),
    [
        ("plan.technique", "one of cone_arc, multisource", "one of Cone arcs, Multi-source shots"),
        ("modality", "not robotic_linac", "not Robotic linac"),
        ("fixation.type", "none", "None"),
        ("policy.early_end_77435", "report_once", "report once"),
        ("ledger.base", "61796", "61796"),
        ("lesion.size_mm", "at least 35", "at least 35"),
        ("no.such_fact", "as_it_is", "as_it_is"),
    ],
)
def test_stored_words_read_as_the_form_calls_them(fact, text, read):
    assert plain(fact, text) == read


def test_a_reason_keeps_what_was_not_recorded():
    told = worded({"fact": "plan.technique", "expected": "inverse", "found": None, "verdict": "unknown"})
    assert told["label"] == fact_label("plan.technique")
    assert told["found"] is None
    assert told["expected"] == "Inverse planned (modulated)"


def test_no_word_of_the_book_keeps_an_underscore():
    book = current_book()
    left = {word for name, fact in book.facts.items() for word in fact.words if "_" in plain(name, word)}
    assert not left


def test_conditions_of_requirements_read_without_stored_words():
    told = " ".join(sentence for key in current_book().items for sentence in requirement(key).conditions)
    assert "_" not in told


@pytest.mark.parametrize(
    "text",
    [
        "Setting: freestanding, needed hospital_outpatient; freestanding centre: level_1 (not level_2).",
        "Setting: freestanding, needed hospital outpatient; freestanding centre: level_1 (not level_2).",
    ],
    ids=["stored before", "spelt out"],
)
def test_a_sentence_changes_only_where_its_reasons_stand(text):
    reasons = [
        {"fact": "setting", "found": "freestanding", "expected": "hospital_outpatient", "verdict": "fails"}
    ]
    assert worded_sentence(text, reasons) == (
        "Setting: Freestanding centre, needed Hospital outpatient; "
        "freestanding centre: level_1 (not level_2)."
    )


def test_every_sentence_of_a_golden_case_reads_without_stored_words():
    result = judged(golden()["G03"]["document"])
    told = [worded_sentence(entry["because"], entry["reasons"]) for entry in result["not_suggested"]]
    assert "Treatment machine type: Multi-source cobalt unit, needed Proton" in " ".join(told)
    assert [text for text in told if "_" in text or "not not" in text] == []
