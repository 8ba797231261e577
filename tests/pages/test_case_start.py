"""Opening a case: the least that is needed, what a known patient and a template bring along, who may."""

import datetime as dt

import pytest
from django.urls import reverse

from casetracker.models import Case, Patient
from tests.factories import case_at
from tests.pages.sent_form import sent

pytestmark = pytest.mark.django_db
START = "/cases/new/"


def opened(client, world, **typed):
    fields = {"source": f"template-{world.template.pk}", "record_number": "7001", "name": "Doe, Janet"}
    return client.post(START, {**fields, "date_of_service": "3/2/26", "do": "open", **typed})


def test_record_number_name_template_and_day_open_a_case(client, world, petra):
    client.force_login(petra)
    answer = opened(client, world)
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/facts/?new=1"
    assert (case.patient.name, case.date_of_service) == ("Doe, Janet", dt.date(2026, 3, 2))
    assert (case.machine, case.template, case.planned_sessions) == (
        world.machines["linac"],
        world.template,
        1,
    )
    assert {member.clinician.name for member in case.team.all()} >= {"Dr. Olga Onco", "Dr. Felix Frame"}


def test_template_values_are_marked_and_presence_is_never_filled(client, world, petra):
    client.force_login(petra)
    opened(client, world)
    case = Case.objects.get()
    assert {"planned_sessions", "fixation_type", "plan.technique", "team"} <= set(case.unconfirmed)
    assert {(m.present_planning, m.present_delivery) for m in case.team.all()} == {(None, None)}
    shown = client.get(reverse("case-facts", args=[case.pk])).content.decode()
    assert "from template" in shown
    assert "Save and confirm all" in shown


def test_a_known_patient_brings_name_payer_and_people(client, world, petra):
    earlier = case_at("suggested", world=world)
    client.force_login(petra)
    number = earlier.patient.record_number
    looked = client.post(START, {"record_number": number, "do": "look-up", "name": ""}).content.decode()
    assert f"Known patient: {earlier.patient.name}" in looked
    assert Case.objects.count() == 1
    answer = client.post(START, {"record_number": number, "name": "", "source": "", "do": "open"})
    assert answer.status_code == 302
    case = Case.objects.order_by("-id").first()
    assert case.patient == earlier.patient
    assert case.payer == earlier.payer
    team = {(member.role, member.clinician_id) for member in case.team.all()}
    assert team == {(member.role, member.clinician_id) for member in earlier.team.all()}
    assert not case.team.exclude(present_planning=None, present_delivery=None).exists()


def test_the_notice_beside_the_record_number_says_known_or_new(client, world, petra):
    earlier = case_at("drafted", world=world)
    client.force_login(petra)
    url = reverse("case-start-patient")
    known = client.post(url, {"record_number": earlier.patient.record_number}).content.decode()
    assert earlier.patient.name in known
    assert "is new in the department" in client.post(url, {"record_number": "99"}).content.decode()


def test_a_new_record_number_needs_a_name_and_keeps_what_was_typed(client, world, petra):
    client.force_login(petra)
    answer = opened(client, world, name="", date_of_service="3/2/26")
    assert "type the patient&#x27;s name" in answer.content.decode()
    assert sent(answer, "start-form")["record_number"] == "7001"
    assert not Case.objects.exists()


def test_another_name_for_a_known_number_is_refused(client, world, petra):
    earlier = case_at("drafted", world=world)
    client.force_login(petra)
    answer = opened(client, world, record_number=earlier.patient.record_number, name="Somebody, Else")
    assert "belongs to a patient" in answer.content.decode()
    assert Patient.objects.count() == 1


def test_a_wrong_date_is_told_and_kept(client, world, petra):
    client.force_login(petra)
    answer = opened(client, world, date_of_service="soon")
    assert "is not a date" in answer.content.decode()
    assert sent(answer, "start-form")["date_of_service"] == "soon"


def test_the_next_case_keeps_machine_date_and_team(client, world, petra):
    client.force_login(petra)
    opened(client, world)
    first = Case.objects.get()
    page = client.get(f"{START}?after={first.pk}")
    fields = sent(page, "start-form")
    assert (fields["source"], fields["date_of_service"]) == (f"template-{world.template.pk}", "2026-03-02")
    client.post(START, {**fields, "record_number": "7002", "name": "Roe, Rita", "do": "open"})
    second = Case.objects.order_by("-id").first()
    assert second != first
    assert {m.clinician_id for m in second.team.all()} == {m.clinician_id for m in first.team.all()}


def test_the_team_of_another_departments_case_is_never_taken(client, world, petra, stella):
    client.force_login(petra)
    opened(client, world)
    client.force_login(stella)
    fields = sent(client.get(f"{START}?after={Case.objects.get().pk}"), "start-form")
    assert (fields["date_of_service"], fields["after"]) == ("", "")


def test_anonymous_people_are_asked_to_sign_in(client, world):
    assert "sign-in" in client.get(START)["Location"]


@pytest.mark.parametrize("name", ["bea", "carl", "ada", "noor"])
def test_other_roles_are_refused_with_the_reason(client, world, name):
    client.force_login(world.people[name])
    answer = client.get(START)
    assert answer.status_code == 403
    assert "needs the role" in answer.content.decode()
    assert client.post(START, {"record_number": "1", "name": "X"}).status_code == 403


def test_a_department_of_others_is_not_chosen(client, world, petra):
    client.force_login(petra)
    opened(client, world, department=str(world.south.pk), source="")
    assert Case.objects.get().department == world.north


def test_only_reading_and_sending(client, world, petra):
    client.force_login(petra)
    assert client.put(START).status_code == 405
    assert client.get(reverse("case-start-patient")).status_code == 405
