"""What a technique, machine or answer calls for waits on the page, and is named after a save without script."""

import re

import pytest
from django.urls import reverse

from tests.factories import case_at
from tests.pages.sent_form import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    made = case_at("suggested", 1, world)
    made.plans.update(goals_set_at=None, optimized_at=None, psqa_result="", psqa_device="", psqa_at=None)
    made.sessions.update(event_suspected=None)
    return made


def url(case):
    return reverse("case-facts", args=[case.pk])


def saved(client, case, person, **typed):
    """The page after saving the form as it came, with these entries."""
    client.force_login(person)
    fields = sent(client.get(url(case)))
    return client.post(url(case), {**fields, **typed, "do": "save"}, follow=True).content.decode()


def test_fields_of_other_techniques_and_machines_wait_in_the_page_and_are_not_sent(client, case, petra):
    client.force_login(petra)
    answer = client.get(url(case))
    page, fields = answer.content.decode(), sent(answer)
    for when, name in (
        ("technique=inverse", "plans-0-goals_set_at"),
        ("technique=inverse modality=linac|robotic_linac|gyroscopic_linac", "plans-0-psqa_result"),
        ("modality=cobalt60", "directives-TOTAL_FORMS"),
        ("modality=proton", "plans-0-field_count"),
        ("modality=cobalt60", "sessions-0-event_suspected"),
        ("implanted_device!=no", "device_risk"),
    ):
        templates = [part.partition("</template>")[0] for part in page.split(f'data-called-for="{when}"')[1:]]
        assert any(f'name="{name}"' in part for part in templates), name
        assert name not in fields


def test_sizes_that_only_a_policy_asks_for_are_entered_under_the_lesion(client, case, petra):
    saved(
        client,
        case,
        petra,
        **{"lesions-0-brainstem_distance_mm": "0.4 cm", "lesions-0-original_dimension_mm": "31"},
    )
    lesion = case.lesions.first()
    assert (lesion.brainstem_distance_mm, lesion.original_dimension_mm) == (4, 31)
    assert (
        "4 mm from the brainstem and simple"
        in client.get(reverse("case-codes", args=[case.pk])).content.decode()
    )
    fields = sent(client.get(url(case)))
    assert fields["lesions-0-brainstem_distance_mm"] == "4"


@pytest.mark.parametrize(("typed", "stored"), [("t7", "T7"), (" L1 - l2", "L1-L2"), ("C4", "C4")])
def test_a_vertebral_level_is_stored_in_one_form(client, case, petra, typed, stored):
    saved(client, case, petra, **{"lesions-0-spine_level": typed})
    assert case.lesions.first().spine_level == stored


def test_what_is_no_vertebral_level_is_refused_with_its_form(client, case, petra):
    page = saved(client, case, petra, **{"lesions-0-spine_level": "T13"})
    assert "“T13” is no vertebral level. Write T7, or T7-T8 for several" in page
    assert case.lesions.first().spine_level == ""


def test_an_inverse_technique_names_its_fields_after_the_save(client, case, petra):
    page = saved(client, case, petra, **{"plans-0-technique": "inverse"})
    assert "What you chose asks for more, now on the facts page: Goals set at" in page
    assert "plans-0-goals_set_at" in sent(client.get(url(case)))


LEAVES = "technique=inverse or technique!=multisource|cone_arc|proton modality!=cobalt60|proton"


def asks_about_leaves(client, case, technique, modality):
    """Whether the form sends an answer about moving leaves; where it does not, the field waits in the page."""
    case.plans.update(technique=technique, mlc_modulated=None)
    type(case).objects.filter(pk=case.pk).update(modality=modality)
    answer = client.get(url(case))
    waits = f'data-called-for="{LEAVES}"' in answer.content.decode()
    sends = 'name="plans-0-mlc_modulated"' in re.sub(
        r"<template.*?</template>", "", answer.content.decode(), flags=re.DOTALL
    )
    assert waits != sends
    return sends


@pytest.mark.parametrize(
    ("technique", "modality", "asked"),
    [
        ("forward_3d", "linac", True),
        ("forward_3d", "robotic_linac", True),
        ("", "linac", True),
        ("cone_arc", "linac", False),
        ("forward_3d", "cobalt60", False),
        ("multisource", "cobalt60", False),
        ("proton", "proton", False),
        ("inverse", "cobalt60", True),
    ],
)
def test_moving_leaves_are_asked_about_only_where_there_may_be_leaves(
    client, case, petra, technique, modality, asked
):
    client.force_login(petra)
    assert asks_about_leaves(client, case, technique, modality) is asked


def test_an_answer_about_leaves_stays_on_the_page_after_the_machine_changed(client, case, petra):
    case.plans.update(technique="multisource", mlc_modulated=True)
    type(case).objects.filter(pk=case.pk).update(modality="cobalt60")
    client.force_login(petra)
    assert sent(client.get(url(case)))["plans-0-mlc_modulated"] == "yes"


def test_a_cobalt_unit_names_the_written_directive_after_the_save(client, case, world, petra):
    page = saved(client, case, petra, machine=str(world.machines["gamma"].pk))
    told = page.partition("What you chose asks for more")[2][:300]
    assert "Written directive" in told
    assert "Medical event suspected" in told


def test_a_circumstance_names_its_fields_after_the_save(client, case, petra):
    page = saved(client, case, petra, implanted_device="yes")
    assert "Risk" in page.partition("What you chose asks for more")[2][:300]


def test_fields_that_a_script_had_shown_are_not_named_again(client, case, petra):
    shown = dict.fromkeys(
        (
            f"plans-0-{name}"
            for name in ("goals_set_at", "optimized_at", "psqa_result", "psqa_device", "psqa_at")
        ),
        "",
    )
    page = saved(client, case, petra, **{"plans-0-technique": "inverse"}, **shown)
    assert "asks for more" not in page


def test_a_change_that_asks_for_nothing_more_says_nothing(client, case, petra):
    assert "asks for more" not in saved(client, case, petra, **{"plans-0-technique": "cone_arc"})


def test_quantities_of_the_case_and_its_plans_show_their_unit(client, case, petra):
    client.force_login(petra)
    page = client.get(url(case)).content.decode()
    for name, unit in (("plans-0-second_check_pct", "%"), ("device_dose_gy", "Gy")):
        after = page.partition(f'name="{name}"')[2][:400]
        assert f'<span class="input-group-text">{unit}</span>' in after, name


def test_what_stands_under_a_lesion_and_a_session_is_grouped_by_who_fills_it(client, case, petra):
    client.force_login(petra)
    page = client.get(url(case)).content.decode()
    for heading, first in (
        ("Prescription, radiation oncologist", "lesions-0-isodose_pct"),
        ("Before the beam: time-out and position", "sessions-0-timeout"),
        ("After the session: screens", "sessions-0-event_suspected"),
    ):
        after = page.partition(f'overline">{heading}</p>')[2]
        assert after.index(f'name="{first}"') < 700, heading
