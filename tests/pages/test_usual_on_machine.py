"""What is usual on a machine: who sets it, and that it fills only what is empty, marked until confirmed."""

import pytest
from django.urls import reverse

from casetracker.case_input import CaseInput
from casetracker.facts import document_from_input
from casetracker.models import AuditEvent, Case, Machine
from casetracker.recorded import recorded_input
from casetracker.services.cases import save_facts
from tests.factories import case_at
from tests.pages.sent_form import sent
from tests.pages.test_case_start import opened

pytestmark = pytest.mark.django_db
USUAL = {
    "usual_technique": "inverse",
    "usual_fixation": "mask",
    "usual_localization": "cone_beam_six_axis",
    "usual_images": "cone_beam",
    "qa_device": "Film",
}


@pytest.fixture
def linac(world):
    Machine.objects.filter(pk=world.machines["linac"].pk).update(**USUAL)
    return Machine.objects.get(pk=world.machines["linac"].pk)


@pytest.fixture
def url(world):
    return reverse("machine-usual", args=[world.machines["linac"].pk])


@pytest.mark.parametrize("who", ["sam", "carl"])
def test_supervisors_and_compliance_set_it(client, world, url, who):
    client.force_login(world.people[who])
    shown = client.post(url, USUAL, follow=True).content.decode()
    machine = Machine.objects.get(pk=world.machines["linac"].pk)
    assert {name: getattr(machine, name) for name in USUAL} == USUAL
    assert "Cone-beam CT with six-axis registration" in shown
    event = AuditEvent.objects.filter(action="machine.usual_set").get()
    assert (event.user_id, event.record) == (world.people[who].pk, f"machine {machine.pk}")


def test_others_do_not(client, world, url):
    assert client.get(url).url.startswith("/sign-in/")
    for who, status in (("petra", 403), ("cora", 403), ("bea", 404), ("ada", 404), ("sonja", 404)):
        client.force_login(world.people[who])
        assert client.post(url, USUAL).status_code == status, who
    assert not AuditEvent.objects.filter(action="machine.usual_set").exists()


def test_what_is_not_a_choice_is_told_and_nothing_is_saved(client, sam, world, url):
    client.force_login(sam)
    answer = client.post(url, {**USUAL, "usual_fixation": "glue"})
    assert answer.status_code == 422
    assert "“glue” is not one of the choices." in answer.content.decode()
    assert Machine.objects.get(pk=world.machines["linac"].pk).usual_technique == ""


def test_a_case_opened_on_the_machine_starts_with_it(client, world, petra, linac):
    client.force_login(petra)
    opened(client, world, source=f"machine-{linac.pk}")
    case = Case.objects.get()
    assert case.fixation_type == "mask"
    assert [plan.technique for plan in case.plans.all()] == ["inverse"]
    assert (case.localization_method, case.localization_error_mm) == ("cone_beam_six_axis", None)
    assert set(case.unconfirmed) == {"fixation_type", "localization_method", "plan.technique"}
    answer = client.get(reverse("case-facts", args=[case.pk]))
    assert "from template or machine" in answer.content.decode()
    assert "3 values came from what is usual on the machine" in answer.content.decode()
    fields = sent(answer)
    assert fields["sessions-0-image_kind"] == "cone_beam"
    assert fields["plans-0-psqa_device"] == "Film"


def test_a_template_comes_before_the_machine(client, world, petra, linac):
    Machine.objects.filter(pk=linac.pk).update(usual_fixation="invasive_frame", usual_technique="cone_arc")
    client.force_login(petra)
    opened(client, world)
    case = Case.objects.get()
    assert case.fixation_type == world.template.fixation_type != "invasive_frame"
    assert case.plans.get().technique == world.template.technique != "cone_arc"


def drafted(world, **values):
    """A case without a machine, with these values of its own."""
    case = case_at("drafted", 1, world)
    case.plans.all().delete()
    empty = {"machine": None, "fixation_type": "", "localization_method": "", "unconfirmed": []}
    fields = {**empty, **values}
    Case.objects.filter(pk=case.pk).update(**fields)
    return Case.objects.get(pk=case.pk)


def chosen(case, machine, by, **typed):
    data = CaseInput(case={"machine": machine, **typed})
    return save_facts(case=case, by=by, facts_version=case.facts_version, data=data)


def test_a_machine_chosen_later_fills_what_is_empty_on_save(world, petra, linac):
    case = drafted(world)
    filled = ["fixation_type", "localization_method", "plan.technique"]
    assert chosen(case, linac, petra, fixation_type="")["filled"] == filled
    case = Case.objects.get(pk=case.pk)
    assert (case.fixation_type, case.plans.get().technique) == ("mask", "inverse")
    assert case.unconfirmed == filled


def test_what_somebody_typed_or_recorded_stays(world, petra, linac):
    case = drafted(world)
    typed = {"fixation_type": "none", "localization_method": "other"}
    assert chosen(case, linac, petra, **typed)["filled"] == ["plan.technique"]
    case = drafted(world, fixation_type="invasive_frame", localization_method="frame_fiducials")
    chosen(case, linac, petra)
    case.refresh_from_db()
    assert (case.fixation_type, case.localization_method) == ("invasive_frame", "frame_fiducials")


def test_the_same_machine_fills_nothing_again(world, petra, linac):
    case = drafted(world, machine=linac)
    assert chosen(case, linac, petra, fixation_type="", policy_version="2")["filled"] == []
    assert Case.objects.get(pk=case.pk).fixation_type == ""


def test_the_panel_judges_what_a_save_would_give(world, petra, linac):
    case = drafted(world)
    typed = CaseInput(case={"machine": linac, "fixation_type": ""})
    before = document_from_input(case, case.department, typed)
    chosen(case, linac, petra, fixation_type="")
    assert before["fixation"] == {"type": "mask"}
    assert before["planning"]["localization_method"] == "cone_beam_six_axis"
    assert before["plan"]["technique"] == recorded_input(case).plans[0]["technique"] == "inverse"


def test_confirming_while_choosing_leaves_the_mark_on_what_nobody_saw(client, world, petra, linac):
    case = drafted(world, unconfirmed=["planned_sessions"])
    client.force_login(petra)
    address = reverse("case-facts", args=[case.pk])
    fields = sent(client.get(address))
    client.post(address, {**fields, "machine": str(linac.pk), "confirm_template": "1"})
    assert set(Case.objects.get(pk=case.pk).unconfirmed) == {
        "fixation_type",
        "localization_method",
        "plan.technique",
    }


def test_a_save_says_what_the_machine_filled_and_once(client, world, petra, linac):
    case = drafted(world)
    client.force_login(petra)
    address = reverse("case-facts", args=[case.pk])
    fields = sent(client.get(address))
    filled = "fixation, localization of the target, planning technique"
    told = f"Filled from the machine: {filled}. Change them if this case differs."
    saved = client.post(address, {**fields, "machine": str(linac.pk)}, follow=True).content.decode()
    assert saved.count(told) == 1
    again = client.post(address, {**sent(client.get(address)), "policy_version": "2"}, follow=True)
    assert "Filled from the machine" not in again.content.decode()
