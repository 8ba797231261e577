"""Signing in, signing out, changing the password."""

import pytest
from django.test import Client

from casetracker.models import AuditEvent

from .conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.pages")]

NEW = "another long enough phrase"


def actions() -> list[tuple[str, str, str]]:
    return list(AuditEvent.objects.values_list("action", "username", "outcome"))


def test_sign_in_works_and_is_audited(client, petra, sign_in):
    answer = sign_in(client, "petra", next="/note/")
    assert answer.url == "/note/"
    assert "note page" in client.get("/note/").content.decode()
    assert actions() == [("sign_in.done", "petra", "done")]


def test_wrong_password_says_what_to_look_at_and_is_audited(client, petra, sign_in):
    page = sign_in(client, "petra", "wrong").content.decode()
    assert "do not match" in page
    event = AuditEvent.objects.get()
    assert (event.action, event.record, event.outcome) == ("sign_in.failed", "account petra", "refused")


def test_an_unknown_name_is_not_written_down(client, db, sign_in):
    page = sign_in(client, "my-password-by-mistake", "x").content.decode()
    assert "do not match" in page
    assert AuditEvent.objects.get().record == "unknown account"


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_sign_in_never_leads_to_another_site(client, petra, sign_in, elsewhere):
    assert sign_in(client, "petra", next=elsewhere).url == "/"


def test_a_signed_in_person_is_not_asked_again(client, petra):
    client.force_login(petra)
    assert client.get("/sign-in/?next=/note/").url == "/note/"


def test_sign_out_ends_the_session_and_is_audited(client, petra, sign_in):
    sign_in(client, "petra")
    assert client.post("/sign-out/").url == "/sign-in/"
    assert client.get("/note/").status_code == 302
    assert actions()[-1] == ("sign_out.done", "petra", "done")
    assert client.cookies["last_person"].value == ""


def test_sign_out_needs_a_form_not_a_link(client, petra):
    client.force_login(petra)
    assert client.get("/sign-out/").status_code == 405


def test_an_outdated_sign_in_page_is_opened_afresh(petra):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        "/sign-in/",
        {"username": "petra", "password": PASSWORD, "next": "/note/"},
        headers={"Origin": "http://testserver"},
    )
    assert answer.url == "/sign-in/?next=%2Fnote%2F"


class TestPassword:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, petra):
        client.force_login(petra)

    def change(self, client, old=PASSWORD, new=NEW, again=NEW):
        entries = {"old_password": old, "new_password1": new, "new_password2": again}
        return client.post("/account/password/", entries)

    def test_change_keeps_this_session_and_ends_the_others(self, client, petra):
        other = Client()
        other.force_login(petra)
        assert self.change(client).status_code == 302
        assert client.get("/note/").status_code == 200
        assert other.get("/note/").status_code == 302
        petra.refresh_from_db()
        assert petra.check_password(NEW)
        assert actions() == [("password.changed", "petra", "done")]

    @pytest.mark.parametrize(
        ("entries", "text"),
        [
            ({"old": "wrong"}, "entered incorrectly"),
            ({"again": "different"}, "didn’t match"),
            ({"new": "short", "again": "short"}, "at least 12 characters"),
            ({"new": "petra prepares", "again": "petra prepares"}, "too similar"),
        ],
    )
    def test_refusals_say_why(self, client, petra, entries, text):
        assert text in self.change(client, **entries).content.decode().replace("&#x27;", "'")
        petra.refresh_from_db()
        assert petra.check_password(PASSWORD)

    def test_a_given_password_must_be_changed_first(self, client, petra):
        petra.must_change_password = True
        petra.save()
        assert client.get("/note/").url == "/account/password/"
        assert "Choose your own password first" in client.get("/account/password/").content.decode()
        self.change(client)
        assert client.get("/note/").status_code == 200
