"""Case templates: list, new, change; what they may hold and who may keep them."""

import pytest
from django.urls import reverse

from casetracker.models import AuditEvent, CaseTemplate
from tests.factories import case_at

pytestmark = pytest.mark.django_db
LIST, NEW = "/templates/", "/templates/new/"


def typed(world, **more):
    fields = {
        "machine": str(world.machines["gamma"].pk),
        "name": "Schwannoma, frame",
        "fixation_type": "invasive_frame",
        "localization_method": "frame_fiducials",
        "planned_sessions": "1",
        "mlc_modulated": "no",
        "neurosurgeon": str(world.clinicians["skull"].pk),
        "active": "on",
    }
    return fields | more


def test_a_template_is_made_listed_and_changed(client, world, petra):
    client.force_login(petra)
    assert client.post(NEW, typed(world)).status_code == 302
    template = CaseTemplate.objects.get(name="Schwannoma, frame")
    assert template.team == [{"clinician": world.clinicians["skull"].pk, "role": "neurosurgeon"}]
    assert template.localization_method == "frame_fiducials"
    assert "Schwannoma, frame" in client.get(LIST).content.decode()
    client.post(reverse("template", args=[template.pk]), typed(world, planned_sessions="3"))
    template.refresh_from_db()
    assert template.planned_sessions == 3
    assert AuditEvent.objects.filter(action="template.saved", user=petra).count() == 2


def test_wrong_entries_are_told_and_kept(client, world, petra):
    client.force_login(petra)
    shown = client.post(NEW, typed(world, planned_sessions="ninety", name="")).content.decode()
    assert "is not a whole number" in shown
    assert 'value="ninety"' in shown
    assert CaseTemplate.objects.count() == 1


def test_two_templates_of_a_machine_need_two_names(client, world, petra):
    client.force_login(petra)
    client.post(NEW, typed(world))
    assert client.post(NEW, typed(world)).status_code == 200
    assert CaseTemplate.objects.filter(name="Schwannoma, frame").count() == 1


def test_a_retired_template_is_not_offered_and_its_cases_stay(client, world, petra):
    case = case_at("drafted", world=world)
    client.force_login(petra)
    fields = typed(world, name=world.template.name, machine=str(world.machines["linac"].pk))
    fields.pop("active")
    client.post(reverse("template", args=[world.template.pk]), fields)
    assert f"template-{world.template.pk}" not in client.get("/cases/new/").content.decode()
    assert client.get(reverse("case", args=[case.pk])).status_code == 200


def test_a_template_has_no_field_for_what_must_be_known_of_the_patient(client, world, petra):
    client.force_login(petra)
    shown = client.get(NEW).content.decode()
    for name in (
        "diagnosis",
        "max_dimension_mm",
        "optic_distance_mm",
        "present_planning",
        "started",
        "approved_at",
    ):
        assert f'name="{name}"' not in shown


def test_anonymous_wrong_role_other_department_and_wrong_method(client, world):
    assert "sign-in" in client.get(LIST)["Location"]
    for name in ("bea", "carl", "ada", "noor"):
        client.force_login(world.people[name])
        assert client.get(LIST).status_code == 403
        assert client.post(NEW, typed(world)).status_code == 403
    client.force_login(world.people["stella"])
    assert client.get(reverse("template", args=[world.template.pk])).status_code == 404
    assert client.post(LIST).status_code == 405


def test_a_machine_of_another_department_is_not_offered(client, world, petra):
    client.force_login(petra)
    answer = client.post(NEW, typed(world, machine=str(world.machines["south_linac"].pk)))
    assert "not offered in this department" in answer.content.decode()
