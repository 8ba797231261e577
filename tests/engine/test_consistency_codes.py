"""Checks of the code set, each with a case that holds, one that fails, and one where data is missing."""

from dataclasses import replace
from datetime import date

import pytest

from checklists.engine.case import EnteredLine, Lesion, Plan
from tests.engine.consistency_cases import (
    CASE,
    SURGEON,
    lesions,
    line,
    material,
    message,
    oncology,
    surgical,
    verdict,
)


def test_clinical_planning_stands_once():
    assert verdict("clinical-plan-once", material(oncology("77263"))) == "holds"
    assert verdict("clinical-plan-once", material(oncology("77263"), oncology("77263"))) == "fails"
    assert verdict("clinical-plan-once", material(oncology("77263", units=2))) == "fails"


@pytest.mark.parametrize(
    ("kinds", "codes", "expected"),
    [
        (("simple",), ("61796",), "holds"),
        (("simple",), ("61798",), "fails"),
        (("simple", "complex"), ("61798",), "holds"),
        (("simple", "complex"), ("61796",), "fails"),
        (("therapeutic",), ("61798",), "holds"),
        (("simple", "complex"), ("61796", "61798"), "fails"),
        (("simple", "simple"), ("61796", "61796"), "fails"),
        (("simple", "unknown"), ("61796",), "unknown"),
    ],
)
def test_the_primary_follows_the_lesion_classes(kinds, codes, expected):
    case, found = lesions(*kinds)
    given = material(*(surgical(code) for code in codes), case=case, result=found)
    assert verdict("primary-lesion-choice", given) == expected


def test_a_watched_lesion_does_not_lift_the_primary():
    case, found = lesions("simple", "complex")
    case = replace(case, sessions=(replace(case.sessions[0], lesions=("L1",)),))
    assert verdict("primary-lesion-choice", material(surgical("61796"), case=case, result=found)) == "holds"


def test_one_plan_has_one_plan_code():
    both = (line("77295"), line("77301"))
    assert verdict("plan-type-exclusive", material(line("77301"))) == "holds"
    assert verdict("plan-type-exclusive", material(*both)) == "fails"
    two = replace(CASE, plans=(Plan(technique="inverse"), Plan(technique="forward_3d")))
    assert verdict("plan-type-exclusive", material(*both, case=two)) == "holds"
    same = replace(CASE, plans=(Plan(technique="inverse"), Plan(technique="inverse")))
    assert verdict("plan-type-exclusive", material(*both, case=same)) == "fails"
    open_one = replace(CASE, plans=(Plan(technique="inverse"), Plan()))
    assert verdict("plan-type-exclusive", material(*both, case=open_one)) == "unknown"


@pytest.mark.parametrize("simulation", ["77280", "77285", "77290"])
def test_no_simulation_stands_on_inverse_planning_even_on_another_day(simulation):
    given = material(line("77301"), line(simulation, date=date(2026, 2, 16)))
    assert message("simulation-bundled-check", given) == f"{simulation} stands beside 77301."
    assert verdict("simulation-bundled-check", material(line("77295"), line(simulation))) == "holds"


def test_calculations_are_counted_once_although_two_claims_carry_them():
    split = (oncology("77300", units=3), line("77300", units=3))
    assert verdict("dose-calculation-units", material(*split)) == "holds"
    assert message("dose-calculation-units", material(line("77300", units=4))) == (
        "4 units of 77300 for 3 calculations."
    )
    assert verdict("dose-calculation-units", material(line("77300", units=4))) == "fails"
    blank = replace(CASE, plans=(Plan(technique="inverse"),))
    assert verdict("dose-calculation-units", material(line("77300"), case=blank)) == "unknown"


def test_devices_and_leaf_sets_follow_the_plans():
    assert verdict("treatment-device-count", material(line("77334"), line("77338"))) == "holds"
    assert verdict("treatment-device-count", material(line("77334", units=2))) == "fails"
    assert verdict("treatment-device-count", material(line("77338", units=2))) == "fails"
    blank = replace(CASE, plans=(Plan(technique="inverse"),))
    assert verdict("treatment-device-count", material(line("77334"), case=blank)) == "unknown"


