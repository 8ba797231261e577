"""Hand-entered lines: what each raises, what its near twin does not, and that every message can be acted on."""

import re

import pytest

from tests.rulebook.cases import conflicts_of, entered, golden, judged

CASES = entered()
NUMBERED = [f"X-{number:02d}" for number in range(1, 31)]
NO_LIST = "X-19 warn"


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_an_entered_line_raises_exactly_what_it_should(case):
    found = set(conflicts_of(judged(case["document"]))) - {NO_LIST}
    expected = set(case["raises"])
    assert found >= expected
    assert not found & set(case.get("never", []))
    if case.get("loose") != "yes":
        assert found == expected


@pytest.mark.parametrize("number", NUMBERED)
def test_every_numbered_conflict_has_a_case_and_a_near_twin(number):
    raising = [case for case in CASES if any(entry.startswith(f"{number} ") for entry in case["raises"])]
    twins = [case for case in CASES if case["says"].startswith(f"{number} twin")]
    assert raising
    assert twins
    for twin in twins:
        assert f"{number} block" not in twin["raises"]
        found = {entry.split()[0] for entry in conflicts_of(judged(twin["document"])) if entry != NO_LIST}
        assert number not in found, twin["says"]


def test_a_message_about_lines_names_them_and_says_what_to_do():
    seen = set()
    for case in CASES:
        for conflict in judged(case["document"])["conflicts"]:
            seen.add(conflict["id"])
            assert conflict["rules"]
            assert conflict["source"]
            for code in conflict["codes"]:
                assert code in conflict["message"], conflict
            if conflict["severity"] != "info":
                assert conflict["way_out"].endswith("."), conflict
            assert not re.search(r"[{}]", conflict["message"])
    assert len(seen) > 50


def test_a_pair_names_both_codes_its_indicator_and_where_it_was_published():
    case = next(case for case in CASES if case["says"].startswith("X-23: navigation"))
    pair = next(found for found in judged(case["document"])["conflicts"] if found["id"] == "PTP")
    assert "61796 and 61782, indicator 1, NCCI PTP 2024-07-01" in pair["message"]
    assert "with 59, XE, XP, XS or XU on 61782 and the reason" in pair["message"]


def test_weekly_management_is_offered_no_modifier():
    says = "Weekly management of a concurrent course on the day of cranial management."
    case = next(case for case in CASES if case["says"] == says)
    pair = next(found for found in judged(case["document"])["conflicts"] if found["id"] == "PTP")
    assert "77427 and 77432" in pair["message"]


def test_a_code_out_of_its_time_says_when_it_was_valid():
    case = next(case for case in CASES if case["says"].startswith("X-19: CT for field"))
    found = next(
        c for c in judged(case["document"])["conflicts"] if c["id"] == "X-19" and c["severity"] == "block"
    )
    assert "77014 is not valid on 2026-01-01: it holds from 2024-01-01 to 2025-12-31" in found["message"]


def test_the_result_says_which_edit_facts_were_applied():
    assert judged(CASES[0]["document"])["rulebook"]["edits_note"] == "Edit facts of 2024-07 applied."


def test_a_presumed_pair_is_marked_as_inferred():
    case = next(
        case for case in CASES if case["says"].startswith("CMP-05: image guidance from 2026 for the hospital")
    )
    document = {
        **case["document"],
        "entered_lines": [{"code": "77387", "date": "2026-03-02", "performer": "facility"}],
    }
    found = next(c for c in judged(document)["conflicts"] if c["id"] == "X-14")
    assert found["confidence"] == "inferred"


def test_the_scenarios_about_typed_lines_are_here():
    assert {"G20", "G31", "G32", "G34", "G35"} <= set(golden())
