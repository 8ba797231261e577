"""Simple or complex at the exact boundaries, and the unit ledger against an independent enumeration."""

from itertools import product

import pytest

from checklists.engine.ledger import units_for
from tests.rulebook.cases import changed, golden, judged, without

ONE = golden()["G01"]["document"]


def class_of(document: dict) -> str | None:
    return judged(document)["lesions"][0]["class"]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("34.9", "simple"),
        ("34.96", "simple"),
        ("34.99", "simple"),
        ("35", "complex"),
        ("35.0", "complex"),
        ("35.00", "complex"),
        ("35.1", "complex"),
        (34.9, "simple"),
        (35.0, "complex"),
        (35, "complex"),
    ],
)
def test_a_lesion_is_complex_from_exactly_35_mm(size, expected):
    assert class_of(changed(ONE, "lesions[L1].max_dimension_mm", size)) == expected


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        ("4.9", "complex"),
        ("5.0", "complex"),
        ("5", "complex"),
        ("5.01", "simple"),
        ("5.1", "simple"),
        (0, "complex"),
    ],
)
def test_a_lesion_is_complex_up_to_exactly_5_mm_from_the_optic_pathway(distance, expected):
    assert class_of(changed(ONE, "lesions[L1].optic_distance_mm", distance)) == expected


def test_all_reasons_for_complex_are_collected():
    document = changed(changed(ONE, "lesions[L1].max_dimension_mm", 40), "lesions[L1].optic_distance_mm", 2)
    lesion = judged(document)["lesions"][0]
    assert {reason["rule"] for reason in lesion["reasons"]} >= {"CLS-01", "CLS-04"}


def test_missing_evidence_never_lowers_a_class():
    document = without(changed(ONE, "lesions[L1].max_dimension_mm", 40), "lesions[L1].region")
    assert class_of(document) == "complex"


def test_a_simple_lesion_says_why_it_is_not_complex():
    lesion = judged(ONE)["lesions"][0]
    assert {reason["verdict"] for reason in lesion["reasons"]} == {"fails"}
    assert "CLS-01" in {reason["rule"] for reason in lesion["reasons"]}


def test_a_functional_target_asks_only_for_the_target():
    document = golden()["G14"]["document"]
    questions = judged(without(document, "lesions[L1].therapeutic_target"))["questions"]
    assert [question["fact"] for question in questions] == ["lesions[L1].therapeutic_target"]


def counted_one_by_one(complex_: int, simple: int, functional: bool) -> tuple[str, int, int]:
    """An independent count: hand out the base, then four add-ons one by one, complex ones first."""
    waiting = ["complex"] * complex_ + ["simple"] * simple
    if functional:
        base = "61798"
    elif not waiting:
        return "none", 0, 0
    else:
        base = "61798" if waiting.pop(0) == "complex" else "61796"
    given = waiting[:4]
    return base, given.count("complex"), given.count("simple")


@pytest.mark.parametrize("functional", [False, True])
def test_units_agree_with_counting_one_by_one(functional):
    for complex_, simple in product(range(13), range(13)):
        units = units_for(complex_, simple, int(functional), each=False, simple_first=False)
        assert units[:3] == counted_one_by_one(complex_, simple, functional)
        assert units.complex_add_ons + units.simple_add_ons <= 4


def test_the_base_is_known_before_every_lesion_is():
    document = golden()["G05"]["document"]
    result = judged(without(document, "lesions[L3].max_dimension_mm"))
    assert {line["code"] for line in result["lines"]} >= {"61798"}
    waiting = {entry["code"]: entry for entry in result["not_suggested"]}
    assert waiting["61797"]["outcome"] == "cannot_tell"
    assert waiting["61797"]["missing_facts"] == ["lesions[L3].max_dimension_mm"]
    assert [lesion["reported_as"] for lesion in result["lesions"]] == [None, None, None]
