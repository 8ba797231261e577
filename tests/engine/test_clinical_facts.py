"""Items judged from the patient's and the session's record: each one holds, fails, and is not recorded."""

import copy
from typing import Any

import pytest

from checklists.engine.document import read_case
from checklists.engine.evaluation import evaluate
from checklists.reader import current_book

DAY = "2026-03-02"
TIMES = {
    "started_at": f"{DAY}T08:00:00-05:00",
    "beam_on_at": f"{DAY}T08:30:00-05:00",
    "ended_at": f"{DAY}T09:15:00-05:00",
}
THERE = {"arrived_at": f"{DAY}T07:55:00-05:00", "left_at": f"{DAY}T09:20:00-05:00"}
CASE: dict[str, Any] = {
    "schema": "srs-case/1",
    "date_of_service": DAY,
    "payer": {"class": "commercial"},
    "setting": "hospital_outpatient",
    "modality": "linac",
    "planned_sessions": 1,
    "fixation": {"type": "mask"},
    "planning": {"clinical_plan_on": "2026-02-18", "simulated_on": "2026-02-20"},
    "plan": {"id": "P1", "technique": "forward_3d", "date": "2026-02-24", "arcs": 4, "calculations": 4},
    "lesions": [
        {
            "id": "L1", "compartment": "cranial", "diagnosis": "metastasis", "region": "frontal",
            "max_dimension_mm": 18, "optic_distance_mm": 40, "within_brainstem": False, "icd10": "C79.31",
            "dose_gy": 20,
        }
    ],
    "sessions": [
        {
            "number": 1, "id": "S1", "date": DAY, "status": "delivered", "lesions": ["L1"], **TIMES,
            "doses_gy": {"L1": 20}, "image_guidance": True,
            "present": [{"person": "1", **THERE}, {"person": "2", **THERE}, {"person": "3", **THERE}],
        }
    ],
    "people": [
        {"role": "neurosurgeon", "id": "1", "specialty": "neurosurgery", "present_planning": True,
         "present_delivery": True},
        {"role": "radiation_oncologist", "id": "2", "specialty": "radiation_oncology"},
        {"role": "physicist", "id": "3"},
    ],
    "circumstances": {
        "authorization_required": True, "trial": True, "implanted_device": True, "could_be_pregnant": True,
        "prior_radiation": True,
    },
}  # fmt: skip
SESSION, CLINICAL = "session", "clinical"


def with_facts(place: str, values: dict[str, Any], **case: Any) -> dict[str, Any]:
    document = {**copy.deepcopy(CASE), **case}
    if place == SESSION:
        document["sessions"][0].update(values)
    elif place == CLINICAL:
        document["clinical"] = values
    else:
        document[place] = values
    return document


def verdicts(document: dict[str, Any], item: str) -> dict[str, str]:
    """The verdicts over case data of one item, by fact."""
    result = evaluate(read_case(document), current_book())
    found = [needed for needed in result.documentation if needed.key == item]
    assert found, f"{item} is not asked for"
    return {check.fact: check.verdict for check in found[0].checks}


def judged(document: dict[str, Any], item: str) -> str:
    told = set(verdicts(document, item).values())
    return "fails" if "fails" in told else "unknown" if "unknown" in told else "holds"


