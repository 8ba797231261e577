"""Items whose recorded fields are compared: each holds, fails with words for the user, and is not recorded."""

import copy

import pytest

from checklists.engine.derive import derive
from checklists.engine.document import DocumentRefused, read_case
from checklists.engine.evaluation import evaluate
from checklists.engine.facts import FACTS
from checklists.engine.policy import resolve
from checklists.reader import current_book
from tests.engine.test_clinical_facts import CASE, CLINICAL, COBALT, SESSION, judged, verdicts, with_facts

KIDNEYS = {"contrast_agent": "Gadolinium 10 ml", "kidney_function_on": "2026-02-19"}
SENT = {"summary_sent_on": "2026-03-02", "summary_sent_to": "Dr. Ito"}
CONTRAST = {"circumstances": {"contrast": True}}
IMPLANT = {"device_model": "Pacemaker A1"}
NO_FIXATION = {"fixation": {"type": "none"}, "circumstances": {"contrast": False}}
ITEMS = [
    # item, fact, recorded values that hold, values that fail, values that leave it open, further facts
    ("implanted-device-screen", "device.screened", {**IMPLANT, "device_mri_checked": True},
     {**IMPLANT, "device_mri_checked": False}, IMPLANT, {}),
    ("contrast-safety-screen", "contrast.screened", KIDNEYS, {**KIDNEYS, "kidney_function_on": "2026-02-21"},
     {"contrast_agent": "Gadolinium 10 ml"}, CONTRAST),
    ("summary-sent", "summary.sent", SENT, {**SENT, "summary_sent_on": "2026-03-01"},
     {"summary_sent_on": "2026-03-02"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("item", "fact", "good", "bad", "open_", "more"), ITEMS)
def test_what_is_recorded_about_the_patient_decides(item, fact, good, bad, open_, more):
    for values, expected in ((good, "holds"), (bad, "fails"), (open_, "unknown")):
        assert verdicts(with_facts(CLINICAL, values, **more), item)[fact] == expected


def test_an_unanswered_implant_question_stays_open_and_a_no_needs_no_model():
    no, unasked = ({"circumstances": {"implanted_device": answer}} for answer in (False, None))
    assert judged(with_facts(CLINICAL, {}, **no), "implanted-device-screen") == "holds"
    assert judged(with_facts(CLINICAL, {}, **unasked), "implanted-device-screen") == "unknown"


def facts_of(document):
    book, facts = current_book(), read_case(document)
    return derive(facts, book, resolve(book, facts.policy, None))


@pytest.mark.parametrize(
    ("more", "technique", "expected"),
    [
        ({}, "forward_3d", True),
        (NO_FIXATION, "forward_3d", False),
        (NO_FIXATION, "cone_arc", True),
        ({**NO_FIXATION, "circumstances": {"contrast": True}}, "forward_3d", True),
    ],
)
def test_a_complex_simulation_has_a_fact_behind_it(more, technique, expected):
    document = {**copy.deepcopy(CASE), **more}
    document["plan"]["technique"] = technique
    assert facts_of(document).facts["simulation.complexity_supported"] is expected


def test_what_a_simulation_lacks_is_named():
    document = {**copy.deepcopy(CASE), **NO_FIXATION, "circumstances": {}}
    found = facts_of(document).facts
    assert found["simulation.described"].paths == ("circumstances.contrast",)
    assert found["simulation.complexity_supported"].paths == ("circumstances.contrast",)
    described = {**copy.deepcopy(CASE), "circumstances": {"contrast": False}}
    assert facts_of(described).facts["simulation.described"] is True


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        (["P1", "P2"], [True, True]),
        (["P1", "P1"], [True, False]),
        (["P1", None], [True, ("sessions[2].plan",)]),
    ],
)
def test_the_plan_that_was_approved_is_the_one_that_was_used(used, expected):
    document = copy.deepcopy(CASE)
    document["planned_sessions"] = 2
    plan = document.pop("plan")
    document["plans"] = [plan, {**plan, "id": "P2"}]
    first = document["sessions"][0]
    first.pop("id")
    document["sessions"] = [{**first, "number": n, "plan": name} for n, name in enumerate(used, 1)]
    found = [view["plan.delivered"] for view in facts_of(document).plan_views]
    assert [getattr(value, "paths", value) for value in found] == expected


