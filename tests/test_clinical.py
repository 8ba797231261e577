"""The clinical state is the furthest step that is recorded."""

from datetime import date

import pytest

from casetracker.case_input import CaseInput
from casetracker.choices import Halt
from casetracker.clinical import clinical_state

DAY = date(2026, 3, 2)


def sessions(*statuses):
    return [{"number": n, "status": status, "date": DAY} for n, status in enumerate(statuses, 1)]


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        (CaseInput(), "Referred"),
        (CaseInput(case={"consulted_on": DAY}), "In consultation"),
        (CaseInput(case={"decided_on": DAY}), "Decided"),
        (
            CaseInput(case={"decided_on": DAY, "authorization_required": False}),
            "Authorization verified",
        ),
        (CaseInput(case={"authorization_required": False}), "Referred"),
        (CaseInput(authorizations=[{"number": "A1"}]), "Authorization verified"),
        (CaseInput(authorizations=[{"number": ""}]), "Referred"),
        (CaseInput(case={"simulated_on": DAY}), "Simulated"),
        (CaseInput(case={"simulated": True}), "Simulated"),
        (CaseInput(case={"simulated": False}), "Referred"),
        (CaseInput(plans=[{"approved_at": None}]), "Referred"),
        (CaseInput(plans=[{"approved_at": DAY}]), "Planned"),
        (CaseInput(case={"qa_cleared_at": DAY}), "QA cleared"),
        (CaseInput(sessions=sessions("planned")), "Referred"),
        (CaseInput(case={"planned_sessions": 3}, sessions=sessions("delivered")), "In treatment (1 of 3)"),
        (CaseInput(sessions=sessions("partial", "planned")), "In treatment (1 of 2)"),
        (CaseInput(case={"planned_sessions": 2}, sessions=sessions("delivered", "delivered")), "Treated"),
        (CaseInput(case={"follow_up_on": DAY}, sessions=sessions("delivered")), "In follow-up"),
    ],
)
def test_the_furthest_recorded_step_counts(facts, word):
    assert clinical_state(facts).word == word


def test_a_stopped_course_is_treated_once_nothing_is_left_to_give():
    case = {"planned_sessions": 5}
    stopped = CaseInput(case=case, sessions=sessions("delivered", "stopped_without_dose"))
    assert clinical_state(stopped, Halt.STOPPED).word == "Treated"
    assert clinical_state(stopped).word == "In treatment (1 of 5)"
    waiting = CaseInput(case=case, sessions=sessions("delivered", "planned"))
    assert clinical_state(waiting, Halt.STOPPED).word == "In treatment (1 of 5)"


def test_every_state_has_a_look():
    state = clinical_state(CaseInput(case={"simulated_on": DAY}))
    assert (state.tone, state.icon) == ("blue", "target")
