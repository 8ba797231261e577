"""Daily reminders: who gets one, what it says, once a day, and never a patient."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from casetracker.choices import Duty, QueryState
from casetracker.models import DutyAssignment, Packet, Query, SentDigest, User
from casetracker.selectors.reminders import reminder_for
from casetracker.services.reminders import send_digests
from tests.cast import *  # noqa: F403
from tests.factories import case_at

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


@pytest.fixture
def case(world):
    """Petra alone is a physicist, and only she has an address."""
    DutyAssignment.objects.all().delete()
    DutyAssignment.objects.create(user=world.people["petra"], department=world.north, duty=Duty.PHYSICIST)
    User.objects.update(email="")
    User.objects.filter(username="petra").update(email="petra@example.org")
    return case_at("suggested", world=world)


def test_a_person_with_something_due_gets_one_mail(case, petra):
    done = send_digests(now=NOON)
    assert (done.sent, done.failed) == (1, 0)
    assert [message.to for message in mail.outbox] == [["petra@example.org"]]
    assert "due today" in mail.outbox[0].body
    assert "https://casetracker.example.org/queue/mine/" in mail.outbox[0].body


def test_without_an_address_of_the_site_the_mail_names_the_page(case, settings):
    settings.SITE_URL = ""
    send_digests(now=NOON)
    assert "Sign in and open What I owe." in mail.outbox[0].body
    assert "/queue/mine/" not in mail.outbox[0].body


def test_the_mail_names_no_patient_case_or_code(case):
    send_digests(now=NOON)
    told = mail.outbox[0].subject + mail.outbox[0].body
    for word in (
        case.number,
        case.patient.name,
        case.patient.record_number,
        *case.items.get(key="consent-radiation").codes,
    ):
        assert word not in told


def test_the_second_run_of_a_day_sends_nothing_and_the_next_day_does(case):
    send_digests(now=NOON)
    assert send_digests(now=NOON + timedelta(hours=3)).before == 1
    assert len(mail.outbox) == 1
    send_digests(now=NOON + timedelta(days=1))
    assert len(mail.outbox) == 2


def test_nothing_to_say_sends_nothing(case):
    assert send_digests(now=NOON - timedelta(days=60)).nothing == 1
    assert mail.outbox == []
    assert not SentDigest.objects.exists()


def test_a_person_who_left_gets_nothing(case):
    User.objects.filter(username="petra").update(is_active=False)
    assert send_digests(now=NOON).sent == 0


def test_a_mail_that_failed_is_tried_again(case, monkeypatch):
    def refuse(*args, **options):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("casetracker.services.reminders.send_mail", refuse)
        assert send_digests(now=NOON).failed == 1
    assert send_digests(now=NOON).sent == 1


def test_queries_past_their_day_and_packets_without_a_first_look_are_named(world, sam):
    case = case_at("ready", world=world)
    Packet.objects.update(submitted_at=NOON - timedelta(days=7))
    Query.objects.create(
        case=case,
        clinician=world.clinicians["onco"],
        facts="A fact.",
        question="Which?",
        asked_by=sam,
        asked_at=NOON,
        state=QueryState.OPEN,
        due_on=NOON.date() - timedelta(days=1),
    )
    found = reminder_for(sam, NOON)
    packets = Packet.objects.count()
    assert (found.unanswered, found.waiting) == (1, packets)
    assert "1 query you asked is past its day" in found.lines()


def test_a_packet_within_the_working_days_of_the_department_waits_for_nobody(world, sam):
    case_at("ready", world=world)
    Packet.objects.update(submitted_at=NOON - timedelta(days=3))  # Friday; two working days end on Tuesday
    assert reminder_for(sam, NOON).waiting == 0


def test_the_command_says_when_no_server_is_set(case, capsys):
    call_command("send_digests")
    assert "No mail server is set" in capsys.readouterr().out
    assert mail.outbox == []


def test_the_command_counts_and_fails_loudly(case, settings, capsys, monkeypatch):
    settings.MAIL_CONFIGURED = True
    call_command("send_digests")
    assert "Sent 1;" in capsys.readouterr().out
    SentDigest.objects.all().delete()

    def refuse(*args, **options):
        raise ConnectionRefusedError

    monkeypatch.setattr("casetracker.services.reminders.send_mail", refuse)
    with pytest.raises(CommandError, match="1 could not be sent"):
        call_command("send_digests")
