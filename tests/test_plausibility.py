"""Doubts about entries: each odd value is told with its field, and a plausible case has none."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal

import pytest

from casetracker.case_input import CaseInput, laid_over
from casetracker.plausibility import STOP, WARN, remarks, stops
from casetracker.recorded import recorded_input
from tests.stories import at, story

pytestmark = pytest.mark.django_db
ZONE = "America/New_York"
DAY = date(2026, 3, 2)


def judged(facts):
    return remarks(laid_over(recorded_input(None), facts), ZONE)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_stories_are_plausible(world, number):
    assert judged(story(number, world)[1]) == []


@pytest.mark.parametrize("answer", [True, False, None])
def test_an_answer_about_the_simulation_without_a_day_is_plausible(answer):
    assert judged(CaseInput(case={"simulated": answer})) == []


def test_an_empty_case_raises_no_doubt():
    assert judged(CaseInput()) == []


def row(section, place, **values):
    def change(facts):
        getattr(facts, section)[place].update(values)

    return change


def case(**values):
    return lambda facts: facts.case.update(values)


DOUBTS = [
    (case(consulted_on=date(2026, 2, 1)), "consulted_on", WARN, "lies before “referred on”"),
    (case(follow_up_on=date(2026, 2, 1)), "follow_up_on", WARN, "Check both dates"),
    (case(referred_on=date(1926, 2, 9)), "referred_on", STOP, "before 2000"),
    (case(date_of_service=DAY + timedelta(1)), "date_of_service", WARN, "first session is on 2026-03-02"),
    (
        case(simulated=False),
        "planning.simulated",
        STOP,
        "simulated on 2026-02-20: answer yes, or clear the day",
    ),
    (case(planned_sessions=4), "planned_sessions", WARN, "5 sessions are entered, 4 planned"),
    (
        case(localization_method="frame_fiducials"),
        "planning.localization_method",
        WARN,
        "the fixation is “Mask”",
    ),
    (row("lesions", 0, max_dimension_mm=Decimal(0)), "lesions[L1].max_dimension_mm", STOP, "larger than 0"),
    (row("lesions", 0, max_dimension_mm=Decimal("1.2")), "lesions[L1].max_dimension_mm", WARN, "centimetres"),
    (row("lesions", 0, max_dimension_mm=Decimal(180)), "lesions[L1].max_dimension_mm", WARN, "very large"),
    (row("lesions", 0, volume_cc=Decimal(31)), "lesions[L1].volume_cc", WARN, "does not fit"),
    (row("lesions", 0, dose_gy=Decimal(250)), "lesions[L1].dose_gy", WARN, "cGy"),
    (row("lesions", 0, found_on=DAY), "lesions[L1].measured_on", WARN, "before it was found"),
    (row("plans", 0, planned_on=date(2026, 2, 2)), "plan.date", WARN, "before the simulation"),
    (
        row("plans", 0, planned_on=date(2026, 2, 26)),
        "plan.approved_at",
        WARN,
        "Approved before it was planned",
    ),
    (row("plans", 0, approved_at=at(DAY, 8, 45)), "sessions[1].beam_on_at", WARN, "before the plan approval"),
    (row("sessions", 1, number=1), "sessions[1].number", STOP, "Two sessions have the number 1"),
    (row("sessions", 0, beam_on_at=at(DAY, 7)), "sessions[1].beam_on_at", STOP, "lies before the start"),
    (row("sessions", 0, ended_at=at(DAY, 8, 10)), "sessions[1].ended_at", STOP, "lies before the first beam"),
    (row("sessions", 0, date=date(2026, 3, 1)), "sessions[1].started_at", WARN, "is not on 2026-03-01"),
    (row("sessions", 2, date=DAY), "sessions[3].date", WARN, "lies before session 2"),
    (row("sessions", 4, date=None), "sessions[5].date", WARN, "on which day"),
    (row("sessions", 0, doses={0: Decimal(500)}), "sessions[1].doses_gy", WARN, "cGy"),
    (row("sessions", 0, lesions=[]), "sessions[1].lesions", WARN, "not ticked as treated"),
    (
        row("team", 0, present_delivery=False),
        "people[radiation_oncologist].present_delivery",
        WARN,
        "not present",
    ),
]


@pytest.mark.parametrize(("change", "path", "severity", "told"), DOUBTS)
def test_an_odd_entry_is_told_at_its_field(world, change, path, severity, told):
    facts = deepcopy(story(3, world)[1])
    change(facts)
    found = [remark for remark in judged(facts) if remark.path == path and told in remark.message]
    assert [remark.severity for remark in found] == [severity]


def test_a_session_day_before_the_approval_is_told_without_times(world):
    facts = story(1, world)[1]
    facts.sessions[0].update(date=date(2026, 2, 24), started_at=None, beam_on_at=None, ended_at=None)
    assert "sessions[1].date" in [remark.path for remark in judged(facts)]


def test_a_lesion_treated_in_no_session_and_a_twin_label_are_told(world):
    facts = story(4, world)[1]
    facts.sessions[0]["lesions"], facts.sessions[0]["doses"] = [0, 1], {}
    facts.lesions[2]["label"] = "l1 "
    told = " ".join(remark.message for remark in judged(facts))
    assert "is treated in no session" in told
    assert "Two lesions are called" in told


def test_somebody_cannot_leave_before_arriving(world):
    facts = story(1, world)[1]
    facts.sessions[0]["presences"][0]["left_at"] = at(DAY, 7)
    assert ("sessions[1].present", STOP) in [(r.path, r.severity) for r in judged(facts)]


def test_an_approval_that_ends_before_it_begins_or_misses_the_day(world):
    facts = story(1, world)[1]
    reversed_days = {"number": "A", "valid_from": DAY, "valid_to": date(2026, 3, 1)}
    early = {"number": "B", "valid_from": date(2025, 1, 1), "valid_to": date(2025, 2, 1)}
    facts.authorizations = [reversed_days, early]
    assert [remark.severity for remark in judged(facts)] == [STOP, WARN]


def test_only_stops_are_refused(world):
    facts = story(1, world)[1]
    facts.lesions[0]["dose_gy"], facts.case["referred_on"] = Decimal(250), date(1926, 1, 1)
    joined = laid_over(recorded_input(None), facts)
    assert [remark.path for remark in stops(joined, ZONE)] == ["referred_on"]
