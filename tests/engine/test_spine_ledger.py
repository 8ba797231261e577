"""The spinal ledger against counting one by one, and what missing evidence leaves open."""

from itertools import product

import pytest

from tests.rulebook.cases import changed, golden, judged, without

FIVE = golden()["G26"]["document"]
SPINAL = ("63620", "63621")


def spinal(eligible: int, bone_only: int) -> dict:
    """A course with so many lesions at the dura and so many in the bone alone."""
    lesions = [
        {**FIVE["lesions"][0], "id": f"L{n}", "dural_contact": n <= eligible, "neural_involvement": False}
        for n in range(1, eligible + bone_only + 1)
    ]
    sessions = [{"number": 1, "date": "2026-03-02", "status": "delivered"}]
    return {**FIVE, "lesions": lesions, "planned_sessions": 1, "sessions": sessions}


def units(result: dict) -> dict[str, int]:
    return {line["code"]: line["units"] for line in result["lines"] if line["code"] in SPINAL}


@pytest.mark.parametrize(("eligible", "bone_only"), list(product(range(7), range(3))))
def test_one_base_and_at_most_two_add_ons_for_lesions_at_the_dura(eligible, bone_only):
    result = judged(spinal(eligible, bone_only))
    waiting = ["63620", "63621", "63621"][:eligible]
    assert units(result) == {code: waiting.count(code) for code in waiting}
    reported = [lesion["reported_as"] for lesion in result["lesions"]]
    assert sorted(code for code in reported if code in SPINAL) == sorted(waiting)
    assert reported.count("unreported") == eligible + bone_only - len(waiting)
    assert result["course"]["caps"]["spine_add_ons"] == {
        "limit": 2,
        "used": waiting.count("63621"),
        "unreported": max(eligible - 3, 0),
    }


def test_an_unknown_lesion_beyond_the_ceiling_changes_no_units():
    result = judged(without(FIVE, "lesions[L1].dural_contact"))
    assert units(result) == {"63620": 1, "63621": 2}
    assert {lesion["reported_as"] for lesion in result["lesions"]} == {None}


def test_the_add_on_waits_for_the_lesion_that_decides_it():
    document = without(spinal(2, 0), "lesions[L2].dural_contact")
    document = without(document, "lesions[L2].neural_involvement")
    result = judged(document)
    assert units(result) == {"63620": 1}
    waiting = next(entry for entry in result["not_suggested"] if entry["code"] == "63621")
    assert waiting["outcome"] == "cannot_tell"
    assert waiting["missing_facts"] == ["lesions[L2].dural_contact", "lesions[L2].neural_involvement"]


def test_a_lesion_of_unknown_place_may_be_spinal():
    document = without(spinal(1, 0), "lesions[L1].compartment")
    waiting = next(entry for entry in judged(document)["not_suggested"] if entry["code"] == "63620")
    assert waiting["missing_facts"] == ["lesions[L1].compartment"]


def test_each_spinal_lesion_says_why_it_is_reported_or_not():
    at_dura, in_bone = judged(spinal(1, 1))["lesions"]
    assert "touches the dura" in at_dura["because"]
    assert "neither touches the dura" in in_bone["because"]
    assert {reason["rule"] for reason in at_dura["reasons"] + in_bone["reasons"]} == {"SUR-14"}
    assert at_dura["class"] is in_bone["class"] is None


def test_a_question_about_another_course_names_it():
    other = [{"started_on": "2026-01-16", "surgeon": "9000000002"}]
    questions = judged(changed(FIVE, "other_courses", other))["questions"]
    assert [question["label"] for question in questions] == ["Other course 1: Relation of the other course"]
    assert "new_lesion" in questions[0]["choices"]
