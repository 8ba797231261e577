"""The order of a day, without a database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casetracker.treatment_day import BY_KEY, CERTAIN, EXPECTED, disorder

ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(("earlier", "later"), [*CERTAIN, *EXPECTED])
def test_each_pair_is_told_once_when_it_is_turned_around(earlier, later):
    turned = {earlier: START + timedelta(minutes=1), later: START}
    told = disorder(turned, ZONE, (*CERTAIN, *EXPECTED))
    assert list(told) == [later]
    assert told[later] == [f"{BY_KEY[later].label} 07:00 lies before {BY_KEY[earlier].said} (07:01)."]
    assert disorder({earlier: START, later: START}, ZONE, (*CERTAIN, *EXPECTED)) == {}


def test_what_is_not_recorded_is_in_no_order():
    assert disorder({"beam_on": START, "timeout": None}, ZONE) == {}