@pytest.mark.parametrize(
    ("codes", "single", "days", "expected"),
    [
        (("77372", "77432"), True, 1, "holds"),
        (("77372",), False, 2, "fails"),
        (("77432",), False, 3, "fails"),
        (("77373", "77435"), True, 1, "fails"),
        (("77373", "77373", "77435"), False, 2, "holds"),
        (("77373",), False, 2, "fails"),
        (("77373",) * 6, False, 6, "fails"),
        (("G0339", "G0340"), False, 2, "holds"),
        (("77372",), None, None, "unknown"),
    ],
)
def test_sessions_and_codes_agree(codes, single, days, expected):
    course = {"course": {"single_session": single, "treatment_days": days}}
    assert verdict("session-count-matches-code", material(*map(line, codes), result=course)) == expected


def test_one_spinal_session_takes_the_per_session_code():
    spine = replace(CASE, lesions=(Lesion("L1", compartment="spinal"),))
    assert (
        verdict("session-count-matches-code", material(line("77373"), line("77435"), case=spine)) == "holds"
    )


@pytest.mark.parametrize(
    ("code", "modality", "expected"),
    [
        ("77371", "cobalt60", "holds"),
        ("77371", "linac", "fails"),
        ("77372", "gyroscopic_linac", "holds"),
        ("77372", "cobalt60", "fails"),
        ("77373", "cobalt60", "holds"),
        ("77373", "proton", "fails"),
        ("G0339", "linac", "fails"),
        ("77523", "proton", "holds"),
        ("77372", None, "unknown"),
    ],
)
def test_the_machine_fits_the_delivery_code(code, modality, expected):
    case = replace(CASE, modality=modality)
    assert verdict("modality-matches-code", material(line(code), case=case)) == expected


def test_one_physician_never_stands_on_both_sides():
    assert verdict("role-separation", material(surgical("61796"), oncology("77432"))) == "holds"
    assert (
        verdict("role-separation", material(surgical("61796"), oncology("77432") | {"person": SURGEON}))
        == "fails"
    )
    assert (
        verdict("role-separation", material(surgical("61796"), oncology("77432") | {"person": None}))
        == "unknown"
    )
    assert verdict("role-separation", material(surgical("61796") | {"person": None})) == "holds"


@pytest.mark.parametrize(
    ("kinds", "simple", "complex_units", "expected"),
    [
        (("simple", "simple"), 1, 0, "holds"),
        (("simple", "simple"), 2, 0, "fails"),
        (("complex", "simple"), 1, 0, "holds"),
        (("complex", "simple"), 0, 1, "fails"),
        (("complex", "complex", "simple"), 1, 1, "holds"),
        (("therapeutic", "complex"), 0, 1, "holds"),
        (("simple",) * 7, 4, 0, "holds"),
        (("simple",) * 7, 5, 0, "fails"),
        (("complex",) * 4 + ("simple",) * 4, 4, 4, "fails"),
        (("simple", "unknown"), 1, 0, "unknown"),
    ],
)
def test_each_add_on_has_its_own_further_lesion(kinds, simple, complex_units, expected):
    case, found = lesions(*kinds)
    lines = [surgical("61797", units=simple)] * bool(simple) + [
        surgical("61799", units=complex_units)
    ] * bool(complex_units)
    assert verdict("additional-lesion-support", material(*lines, case=case, result=found)) == expected


def test_lesions_of_one_target_count_once():
    case, found = lesions("simple", "simple")
    shared = replace(case, lesions=tuple(replace(lesion, target="T1") for lesion in case.lesions))
    given = material(surgical("61797"), case=shared, result=found)
    assert verdict("additional-lesion-support", given) == "fails"


def test_spinal_add_ons_end_at_two():
    spine = replace(CASE, sessions=(), lesions=tuple(Lesion(f"L{n}", compartment="spinal") for n in range(5)))
    assert verdict("additional-lesion-support", material(surgical("63621", units=2), case=spine)) == "holds"
    assert verdict("additional-lesion-support", material(surgical("63621", units=3), case=spine)) == "fails"


