"""The checklist by keyboard, a row ticked without leaving the keys and folded steps in reach; and on a telephone."""

import re

import pytest
from playwright.sync_api import expect

from casetracker.services import evidence
from tests.browser import story_steps as step
from tests.factories import case_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_rows_are_ticked_and_folded_steps_unfold_behind_the_last_row(window, cast):
    case = case_at("suggested", 1, cast)
    page = step.sign_in(window(), "petra")
    page.goto(f"/cases/{case.pk}/checklist/?who=everyone")
    shown = page.locator("details.step[open] > .step > .items > [data-item]")
    folded = page.locator("details.step:not([open])", has=page.locator(":scope > .step > .items"))
    rows, steps = shown.count(), folded.count()
    assert rows
    assert steps
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(shown.first.locator("input[type=checkbox]")).to_be_checked()
    shown.first.locator("input[type=checkbox]").focus()
    for _ in range(rows - 1):
        page.keyboard.press("j")
    expect(shown.nth(rows - 1)).to_be_focused()
    page.keyboard.press("j")
    expect(folded).to_have_count(steps - 1)
    expect(shown.nth(rows)).to_be_focused()
    wanted = shown.nth(rows).get_attribute("id").removeprefix("item-")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile(rf"/documents/add/\?item={wanted}&"))
    expect(page.locator("form.document-form :focus")).to_have_count(1)


def test_a_long_title_does_not_widen_the_page_of_a_telephone(window, cast):
    case = case_at("suggested", 1, cast)
    title = "Dose-volume and isodose review of the second plan, corrected and approved once more"
    evidence.add_document(case=case, by=cast.people["petra"], kind="dose_volume_review", title=title)
    page = step.sign_in(window(viewport={"width": 390, "height": 800}), "petra")
    page.goto(f"/cases/{case.pk}/checklist/?who=everyone")
    expect(page.locator("#tick-document")).to_contain_text(title)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
