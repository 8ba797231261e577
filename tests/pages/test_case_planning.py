"""The facts page enters what plans rest on: only what the case calls for, wrong entries beside their field."""

import pytest
from django.urls import reverse

from casetracker.recorded import recorded_input
from tests.factories import case_at
from tests.pages.sent_form import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def cobalt(world):
    return case_at("suggested", 2, world)


@pytest.fixture
def linac(world):
    return case_at("suggested", 1, world)


def url(case):
    return reverse("case-facts", args=[case.pk])


def opened(client, case, person):
    client.force_login(person)
    return sent(client.get(url(case)))


def save(client, case, fields, **typed):
    return client.post(url(case), {"do": "save", **fields, **typed})


def test_an_unchanged_form_with_every_row_writes_nothing(client, cobalt, petra):
    fields = opened(client, cobalt, petra)
    before = (cobalt.revisions.count(), recorded_input(cobalt))
    assert save(client, cobalt, fields)["Location"] == url(cobalt)
    assert (cobalt.revisions.count(), recorded_input(cobalt)) == before


def test_the_written_directive_is_asked_for_on_a_cobalt_unit_only(client, cobalt, linac, petra):
    assert "directives-0-signed_at" in opened(client, cobalt, petra)
    assert not any(name.startswith("directives") for name in opened(client, linac, petra))


def test_fields_of_a_technique_or_machine_are_asked_for_where_it_calls_for_them(client, world, petra):
    inverse = case_at("suggested", 3, world)
    empty = {"goals_set_at": None, "psqa_result": "", "psqa_device": "", "source_output_on": None}
    empty["optimized_at"] = None
    inverse.plans.update(**empty)
    fields = opened(client, inverse, petra)
    assert {"plans-0-goals_set_at", "plans-0-psqa_result"} <= set(fields)
    assert not {"plans-0-source_output_on", "plans-0-field_count"} & set(fields)
    inverse.plans.update(technique="forward_3d")
    assert not {"plans-0-goals_set_at", "plans-0-psqa_result"} & set(opened(client, inverse, petra))


def test_a_structure_is_added_without_script_and_saved(client, linac, petra):
    fields = opened(client, linac, petra)
    again = client.post(url(linac), {**fields, "rows": "add:organs"})
    fields = sent(again)
    assert "organs-1-name" in fields
    typed = {"organs-1-name": "Brainstem", "organs-1-limit_gy": "12.5", "organs-1-planned_gy": "300 cGy"}
    save(client, linac, fields, **typed)
    row = recorded_input(linac).organs[1]
    assert (row["name"], str(row["limit_gy"]), str(row["planned_gy"])) == ("Brainstem", "12.50", "3.00")


def test_a_plan_and_a_lesion_that_do_not_exist_are_told_beside_the_field(client, linac, petra):
    fields = opened(client, linac, petra)
    answer = save(client, linac, fields, **{"targets-0-plan": "4", "targets-0-lesion": "L9"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "There is no plan 4." in page
    assert "No lesion is called L9." in page
    assert recorded_input(linac).targets[0]["lesion"] == 0


def test_the_reviews_of_a_plan_are_saved_with_their_signer(client, linac, petra, world):
    fields = opened(client, linac, petra)
    typed = {
        "plans-0-dvh_reviewed_at": "2026-02-25 1600",
        "plans-0-dvh_reviewed_by": str(world.clinicians["onco"].pk),
        "lesions-0-prescribed_at": "2026-02-25 1630",
    }
    save(client, linac, fields, **typed)
    found = recorded_input(linac)
    assert found.plans[0]["dvh_reviewed_by"] == world.clinicians["onco"]
    assert found.lesions[0]["prescribed_at"].isoformat() == "2026-02-25T21:30:00+00:00"


def test_the_usual_measuring_device_of_the_machine_is_offered(client, world, petra):
    case = case_at("suggested", 3, world)
    type(case.machine).objects.filter(pk=case.machine_id).update(qa_device="Film stack")
    case.plans.update(psqa_device="")
    assert opened(client, case, petra)["plans-0-psqa_device"] == "Film stack"