FRAME = {"fixation": {"type": "invasive_frame", "placed_by": "surgeon"}}
COBALT = {"modality": "cobalt60"}
STRUCTURES = {"organs": [{"name": "Brainstem"}]}
LOCALIZED = {"localization_method": "frame_fiducials"}
AT = "2026-03-02T%s:00-05:00"
CASES = [
    # item, where, holds, fails, further facts of the case
    ("performance-status", CLINICAL, {"kps": 80, "performance_on": "2026-02-10"},
     {"kps": 80, "performance_on": "2026-01-01"}, {}),
    ("performance-status", CLINICAL, {"ecog": 1, "performance_on": "2026-01-31"},
     {"ecog": 1, "performance_on": "2026-01-30"}, {}),
    ("performance-status", CLINICAL, {"kps": 70, "performance_on": DAY},
     {"kps": 60, "performance_on": DAY}, {"policy": {"performance_least": 70}}),
    ("performance-status", CLINICAL, {"ecog": 1, "performance_on": DAY},
     {"ecog": 2, "performance_on": DAY}, {"policy": {"performance_least": 70}}),
    ("clinical-trial-identifier", CLINICAL, {"trial_number": "NCT01234567"}, {"trial_number": "NCT0123"}, {}),
    ("pregnancy-status", CLINICAL, {"pregnancy_result": "negative", "pregnancy_on": "2026-02-16"},
     {"pregnancy_result": "negative", "pregnancy_on": "2026-02-15"}, {}),
    ("pregnancy-status", CLINICAL, {"pregnancy_result": "refused"}, {"pregnancy_result": "positive"}, {}),
    ("follow-up-plan", CLINICAL, {"follow_up_mri_on": "2026-04-13"}, {"follow_up_mri_on": "2026-04-12"}, {}),
    ("follow-up-plan", CLINICAL, {"follow_up_mri_on": "2026-05-25"}, {"follow_up_mri_on": "2026-05-26"}, {}),
    ("prior-authorization", "authorization",
     {"sessions": 1, "codes": ["77372"], "valid_from": "2026-03-01", "valid_to": "2026-03-31"},
     {"sessions": 1, "codes": ["77372"], "valid_from": "2026-03-03", "valid_to": "2026-03-31"}, {}),
    ("prior-authorization", "authorization", {"sessions": 1, "codes": ["77372", "61796"], "valid_to": DAY},
     {"sessions": 3, "codes": ["77372"], "valid_to": DAY}, {}),
    ("time-out", SESSION, {"timeout_at": AT % "08:29"}, {"timeout_at": AT % "08:30"}, {}),
    ("positioning-record", SESSION, {"coordinates_noted": True, "collision_checked": True},
     {"coordinates_noted": True, "collision_checked": False}, {}),
    ("image-guidance-record", SESSION, {"images_approved_at": AT % "08:20", "residual_mm": 1},
     {"images_approved_at": AT % "08:20", "residual_mm": 1.1}, {}),
    ("image-guidance-record", SESSION, {"images_approved_at": AT % "08:20", "residual_mm": 0.3},
     {"images_approved_at": AT % "08:40", "residual_mm": 0.3}, {}),
    ("frame-stability-check", SESSION, {"frame_check_mm": 1}, {"frame_check_mm": 1.5}, FRAME),
    ("frame-removal-note", SESSION, {"frame_off_at": AT % "09:15"}, {"frame_off_at": AT % "09:14"}, FRAME),
    ("clinical-plan-complexity", CLINICAL, {"systemic_therapy": "held"}, {"systemic_therapy": "none"}, STRUCTURES),
    ("stereotactic-localization", "planning", {**LOCALIZED, "localization_error_mm": 1},
     {**LOCALIZED, "localization_error_mm": 1.01}, {}),
    ("stereotactic-localization", "planning", {**LOCALIZED, "localization_error_mm": 2},
     {**LOCALIZED, "localization_error_mm": 2.1}, {"policy": {"localization_limit_mm": 2}}),
    ("medical-event-screen", SESSION, {"event_suspected": False}, {"event_suspected": True}, COBALT),
    ("medical-event-screen", SESSION, {"event_suspected": False, "doses_gy": {"L1": 16.5}},
     {"event_suspected": False, "doses_gy": {"L1": 16}}, COBALT),
]  # fmt: skip


@pytest.mark.parametrize(("item", "place", "good", "bad", "more"), CASES)
def test_recorded_facts_decide(item, place, good, bad, more):
    assert judged(with_facts(place, good, **more), item) == "holds"
    assert judged(with_facts(place, bad, **more), item) == "fails"


@pytest.mark.parametrize(("item", "more"), list({case[0]: case[4] for case in CASES}.items()))
def test_what_nobody_recorded_is_no_failure(item, more):
    assert judged({**copy.deepcopy(CASE), **more}, item) == "unknown"


