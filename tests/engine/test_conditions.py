"""Conditions are three-valued and give their own reasons."""

from decimal import Decimal

import pytest

from checklists.engine.conditions import FAILS, HOLDS, UNKNOWN, Group, Leaf, compile_all
from checklists.engine.values import Missing

FACTS = {"a": True, "b": Decimal("35"), "c": Missing(("lesions[L1].region",)), "d": "linac"}
A, NOT_A, C = Leaf("a", "is", True), Leaf("a", "is", False), Leaf("c", "is", "frontal")


@pytest.mark.parametrize(
    ("leaf", "verdict"),
    [
        (A, HOLDS),
        (NOT_A, FAILS),
        (C, UNKNOWN),
        (Leaf("b", "at_least", Decimal(35)), HOLDS),
        (Leaf("b", "at_most", Decimal("34.99")), FAILS),
        (Leaf("b", "between", (Decimal(30), Decimal(35))), HOLDS),
        (Leaf("d", "one_of", ("cobalt60", "linac")), HOLDS),
        (Leaf("d", "is_not", "linac"), FAILS),
        (Leaf("c", "is_recorded", True), FAILS),
        (Leaf("c", "is_recorded", False), HOLDS),
        (Leaf("d", "is_recorded", True), HOLDS),
    ],
)
def test_each_comparison(leaf, verdict):
    assert compile_all((leaf,))(FACTS).verdict == verdict


@pytest.mark.parametrize(
    ("nodes", "verdict"),
    [
        ((), HOLDS),
        ((A, C), UNKNOWN),
        ((NOT_A, C), FAILS),
        ((Group(True, (NOT_A, C)),), UNKNOWN),
        ((Group(True, (A, C)),), HOLDS),
        ((Group(True, (NOT_A, NOT_A)),), FAILS),
        ((Group(True, (Group(False, (A, C)), NOT_A)),), UNKNOWN),
    ],
)
def test_groups_are_three_valued(nodes, verdict):
    assert compile_all(nodes)(FACTS).verdict == verdict


def test_an_unknown_verdict_names_the_fields_that_would_settle_it():
    outcome = compile_all((A, C))(FACTS)
    assert outcome.missing == ("lesions[L1].region",)
    assert [reason.fact for reason in outcome.reasons] == ["c"]


def test_a_reason_says_what_was_expected_and_found():
    reason = compile_all((Leaf("b", "at_least", Decimal(40), "CLS-01"),))(FACTS).reasons[0]
    assert (reason.expected, reason.found, reason.verdict, reason.rule) == (
        "at least 40",
        "35",
        FAILS,
        "CLS-01",
    )
