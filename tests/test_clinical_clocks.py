"""Clinical clocks: the last day in time, what a clock counts from, and what ends it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from casetracker import working_days
from casetracker.case_input import CaseInput
from casetracker.choices import ClockUnit, Halt
from casetracker.clinical import STATES, clinical_state
from casetracker.clinical_clocks import STEPS, Running, clocks_of, running, since
from casetracker.clocks import Clock
from casetracker.readiness import ItemView
from casetracker.requirements import ROLES, requirement

ZONE = "America/New_York"
FRIDAY = date(2026, 3, 6)
MONDAY = FRIDAY + timedelta(days=3)


def item(key, answer="satisfied", subject="case", **values):
    plain = {"severity": "required", "condition": "true"} | values
    return ItemView(1, key, subject, ("77372",), (), answer=answer, key=key, **plain)


def run(facts, *items, halt=Halt.NONE):
    return running(clinical_state(facts, halt), facts, items, ZONE)


def given(*days, planned=3):
    rows = [{"uuid": f"s{n}", "number": n, "status": "delivered", "date": day} for n, day in enumerate(days)]
    return CaseInput(case={"planned_sessions": planned}, sessions=rows)


# --- days


@pytest.mark.parametrize(
    ("clock", "start", "due"),
    [
        (Clock(2, ClockUnit.WORKING), date(2026, 3, 4), FRIDAY),
        (Clock(2, ClockUnit.WORKING), FRIDAY, date(2026, 3, 10)),
        (Clock(1, ClockUnit.WORKING), date(2026, 3, 7), MONDAY),  # a Saturday
        (Clock(3), FRIDAY, MONDAY),
        (Clock(0), FRIDAY, FRIDAY),
        (Clock(0, ClockUnit.WORKING), date(2026, 3, 7), date(2026, 3, 7)),
        (Clock(84), date(2026, 3, 2), date(2026, 5, 25)),
    ],
)
def test_the_last_day_in_time(clock, start, due):
    assert clock.due_on(start) == due


@pytest.mark.parametrize("unit", ClockUnit.values)
@pytest.mark.parametrize("days", [0, 1, 2, 3, 5, 14])
def test_the_latest_late_start_is_the_last_one_whose_day_is_over(unit, days):
    clock = Clock(days, unit)
    for ahead in range(14):
        today = FRIDAY + timedelta(days=ahead)
        latest = clock.latest_late_start(today)
        assert clock.due_on(latest) < today
        assert clock.due_on(latest + timedelta(days=1)) >= today


def test_working_days_before_are_the_way_back_over_a_weekend():
    assert working_days.before(MONDAY, 0) == MONDAY
    assert working_days.before(MONDAY, 1) == date(2026, 3, 8)
    assert working_days.before(MONDAY, 2) == date(2026, 3, 5)


def test_clocks_in_words():
    words = [Clock(*one).words for one in ((1, "working"), (2, "working"), (1, "calendar"), (14, "calendar"))]
    assert words == ["1 working day", "2 working days", "1 day", "14 days"]
    assert Clock(0, "working").words_from("the simulation") == "the same day as the simulation"
    assert Clock(3).words_from("the consultation") == "3 days from the consultation"


# --- settings


def test_a_department_has_the_usual_clocks_until_it_sets_its_own():
    usual = clocks_of({})
    assert {key: clock.words for key, clock in usual.items() if clock} == {
        "referred": "2 working days",
        "in_consultation": "3 days",
        "simulated": "the same day",
        "in_treatment": "the same day",
        "treated": "14 days",
        "in_follow_up": "84 days",
    }
    own = clocks_of({"treated": {"days": 30, "unit": "calendar"}, "referred": None})
    assert (own["treated"], own["referred"]) == (Clock(30), None)
    assert own["in_follow_up"] == usual["in_follow_up"]


def test_every_state_has_a_step_that_somebody_owns():
    assert list(STEPS) == list(STATES)
    for key, step in STEPS.items():
        assert step.owners, key
        assert set(step.owners) <= set(ROLES), key


def test_what_proves_a_step_is_in_the_rule_book():
    keys = [key for step in STEPS.values() for key in step.proof]
    assert len(keys) == 6
    assert all(requirement(key) for key in keys)


# --- what a clock counts from


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (CaseInput(case={"referred_on": FRIDAY}), "referred"),
        (CaseInput(case={"referred_on": MONDAY, "consulted_on": FRIDAY}), "in_consultation"),
        (CaseInput(case={"decided_on": FRIDAY}), "decided"),
        (CaseInput(case={"decided_on": FRIDAY, "authorization_required": False}), "authorization_verified"),
        (CaseInput(case={"simulated_on": FRIDAY}), "simulated"),
        (CaseInput(plans=[{"approved_at": datetime(2026, 3, 7, 3, tzinfo=UTC)}]), "planned"),
        (CaseInput(case={"qa_cleared_at": datetime(2026, 3, 7, 3, tzinfo=UTC)}), "qa_cleared"),
        (given(date(2026, 3, 2), FRIDAY), "in_treatment"),
        (given(date(2026, 3, 2), FRIDAY, planned=2), "treated"),
    ],
)
def test_each_clock_counts_from_its_recorded_day(facts, step):
    assert run(facts) == Running(step, FRIDAY)


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (CaseInput(), "referred"),
        (
            CaseInput(case={"decided_on": FRIDAY}, authorizations=[{"number": "A1"}]),
            "authorization_verified",
        ),
        (given(None), "in_treatment"),
    ],
)
def test_without_a_recorded_day_no_day_is_made_up(facts, step):
    assert run(facts) == Running(step, None)
    assert since(step, facts, ZONE) is None


def test_a_state_lasts_from_its_first_day():
    facts = given(date(2026, 3, 2), FRIDAY)
    assert since("in_treatment", facts, ZONE) == date(2026, 3, 2)
    seen = CaseInput(case={"follow_up_on": MONDAY}, sessions=facts.sessions)
    assert since("in_follow_up", seen, ZONE) == MONDAY


# --- what ends it


def test_nobody_owes_a_simulation_that_is_not_to_be():
    case = {"decided_on": FRIDAY, "authorization_required": False}
    assert run(CaseInput(case={**case, "simulated": False})) == Running()
    assert run(CaseInput(case={**case, "simulated": None})).step == "authorization_verified"
    assert run(CaseInput(case={**case, "simulated": True})) == Running("simulated", None)
    approved = [{"approved_at": datetime(2026, 3, 7, 3, tzinfo=UTC)}]
    assert run(CaseInput(case={"simulated": False}, plans=approved)).step == "planned"


def test_consultation_notes_end_their_clock_only_when_both_are_there():
    facts = CaseInput(case={"consulted_on": FRIDAY})
    oncology, surgery = "radiation-oncology-consult", "neurosurgery-consult"
    assert run(facts, item(oncology), item(surgery, "open")).step == "in_consultation"
    assert run(facts, item(oncology), item(surgery, review="returned")).step == "in_consultation"
    assert run(facts, item("consent-radiation")).step == "in_consultation"
    assert run(facts, item(oncology), item(surgery)) == Running()


def test_the_records_of_the_sessions_given_end_the_clock_of_the_treatment():
    facts = given(FRIDAY)
    record = item("delivery-record", subject="session:s0")
    assert run(facts, record) == Running()
    later = item("delivery-record", "open", subject="session:s9")
    assert run(facts, record, later) == Running()
    assert run(facts, record, item("nursing", "open", "session:s0", severity="quality")) == Running()
    assert run(facts, record, item("time-out", "open", "session:s0")).step == "in_treatment"


def test_after_the_summary_the_follow_up_is_owed_from_the_last_session():
    facts = given(date(2026, 3, 2), FRIDAY, planned=2)
    assert run(facts, item("treatment-summary", "open")) == Running("treated", FRIDAY)
    assert run(facts, item("treatment-summary")) == Running("in_follow_up", FRIDAY)
    facts.case["summary_sent_on"] = MONDAY
    assert run(facts) == Running("in_follow_up", FRIDAY)
    assert run(facts, item("follow-up-mri-result")) == Running()
    facts.case["follow_up_on"] = MONDAY
    assert run(facts, item("follow-up-mri-result", "open")) == Running()


@pytest.mark.parametrize(("halt", "runs"), [("on_hold", False), ("cancelled", False), ("stopped", True)])
def test_no_clock_runs_on_hold_and_after_a_cancellation(halt, runs):
    facts = CaseInput(case={"referred_on": FRIDAY})
    assert (run(facts, halt=halt) != Running()) is runs
