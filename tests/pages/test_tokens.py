"""The administrator's pages of tokens: who may, shown once, revoked for good, a list that stays cheap."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casetracker.api_tokens import digest_of
from casetracker.models import ApiToken, AuditEvent, Membership
from casetracker.services.people import set_roles
from casetracker.working_days import local_day
from tests.cast import *  # noqa: F403
from tests.privacy.call_acts import token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(world) -> str:
    return f"/people/{world.north.pk}/tokens/"


@pytest.fixture
def admin(client, ada):
    client.force_login(ada)
    return client


@pytest.fixture
def known(world) -> ApiToken:
    return token_for(world.people["petra"], world.north)[0]


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def entries(world, **changed) -> dict:
    day = local_day(timezone.now(), world.north) + timedelta(days=30)
    return {"name": "Planning export", "holder": world.people["petra"].pk, "last_day": day, **changed}


# --- who


def test_the_pages_work(admin, home, known):
    assert "Planning export" in text(admin.get(home))
    assert admin.get(f"{home}new/").status_code == 200
    assert home in text(admin.get(home.removesuffix("tokens/")))


def test_anonymous_people_are_asked_to_sign_in(client, home, known):
    for address in (home, f"{home}new/"):
        assert client.get(address).url.startswith("/sign-in/")
    assert client.post(f"{home}{known.pk}/revoke/").url.startswith("/sign-in/")
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "bea", "carl", "noor", "sonja"])
def test_other_roles_find_nothing(client, world, home, known, who):
    client.force_login(world.people[who])
    for address in (home, f"{home}new/"):
        assert client.get(address).status_code == 404
    assert client.post(f"{home}new/", entries(world)).status_code == 404
    assert client.post(f"{home}{known.pk}/revoke/").status_code == 404
    assert list(ApiToken.objects.values_list("revoked_at", flat=True)) == [None]


def test_another_departments_tokens_are_not_found(admin, world, home):
    theirs, _ = token_for(world.people["stella"], world.south)
    assert admin.get(f"/people/{world.south.pk}/tokens/").status_code == 404
    assert admin.post(f"{home}{theirs.pk}/revoke/").status_code == 404
    assert "Stella" not in text(admin.get(home))
    assert ApiToken.objects.get().revoked_at is None


def test_wrong_methods(admin, home, known):
    assert admin.post(home).status_code == 405
    assert admin.put(f"{home}new/").status_code == 405
    assert admin.get(f"{home}{known.pk}/revoke/").status_code == 405


# --- a new one


def test_a_token_is_shown_exactly_once_and_stored_as_a_digest(admin, world, home):
    answer = admin.post(f"{home}new/", entries(world))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    (shown,) = set(re.findall(r"srs_[\w-]{43}", answer.content.decode()))
    stored = ApiToken.objects.get()
    assert stored.digest == digest_of(shown)
    assert (stored.user, stored.made_by) == (world.people["petra"], world.people["ada"])
    assert shown not in str(ApiToken.objects.values().get())
    assert shown not in admin.get(home).content.decode()
    assert stored.beginning in text(admin.get(home))
    (event,) = AuditEvent.objects.filter(action="token.made")
    assert (event.user, event.record, event.department) == (
        world.people["ada"],
        f"token {stored.pk}",
        world.north,
    )


def test_tokens_differ(admin, world, home):
    for _ in range(2):
        admin.post(f"{home}new/", entries(world))
    assert len(set(ApiToken.objects.values_list("digest", flat=True))) == 2


def test_it_works_to_the_end_of_its_last_day_in_the_departments_zone(admin, world, home):
    world.north.time_zone = "America/Los_Angeles"
    world.north.save()
    admin.post(f"{home}new/", entries(world, last_day="2031-05-04"))
    assert ApiToken.objects.get().expires_at.isoformat() == "2031-05-05T07:00:00+00:00"


def test_a_year_is_offered_and_no_end_is_possible(admin, world, home):
    offered = local_day(timezone.now(), world.north) + timedelta(days=365)
    assert f'value="{offered:%Y-%m-%d}"' in admin.get(f"{home}new/").content.decode()
    admin.post(f"{home}new/", entries(world, last_day=""))
    assert ApiToken.objects.get().expires_at is None
    assert "no end" in text(admin.get(home))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": " "}, "Name the program"),
        ({"name": "x" * 61}, "at most 60"),
        ({"holder": ""}, "required"),
        ({"holder": "999999"}, ""),
        ({"holder": "x"}, ""),
        ({"last_day": "2020-01-01"}, "This day has passed"),
        ({"last_day": "soon"}, "is not a date"),
    ],
)
def test_bad_entries_are_told_and_kept(admin, world, home, changed, told):
    answer = admin.post(f"{home}new/", entries(world, **changed))
    assert answer.status_code == 422
    assert told in text(answer)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("who", ["noor", "stella"])
def test_only_people_of_the_department_hold_one(admin, world, home, who):
    assert admin.post(f"{home}new/", entries(world, holder=world.people[who].pk)).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_closed_account_is_not_offered(admin, world, home):
    world.people["petra"].is_active = False
    world.people["petra"].save()
    assert admin.post(f"{home}new/", entries(world)).status_code == 422


# --- the end of one


def test_revoking_ends_it_and_says_who_and_when(admin, world, home, known):
    answer = admin.post(f"{home}{known.pk}/revoke/", follow=True)
    assert "works no more" in text(answer)
    known.refresh_from_db()
    assert known.revoked_by == world.people["ada"]
    assert "Revoked" in text(answer)
    assert "Ada Administers" in text(answer)
    assert "/revoke/" not in answer.content.decode()
    assert AuditEvent.objects.filter(action="token.revoked", record=f"token {known.pk}").count() == 1


def test_revoking_twice_is_told_and_changes_nothing(admin, home, known):
    admin.post(f"{home}{known.pk}/revoke/")
    first = ApiToken.objects.get().revoked_at
    assert "revoked already" in text(admin.post(f"{home}{known.pk}/revoke/", follow=True))
    assert ApiToken.objects.get().revoked_at == first


def test_closing_the_account_ends_its_tokens_for_good(admin, world, home, known):
    petra = world.people["petra"]
    base = home.removesuffix("tokens/") + f"accounts/{petra.pk}/"
    admin.post(f"{base}close/")
    admin.post(f"{base}password/", {"first-password": "a first word of four"})
    petra.refresh_from_db()
    assert petra.is_active
    assert ApiToken.objects.get().revoked_by == world.people["ada"]


def test_taking_the_last_role_away_ends_tokens_here_and_changing_roles_does_not(world, known):
    ada = world.people["ada"]
    elsewhere, _ = token_for(known.user, world.south)
    set_roles(user=known.user, by=ada, department=world.north, roles=["coder"], duties=[])
    assert ApiToken.objects.get(pk=known.pk).revoked_at is None
    set_roles(user=known.user, by=ada, department=world.north, roles=[], duties=[])
    assert ApiToken.objects.get(pk=known.pk).revoked_at is not None
    assert ApiToken.objects.get(pk=elsewhere.pk).revoked_at is None


def test_the_database_wants_a_person_behind_a_revocation(known):
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.update(revoked_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.update(expires_at=known.made_at)


# --- the list


def test_the_list_says_why_a_token_does_not_work(admin, world, home):
    now, people = timezone.now(), world.people
    token_for(people["petra"], world.north, made_at=now - timedelta(days=9), expires_at=now)
    token_for(people["cora"], world.north)
    Membership.objects.filter(user=people["cora"]).update(active=False)
    token_for(people["sam"], world.north)
    people["sam"].is_active = False
    people["sam"].save()
    working, _ = token_for(people["bea"], world.north, name="Works", last_used_at=now)
    shown = text(admin.get(home))
    for words in ("Expired", "No role any more", "Account closed", "Active"):
        assert words in shown, words
    assert admin.get(home).context["rows"][0].token == working


def test_the_list_asks_a_fixed_number_of_questions(admin, world, home, known):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            admin.get(home)
        return len(asked)

    admin.get(home)
    few = statements()
    for name in ("petra", "cora", "sam", "bea", "carl") * 4:
        token_for(world.people[name], world.north)
    assert statements() == few <= 12


def test_an_empty_list_says_what_a_token_is_for(admin, home):
    assert "No tokens yet" in text(admin.get(home))


# --- what is told beside


def test_the_account_says_which_tokens_call_in_its_name(admin, home, known, world):
    petra = world.people["petra"]
    account = f"/people/{world.north.pk}/accounts/{petra.pk}/"
    assert "1</span> token for programs</a> in this name" in text(admin.get(account))
    ApiToken.objects.update(revoked_at=timezone.now(), revoked_by=world.people["ada"])
    assert "No program calls in this name." in text(admin.get(account))


def test_a_token_tells_its_last_whole_day(admin, home, world):
    last = local_day(timezone.now(), world.north) + timedelta(days=30)
    answer = text(admin.post(f"{home}new/", entries(world, last_day=last)))
    assert f'Works through <time datetime="{last.isoformat()}">' in answer
    assert f'<time datetime="{last.isoformat()}">' in text(admin.get(home))


def test_the_form_leads_back_to_the_list(admin, home):
    assert f'<a href="{home}">Tokens for programs</a>' in text(admin.get(f"{home}new/"))
