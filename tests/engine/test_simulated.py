"""Simulated or not: the answer and the day, what each decides, and what is still asked."""

import pytest

from tests.rulebook.cases import golden, judged

ORDER = "simulation-order"
DEVICE = {"code": "77334", "date": "2026-02-20", "performer": "facility"}
ANSWER, DAY = "planning.simulated", "planning.simulated_on"


def case(*, base="G01", plan=None, circumstances=None, clinical=None, **planning):
    """A golden case with this answer and day of simulation; the planning note stays dated."""
    document = golden()[base]["document"]
    planning = {"clinical_plan_on": "2026-02-18", **planning}
    document = {**document, "planning": planning, "plan": {**document["plan"], **(plan or {})}}
    return {**document, "circumstances": circumstances or {}, "clinical": clinical or {}}


def order_of(document):
    return next(row for row in judged(document)["documentation"] if row["key"] == ORDER)


def asked(document):
    found = judged(document)
    rows = [fact for row in found["documentation"] for fact in row["missing_facts"]]
    return {question["fact"] for question in found["questions"]} | set(rows)


@pytest.mark.parametrize(
    ("planning", "condition", "open_ones"),
    [
        ({}, "unknown", {ANSWER, DAY}),
        ({"simulated": True}, "true", {DAY}),
        ({"simulated": True, "simulated_on": "2026-02-20"}, "true", set()),
        ({"simulated_on": "2026-02-20"}, "true", set()),
        ({"simulated": False}, "false", set()),
        ({"simulated": False, "simulated_on": "2026-02-20"}, "true", set()),
    ],
)
def test_an_answer_decides_and_is_not_asked_again(planning, condition, open_ones):
    document = case(**planning)
    assert order_of(document)["condition"] == condition
    assert asked(document) & {ANSWER, DAY} == open_ones


def test_the_answer_no_takes_the_simulation_off_and_says_why():
    result = judged(case(simulated=False))
    dropped = next(row for row in result["not_suggested"] if row["code"] == "77290")
    assert dropped["outcome"] == "not_suggested"
    assert dropped["because"] == "The patient was not simulated."
    assert "77290" not in {line["code"] for line in result["lines"]}


def test_without_an_answer_nobody_can_tell_about_the_simulation():
    dropped = next(row for row in judged(case())["not_suggested"] if row["code"] == "77290")
    assert (dropped["outcome"], dropped["missing_facts"]) == ("cannot_tell", [ANSWER])


def test_devices_of_a_case_without_a_simulation_stand_on_the_day_of_the_plan():
    result = judged(case(simulated=False))
    days = {line["date"] for line in result["lines"] if line["code"] == "77334"}
    assert days == {"2026-02-24"}
    assert asked(case(simulated=False, plan={"date": None})) & {DAY, "plan.date"} == {"plan.date"}


def test_a_day_against_the_answer_counts_and_is_warned_about():
    found = judged(case(simulated=False, simulated_on="2026-02-20"))
    warned = next(one for one in found["conflicts"] if one["id"] == "PLN-01")
    assert warned["message"].endswith("The day counts.")
    assert warned["way_out"] == "Clear the day, or answer that the patient was simulated."
    assert {line["date"] for line in found["lines"] if line["code"] == "77290"} == {"2026-02-20"}


def checks_of(document, item):
    found = next(row for row in judged(document)["documentation"] if row["key"] == item)
    return {check["fact"]: check["verdict"] for check in found["checks"]}


def test_a_note_of_a_simulation_that_never_was_does_not_hold():
    typed = {"code": "77290", "date": "2026-02-20", "performer": "facility"}
    document = {**case(simulated=False, circumstances={"contrast": True}), "entered_lines": [typed]}
    assert checks_of(document, "simulation-note") == {"simulation.described": "fails"}
    document = {**case(simulated=True, circumstances={"contrast": True}), "entered_lines": [typed]}
    assert checks_of(document, "simulation-note") == {"simulation.described": "unknown"}


@pytest.mark.parametrize(
    ("kidneys_on", "verdict"), [("2026-03-02", "holds"), ("2026-03-03", "fails"), ("2026-02-18", "holds")]
)
def test_without_a_simulation_the_kidneys_are_checked_by_the_first_treatment_day(kidneys_on, verdict):
    clinical = {"contrast_agent": "Gadolinium, 10 ml", "kidney_function_on": kidneys_on}
    document = case(simulated=False, circumstances={"contrast": True}, clinical=clinical)
    typed = {"code": "77290", "date": "2026-02-20", "performer": "facility"}
    found = checks_of({**document, "entered_lines": [typed]}, "contrast-safety-screen")
    assert found["contrast.screened"] == verdict
