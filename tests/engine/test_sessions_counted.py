"""Sessions against what was planned and authorized: counted by treatment day, as the lines count them."""

import pytest

from tests.rulebook.cases import golden, judged

PLANNED, AUTHORIZED = "Sessions planned:", "Sessions or machine differ"


def warned(*sessions, planned, authorized=None):
    """The beginnings of the messages X-29 for sessions given as (day, status)."""
    rows = [
        {"number": place, "date": day, "status": status, "lesions": ["L1"]}
        for place, (day, status) in enumerate(sessions, 1)
    ]
    document = {**golden()["G13"]["document"], "sessions": rows, "planned_sessions": planned}
    if authorized is not None:
        document["authorization"] = {"sessions": authorized}
    found = [one["message"] for one in judged(document)["conflicts"] if one["id"] == "X-29"]
    return {start for start in (PLANNED, AUTHORIZED) for message in found if message.startswith(start)}


MONDAY, TUESDAY, FRIDAY = "2026-03-02", "2026-03-03", "2026-03-06"


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((MONDAY, TUESDAY, FRIDAY), set()),
        ((MONDAY, MONDAY, FRIDAY), {PLANNED}),
        ((MONDAY, TUESDAY), {PLANNED}),
    ],
)
def test_two_of_three_planned_sessions_on_one_day_are_one_too_few(days, told):
    assert warned(*[(day, "delivered") for day in days], planned=3) == told


def test_a_session_finished_on_its_day_counts_once():
    sessions = (MONDAY, "partial"), (MONDAY, "delivered"), (TUESDAY, "delivered")
    assert warned(*sessions, planned=2, authorized=2) == set()


@pytest.mark.parametrize(("authorized", "told"), [(2, set()), (3, {AUTHORIZED})])
def test_the_authorization_is_compared_with_treatment_days(authorized, told):
    sessions = (MONDAY, "delivered"), (MONDAY, "delivered"), (TUESDAY, "delivered")
    assert warned(*sessions, planned=2, authorized=authorized) == told


def test_a_session_without_dose_needs_no_authorization_of_its_own():
    sessions = (MONDAY, "stopped_without_dose"), (TUESDAY, "delivered"), (FRIDAY, "delivered")
    assert warned(*sessions, planned=2, authorized=2) == set()


def test_a_course_without_any_dose_is_compared_with_the_sessions_begun():
    assert AUTHORIZED not in warned((MONDAY, "stopped_without_dose"), planned=1, authorized=1)
