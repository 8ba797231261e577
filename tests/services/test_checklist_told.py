"""What a rebuild tells the page of before and after: only what is asked for counts as new, retired or kept."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from casetracker.presenters.words import value_words
from tests.owed import item_keys, open_story, rebuild, row

FIRST, SECOND = item_keys(2)


@pytest.fixture
def case(world):
    return open_story(world)


def keys(told):
    return {word: [entry["key"] for entry in entries] for word, entries in told.items() if entries}


def test_an_item_whose_condition_is_false_is_never_news(case):
    rebuild(case, row(FIRST))
    told = rebuild(case, row(FIRST), row(SECOND, condition="false"))
    assert keys(told) == {"kept": [FIRST]}


def test_a_condition_that_becomes_true_brings_the_item_and_one_that_turns_false_retires_it(case):
    rebuild(case, row(FIRST), row(SECOND, condition="false"))
    told = rebuild(case, row(FIRST, condition="false"), row(SECOND, condition="unknown"))
    assert keys(told) == {"new": [SECOND], "retired": [FIRST]}


def test_moments_and_days_are_shown_as_people_write_them():
    with timezone.override(ZoneInfo("America/New_York")):
        assert value_words("sessions[1].started_at", "2026-03-02T13:00:00+00:00") == "Mar 2, 2026, 08:00"
    assert value_words("sessions[1].date", "2026-03-02") == "Mar 2, 2026"