def test_an_add_on_needs_its_primary_by_the_same_surgeon():
    parents = {"61797": {"61796", "61798"}, "61799": {"61798"}}
    good = material(surgical("61796"), surgical("61797"), parents=parents)
    assert verdict("add-on-parent-present", good) == "holds"
    assert (
        verdict("add-on-parent-present", material(surgical("61796"), surgical("61799"), parents=parents))
        == "fails"
    )
    other = surgical("61796") | {"person": "another"}
    assert verdict("add-on-parent-present", material(other, surgical("61797"), parents=parents)) == "fails"
    assert verdict("add-on-parent-present", material(surgical("61797"))) == "unknown"


def test_physics_review_comes_once_for_each_five_sessions():
    assert verdict("continuing-physics-frequency", material(line("77336"))) == "holds"
    assert verdict("continuing-physics-frequency", material(line("77336"), line("77336"))) == "fails"
    untreated = replace(CASE, sessions=())
    assert verdict("continuing-physics-frequency", material(line("77336"), case=untreated)) == "unknown"


def test_component_conflicts_and_open_edits_are_told_apart():
    component = {"id": "X-01", "severity": "block", "rules": ["CMP-01"], "message": "26 on 77372."}
    assert verdict("component-split", material(line("77372"), result={"conflicts": [component]})) == "fails"
    pair = {"id": "X-14", "severity": "warn", "rules": ["DEL-12"], "message": "77014 with 77372."}
    given = material(line("77372"), result={"conflicts": [pair]})
    assert verdict("component-split", given) == "holds"
    assert verdict("edits-checked", given) == "unknown"
    assert verdict("edits-checked", replace(given, answered_conflicts=frozenset({"X-14"}))) == "holds"
    assert (
        message("edits-checked", material(line("77372"), result={"conflicts": [component]})) == "26 on 77372."
    )
    assert verdict("edits-checked", material(line("77372"), result={"conflicts": None})) == "unknown"


def test_streams_belong_to_the_setting():
    assert verdict("place-of-service", material(line("77372"), oncology("77432"))) == "holds"
    office = replace(CASE, setting="freestanding")
    assert verdict("place-of-service", material(line("77372"), case=office)) == "fails"
    assert verdict("place-of-service", material(line("77372"), case=replace(CASE, setting=None))) == "unknown"


def test_guidance_on_a_delivery_day_is_part_of_delivery():
    assert verdict("image-guidance-not-separate", material(line("77372"), line("77387"))) == "fails"
    other_day = line("77387", date=date(2026, 3, 9))
    assert verdict("image-guidance-not-separate", material(line("77372"), other_day)) == "holds"
    undated = line("77387", date=None)
    assert verdict("image-guidance-not-separate", material(line("77372"), undated)) == "unknown"
    assert verdict("image-guidance-not-separate", material(line("77372"))) == "holds"


def test_planning_lines_in_the_window_say_how_they_are_paid():
    assert verdict("outpatient-planning-window", material(line("77290", packaging="separate"))) == "holds"
    assert verdict("outpatient-planning-window", material(line("77290"))) == "unknown"


def test_every_line_points_to_a_diagnosis():
    assert verdict("diagnosis-linked-to-lines", material(line("77372"))) == "holds"
    assert verdict("diagnosis-linked-to-lines", material(line("77372", diagnoses=[]))) == "fails"
    assert verdict("diagnosis-linked-to-lines", material(line("77372", diagnoses=None))) == "unknown"


def test_a_line_by_hand_needs_a_reason():
    by_hand = replace(CASE, entered_lines=(EnteredLine("77470"),))
    assert message("code-rationale-recorded", material(line("77372"), case=by_hand)) == "77470 has no reason."
    reasoned = replace(CASE, entered_lines=(EnteredLine("77470", reason="long planning under sedation"),))
    assert verdict("code-rationale-recorded", material(line("77372"), case=reasoned)) == "holds"
    assert verdict("code-rationale-recorded", material(line("77372"), result={"rulebook": {}})) == "unknown"


def test_an_accepted_suggestion_is_not_counted_twice():
    accepted = replace(CASE, entered_lines=(EnteredLine("77263", performer="radiation_oncologist"),))
    assert verdict("clinical-plan-once", material(oncology("77263"), case=accepted)) == "holds"
