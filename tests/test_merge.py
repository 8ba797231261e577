"""Two versions of the same facts: what each person changed stands, and only what both changed is asked."""

from datetime import UTC, datetime
from decimal import Decimal

from casetracker.case_input import CaseInput
from casetracker.merge import merged, snapshot
from casetracker.models import Clinician


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


def with_session(doses, *there):
    """The base with one session: dose of L1 and L2, and who was there until which hour."""
    row = {"uuid": "s", "number": 1, "lesions": [0, 1], "plan": None}
    presences = [
        {"clinician": person, "arrived_at": None, "left_at": datetime(2026, 3, 2, hour, tzinfo=UTC)}
        for person, hour in there
    ]
    made = with_case()
    made.sessions = [{**row, "doses": doses, "presences": presences}]
    return made


ONCO, FRAME = Clinician(pk=1, name="Onco"), Clinician(pk=2, name="Frame")


def together(base, mine, theirs, picks=None):
    return merged(snapshot(base), mine, theirs, picks or {})


def test_presence_and_doses_are_put_together_person_by_person_and_lesion_by_lesion():
    base = with_session({0: Decimal(20)}, (ONCO, 9))
    mine = with_session({0: Decimal(20), 1: Decimal(18)}, (ONCO, 10))
    theirs = with_session({0: Decimal(21)}, (ONCO, 9), (FRAME, 8))
    found = together(base, mine, theirs)
    (session,) = found.facts.sessions
    assert found.open_clashes == []
    assert session["doses"] == {0: 21, 1: 18}
    assert [(one["clinician"], one["left_at"].hour) for one in session["presences"]] == [
        (ONCO, 10),
        (FRAME, 8),
    ]


def test_presence_that_was_taken_out_by_one_is_gone_and_by_the_other_too():
    base, empty = with_session({0: Decimal(20)}, (ONCO, 9)), with_session({})
    for mine, theirs in ((empty, base), (base, empty)):
        (session,) = together(base, mine, theirs).facts.sessions
        assert (session["doses"], session["presences"]) == ({}, [])


def test_two_times_for_one_person_are_a_question():
    base, mine, theirs = (with_session({}, (ONCO, hour)) for hour in (9, 10, 11))
    (clash,) = together(base, mine, theirs).open_clashes
    assert clash.name == "sessions/s.present:1"
    (session,) = together(base, mine, theirs, {clash.name: "theirs"}).facts.sessions
    assert session["presences"][0]["left_at"].hour == 11


def test_a_dose_follows_its_lesion_when_rows_move():
    base = with_session({0: Decimal(20), 1: Decimal(18)})
    mine = with_session({0: Decimal(18), 1: Decimal(20)})
    mine.lesions.reverse()
    found = together(base, mine, base)
    assert found.differing == []
    (session,) = found.facts.sessions
    assert {found.facts.lesions[n]["label"]: dose for n, dose in session["doses"].items()} == {
        "L1": 20,
        "L2": 18,
    }