@pytest.mark.parametrize("item", ["dose-calculation-record", "treatment-device-record"])
def test_each_unit_has_a_calculation_or_device_of_its_own(item):
    code, count, fact = {
        "dose-calculation-record": ("77300", "calculations", "unit.calculation_recorded"),
        "treatment-device-record": ("77334", "custom_devices", "unit.device_recorded"),
    }[item]

    def found(number):
        document = copy.deepcopy(CASE)
        document["plan"][count] = number
        document["entered_lines"] = [
            {"code": code, "units": 3, "date": "2026-02-24", "reason": "Counted by hand."}
        ]
        result = evaluate(read_case(document), current_book())
        needed = [one for one in result.documentation if one.key == item]
        return {one.subject: check.verdict for one in needed for check in one.checks if check.fact == fact}

    assert set(found(3).values()) == {"holds"}
    assert found(2)[f"unit:{code}:3"] == "fails"
    assert set(found(None).values()) == {"unknown"}


def screened(directives=(), session=None, **more):
    document = with_facts(SESSION, {"event_suspected": False, **(session or {})}, **COBALT, **more)
    document["directives"] = list(directives)
    return verdicts(document, "medical-event-screen")["delivery.matches_prescription"]


FIRST = {"version": 1, "total_gy": 20, "site": "Brain"}


def test_the_directive_and_not_the_prescription_is_compared_with_what_was_given():
    sixteen = {"doses_gy": {"L1": 16}}
    assert screened(session=sixteen) == "fails"
    assert screened([FIRST], sixteen) == "fails"
    assert screened([FIRST, {**FIRST, "version": 2, "total_gy": 16.5}], sixteen) == "holds"
    assert screened([FIRST], {"doses_gy": {}}) == "unknown"
    assert "20 percent" in FACTS["delivery.matches_prescription"].label


def of_two(first, second, directives=()):
    """The verdict of two lesions, 20 and 18 Gy prescribed, by what each got."""
    lesions = [CASE["lesions"][0], {**CASE["lesions"][0], "id": "L2", "label": "Left frontal", "dose_gy": 18}]
    session = {"doses_gy": {"L1": first, "L2": second}, "lesions": ["L1", "L2"]}
    return screened(directives, session, lesions=lesions)


def test_among_several_targets_a_directive_counts_for_the_one_it_names():
    assert of_two(20, 18, [{**FIRST, "total_gy": 38}]) == "holds"
    assert of_two(20, 12) == "fails"
    assert of_two(20, 12, [{**FIRST, "site": "left frontal", "total_gy": 12}]) == "holds"


@pytest.mark.parametrize(
    ("doses", "expected"), [((10, 10), "holds"), ((14, 6), "holds"), ((15, 5), "fails"), ((5, 15), "fails")]
)
def test_one_session_half_off_is_an_event_even_where_the_total_is_right(doses, expected):
    document = {**copy.deepcopy(CASE), **COBALT, "planned_sessions": 2}
    first = document["sessions"][0]
    document["sessions"] = [
        {**first, "id": f"S{n}", "number": n, "doses_gy": {"L1": dose}, "event_suspected": False}
        for n, dose in enumerate(doses, 1)
    ]
    assert verdicts(document, "medical-event-screen")["delivery.matches_prescription"] == expected


@pytest.mark.parametrize(
    ("doses", "status", "expected"),
    [
        ((10,), None, "fails"),
        ((10,), "planned", "unknown"),
        ((14, 11), None, "fails"),
        ((10, 10), "planned", "holds"),
    ],
)
def test_a_total_is_compared_when_the_course_is_over_or_the_dose_too_high(doses, status, expected):
    document = {**copy.deepcopy(CASE), **COBALT, "planned_sessions": 3 if len(doses) > 1 else 2}
    first = {**document["sessions"][0], "event_suspected": False}
    given = [
        {**first, "id": f"S{n}", "number": n, "doses_gy": {"L1": dose}} for n, dose in enumerate(doses, 1)
    ]
    ahead = [{"id": "S9", "number": 9, "status": status}] if status else []
    document["sessions"] = [*given, *ahead]
    assert verdicts(document, "medical-event-screen")["delivery.matches_prescription"] == expected


def test_a_plan_that_a_coming_session_names_is_no_discarded_one():
    document = copy.deepcopy(CASE)
    plan = document.pop("plan")
    document |= {"planned_sessions": 2, "plans": [plan, {**plan, "id": "P2"}]}
    first = {name: value for name, value in document["sessions"][0].items() if name != "id"}
    coming = {"number": 2, "status": "planned", "plan": "P2"}
    document["sessions"] = [{**first, "plan": "P1"}, coming]
    assert [view["plan.delivered"] for view in facts_of(document).plan_views] == [True, True]


