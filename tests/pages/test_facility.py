"""Pages of the facility file: the fixed rhythm, what they say, and that typed entries stay."""

import pytest
from django.utils import timezone

from casetracker.models import MachineCheck, Qualification
from casetracker.selectors.facility import machines_for
from tests.cast import *  # noqa: F403

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def url(world):
    return f"/machines/{world.machines['linac'].pk}/"


@pytest.fixture
def person(world):
    return f"/people/{world.north.pk}/clinicians/{world.clinicians['onco'].pk}/qualifications/"


def entry(world, **more) -> dict[str, str]:
    signer = str(world.clinicians["phil"].pk)
    return {
        "kind": "daily",
        "passed_at": "2026-03-02 0640",
        "signed_by": signer,
        "reference": "QA log",
        **more,
    }


def test_a_check_is_recorded_and_listed(client, world, petra, url):
    client.force_login(petra)
    shown = text(client.post(url, entry(world), follow=True))
    assert "Mar 2, 2026, 06:40" in shown
    assert "QA log" in shown
    assert "Day check" in shown


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"passed_at": "soon"}, "Type the day and the time"),
        ({"passed_at": ""}, "Type when it was passed."),
        ({"passed_at": "2099-01-01 0640"}, "still to come"),
        ({"kind": "monthly"}, "is not one of the choices"),
        ({"kind": "daily", "reviewed_on": "2026-03-05"}, "Only the monthly check has a review"),
        ({"signed_by": "0"}, "not offered in this department"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_told_and_kept(client, world, petra, url, wrong, told):
    client.force_login(petra)
    answer = client.post(url, entry(world, **wrong))
    assert answer.status_code == 422
    assert told in text(answer)
    assert 'value="QA log"' in text(answer)
    assert not MachineCheck.objects.exists()


def test_an_entry_is_taken_out_with_a_reason(client, world, petra, url):
    client.force_login(petra)
    client.post(url, entry(world))
    check = MachineCheck.objects.get()
    assert "Say what was wrong" in text(client.post(f"{url}checks/{check.pk}/remove/", {}, follow=True))
    shown = text(client.post(f"{url}checks/{check.pk}/remove/", {"reason": "Wrong day"}, follow=True))
    assert "Taken out: Wrong day" in shown


def test_the_list_says_which_machine_has_no_day_check_today(client, world, petra):
    client.force_login(petra)
    shown = text(client.get("/machines/"))
    assert "No day check yet" in shown
    assert world.machines["linac"].name in shown


def test_compliance_reads_and_has_no_form(client, world, carl, url):
    client.force_login(carl)
    assert "Record a check" not in text(client.get(url))
    assert client.post(url, entry(world)).status_code == 403


def test_other_departments_and_roles_stay_out(client, world, noor, bea, url):
    client.force_login(noor)
    assert client.get(url).status_code == 404
    client.force_login(bea)
    assert client.get("/machines/").status_code == 403
    client.logout()
    assert client.get(url).status_code == 302


def test_wrong_methods(client, world, petra, url):
    client.force_login(petra)
    assert client.put(url).status_code == 405
    assert client.post("/machines/").status_code == 405


def test_the_list_takes_the_same_statements_for_any_number(world, petra, django_assert_num_queries):
    machines_for(petra, timezone.now())
    with django_assert_num_queries(2):
        machines_for(petra, timezone.now())


def test_a_qualification_is_added_corrected_and_taken_out(client, world, ada, person):
    client.force_login(ada)
    client.post(person, {"kind": "privileges", "valid_from": "2020-01-01", "valid_to": "2021-01-01"})
    row = Qualification.objects.get()
    assert "not in force today" in text(client.get(person))
    client.post(f"{person}{row.pk}/", {"kind": "privileges", "valid_from": "2020-01-01", "valid_to": ""})
    assert Qualification.objects.get().valid_to is None
    client.post(f"{person}{row.pk}/remove/")
    assert "Nothing on file yet" in text(client.get(person))


def test_turned_dates_are_told_and_kept(client, world, ada, person):
    client.force_login(ada)
    answer = client.post(person, {"kind": "privileges", "valid_from": "2026-01-02", "valid_to": "2026-01-01"})
    assert answer.status_code == 422
    assert "It ends before it begins" in text(answer)
    assert 'value="2026-01-02"' in text(answer)


def test_the_record_of_a_clinician_leads_there(client, world, ada, person):
    client.force_login(ada)
    page = person.removesuffix("qualifications/")
    assert person in text(client.get(page))


def test_only_administrators_of_the_department_keep_people(client, world, petra, person):
    client.force_login(petra)
    assert client.get(person).status_code == 404
    client.logout()
    assert client.get(person).status_code == 302
