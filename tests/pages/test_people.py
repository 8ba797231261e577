"""The administrator's pages: who may, what they say, forms that keep what was typed, lists that stay cheap."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casetracker.models import AuditEvent, Clinician, Machine, Membership, Payer, User
from tests.cast import *  # noqa: F403
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
STRONG = "brisk otter paints nine lanterns"


@pytest.fixture
def home(world) -> str:
    return f"/people/{world.north.pk}/"


@pytest.fixture
def admin(client, ada):
    client.force_login(ada)
    return client


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def pages(world) -> list[str]:
    north, petra = world.north.pk, world.people["petra"].pk
    return [
        f"/people/{north}/",
        f"/people/{north}/settings/",
        f"/people/{north}/clocks/",
        f"/people/{north}/accounts/new/",
        f"/people/{north}/accounts/{petra}/",
        f"/people/{north}/clinicians/new/",
        f"/people/{north}/clinicians/{world.clinicians['onco'].pk}/",
        f"/people/{north}/machines/new/",
        f"/people/{north}/machines/{world.machines['linac'].pk}/",
        f"/people/{north}/payers/new/",
        f"/people/{north}/payers/{world.payers['medicare'].pk}/",
    ]


# --- who


def test_every_page_works(admin, world):
    for address in pages(world):
        assert admin.get(address).status_code == 200, address


def test_the_first_department_opens_by_itself(admin, home):
    assert admin.get("/people/").url == home


def test_anonymous_people_are_asked_to_sign_in(client, world):
    for address in ["/people/", *pages(world)]:
        assert client.get(address).url.startswith("/sign-in/"), address


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "bea", "carl", "noor", "sonja"])
def test_other_roles_are_refused(client, world, who):
    client.force_login(world.people[who])
    answer = client.get("/people/")
    assert answer.status_code == 403
    assert "needs the role administrator" in text(answer)
    for address in pages(world):
        assert client.get(address).status_code == 404, address
        refused = 405 if address.count("/") == 3 else 404  # the overview of a department takes no entries
        assert client.post(address, {"name": "X"}).status_code == refused, address


def test_another_department_is_not_found(admin, world):
    south, stella = world.south.pk, world.people["stella"].pk
    for address in (
        f"/people/{south}/",
        f"/people/{south}/settings/",
        f"/people/{south}/clocks/",
        f"/people/{south}/accounts/{stella}/",
        f"/people/{world.north.pk}/accounts/{stella}/",
        f"/people/{world.north.pk}/machines/{world.machines['south_linac'].pk}/",
        f"/people/{world.north.pk}/clinicians/{world.clinicians['nail'].pk}/",
        f"/people/{world.north.pk}/rooms/new/",
        f"/people/{world.north.pk}/rooms/1/",
    ):
        assert admin.get(address).status_code == 404, address
    assert admin.post(f"/people/{south}/accounts/{stella}/close/").status_code == 404


def test_wrong_methods(admin, home, world):
    petra = world.people["petra"].pk
    assert admin.post("/people/").status_code == 405
    assert admin.post(home).status_code == 405
    assert admin.get(f"{home}accounts/{petra}/close/").status_code == 405
    assert admin.get(f"{home}accounts/{petra}/password/").status_code == 405
    assert admin.delete(f"{home}settings/").status_code == 405
    assert admin.delete(f"{home}clocks/").status_code == 405


def test_administrators_see_no_charts_and_no_handoffs(admin):
    assert admin.get("/handoffs/").status_code == 403
    for address in ("/queue/", "/cases/"):
        assert admin.get(address).status_code in (302, 403, 404), address


# --- the overview


def test_the_overview_names_everything_once(admin, home):
    shown = text(admin.get(home))
    for words in (
        "Petra Prepares",
        "Therapist, Dosimetrist",
        "Dr. Olga Onco, MD",
        "TrueBeam 1",
        "Lakeside Health",
    ):
        assert words in shown, words
    assert "Dr. Noa Nail" not in shown
    assert "Stella South" not in shown


def statements(client, address) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def test_the_overview_asks_a_fixed_number_of_questions(admin, home, world):
    admin.get(home)
    few = statements(admin, home)
    for number in range(40):
        user = User.objects.create_user(f"u{number}", "", PASSWORD, full_name=f"Person {number}")
        Membership.objects.create(user=user, department=world.north, role="staff")
        clinician = Clinician.objects.create(name=f"Dr. {number}", specialty="other")
        clinician.departments.add(world.north)
        Machine.objects.create(department=world.north, name=f"M{number}", modality="linac")
        Payer.objects.create(department=world.north, name=f"P{number}", payer_class="other")
    assert statements(admin, home) == few <= 15
    assert "M39" in text(admin.get(home))


def test_an_empty_department_teaches_what_to_add(admin, home, world):
    Payer.objects.filter(department=world.north).delete()
    world.north.clinicians.clear()
    shown = text(admin.get(home))
    assert "No clinicians yet" in shown
    assert "No payers yet" in shown


# --- forms


def test_a_clinician_is_added(admin, home, world):
    data = {"name": "Dr. New", "credential": "MD", "npi": "1234567893", "specialty": "neurosurgery"}
    answer = admin.post(f"{home}clinicians/new/", {**data, "active": "on"}, follow=True)
    assert "Dr. New, MD saved." in text(answer)
    assert Clinician.objects.get(npi="1234567893").departments.get() == world.north


def test_a_wrong_npi_is_told_and_nothing_typed_is_lost(admin, home):
    answer = admin.post(
        f"{home}clinicians/new/", {"name": "Dr. Typo", "npi": "1234567890", "specialty": "other"}
    )
    assert answer.status_code == 422
    assert "An NPI has ten digits and a check digit" in text(answer)
    assert 'value="1234567890"' in text(answer)
    assert 'value="Dr. Typo"' in text(answer)


def test_a_taken_npi_is_told_beside_what_was_typed(admin, home, world):
    Clinician.objects.filter(npi="9000000001").update(npi="1234567893")
    answer = admin.post(
        f"{home}clinicians/new/", {"name": "Dr. Twin", "npi": "1234567893", "specialty": "other"}
    )
    assert answer.status_code == 422
    assert "Another clinician already has this NPI." in text(answer)
    assert not Clinician.objects.filter(name="Dr. Twin").exists()


def test_a_machine_and_a_payer_are_changed(admin, home, world):
    machine, payer = world.machines["linac"], world.payers["medicare"]
    data = {"name": "TrueBeam 2", "modality": "linac", "setting": "hospital_outpatient", "active": "on"}
    admin.post(f"{home}machines/{machine.pk}/", {**data, "presence_rule": "not_cobalt"})
    admin.post(
        f"{home}payers/{payer.pk}/", {"name": "Medicare B", "payer_class": "medicare_ffs", "filing_days": 300}
    )
    machine.refresh_from_db()
    payer.refresh_from_db()
    assert (machine.name, payer.name, payer.filing_days, payer.active) == (
        "TrueBeam 2",
        "Medicare B",
        300,
        False,
    )


def test_settings_that_are_wrong_keep_the_department_as_it_was(admin, home, world):
    answer = admin.post(f"{home}settings/", {"name": "", "time_zone": "Mars/Base"})
    assert answer.status_code == 422
    assert "North Hospital" in text(answer)
    world.north.refresh_from_db()
    assert world.north.name == "North Hospital"


def test_an_unknown_time_zone_is_refused(admin, home, world):
    form = admin.get(f"{home}settings/").context["form"]
    data = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    data = {name: value for name, value in data.items() if value is not False}
    answer = admin.post(f"{home}settings/", {**data, "time_zone": "Mars/Base"})
    assert answer.status_code == 422
    assert "Mars/Base is no time zone" in text(answer)
    answer = admin.post(f"{home}settings/", {**data, "time_zone": "America/Chicago"})
    assert answer.status_code == 302
    world.north.refresh_from_db()
    assert world.north.time_zone == "America/Chicago"


# --- accounts


def test_an_account_is_opened_as_staff_and_asked_for_an_own_password(admin, client, home, world):
    data = {"username": "newt", "full_name": "Newt New", "email": "n@example.org", "password": STRONG}
    answer = admin.post(f"{home}accounts/new/", data)
    user = User.objects.get(username="newt")
    assert answer.url == f"{home}accounts/{user.pk}/"
    assert list(user.memberships.values_list("role", "department")) == [("staff", world.north.pk)]
    client.force_login(user)
    assert client.get("/queue/").url == "/account/password/"


def test_a_taken_name_is_told_and_the_password_is_not_sent_back(admin, home):
    data = {"username": "petra", "full_name": "Petra Two", "password": STRONG}
    answer = admin.post(f"{home}accounts/new/", data)
    assert answer.status_code == 422
    assert "already exists" in text(answer)
    assert STRONG not in text(answer)
    assert 'value="Petra Two"' in text(answer)


def test_roles_are_saved(admin, home, petra):
    answer = admin.post(
        f"{home}accounts/{petra.pk}/", {"roles": ["coder", "billing"], "duties": ["nurse"]}, follow=True
    )
    assert "Roles of Petra Prepares saved." in text(answer)
    assert set(petra.memberships.filter(active=True).values_list("role", flat=True)) == {"coder", "billing"}


def test_the_last_administrator_is_told_beside_the_form(admin, home, ada):
    answer = admin.post(f"{home}accounts/{ada.pk}/", {"roles": ["staff"]})
    assert answer.status_code == 422
    assert "last administrator" in text(answer)


def test_an_invented_role_is_refused(admin, home, petra):
    assert admin.post(f"{home}accounts/{petra.pk}/", {"roles": ["king"]}).status_code == 422


def test_closing_ends_the_next_request_of_that_person(admin, home, petra, django_user_model):
    from django.test import Client

    theirs = Client()
    theirs.force_login(petra)
    assert theirs.get("/queue/").status_code == 200
    answer = admin.post(f"{home}accounts/{petra.pk}/close/", follow=True)
    assert "Petra Prepares can no longer sign in." in text(answer)
    assert theirs.get("/queue/").url.startswith("/sign-in/")


def test_the_own_account_offers_no_closing(admin, home, ada):
    shown = text(admin.get(f"{home}accounts/{ada.pk}/"))
    assert "Close the account" not in shown
    answer = admin.post(f"{home}accounts/{ada.pk}/close/", follow=True)
    assert "You cannot close your own account" in text(answer)
    ada.refresh_from_db()
    assert ada.is_active


def test_a_closed_account_is_opened_again(admin, home, petra):
    admin.post(f"{home}accounts/{petra.pk}/close/")
    assert "Open the account again" in text(admin.get(f"{home}accounts/{petra.pk}/"))
    admin.post(f"{home}accounts/{petra.pk}/password/", {"first-password": STRONG})
    petra.refresh_from_db()
    assert (petra.is_active, petra.must_change_password) == (True, True)
    assert AuditEvent.objects.filter(action="account.reopened").count() == 1


def test_a_forgotten_password_is_replaced(admin, home, petra):
    answer = admin.post(f"{home}accounts/{petra.pk}/password/", {"first-password": STRONG}, follow=True)
    assert "must choose another one then" in text(answer)
    petra.refresh_from_db()
    assert petra.check_password(STRONG)
    assert STRONG not in text(answer)


def test_a_weak_password_is_refused_with_the_reason(admin, home, petra):
    answer = admin.post(f"{home}accounts/{petra.pk}/password/", {"first-password": "short"}, follow=True)
    assert "too short" in text(answer)
