"""Two versions of the same facts: what each person changed stands, and only what both changed is asked."""

from decimal import Decimal

from casetracker.case_input import CaseInput
from casetracker.merge import merged, snapshot


def facts(lesions=(), **case):
    rows = [{"uuid": uuid, "label": label, "dose_gy": dose} for uuid, label, dose in lesions]
    return CaseInput(
        case=case, lesions=rows, plans=[], sessions=[], team=[], authorizations=[], other_courses=[]
    )


BASE = facts([("a", "L1", Decimal(20)), ("b", "L2", Decimal(18))], account_number="1", member_number="M")


def both(mine, theirs):
    return merged(snapshot(BASE), mine, theirs, {})


def with_case(**case):
    return facts([("a", "L1", Decimal(20)), ("b", "L2", Decimal(18))], **{**BASE.case, **case})


def test_different_changes_are_put_together_without_a_question():
    found = both(with_case(account_number="2"), with_case(member_number="N"))
    assert found.facts.case == {"account_number": "2", "member_number": "N"}
    assert found.open_clashes == []
    assert {entry.name for entry in found.differing} == {"case/.account_number", "case/.member_number"}


def test_the_same_change_twice_is_no_difference():
    assert both(with_case(account_number="2"), with_case(account_number="2")).differing == []


def test_one_value_changed_by_both_is_a_clash_that_a_person_decides():
    mine, theirs = with_case(account_number="2"), with_case(account_number="3")
    found = both(mine, theirs)
    assert [(entry.base, entry.theirs, entry.mine) for entry in found.open_clashes] == [("1", "3", "2")]
    chosen = merged(snapshot(BASE), mine, theirs, {"case/.account_number": "theirs"})
    assert chosen.facts.case["account_number"] == "3"


def test_rows_added_by_either_person_stay():
    three = [("a", "L1", Decimal(20)), ("b", "L2", Decimal(18)), ("c", "L3", None)]
    mine = facts([*three[:2], (None, "L4", None)], **BASE.case)
    found = both(mine, facts(three, **BASE.case))
    assert [row["label"] for row in found.facts.lesions] == ["L1", "L2", "L4", "L3"]


def test_a_row_removed_by_one_and_left_alone_by_the_other_is_removed():
    left = facts([("a", "L1", Decimal(20))], **BASE.case)
    assert [row["label"] for row in both(BASE, left).facts.lesions] == ["L1"]
    assert [row["label"] for row in both(left, BASE).facts.lesions] == ["L1"]


def test_a_row_removed_by_one_and_changed_by_the_other_is_asked():
    left = facts([("a", "L1", Decimal(20))], **BASE.case)
    changed = facts([("a", "L1", Decimal(20)), ("b", "L2", Decimal(24))], **BASE.case)
    found = both(changed, left)
    assert [entry.name for entry in found.open_clashes] == ["lesions/b"]
    kept = merged(snapshot(BASE), changed, left, {"lesions/b": "yours"})
    gone = merged(snapshot(BASE), changed, left, {"lesions/b": "theirs"})
    assert [len(kept.facts.lesions), len(gone.facts.lesions)] == [2, 1]


def test_sessions_still_point_to_their_lesions_when_rows_move():
    mine = facts([("b", "L2", Decimal(18)), ("a", "L1", Decimal(20))], **BASE.case)
    mine.sessions = [{"uuid": "s", "number": 1, "lesions": [1], "plan": None}]
    theirs = facts([("c", "L0", None), ("a", "L1", Decimal(20)), ("b", "L2", Decimal(18))], **BASE.case)
    theirs.sessions = [{"uuid": "s", "number": 1, "lesions": [1], "plan": None}]
    found = both(mine, theirs)
    (session,) = found.facts.sessions
    assert [found.facts.lesions[place]["label"] for place in session["lesions"]] == ["L1"]
