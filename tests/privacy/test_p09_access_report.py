"""P-09: compliance can list who saw or changed a case, by case or by user, for any period; the review is recorded."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casetracker.choices import Role
from casetracker.models import AuditEvent, Case, Membership
from casetracker.presenters.access_page import WORDS
from casetracker.services.history import audit
from tests.factories import case_at
from tests.packets import desk

pytestmark = pytest.mark.django_db
URL = reverse("access-report")


@pytest.fixture
def watched(world) -> Case:
    return case_at("suggested", world=world)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def report(carl, **asked):
    return signed_in(carl).get(URL, asked)


def told(answer) -> list[tuple[str, str]]:
    return [(row["who"], row["what"]) for row in answer.context["rows"]]


def test_the_report_of_a_case_equals_what_was_done(watched, petra, sam, carl):
    before = told(report(carl, case=watched.number))
    signed_in(sam).get(reverse("case-codes", args=[watched.pk]))
    signed_in(petra).get(reverse("case-checklist", args=[watched.pk]))
    signed_in(petra).post(
        reverse("case-halt", args=[watched.pk]), {"halt": "on_hold", "reason": "Waits for a scan."}
    )
    assert told(report(carl, case=watched.number)) == [
        ("Petra Prepares", "Held, cancelled or resumed the case"),
        ("Petra Prepares", "Saw the checklist"),
        ("Sam Supervises", "Saw the codes"),
        ("Carl Complies", "Ran the access report"),
        *before,
    ]
    assert before == [("Petra Prepares", "Changed facts"), ("Petra Prepares", "Opened the case")]


def test_the_report_of_a_person_holds_nobody_else(watched, petra, sam, carl):
    signed_in(sam).get(reverse("queue"))
    signed_in(petra).get(reverse("queue"))
    assert told(report(carl, person=sam.pk)) == [("Sam Supervises", "Saw the queue")]


def test_the_period_ends_with_its_last_day(watched, carl):
    zone = timezone.zoneinfo.ZoneInfo(watched.department.time_zone)
    today = timezone.localdate(timezone=zone)
    assert told(report(carl, since=today, until=today))
    yesterday = today - timedelta(days=1)
    assert told(report(carl, since=yesterday, until=yesterday)) == []


def test_running_it_is_an_event_that_says_about_what(watched, carl):
    report(carl, case=watched.number)
    event = AuditEvent.objects.order_by("id").last()
    assert (event.user, event.action, event.record) == (
        carl,
        "access.reported",
        f"case {watched.number}",
    )


def test_sign_ins_and_refused_tries_are_listed(watched, petra, carl, world):
    Client().post("/sign-in/", {"username": "petra", "password": "wrong"})
    Client().post("/sign-in/", {"username": "stella", "password": "wrong"})
    answer = report(carl, show="sign_ins", person=petra.pk)
    assert [(row["who"], row["what"], row["record"], row["refused"]) for row in answer.context["rows"]] == [
        ("Nobody signed in", "Failed to sign in", "account petra", True)
    ]
    assert "account stella" not in report(carl, show="sign_ins").content.decode()


def test_nothing_of_another_department_is_listed(world, watched, carl, stella, sonja):
    south = desk(world, number="S-0001", department=world.south).case
    audit(action="case.viewed", by=stella, department=world.south, record="case S-0001")
    body = report(carl).content.decode()
    assert "S-0001" not in body
    assert "Stella" not in body
    answer = report(carl, case=south.number)
    assert answer.status_code == 422
    assert "There is no such case in your departments." in answer.content.decode()


@pytest.mark.parametrize("name", ["petra", "cora", "sam", "bea", "ada", "noor"])
def test_other_roles_are_refused_and_the_try_is_recorded(world, name):
    answer = signed_in(world.people[name]).get(URL)
    assert answer.status_code == 403
    event = AuditEvent.objects.get()
    assert (event.action, event.outcome, event.username) == ("page.access-report", "refused", name)


def test_it_asks_for_a_sign_in_and_only_reads(client, carl):
    assert client.get(URL).status_code == 302
    assert signed_in(carl).post(URL).status_code == 405


def test_wrong_input_says_what_is_wrong_and_reports_nothing(carl):
    answer = report(carl, since="2026-05-02", until="2026-05-01")
    assert (answer.status_code, AuditEvent.objects.count()) == (422, 0)
    assert "The period ends before it begins." in answer.content.decode()
    for odd in ({"person": "x"}, {"since": "soon"}, {"until": "9999-12-31"}, {"show": "x"}):
        assert report(carl, **odd).status_code == 422
    assert report(carl, before="nonsense").status_code == 200


def test_pages_go_on_without_gap_or_repeat_in_a_fixed_number_of_queries(world, carl, sam):
    Membership.objects.create(user=carl, department=world.south, role=Role.COMPLIANCE)
    for number in range(120):
        audit(action=f"test.{number}", by=sam, department=(world.north, world.south)[number % 2])
    client = signed_in(carl)
    client.get(URL)
    seen, address, counts = [], URL + f"?person={sam.pk}", []
    while address:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address)
        counts.append(len(asked))
        seen += [row["what"] for row in page.context["rows"]]
        address = URL + page.context["older_url"] if page.context["older_url"] else ""
    assert seen == [f"test.{number}" for number in reversed(range(120))]
    assert len(counts) == 3
    assert len(set(counts)) == 1


def test_the_period_is_read_from_an_index(world, carl, sam):
    for number in range(30):
        audit(action=f"test.{number}", by=sam, department=world.north)
    with CaptureQueriesContext(connection) as asked:
        report(carl)
    events = next(q["sql"] for q in asked if "casetracker_auditevent" in q["sql"] and "ORDER BY" in q["sql"])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{events}")
        assert "audit_by_department" in str(cursor.fetchall())


def test_every_word_of_the_trail_has_words_on_the_page():
    """Read from the code itself, so that a new action cannot appear as a code on the page."""
    import re
    from pathlib import Path

    import casetracker

    root = Path(casetracker.__file__).parent
    found = set()
    for folder in ("services", "views"):
        for file in (root / folder).rglob("*.py"):
            found |= set(re.findall(r"(?:action=|what=|@service\()\"([a-z_.]+)\"", file.read_text()))
    assert len(found) > 50
    assert found - set(WORDS) == set()
