"""The list of held lines: who sees it, what is first, fixed statements, key-set pages."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from casetracker.choices import LineDecision, LineOrigin
from casetracker.models import BillingLine
from casetracker.selectors.held import held_lines
from tests.cast import *  # noqa: F403
from tests.packets import desk

pytestmark = pytest.mark.django_db
URL = "/queue/held/"


def hold(case, by, number: int, until: date | None) -> BillingLine:
    return BillingLine.objects.create(
        case=case,
        key=f"77300/facility/course/{number}",
        code="77300",
        label="Basic dose calculation",
        stream="facility",
        performer="facility",
        units=1,
        decision=LineDecision.HOLD,
        origin=LineOrigin.SUGGESTED,
        reason="The sheet is unsigned.",
        hold_owner="dosimetrist",
        hold_until=until,
        decided_by=by,
        decided_at=timezone.now(),
    )


@pytest.fixture
def case(world):
    return desk(world, number="N-0001").case


def test_the_next_look_comes_first(client, world, case, sam, cora):
    hold(case, cora, 1, date(2026, 4, 2))
    hold(case, cora, 2, date(2026, 3, 20))
    client.force_login(sam)
    page = client.get(URL).content.decode()
    assert page.index("Mar 20, 2026") < page.index("Apr 2, 2026")
    assert "The sheet is unsigned." in page


def test_nothing_held_teaches(client, world, sam):
    client.force_login(sam)
    assert "No line is held" in client.get(URL).content.decode()


def test_anonymous_signs_in(client):
    assert client.get(URL).status_code == 302


def test_billing_sees_no_held_lines(client, world, bea):
    client.force_login(bea)
    assert client.get(URL).status_code == 403


def test_another_department_stays_unseen(world, case, noor, cora):
    hold(case, cora, 1, date(2026, 4, 2))
    assert held_lines(noor).rows == []


def test_only_reading(client, world, sam):
    client.force_login(sam)
    assert client.post(URL).status_code == 405


@pytest.mark.parametrize("count", [3, 60])
def test_two_statements_whatever_the_number(world, case, sam, cora, count, django_assert_num_queries):
    for number in range(count):
        hold(case, cora, number, date(2026, 3, 1) + timedelta(days=number))
    held_lines(sam)  # the roles are read once and kept
    with django_assert_num_queries(2):
        held_lines(sam)


def test_pages_follow_each_other_without_gap(world, case, sam, cora):
    for number in range(120):
        hold(case, cora, number, date(2026, 3, 1) + timedelta(days=number // 7))
    first = held_lines(sam)
    second = held_lines(sam, first.after)
    third = held_lines(sam, second.after)
    assert [len(page.rows) for page in (first, second, third)] == [50, 50, 20]
    assert third.after == ""
    days = [row["hold_until"] for page in (first, second, third) for row in page.rows]
    assert days == sorted(days)


@pytest.mark.parametrize("after", ["x", "2026-13-45~1", "2026-03-01~x", "~"])
def test_an_odd_key_starts_at_the_beginning(world, case, sam, cora, after):
    hold(case, cora, 1, date(2026, 4, 2))
    assert len(held_lines(sam, after).rows) == 1