AT = "2026-03-02T%s:00-05:00"
ALL_THROUGH = {"arrived_at": AT % "07:55", "left_at": AT % "09:20"}
AT_THE_START = {"arrived_at": AT % "07:55", "left_at": AT % "08:40"}


@pytest.mark.parametrize(
    ("rule", "physician", "expected"),
    [
        ("throughout", ALL_THROUGH, "holds"),
        ("throughout", AT_THE_START, "fails"),
        ("throughout", {}, "unknown"),
        ("license", AT_THE_START, "holds"),
        ("license", {"arrived_at": AT % "07:55"}, "unknown"),
        ("license", None, "fails"),
        (None, ALL_THROUGH, "holds"),
        (None, AT_THE_START, "unknown"),
    ],
)
def test_presence_at_a_cobalt_unit_follows_the_rule_of_the_machine(rule, physician, expected):
    present = [{"person": "3", **ALL_THROUGH}]
    if physician is not None:
        present.append({"person": "2", **physician})
    document = with_facts(SESSION, {"present": present, "presence_rule": rule}, **COBALT)
    assert verdicts(document, "cobalt-physical-presence") == {"session.cobalt_presence": expected}


def test_without_a_rule_the_machine_is_asked_for():
    document = with_facts(SESSION, {"present": [{"person": "3", **ALL_THROUGH}]}, **COBALT)
    needed = [
        one
        for one in evaluate(read_case(document), current_book()).documentation
        if one.key == "cobalt-physical-presence"
    ]
    assert [check.verdict for one in needed for check in one.checks] == ["unknown"]
    assert "as the presence rule of the machine says" in FACTS["session.cobalt_presence"].label


def test_a_field_that_must_be_recorded_is_open_while_it_is_empty_and_holds_after():
    empty = {"fixation": {}}
    assert verdicts(with_facts(CLINICAL, {}, **empty), "fixation-device-record")["fixation.type"] == "unknown"
    told = {"fixation": {"type": "mask"}}
    assert verdicts(with_facts(CLINICAL, {}, **told), "fixation-device-record")["fixation.type"] == "holds"


SHORT = {"planned_sessions": 3}
ENDED = {"stop_reason": "patient_safety"}


@pytest.mark.parametrize(
    ("session", "reason", "dose"),
    [
        (ENDED, "holds", "holds"),
        ({}, "unknown", "holds"),
        ({**ENDED, "doses_gy": {}}, "holds", "unknown"),
    ],
)
def test_an_early_end_asks_for_its_reason_and_the_dose_given(session, reason, dose):
    found = verdicts(with_facts(SESSION, session, **SHORT), "early-termination-summary")
    assert found == {"course.stop_told": reason, "course.dose_told": dose}


def test_the_paths_of_an_early_end_lead_to_the_session_that_lacks_something():
    found = facts_of(with_facts(SESSION, {"doses_gy": {}}, **SHORT)).facts
    assert found["course.stop_told"].paths == ("sessions[S1].stop_reason",)
    assert found["course.dose_told"].paths == ("sessions[S1].doses_gy",)
    nobody = facts_of({**copy.deepcopy(CASE), "sessions": []}).facts["course.stop_told"]
    assert nobody.paths == ("sessions[1].stop_reason",)


METHOD, ERROR = "localization_method", "localization_error_mm"


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ({METHOD: "reference_ct", ERROR: 0}, True),
        ({METHOD: "other", ERROR: 0.4}, True),
        ({METHOD: "reference_ct", ERROR: 1}, True),
        ({METHOD: "reference_ct", ERROR: 1.01}, False),
        ({METHOD: "reference_ct"}, (f"planning.{ERROR}",)),
        ({ERROR: 0.4}, (f"planning.{METHOD}",)),
        ({ERROR: 3}, (f"planning.{METHOD}",)),
        ({}, (f"planning.{METHOD}", f"planning.{ERROR}")),
    ],
)
def test_a_localization_is_judged_by_its_method_and_error_or_names_what_is_missing(recorded, expected):
    document = {**copy.deepcopy(CASE), "planning": recorded}
    found = facts_of(document).facts["localization.in_limit"]
    assert getattr(found, "paths", found) == expected


def test_an_error_beyond_50_mm_and_a_word_of_nobody_are_refused():
    wrong = {METHOD: "glue", ERROR: 50.5}
    with pytest.raises(DocumentRefused) as refused:
        read_case({**copy.deepcopy(CASE), "planning": wrong})
    assert [error["path"] for error in refused.value.errors] == [f"planning.{METHOD}", f"planning.{ERROR}"]