def test_a_trial_pregnancy_and_implant_are_asked_only_where_the_case_calls_for_them():
    document = {**copy.deepcopy(CASE), "circumstances": dict.fromkeys(CASE["circumstances"], False)}
    needed = evaluate(read_case(document), current_book()).documentation
    conditions = {item.key: item.condition for item in needed}
    for key in (
        "clinical-trial-identifier",
        "pregnancy-status",
        "implanted-device-plan",
        "prior-authorization",
    ):
        assert conditions.get(key, "false") == "false", key


@pytest.mark.parametrize(
    "more",
    [
        {
            "lesions": [{**CASE["lesions"][0], "id": f"L{n}"} for n in (1, 2, 3)],
            "sessions": [{**CASE["sessions"][0], "lesions": ["L1", "L2", "L3"]}],
        },
        {"plan": {**CASE["plan"], "technique": "inverse"}},
        {"organs": [{"name": "Brainstem", "limit_gy": 12}]},
    ],
)
def test_three_targets_special_beams_or_limits_make_planning_complex(more):
    assert (
        judged(with_facts(CLINICAL, {"systemic_therapy": "none"}, **more), "clinical-plan-complexity")
        == "holds"
    )
    assert judged(with_facts(CLINICAL, {"systemic_therapy": "none"}), "clinical-plan-complexity") == "unknown"


def spinal(**values: Any) -> dict[str, Any]:
    lesion = {
        "id": "L1", "compartment": "spinal", "diagnosis": "metastasis", "region": "thoracic", "icd10": "C79.51",
        "neural_involvement": True, "max_dimension_mm": 18, "dose_gy": 20, **values,
    }  # fmt: skip
    return {**copy.deepcopy(CASE), "lesions": [lesion]}


def test_a_spinal_target_names_its_level_and_its_relation_to_the_dura():
    item = "spine-target-evidence"
    assert judged(spinal(spine_level="T7", dural_contact=False), item) == "holds"
    assert judged(spinal(spine_level="T7"), item) == "unknown"
    assert judged(spinal(dural_contact=True), item) == "unknown"


def test_a_lesion_that_is_treated_has_its_diagnosis_code():
    assert judged(CASE, "diagnosis-specific") == "holds"
    second = {key: value for key, value in CASE["lesions"][0].items() if key != "icd10"} | {"id": "L2"}
    document = {**copy.deepcopy(CASE), "lesions": [CASE["lesions"][0], second]}
    document["sessions"][0]["lesions"] = ["L1", "L2"]
    assert judged(document, "diagnosis-specific") == "unknown"
    document["sessions"][0]["lesions"] = ["L1"]
    assert judged(document, "diagnosis-specific") == "holds"


def test_a_photon_plan_is_compared_where_the_payer_asks_for_it():
    proton = {**copy.deepcopy(CASE), "modality": "proton"}
    proton["plan"] = {**proton["plan"], "technique": "proton"}
    asked = {**proton, "policy": {"photon_comparison_asked": True}}
    compared = {**asked, "plan": {**proton["plan"], "comparison_reference": "Photon plan 7"}}
    assert judged(proton, "proton-rationale") == "holds"
    assert judged(asked, "proton-rationale") != "holds"
    assert judged(compared, "proton-rationale") == "holds"


@pytest.mark.parametrize(("codes", "expected"), [(["77372"], "holds"), (["77373"], "fails"), ([], "unknown")])
def test_the_authorization_names_the_delivery_that_was_given(codes, expected):
    approved = {"sessions": 1, "valid_from": DAY, "codes": codes}
    assert judged(with_facts("authorization", approved), "prior-authorization") == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, "holds"),
        ({"arrived_at": AT % "08:01"}, "fails"),
        ({"left_at": AT % "09:14"}, "fails"),
        ({"left_at": None}, "unknown"),
    ],
)
def test_the_oncologist_is_there_from_start_to_end(times, expected):
    present = [{"person": "2", **THERE, **times}]
    assert judged(with_facts(SESSION, {"present": present}), "radiation-oncologist-presence") == expected


