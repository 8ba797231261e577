"""Before and after: what a change of facts adds, removes and changes, and which fact caused it."""

from checklists.engine.compare import compare
from tests.rulebook.cases import changed, golden, judged, without

ONE = golden()["G01"]["document"]


def compared(before: dict, after: dict) -> dict:
    return compare(before, judged(before), after, judged(after))


def codes(lines: list[dict]) -> set[str]:
    return {line["code"] for line in lines}


def test_nothing_changes_without_a_change():
    found = compared(ONE, ONE)
    assert found["lines"] == {"added": [], "removed": [], "changed": []}
    assert found["items"]["new"] == found["items"]["retired"] == found["causes"] == []
    assert found["items"]["kept"]


def test_a_larger_lesion_exchanges_the_base_and_names_size_and_rule():
    found = compared(ONE, changed(ONE, "lesions[L1].max_dimension_mm", "35"))
    assert codes(found["lines"]["added"]) == {"61798"}
    assert codes(found["lines"]["removed"]) == {"61796"}
    (cause,) = found["causes"]
    assert cause["fact"] == "lesions[L1].max_dimension_mm"
    assert (cause["before"], cause["after"]) == ("18", "35")
    assert "CLS-01" in cause["rules"]
    assert set(cause["codes"]) == {"61796", "61798"}
    assert "lesion-size-evidence" in {item["key"] for item in found["items"]["new"]}


def test_one_session_turned_into_three_exchanges_delivery_and_management():
    dates = ("2026-03-02", "2026-03-04", "2026-03-06")
    sessions = [
        {"number": number, "date": date, "status": "planned", "lesions": ["L1"]}
        for number, date in enumerate(dates, 1)
    ]
    after = changed(changed(ONE, "planned_sessions", "3"), "sessions", sessions)
    found = compared(ONE, after)
    assert codes(found["lines"]["added"]) == {"77373", "77435"}
    assert codes(found["lines"]["removed"]) == {"77372", "77432"}
    causes = {cause["fact"]: cause for cause in found["causes"]}
    assert {"77373", "77435", "77372", "77432"} <= set(causes["planned_sessions"]["codes"])
    assert "fractionation-reason" in {item["key"] for item in found["items"]["new"]}


def test_more_calculations_change_units_and_keep_the_line():
    found = compared(ONE, changed(ONE, "plan.calculations", "5"))
    changes = [
        (line["code"], line["before"]["units"], line["after"]["units"]) for line in found["lines"]["changed"]
    ]
    assert changes == [("77300", 3, 5), ("77300", 3, 5)]
    assert [cause["fact"] for cause in found["causes"]] == ["plan.calculations"]


def test_a_refused_document_counts_as_one_without_lines():
    found = compare(ONE, judged(ONE), {}, {"error": []})
    assert len(found["lines"]["removed"]) == len(judged(ONE)["lines"])
    assert found["items"]["new"] == []


def test_a_fact_that_moves_no_line_is_no_cause():
    found = compared(ONE, without(ONE, "lesions[L1].measured_on"))
    assert found["causes"] == []


def test_a_new_question_names_the_fact_that_raised_it_and_a_settled_one_is_told():
    asking = without(ONE, "lesions[L1].optic_distance_mm")
    found = compared(asking, changed(asking, "lesions[L1].region", "anterior_skull_base"))
    (question,) = found["questions"]["new"]
    assert question["fact"] == "lesions[L1].optic_distance_mm"
    assert question["raised_by"] == ["lesions[L1].region"]
    assert found["questions"]["settled"] == []
    back = compared(changed(asking, "lesions[L1].region", "anterior_skull_base"), asking)
    assert [entry["fact"] for entry in back["questions"]["settled"]] == ["lesions[L1].optic_distance_mm"]


def test_of_several_changes_only_the_one_behind_a_question_is_named():
    asking = without(ONE, "lesions[L1].optic_distance_mm")
    both = changed(changed(asking, "lesions[L1].region", "anterior_skull_base"), "off_campus", "true")
    (question,) = compared(asking, both)["questions"]["new"]
    assert question["raised_by"] == ["lesions[L1].region"]
