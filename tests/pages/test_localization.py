"""How the target was localized: typed on the facts page, pre-checked on the checklist, told in the history."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from casetracker.case_input import CaseInput
from casetracker.models import Case
from casetracker.services.cases import save_facts
from tests.factories import case_at
from tests.pages.sent_form import sent
from tests.pages.test_clinical_record import prove

pytestmark = pytest.mark.django_db
KEY = "stereotactic-localization"
RECORDED = "Localization of the target recorded, registration error within the limit"


@pytest.fixture
def case(world):
    return case_at("suggested", 1, world)


def facts_page(case) -> str:
    return reverse("case-facts", args=[case.pk])


def saved(client, case, person, **typed):
    client.force_login(person)
    fields = sent(client.get(facts_page(case)))
    return client.post(facts_page(case), {**fields, **typed, "do": "save"}, follow=True)


def changed(case, petra, **values):
    """The item after these facts were saved, and its check over case data."""
    case.refresh_from_db()
    save_facts(case=case, by=petra, facts_version=case.facts_version, data=CaseInput(case=values))
    item = case.items.get(key=KEY)
    (check,) = [check for check in item.checks if check["check"] == "localization.in_limit"]
    return item, check


def test_method_and_error_are_typed_in_the_physicists_fold(client, case, petra):
    saved(client, case, petra, localization_method="reference_ct", localization_error_mm="0.05 cm")
    case.refresh_from_db()
    assert (case.localization_method, case.localization_error_mm) == ("reference_ct", Decimal("0.5"))
    page = client.get(facts_page(case)).content.decode()
    fold = page.partition("Localization of the target, by the physicist")[2].partition("</details>")[0]
    assert 'name="localization_method"' in fold
    assert 'value="0.5"' in fold


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"localization_error_mm": "50.01"}, "Between 0 and 50 mm; 50.01 is not."),
        ({"localization_error_mm": "-1"}, "Type for example 0.4."),
        ({"localization_error_mm": "0.125"}, "At most two decimals of mm"),
        ({"localization_method": "glue"}, "“glue” is not one of the choices."),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_not_saved(client, case, petra, typed, said):
    assert said in saved(client, case, petra, **typed).content.decode()
    case.refresh_from_db()
    assert (case.localization_method, case.localization_error_mm) == ("cone_beam_six_axis", Decimal("0.4"))


def test_an_error_of_50_mm_can_be_recorded_and_fails_the_check(client, case, petra):
    saved(client, case, petra, localization_error_mm="50")
    case.refresh_from_db()
    assert case.localization_error_mm == 50
    assert case.items.get(key=KEY).checks[0]["verdict"] == "fails"


def test_the_check_follows_the_record(case, petra):
    assert changed(case, petra, localization_error_mm=Decimal(1))[1]["verdict"] == "holds"
    assert changed(case, petra, localization_error_mm=Decimal("1.01"))[1]["verdict"] == "fails"
    assert changed(case, petra, localization_error_mm=None)[1]["verdict"] == "unknown"


def test_a_person_still_judges_the_record_itself(case, petra, world):
    item, check = changed(case, petra, localization_error_mm=Decimal("0.4"))
    assert (check["verdict"], item.answer) == ("holds", "open")
    prove(case, world, KEY, "simulation_note", author=world.clinicians["phil"], author_role="physicist")
    assert case.items.get(key=KEY).answer == "satisfied"
    item, _ = changed(case, petra, localization_error_mm=Decimal(3))
    assert item.answer == "open"


@pytest.mark.parametrize("value", [None, Decimal(3)])
def test_the_item_leads_to_the_field(client, case, petra, value):
    item, _ = changed(case, petra, localization_error_mm=value)
    client.force_login(petra)
    page = client.get(reverse("case-item", args=[case.pk, item.pk])).content.decode()
    (url,) = re.findall(rf"<span>{RECORDED}[^<]*<a href=\"([^\"]*)\">Go to the field</a>", page)
    assert url == f"{facts_page(case)}#id_localization_error_mm"
    assert f'id="{url.partition("#")[2]}"' in client.get(facts_page(case)).content.decode()


def test_the_history_names_both_in_the_words_of_the_form(client, case, petra):
    saved(client, case, petra, localization_method="other", localization_error_mm="0.7")
    history = client.get(reverse("case-history", args=[case.pk])).content.decode()
    assert "Changed: Target localized by, Registration error" in history
    assert "Cone-beam CT with six-axis registration" in history
    assert "0.7 mm" in history


def test_frame_fiducials_without_a_frame_are_doubted_beside_the_form(client, case, petra):
    page = saved(client, case, petra, localization_method="frame_fiducials").content.decode()
    assert "Localized by fiducials of a head frame, but the fixation is “Mask”. Check both." in page
    assert Case.objects.get(pk=case.pk).localization_method == "frame_fiducials"