def test_nobody_of_the_role_among_those_recorded_fails():
    document = with_facts(SESSION, {"present": [{"person": "1", **THERE}]})
    assert judged(document, "radiation-oncologist-presence") == "fails"
    assert judged(document, "physicist-presence") == "fails"
    assert judged(document, "neurosurgeon-participation-delivery") == "holds"
    nobody = with_facts(SESSION, {"present": []})
    for key in ("radiation-oncologist-presence", "physicist-presence", "neurosurgeon-participation-delivery"):
        assert judged(nobody, key) == "unknown", key


@pytest.mark.parametrize(("dose", "expected"), [(20, "holds"), (19, "holds"), (21.1, "fails")])
def test_the_dose_of_a_session_is_compared_with_its_part_of_the_prescription(dose, expected):
    assert judged(with_facts(SESSION, {"doses_gy": {"L1": dose}}), "delivery-record") == expected


def test_a_delivery_without_doses_or_times_is_not_recorded():
    assert judged(with_facts(SESSION, {"doses_gy": {}}), "delivery-record") == "unknown"
    assert judged(with_facts(SESSION, {"ended_at": None}), "delivery-record") == "unknown"


def course_of_two() -> dict[str, Any]:
    document = copy.deepcopy(CASE)
    document["planned_sessions"] = 2
    second = {
        **copy.deepcopy(document["sessions"][0]), "number": 2, "id": "S2", "date": "2026-03-03",
        "beam_on_at": "2026-03-03T08:30:00-05:00", "started_at": None, "ended_at": None,
    }  # fmt: skip
    document["sessions"].append(second)
    for session in document["sessions"]:
        session["doses_gy"] = {"L1": 10}
        session["residual_mm"] = 0.3
    return document


@pytest.mark.parametrize(
    ("approved", "expected"),
    [("2026-03-02T12:00:00-05:00", "holds"), ("2026-03-03T08:29:00-05:00", "holds"),
     ("2026-03-03T08:30:00-05:00", "fails")],
)  # fmt: skip
def test_images_of_several_sessions_are_approved_before_the_next_one(approved, expected):
    document = course_of_two()
    document["sessions"][0]["images_approved_at"] = approved
    assert judged(document, "image-guidance-record") == expected


def test_moments_of_different_zones_are_compared_as_moments():
    early = with_facts(SESSION, {"timeout_at": "2026-03-02T13:29:00+00:00"})
    late = with_facts(SESSION, {"timeout_at": "2026-03-02T13:31:00+00:00"})
    assert (judged(early, "time-out"), judged(late, "time-out")) == ("holds", "fails")


def test_each_session_is_judged_by_its_own_record():
    document = course_of_two()
    document["sessions"][0]["timeout_at"] = AT % "08:10"
    needed = [x for x in evaluate(read_case(document), current_book()).documentation if x.key == "time-out"]
    assert {x.subject: x.checks[0].verdict for x in needed} == {
        "session:S1": "holds",
        "session:S2": "unknown",
    }


EARLIER = {
    "relation": "new_lesion",
    "body_site": "Brain",
    "dose_gy": 20,
    "fractions": 1,
    "records_obtained": True,
}


@pytest.mark.parametrize(
    ("courses", "expected"),
    [
        ([EARLIER], "holds"),
        ([{**EARLIER, "records_obtained": False}], "fails"),
        ([{**EARLIER, "body_site": None}], "unknown"),
        ([], "unknown"),
    ],
)
def test_earlier_radiation_is_described_with_site_dose_fractions_and_records(courses, expected):
    assert judged(with_facts("other_courses", courses), "prior-radiation-history") == expected


def test_a_variance_needs_its_incident_number():
    key, more = "variance-screen", {}
    assert judged(with_facts(SESSION, {"variance": False}, **more), key) == "holds"
    assert judged(with_facts(SESSION, {"variance": True, "incident_number": "I-7"}, **more), key) == "holds"
    assert judged(with_facts(SESSION, {"variance": True}, **more), key) == "unknown"
    assert judged(copy.deepcopy(CASE), key) == "unknown"
