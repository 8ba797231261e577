"""Where a real site begins: a department and its administrator from the command line, then the pages."""

import pytest
from django.core.management import CommandError, call_command

from casetracker.models import AuditEvent, Department, Membership, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita():
    return User.objects.create_superuser("rita", "rita@example.org", "x", full_name="Rita Runs")


def opened(name="East Hospital", **more):
    call_command("open_department", name, **({"administrator": "rita"} | more))


def test_the_administrator_can_use_the_page_of_people_afterwards(client, rita, capsys):
    client.force_login(rita)
    assert client.get("/people/").status_code == 403
    opened(setting="freestanding", time_zone="America/Chicago")
    assert capsys.readouterr().out == "East Hospital is open; Rita Runs administers it on the page People.\n"
    department = Department.objects.get()
    assert (department.default_setting, department.time_zone) == ("freestanding", "America/Chicago")
    assert [(row.user, row.role) for row in Membership.objects.all()] == [(rita, "administrator")]
    page = client.get("/people/", follow=True)
    assert page.status_code == 200
    assert "East Hospital" in page.content.decode()


def test_it_leaves_one_audit_event(rita):
    opened()
    event = AuditEvent.objects.get()
    assert (event.action, event.outcome, event.record) == (
        "department.opened",
        "done",
        f"account {rita.pk}",
    )
    assert event.department == Department.objects.get()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"administrator": "nobody"}, "There is no account 'nobody'. Create one first"),
        ({"time_zone": "Mars/Base"}, "'Mars/Base' is not a time zone"),
        ({"name": "  "}, "cannot be blank"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(rita, wrong, told):
    with pytest.raises(CommandError, match=told):
        opened(**wrong)
    assert not Department.objects.exists()


def test_a_name_that_is_taken_is_refused(rita):
    opened()
    with pytest.raises(CommandError, match="already exists"):
        opened()
    assert Department.objects.count() == 1


def test_a_closed_account_administers_nothing(rita):
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="This account is closed"):
        opened()
    assert not Department.objects.exists()
