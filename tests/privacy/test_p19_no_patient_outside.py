"""P-19: no patient data in addresses, page titles, headers, cookies, logs, error pages, mail or browser storage.
Every act of the table is done by somebody who may and tried by somebody who may not; whatever a browser, a proxy or a
log could keep is read.

The log line itself is tested in `test_p19_logs.py`.
"""

import logging
import re
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from django.core import mail
from django.urls import reverse

import casetracker
from casetracker.logs import PrivateFormatter
from tests.privacy.act_tables import ALL
from tests.privacy.scenes import acting, scenes  # noqa: F401

pytestmark = pytest.mark.django_db
IN_TAGS = re.compile(r"\s(?:href|action|src|hx-get|hx-post|formaction|data-url)=\"([^\"]*)\"")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@pytest.fixture(scope="module")
def seeded(scenes) -> list[str]:  # noqa: F811
    """Names and numbers of every patient, and those that the acts type."""
    patients = (
        scenes.fresh.patient,
        scenes.complete.patient,
        scenes.sent.patient,
        scenes.judged.case.patient,
    )
    words = {word for patient in patients for word in (patient.record_number, patient.name.split(", ")[0])}
    return sorted(words | {"New, Nell", "Nell", "MRN-NEW", "Dogwood"})


def outside(answer, asked: str) -> str:
    """What of an answer a browser, a proxy or a log may keep: address, headers, cookies, title, links."""
    page = (
        answer.content.decode("utf-8", "ignore") if "html" in answer.headers.get("Content-Type", "") else ""
    )
    cookies = [morsel.OutputString() for morsel in answer.cookies.values()]
    headers = [f"{name}: {value}" for name, value in answer.headers.items()]
    error = page if answer.status_code >= 400 and answer.status_code not in (409, 422) else ""
    return unquote_plus(
        "\n".join([asked, *headers, *cookies, *TITLE.findall(page), *IN_TAGS.findall(page), error])
    )


@pytest.mark.parametrize("act", ALL, ids=str)
def test_nothing_of_a_patient_leaves_with_an_act(scenes, seeded, act, caplog):  # noqa: F811
    caplog.set_level(logging.DEBUG)
    for role in (sorted(act.may)[0], "nobody"):
        with acting(scenes.doors[role]) as client:
            answer = act.done_by(client, scenes)
        asked = act.address(scenes) + str(act.ask(scenes) if act.ask else "")
        kept = outside(answer, asked)
        assert [word for word in seeded if word in kept] == [], role
    logged = "\n".join(PrivateFormatter().format(record) for record in ours(caplog.records))
    assert [word for word in seeded if word in logged] == []
    assert mail.outbox == []


def ours(records: list[logging.LogRecord]) -> list[logging.LogRecord]:
    """What the site logs at its usual level; libraries' own chatter below it is never switched on."""
    return [record for record in records if record.levelno >= logging.INFO]


def test_the_pages_that_were_read_do_show_the_patient(scenes, seeded):  # noqa: F811
    """Otherwise the test above would prove nothing."""
    with acting(scenes.doors["staff"]) as client:
        shown = client.get(reverse("case", args=[scenes.fresh.pk])).content.decode()
    assert "Dogwood" in shown
    assert scenes.fresh.patient.record_number in shown


def test_a_crash_shows_and_logs_no_value(scenes, seeded, monkeypatch, caplog):  # noqa: F811
    def crash(*arguments, **more):
        raise ValueError(f"Key (name)=({scenes.fresh.patient.name}) already exists")

    monkeypatch.setattr("casetracker.views.cases.case_work", crash)
    with acting(scenes.doors["staff"]) as client:
        client.raise_request_exception = False
        answer = client.get(reverse("case", args=[scenes.fresh.pk]))
    assert answer.status_code == 500
    logged = "\n".join(PrivateFormatter().format(record) for record in caplog.records)
    assert "ValueError" in logged
    assert [word for word in seeded if word in logged or word in answer.content.decode()] == []


def test_a_search_stands_in_no_address(scenes):  # noqa: F811
    with acting(scenes.doors["staff"]) as client:
        answer = client.post(reverse("case-list"), {"q": "Dogwood"}, follow=True)
    assert [row["patient__name"] for row in answer.context["rows"]] == ["Dogwood, Dan"]
    assert answer.redirect_chain == [("/cases/?search=on", 302)]


def test_messages_travel_in_the_session_and_not_in_a_cookie(scenes):  # noqa: F811
    entries = {"kind": "referral", "title": "Dogwood"}
    with acting(scenes.doors["staff"]) as client:
        answer = client.post(reverse("case-document-add", args=[scenes.fresh.pk]), entries)
        assert answer.status_code == 302
        assert set(client.cookies) == {"sessionid", "last_person"}
        assert "“Dogwood” is in the index" in client.get(answer.url).content.decode()


def test_our_scripts_keep_nothing_in_the_browser():
    scripts = (Path(casetracker.__file__).parent / "static" / "js").glob("*.js")
    keeping = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker")
    found = {script.name for script in scripts if keeping.search(script.read_text())}
    assert found == set()
