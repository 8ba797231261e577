"""Which packets are drawn, without records."""

from datetime import date
from itertools import pairwise

import pytest

from casetracker.second_look import drawn, is_late, month_before, next_month, special

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def test_the_draw_is_the_same_for_everybody_and_in_any_order():
    packets = list(range(1, 101))
    first = drawn(MARCH, packets, 5)
    assert first == drawn(MARCH, reversed(packets), 5)
    assert len(first) == 5
    assert first != drawn(APRIL, packets, 5)


def test_a_larger_share_only_adds():
    packets = range(1, 201)
    shares = [drawn(MARCH, packets, share) for share in range(5, 11)]
    assert [len(found) for found in shares] == [10, 12, 14, 16, 18, 20]
    assert all(less < more for less, more in pairwise(shares))


@pytest.mark.parametrize(("packets", "count"), [(0, 0), (1, 1), (20, 1), (21, 2)])
def test_the_share_is_rounded_up(packets, count):
    assert len(drawn(MARCH, range(packets), 5)) == count


def test_over_many_months_every_packet_has_its_chance():
    months = [date(year, month, 1) for year in range(2000, 2100) for month in range(1, 13)]
    times = dict.fromkeys(range(20), 0)
    for month in months:
        for packet in drawn(month, range(20), 5):
            times[packet] += 1
    assert sum(times.values()) == 1200
    assert min(times.values()) > 30
    assert max(times.values()) < 95


def test_special_codes():
    assert special(["77373", "77470", "77370", "77470"]) == ["77370", "77470"]
    assert special(["77373"]) == []


@pytest.mark.parametrize(
    ("kind", "written", "late"),
    [
        ("late_entry", None, True),
        ("original", date(2026, 3, 15), False),
        ("original", date(2026, 3, 16), True),
        ("original", None, False),
    ],
)
def test_late_entries_are_marked_or_written_late(kind, written, late):
    assert is_late(kind, MARCH, written, 14) is late
    assert is_late(kind, None, written, 14) is (kind == "late_entry")


def test_months_follow_each_other_over_the_year():
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert next_month(MARCH) == APRIL
    assert month_before(date(2027, 1, 1)) == date(2026, 12, 1)
    assert month_before(APRIL) == MARCH
