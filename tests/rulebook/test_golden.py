"""The golden scenarios: the complete line set of a full document, nothing more, and its negative twins."""

import pytest

from checklists.reader import current_book
from tests.rulebook.cases import adding, asked, conflicts_of, golden, judged, lines_of, without

CASES = golden()
TWINS = [(name, twin) for name, case in CASES.items() for twin in case.get("twins", [])]
REMOVED = [(name, twin["remove"], twin["asks"]) for name, twin in TWINS if "remove" in twin]
ADDED = [(name, twin["add"], twin["conflict"]) for name, twin in TWINS if "add" in twin]


WANTED = [f"G{number:02d}" for number in range(1, 36)]


def test_all_scenarios_of_this_edition_are_here():
    assert set(WANTED) <= set(CASES)


@pytest.mark.parametrize("name", WANTED)
def test_every_scenario_has_both_negative_twins(name):
    twins = CASES[name]["twins"]
    assert any("remove" in twin for twin in twins)
    assert any("add" in twin for twin in twins)


@pytest.mark.parametrize("name", CASES)
def test_the_complete_line_set_is_suggested_and_nothing_else(name):
    case = CASES[name]
    assert lines_of(judged(case["document"])) == sorted(case["lines"]), case["says"]


@pytest.mark.parametrize("name", CASES)
def test_the_expected_conflicts_are_found_and_no_others(name):
    case = CASES[name]
    assert conflicts_of(judged(case["document"])) == sorted(case["conflicts"]), case["says"]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "reported" in case])
def test_each_lesion_is_reported_as_expected(name):
    case = CASES[name]
    reported = {lesion["id"]: lesion["reported_as"] for lesion in judged(case["document"])["lesions"]}
    assert reported == case["reported"]


@pytest.mark.parametrize("name", CASES)
def test_a_complete_case_leaves_no_question(name):
    assert asked(judged(CASES[name]["document"])) == set()


@pytest.mark.parametrize(("name", "path", "fact"), REMOVED)
def test_a_missing_fact_becomes_a_question(name, path, fact):
    result = judged(without(CASES[name]["document"], path))
    assert fact in asked(result)


@pytest.mark.parametrize(("name", "line", "conflict"), ADDED)
def test_a_forbidden_line_meets_its_conflict(name, line, conflict):
    result = judged(adding(CASES[name]["document"], line))
    found = [entry for entry in result["conflicts"] if entry["id"] == conflict]
    assert any(line["code"] in entry["codes"] for entry in found)


def test_every_line_says_why_and_what_it_rests_on():
    for case in CASES.values():
        for line in judged(case["document"])["lines"]:
            assert line["because"]
            assert line["rules"]
            assert line["confidence"]
            assert line["documents"]
            assert line["edition_on"]
            assert all(reason["verdict"] == "holds" for reason in line["reasons"])
            assert line["reasons"]


def test_every_considered_code_is_either_suggested_or_explained():
    for case in CASES.values():
        result = judged(case["document"])
        mentioned = {line["code"] for line in result["lines"]} | {n["code"] for n in result["not_suggested"]}
        assert mentioned == set(current_book().codes)
        for dropped in result["not_suggested"]:
            assert dropped["because"]
            assert dropped["reasons"]


def test_the_inverse_plan_of_the_treatment_day_gives_way_to_management():
    result = judged(CASES["G30"]["document"])
    dropped = [n for n in result["not_suggested"] if n["code"] == "77301"]
    assert [(n["outcome"], n["winner"], n["stream"]) for n in dropped] == [
        ("blocked", "77432", "oncology_professional")
    ]
    assert "77432" in dropped[0]["because"]
    blocking = [c for c in result["conflicts"] if c["severity"] == "block"]
    assert [sorted(c["codes"]) for c in blocking] == [["77301", "77432"]]
