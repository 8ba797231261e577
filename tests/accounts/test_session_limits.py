"""How long a session lives, and what keeps it alive."""

import pytest

from casetracker import middleware

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.pages")]

MINUTE = 60.0


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves: `clock.wait(minutes=5)`."""

    class Clock:
        now = 1_800_000_000.0

        def wait(self, minutes: float) -> None:
            self.now += minutes * MINUTE

    hands = Clock()
    monkeypatch.setattr(middleware, "_now", lambda: hands.now)
    return hands


@pytest.fixture
def petra_at_work(client, petra, clock):
    client.force_login(petra)
    client.get("/note/")
    return client


def signed_in(client) -> bool:
    return client.get("/note/").status_code == 200


def test_working_keeps_a_session_alive(petra_at_work, clock):
    for _ in range(4):
        clock.wait(minutes=14)
        assert signed_in(petra_at_work)


def test_an_untouched_session_ends(petra_at_work, clock):
    clock.wait(minutes=15.1)
    assert not signed_in(petra_at_work)


def test_no_work_is_enough_beyond_the_absolute_limit(petra_at_work, clock):
    for _ in range(51):
        clock.wait(minutes=14)
        assert signed_in(petra_at_work)
    clock.wait(minutes=10)
    assert not signed_in(petra_at_work), "11 h 54 min and ten more minutes are over twelve hours"


def test_a_page_that_calls_by_itself_does_not_keep_a_session_alive(petra_at_work, clock):
    for _ in range(3):
        clock.wait(minutes=4.9)
        assert petra_at_work.get("/poll/").status_code == 200
    clock.wait(minutes=0.5)
    assert not signed_in(petra_at_work)


def test_a_single_call_can_say_that_it_is_made_by_itself(petra_at_work, clock):
    clock.wait(minutes=14)
    assert petra_at_work.get("/note/", headers={"X-Background": "true"}).status_code == 200
    clock.wait(minutes=2)
    assert not signed_in(petra_at_work)


def test_activity_is_noted_at_most_twice_a_minute(petra_at_work, clock, django_assert_num_queries):
    clock.wait(minutes=0.2)
    with django_assert_num_queries(2):  # session and person are read, nothing is written
        petra_at_work.get("/done/")


def test_a_session_cookie_ends_with_the_browser(petra_at_work):
    assert petra_at_work.cookies["sessionid"]["max-age"] == ""
