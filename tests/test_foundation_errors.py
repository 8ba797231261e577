"""Error pages: they say what to do, work without a person or a database, and repeat nothing that was sent."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from casetracker import urls
from casetracker.errors import NotAllowed, NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

SECRET = "Testpatient"


def raising(exception: Exception):
    def view(request) -> HttpResponse:
        raise exception

    view.login_required = False
    return view


def takes_form(request) -> HttpResponse:
    return HttpResponse(len(request.POST))


takes_form.login_required = False
handler400 = urls.handler400
urlpatterns = [
    path("odd/", raising(SuspiciousOperation(SECRET))),
    path("not-mine/", raising(NotFound(SECRET))),
    path("not-my-role/", raising(NotAllowed("Reviewing needs the role supervisor in North."))),
    path("broken/", raising(RuntimeError(SECRET))),
    path("form/", takes_form),
    *urls.urlpatterns,
]


@pytest.mark.parametrize(
    ("address", "status", "text"),
    [
        ("/odd/", 400, "cannot be understood"),
        ("/not-mine/", 404, "There is no such page"),
        ("/no-such-page/", 404, "There is no such page"),
        ("/not-my-role/", 403, "needs the role supervisor in North"),
        ("/broken/", 500, "Something went wrong on our side"),
    ],
)
def test_an_error_page_helps_and_repeats_nothing(address, status, text):
    answer = Client(raise_request_exception=False).get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert text in page
    assert SECRET not in page
    assert "Traceback" not in page
    assert 'lang="en"' in page
    assert "<h1" in page


@pytest.mark.parametrize("content", ["x=" + "a" * 6_000_000, "&".join(f"f{n}=1" for n in range(8_500))])
def test_too_much_at_once_is_said_plainly(client, content):
    answer = client.post("/form/", content, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "too much to send at once" in answer.content.decode()


def test_sixty_lesions_with_all_their_fields_are_not_too_much(client):
    fields = {f"lesions-{row}-field{column}": "12.5" for row in range(60) for column in range(40)}
    assert client.post("/form/", fields).status_code == 200


class TestHealth:
    def test_it_tells_what_works_without_a_sign_in(self, client):
        answer = client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json()["status"] == answer.json()["database"] == answer.json()["rule_book"] == "ok"

    def test_an_unreadable_rule_book_is_told_without_its_text(self, client, monkeypatch):
        def broken():
            raise ValueError(SECRET)

        monkeypatch.setattr("checklists.reader.current_book", broken)
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.json()["rule_book"] == "unreadable"
        assert SECRET not in answer.content.decode()

    def test_a_missing_database_is_told(self, client, monkeypatch):
        from django.db import OperationalError

        def broken():
            raise OperationalError(SECRET)

        monkeypatch.setattr("casetracker.views.health.connection.cursor", broken)
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["database"]) == (503, "down")

    def test_only_reading_is_allowed(self, client):
        assert client.post("/healthz").status_code == 405
