"""Facts of plans, targets, prescriptions, directives and checks: each passes, fails, and is not recorded."""

from copy import deepcopy

import pytest

from checklists.engine.derive import derive
from checklists.engine.document import DocumentRefused, read_case
from checklists.engine.policy import resolve
from checklists.engine.values import Missing
from checklists.reader import current_book

WHOLE = {
    "schema": "srs-case/1",
    "modality": "linac",
    "planned_sessions": 5,
    "people": [
        {"role": "radiation_oncologist", "id": "RO"},
        {"role": "neurosurgeon", "id": "NS"},
        {"role": "physicist", "id": "MP"},
    ],
    "lesions": [
        {
            "id": "L1",
            "compartment": "cranial",
            "diagnosis": "metastasis",
            "dose_gy": 25,
            "session_dose_gy": 5,
            "prescribed_at": "2026-03-01T17:00:00-05:00",
            "prescribed_by": "RO",
        }
    ],
    "plan": {
        "id": "P1",
        "technique": "inverse",
        "arcs": 4,
        "approved_at": "2026-03-01T16:00:00-05:00",
        "approved_by": "RO",
        "fusion_approved_at": "2026-02-28T09:00:00-05:00",
        "fusion_approved_by": "MP",
        "goals_set_at": "2026-02-28T10:00:00-05:00",
        "optimized_at": "2026-02-28T12:00:00-05:00",
        "isodose_reviewed_at": "2026-03-01T16:00:00-05:00",
        "isodose_reviewed_by": "RO",
        "dvh_reviewed_at": "2026-03-01T16:00:00-05:00",
        "dvh_reviewed_by": "RO",
        "second_check_pct": 1.4,
        "second_check_at": "2026-03-02T08:00:00-05:00",
        "second_check_by": "MP",
        "psqa_result": "passed",
        "psqa_at": "2026-03-02T07:00:00-05:00",
        "chart_check_at": "2026-03-02T07:30:00-05:00",
        "chart_check_by": "MP",
        "transfer_check_at": "2026-03-02T08:10:00-05:00",
    },
    "images": [
        {"kind": "mri", "acquired_on": "2026-02-20", "slice_mm": 1, "for_planning": "yes", "fused": "yes"},
        {"kind": "ct", "acquired_on": "2026-02-20", "slice_mm": 1, "for_planning": "yes", "fused": "yes"},
    ],
    "targets": [
        {
            "lesion": "L1",
            "approved_at": "2026-02-28T11:00:00-05:00",
            "approved_by": "RO",
            "margin_mm": 0,
            "coverage_pct": 99,
            "conformity": 1.2,
            "gradient": 3,
            "max_dose_gy": 30,
        }
    ],
    "organs": [{"name": "Chiasm", "limit_gy": 8, "planned_gy": 2}],
    "directives": [
        {
            "version": 1,
            "total_gy": 25,
            "site": "Brain",
            "settings": "Shot list",
            "signed_at": "2026-03-01T17:00:00-05:00",
            "signed_by": "RO",
            "authorized_user": "yes",
        },
        {
            "version": 2,
            "total_gy": 20,
            "site": "Brain",
            "settings": "Shot list",
            "signed_at": "2026-03-03T08:00:00-05:00",
            "signed_by": "RO",
            "authorized_user": "yes",
        },
    ],
    "sessions": [
        {
            "number": 1,
            "date": "2026-03-02",
            "status": "delivered",
            "plan": "P1",
            "beam_on_at": "2026-03-02T08:30:00-05:00",
            "ended_at": "2026-03-02T09:00:00-05:00",
        },
        {
            "number": 2,
            "date": "2026-03-03",
            "status": "delivered",
            "plan": "P1",
            "beam_on_at": "2026-03-03T08:30:00-05:00",
            "ended_at": "2026-03-03T09:00:00-05:00",
        },
    ],
    "physics": {"final_check_at": "2026-03-03T10:00:00-05:00", "final_check_by": "MP"},
}

# fact, (path of the value that makes it fail, that value), path whose absence leaves it unrecorded
JUDGED = [
    ("plan.approved_before_beam", "plan.approved_at", "2026-03-02T08:31:00-05:00"),
    ("plan.approved_by_oncologist", "plan.approved_by", "MP"),
    ("plan.fusion_before_approval", "plan.fusion_approved_at", "2026-03-01T16:01:00-05:00"),
    ("plan.goals_before_optimization", "plan.goals_set_at", "2026-02-28T12:01:00-05:00"),
    ("plan.isodose_before_beam", "plan.isodose_reviewed_at", "2026-03-02T08:30:00-05:00"),
    ("plan.isodose_by_oncologist", "plan.isodose_reviewed_by", "MP"),
    ("plan.dvh_before_beam", "plan.dvh_reviewed_at", "2026-03-02T08:31:00-05:00"),
    ("plan.dvh_by_oncologist", "plan.dvh_reviewed_by", "NS"),
    ("plan.second_check_in_limit", "plan.second_check_pct", 5.01),
    ("plan.second_check_before_beam", "plan.second_check_at", "2026-03-02T08:31:00-05:00"),
    ("plan.second_check_by_physicist", "plan.second_check_by", "RO"),
    ("plan.psqa_before_beam", "plan.psqa_at", "2026-03-02T09:00:00-05:00"),
    ("plan.chart_check_before_beam", "plan.chart_check_at", "2026-03-02T09:00:00-05:00"),
    ("plan.chart_check_by_physicist", "plan.chart_check_by", "RO"),
    ("plan.transfer_before_beam", "plan.transfer_check_at", "2026-03-02T09:00:00-05:00"),
    ("lesion.target_before_beam", "targets.0.approved_at", "2026-03-02T08:45:00-05:00"),
    ("lesion.target_by_oncologist", "targets.0.approved_by", "NS"),
    ("lesion.prescription_adds_up", "lesions.0.session_dose_gy", 6),
    ("lesion.prescription_before_beam", "lesions.0.prescribed_at", "2026-03-02T08:45:00-05:00"),
    ("lesion.prescription_by_oncologist", "lesions.0.prescribed_by", "MP"),
    ("imaging.mri_recent", "images.0.acquired_on", "2026-02-15"),
    ("directive.before_beam", "directives.0.signed_at", "2026-03-02T08:45:00-05:00"),
    ("directive.by_authorized_user", "directives.1.authorized_user", "no"),
    ("directive.revised_in_time", "directives.1.signed_at", "2026-03-03T08:45:00-05:00"),
    ("physics.final_check_after_last", "physics.final_check_at", "2026-03-03T08:59:00-05:00"),
    ("physics.final_check_by_physicist", "physics.final_check_by", "RO"),
]
# fact, path whose absence leaves it unrecorded: nothing recorded contradicts these
RECORDED = [
    ("lesion.target_margin_recorded", "targets.0.margin_mm"),
    ("plan.organs_complete", "organs.0.planned_gy"),
    ("plan.quality_recorded", "targets.0.gradient"),
    ("imaging.sets_complete", "images.1.slice_mm"),
    ("directive.complete", "directives.0.settings"),
]


