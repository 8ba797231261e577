"""Fields that a technique or an answer calls for appear at once; a link leads into a row without script too."""

import re

import pytest
from playwright.sync_api import expect

from casetracker.models import Plan
from tests.browser import story_steps as step
from tests.browser.page_checks import problems
from tests.factories import case_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVE = re.compile("^Save$")


@pytest.fixture
def case(cast):
    made = case_at("suggested", 1, cast)
    Plan.objects.update(goals_set_at=None, optimized_at=None, psqa_result="", psqa_device="", psqa_at=None)
    return made


def opened(page, case):
    page.goto(f"/cases/{case.pk}/facts/")
    for label in (
        "Reviews of the physicians",
        "Checks of the physicist",
        "Nursing and physics",
        "Circumstances of",
    ):
        page.locator("summary", has_text=label).click()
    return page


def test_the_fields_of_an_inverse_plan_appear_with_the_choice_and_are_saved(window, case):
    page = opened(step.sign_in(window(), "petra"), case)
    goals = page.locator('[name="plans-0-goals_set_at"]')
    measured = page.locator('[name="plans-0-psqa_result"]')
    expect(goals).to_have_count(0)
    page.locator('[name="plans-0-technique"]').select_option("inverse")
    expect(goals).to_be_visible()
    expect(measured).to_be_visible()
    page.locator('[name="plans-0-technique"]').select_option("cone_arc")
    expect(goals).to_have_count(0)
    page.locator('[name="plans-0-technique"]').select_option("inverse")
    goals.fill("2026-02-24 10:00")
    page.locator('[name="plans-0-technique"]').select_option("cone_arc")
    expect(goals).to_have_value("2026-02-24 10:00")
    expect(measured).to_have_count(0)
    assert problems(page) == []
    page.locator('[name="plans-0-technique"]').select_option("inverse")
    step.press(page, SAVE)
    page.wait_for_url(re.compile("changed"))
    assert Plan.objects.get().goals_set_at is not None


def test_a_cobalt_unit_brings_directive_and_event_screen_also_into_a_new_row(window, case, cast):
    page = opened(step.sign_in(window(), "petra"), case)
    sessions = page.locator("#section-sessions")
    expect(page.locator('[name="directives-TOTAL_FORMS"]')).to_have_count(0)
    page.locator('[name="machine"]').select_option(str(cast.machines["gamma"].pk))
    expect(page.locator('[name="directives-TOTAL_FORMS"]')).to_have_count(1)
    expect(page.locator('[name="sessions-0-event_suspected"]')).to_have_count(1)
    sessions.get_by_role("button", name="Add a session").click()
    expect(page.locator('[name="sessions-1-event_suspected"]')).to_have_count(1)


def test_an_implant_brings_its_fields(window, case):
    page = opened(step.sign_in(window(), "petra"), case)
    risk = page.locator('[name="device_risk"]')
    expect(risk).to_have_count(0)
    page.locator("#id_implanted_device_0").check()
    expect(risk).to_be_visible()


def test_a_link_into_a_folded_row_opens_it_and_takes_the_focus_without_script(window, case):
    page = step.sign_in(window(java_script_enabled=False), "petra")
    page.goto(f"/cases/{case.pk}/facts/#target-l1-margin_mm")
    place = page.locator("#target-l1-margin_mm")
    expect(place).to_be_in_viewport()
    expect(place).to_be_focused()
    page.keyboard.press("Tab")
    expect(place.locator("input")).to_be_focused()


def test_a_link_into_a_folded_row_leads_into_its_control(window, case):
    page = step.sign_in(window(), "petra")
    page.goto(f"/cases/{case.pk}/facts/#target-l1-margin_mm")
    expect(page.locator("#target-l1-margin_mm input")).to_be_focused()


def test_what_lies_under_a_row_stays_in_the_window_of_a_telephone(window, case):
    page = step.sign_in(window(viewport={"width": 360, "height": 800}), "petra")
    page.goto(f"/cases/{case.pk}/facts/")
    for label in ("More about this lesion", "More about this session"):
        page.locator("summary", has_text=label).first.click()
    reach = "nodes => nodes.filter(n => n.offsetParent).map(n => n.getBoundingClientRect().right)"
    ends = page.locator(".under-fields input, .under-fields select").evaluate_all(reach)
    assert len(ends) > 20
    assert max(ends) <= 360
