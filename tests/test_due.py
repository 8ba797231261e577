"""When an item is due, from the days of its course."""

from dataclasses import replace
from datetime import date

import pytest

from casetracker.clocks import Clock
from casetracker.due import CourseDays, due_on

DAYS = CourseDays(
    simulated_on=date(2026, 2, 20),
    first_on=date(2026, 3, 2),
    last_on=date(2026, 3, 6),
    sessions={"session:a": date(2026, 3, 2), "session:b": date(2026, 3, 6)},
    summary=Clock(14),
    follow_up=Clock(84),
    late_entry_days=10,
)


@pytest.mark.parametrize(
    ("step", "cure", "subject", "day"),
    [
        ("consult", "any_time", "case", date(2026, 2, 20)),
        ("consult", "before_beam", "case", date(2026, 3, 2)),
        ("simulation", "late_entry", "case", date(2026, 2, 20)),
        ("planning", "late_entry", "plan:x", date(2026, 3, 2)),
        ("pretreatment_qa", "before_beam", "session:b", date(2026, 3, 6)),
        ("delivery", "late_entry", "session:a", date(2026, 3, 2)),
        ("delivery", "late_entry", "case", date(2026, 3, 6)),
        ("completion", "late_entry", "case", date(2026, 3, 20)),
        ("follow_up", "any_time", "case", date(2026, 5, 29)),
        ("billing", "any_time", "case", date(2026, 3, 16)),
    ],
)
def test_each_step_has_its_day(step, cure, subject, day):
    assert due_on(step, cure, subject, DAYS) == day


def test_without_a_simulation_the_first_session_counts():
    assert due_on("consult", "any_time", "case", replace(DAYS, simulated_on=None)) == date(2026, 3, 2)


@pytest.mark.parametrize("step", ["consult", "planning", "delivery", "completion", "follow_up", "billing"])
def test_nothing_is_due_while_no_day_is_known(step):
    assert due_on(step, "any_time", "case", CourseDays()) is None