def derived(document):
    book = current_book()
    facts = read_case(document)
    return derive(facts, book, resolve(book, facts.policy, None))


def fact(document, name):
    found = derived(document)
    if name.startswith("lesion."):
        return found.lesion_views[0][name]
    return found.plan_views[0][name] if name.startswith("plan.") else found.facts[name]


def changed(path, value):
    """The whole document with one value replaced; None takes it out."""
    document = deepcopy(WHOLE)
    *way, last = path.split(".")
    place = document
    for part in way:
        place = place[int(part)] if part.isdigit() else place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document


@pytest.mark.parametrize("name", [row[0] for row in (*JUDGED, *RECORDED)])
def test_it_holds_where_everything_is_recorded_in_time(name):
    assert fact(WHOLE, name) is True


@pytest.mark.parametrize(("name", "path", "value"), JUDGED)
def test_it_fails_by_one_recorded_value(name, path, value):
    assert fact(changed(path, value), name) is False


@pytest.mark.parametrize(("name", "path"), [*(row[:2] for row in JUDGED), *RECORDED])
def test_it_is_not_recorded_without_that_value(name, path):
    assert isinstance(fact(changed(path, None), name), Missing)


def test_each_plan_speaks_for_itself():
    document = changed("plan", None)
    document["plans"] = [
        {**WHOLE["plan"], "lesions": ["L1"]},
        {"id": "P2", "technique": "forward_3d", "second_check_pct": 9, "lesions": ["L1"]},
    ]
    first, second = derived(document).plan_views
    assert (first["plan.technique"], second["plan.technique"]) == ("inverse", "forward_3d")
    assert (first["plan.second_check_in_limit"], second["plan.second_check_in_limit"]) == (True, False)
    assert derived(document).facts["plan.second_check_in_limit"] is False
    assert isinstance(second["plan.psqa_result"], Missing)


def test_a_passed_limit_wants_a_comment():
    over = changed("organs.0.planned_gy", 9)
    assert fact(over, "plan.limits_commented") is False
    over["organs"][0]["comment"] = "Accepted: the patient is blind on that side."
    assert fact(over, "plan.limits_commented") is True
    over["organs"] = []
    assert isinstance(fact(over, "plan.limits_commented"), Missing)


def test_the_same_day_without_a_time_leaves_the_order_open():
    document = changed("sessions.0.beam_on_at", None)
    del document["sessions"][0]["ended_at"]
    found = fact(document, "plan.transfer_before_beam")
    assert isinstance(found, Missing)
    assert found.paths == ("sessions[1].beam_on_at",)
    assert fact(document, "plan.approved_before_beam") is True


def test_before_any_beam_a_signed_review_is_in_time():
    document = changed("sessions", None)
    assert fact(document, "plan.approved_before_beam") is True


def test_one_session_gives_the_total_dose():
    document = changed("lesions.0.session_dose_gy", None)
    document["planned_sessions"] = 1
    assert fact(document, "lesion.prescription_adds_up") is True


def test_a_third_of_a_dose_may_be_rounded():
    document = changed("lesions.0.session_dose_gy", 6.67)
    document["lesions"][0]["dose_gy"], document["lesions"][0]["prescribed_sessions"] = 20, 3
    assert fact(document, "lesion.prescription_adds_up") is True


def test_an_mri_may_be_older_where_no_metastasis_is_treated():
    document = changed("images.0.acquired_on", "2026-02-05")
    assert fact(document, "imaging.mri_recent") is False
    document["lesions"][0]["diagnosis"] = "meningioma"
    assert fact(document, "imaging.mri_recent") is True


def test_the_department_sets_the_limit_of_the_second_check():
    document = changed("policy", {"second_check_limit_pct": "1"})
    assert fact(document, "plan.second_check_in_limit") is False


def test_a_signer_who_is_not_on_the_team_is_a_question():
    found = fact(changed("plan.approved_by", "somebody"), "plan.approved_by_oncologist")
    assert isinstance(found, Missing)
    assert found.paths == ("people",)


def test_a_target_of_an_unknown_lesion_is_refused():
    with pytest.raises(DocumentRefused, match="No lesion has this identifier"):
        read_case(changed("targets.0.lesion", "L9"))


def test_without_a_plan_nothing_of_it_is_recorded():
    assert isinstance(derived(changed("plan", None)).facts["plan.second_check_in_limit"], Missing)
