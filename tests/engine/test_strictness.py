"""Severities that a department lowers: only of professional standards, only downwards."""

import pytest

from checklists.engine import evaluate_document
from checklists.engine.strictness import ORDER, known_key, severity_key, severity_keys, why_fixed
from checklists.reader import current_book
from tests.rulebook.cases import golden

ONE = golden()["G01"]["document"]
ITEMS = list(current_book().items.values())
FIXED = [item for item in ITEMS if item.kind in ("payment", "legal")]
OPEN = [item for item in ITEMS if item.kind == "professional" and item.severity != "quality"]


def judged(key, value):
    told = ONE
    return evaluate_document({**told, "policy": {severity_key(key): value}}, current_book())


def test_the_book_holds_all_three_kinds():
    assert {item.kind for item in ITEMS} == {"payment", "legal", "professional"}
    assert OPEN
    assert FIXED


@pytest.mark.parametrize("item", FIXED, ids=lambda item: item.key)
@pytest.mark.parametrize("value", ORDER)
def test_payment_and_legal_items_are_never_lowered(item, value):
    assert severity_keys(current_book())[severity_key(item.key)].levels == ()
    (error,) = judged(item.key, value)["error"]
    assert error["path"] == f"policy.{severity_key(item.key)}"
    assert ("payment evidence" if item.kind == "payment" else "law or license") in error["message"]


@pytest.mark.parametrize("item", OPEN, ids=lambda item: item.key)
def test_professional_items_go_down_and_never_up(item):
    entry = known_key(current_book(), severity_key(item.key))
    lower = ORDER[ORDER.index(item.severity) + 1 :]
    assert (entry.words, entry.levels, entry.default) == (lower, ("department",), item.severity)
    assert why_fixed(item) == ""
    for value in ORDER:
        result = judged(item.key, value)
        assert ("error" in result) == (value not in lower), value


def test_a_lowered_severity_is_on_the_item_and_among_the_policies():
    plain = evaluate_document(ONE, current_book())
    asked = next(row for row in plain["documentation"] if any(row["key"] == item.key for item in OPEN))
    lowered = judged(asked["key"], "quality")
    found = [row for row in lowered["documentation"] if row["key"] == asked["key"]]
    assert found
    assert {row["severity"] for row in found} == {"quality"}
    others = [row for row in plain["documentation"] if row["key"] != asked["key"]]
    assert [row for row in lowered["documentation"] if row["key"] != asked["key"]] == others
    assert lowered["lines"] == plain["lines"]
    assert lowered["policies"][-1] == {
        "key": severity_key(asked["key"]),
        "value": "quality",
        "from": "case_document",
    }


def test_a_word_that_is_no_item_is_refused():
    (error,) = judged("no-such-item", "quality")["error"]
    assert "Unknown policy key" in error["message"]
