"""P-04: a session ends after a set idle time, enforced by the server. P-05: also after an absolute time, and at
sign-out. The replayed cookie is what a thief or a next person at the workstation would have."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from casetracker.middleware import SEEN, STARTED

pytestmark = pytest.mark.django_db
PAGE = "/account/password/"


@pytest.fixture
def cookie(client, petra) -> str:
    client.force_login(petra)
    assert client.get(PAGE).status_code == 200
    return client.cookies["sessionid"].value


def replay(cookie: str):
    thief = Client()
    thief.cookies["sessionid"] = cookie
    return thief.get(PAGE)


def set_back(cookie: str, key: str, *, minutes: float) -> None:
    session = SessionStore(session_key=cookie)
    session[key] -= minutes * 60
    session.save()


def test_p04_an_idle_session_is_refused_although_its_cookie_is_replayed(cookie):
    set_back(cookie, SEEN, minutes=14)
    assert replay(cookie).status_code == 200
    set_back(cookie, SEEN, minutes=15.1)
    answer = replay(cookie)
    assert answer.status_code == 302
    assert b"Petra" not in answer.content


def test_p04_the_ended_session_is_deleted_on_the_server(cookie):
    set_back(cookie, SEEN, minutes=16)
    replay(cookie)
    assert not SessionStore().exists(cookie)


@pytest.mark.parametrize("minutes", ["0", "16", "soon"])
def test_p04_the_limit_can_only_be_adjusted_down(monkeypatch, tmp_path, minutes):
    from casetracker.environment import Environment, SettingProblem

    monkeypatch.setenv("SESSION_IDLE_MINUTES", minutes)
    with pytest.raises(SettingProblem, match=r"SESSION_IDLE_MINUTES.*1 to 15"):
        Environment(tmp_path / "none").whole("SESSION_IDLE_MINUTES", 15, least=1, most=15)


def test_p05_a_session_is_refused_after_its_absolute_length(cookie):
    set_back(cookie, STARTED, minutes=12 * 60 - 1)
    assert replay(cookie).status_code == 200
    set_back(cookie, STARTED, minutes=2)
    assert replay(cookie).status_code == 302


def test_p05_a_cookie_is_worthless_after_sign_out(client, cookie):
    client.post("/sign-out/")
    assert replay(cookie).status_code == 302
    assert not SessionStore().exists(cookie)
