"""Several people at once, each on a connection of their own: no number twice, no lost change, one audit chain."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casetracker.case_input import CaseInput
from casetracker.errors import Stale
from casetracker.models import ApiToken, AuditEvent, Case, Packet, User
from casetracker.services import coding, item_review
from casetracker.services.cases import open_case, save_facts
from casetracker.services.tokens import note_refused_use, note_use
from tests.cast import build_world
from tests.factories import case_at
from tests.privacy.call_acts import token_for

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count, act):
    """Results of `act(n)` in `count` threads that start together; a refusal is a result too."""
    start = Barrier(count)

    def one(n):
        try:
            start.wait()
            return act(n)
        except Stale as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_cases_opened_at_the_same_time_get_different_numbers():
    world = build_world()

    def open_one(n):
        identity = {"record_number": f"R{n}", "name": f"Patient {n}"}
        petra = User.objects.get(username="petra")
        return open_case(by=petra, department=world.north, patient=identity, data=CaseInput()).number

    numbers = at_once(6, open_one)
    assert len(set(numbers)) == 6
    call_command("verify_audit")


def test_of_two_saves_with_the_same_version_one_is_told():
    case = case_at("suggested")

    def save(n):
        petra = User.objects.get(username="petra")
        mine = Case.objects.get(pk=case.pk)
        save_facts(
            case=mine, by=petra, facts_version=case.facts_version, data=CaseInput(case={"kps": 50 + n})
        )
        return n

    results = at_once(4, save)
    winners = [result for result in results if not isinstance(result, Stale)]
    assert len(winners) == 1
    assert Case.objects.get(pk=case.pk).kps == 50 + winners[0]
    call_command("verify_audit")


def test_of_two_decisions_about_one_line_one_is_told():
    case = case_at("coded")
    line = case.lines.get(code="77336")

    def decline(n):
        cora = User.objects.get(username="cora")
        mine = Case.objects.get(pk=case.pk)
        coding.decline_line(
            case=mine, by=cora, key=line.key, reason=f"Declined for reason {n}", version=line.version
        )
        return f"Declined for reason {n}"

    results = at_once(4, decline)
    winners = [result for result in results if not isinstance(result, Stale)]
    assert len(winners) == 1
    assert case.lines.get(code="77336").reason == winners[0]


def test_facts_and_judgements_at_once_are_done_or_told():
    case = case_at("in_review")
    packet = case.packets.get(stream="facility")
    proved = case.items.filter(answer="satisfied", condition="true").order_by("-position")
    chosen = [item for item in proved if "facility" in item.streams][:3]

    def work(n):
        if n == 0:
            mine = Case.objects.get(pk=case.pk)
            petra = User.objects.get(username="petra")
            data = CaseInput(case={"planned_sessions": 2})
            save_facts(case=mine, by=petra, facts_version=mine.facts_version, data=data)
            return "saved"
        sam = User.objects.get(username="sam")
        item = chosen[n - 1]
        item_review.accept_item(packet=Packet.objects.get(pk=packet.pk), item=item, by=sam)
        return "accepted"

    results = at_once(4, work)
    assert any(result in ("saved", "accepted") for result in results)
    assert all(isinstance(result, Stale) or result in ("saved", "accepted") for result in results)
    call_command("verify_audit")
    call_command("recount")


@pytest.mark.postgres
def test_a_service_takes_its_case_before_it_writes_any_row():
    case = case_at("coded")
    cora = User.objects.get(username="cora")
    line = case.lines.get(code="77336")
    with CaptureQueriesContext(connection) as asked:
        coding.decline_line(case=case, by=cora, key=line.key, reason="Not billed", version=line.version)
    statements = [query["sql"] for query in asked]
    taken = next(place for place, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql)
    written = next(place for place, sql in enumerate(statements) if sql.startswith(("UPDATE", "INSERT")))
    assert taken < written


def test_of_calls_with_one_token_at_once_one_notes_the_use_and_one_the_refusal():
    world = build_world()
    token, _ = token_for(world.people["petra"], world.north)
    now = timezone.now()

    def use(n):
        note_use(token=ApiToken.objects.get(pk=token.pk), now=now + timedelta(seconds=n))
        seen = ApiToken.objects.select_related("user", "department").get(pk=token.pk)
        note_refused_use(token=seen, now=now + timedelta(seconds=n))

    at_once(6, use)
    assert AuditEvent.objects.filter(action="token.refused").count() == 1
    token.refresh_from_db()
    assert now <= token.last_used_at <= now + timedelta(seconds=5)
    call_command("verify_audit")
