"""P-10: failed sign-ins lock the account after n tries; the event is recorded."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings

from casetracker.models import AuditEvent
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client, password=PASSWORD, username="petra", source="10.0.0.1"):
    return client.post("/sign-in/", {"username": username, "password": password}, REMOTE_ADDR=source)


@pytest.fixture
def locked(client, petra):
    answers = [sign_in(client, "wrong") for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert [answer.status_code for answer in answers[:-1]] == [200] * (settings.AXES_FAILURE_LIMIT - 1)
    return answers[-1]


def test_the_last_try_locks_and_says_for_how_long(locked):
    assert locked.status_code == 429
    assert "opens again by itself 15 minutes" in locked.content.decode()


def test_the_correct_password_is_refused_while_locked(client, locked):
    assert sign_in(client).status_code == 429
    assert client.get("/account/password/").status_code == 302


def test_it_opens_again_after_the_wait(client, locked):
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= settings.AXES_COOLOFF_TIME * 2
        attempt.save()
    assert sign_in(client).status_code == 302
    assert client.get("/account/password/").status_code == 200


def test_colleagues_behind_the_same_address_are_not_locked_out(client, locked, sam):
    assert sign_in(client, username="sam").status_code == 302


def test_every_try_and_the_lock_are_in_the_audit_trail(locked):
    tried = list(AuditEvent.objects.order_by("id").values_list("action", "record", "outcome"))
    failed = [("sign_in.failed", "account petra", "refused")] * (settings.AXES_FAILURE_LIMIT - 1)
    assert tried == [*failed, ("sign_in.locked", "account petra", "refused")]
    assert AuditEvent.objects.first().source == "10.0.0.1"
