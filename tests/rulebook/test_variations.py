"""Variations of the golden scenarios: which lines a change takes and gives, what conflicts and questions follow."""

import pytest

from tests.rulebook.cases import asked, conflicts_of, golden, judged, short_lines, variations

BASES = {name: short_lines(judged(case["document"])) for name, case in golden().items()}
CASES = variations()


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_one_change_has_exactly_its_consequences(case):
    result = judged(case["document"])
    expected = (BASES[case["base"]] - set(case.get("lose", []))) | set(case.get("gain", []))
    assert short_lines(result) == expected
    assert conflicts_of(result) == sorted(case.get("conflicts", []))
    assert asked(result) == set(case.get("asks", []))
