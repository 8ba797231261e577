"""The main acts with the keyboard alone: Tab reaches the button, one can see where one is, Enter acts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import story_steps as step
from tests.cast import PASSWORD
from tests.factories import case_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 400
FOCUSED = "node => node === document.activeElement"
SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""


def tab_to(page: Page, place: Locator) -> None:
    """Press Tab until the place has the focus, and see it."""
    for _ in range(MOST_TABS):
        if place.evaluate(FOCUSED):
            assert page.evaluate(SEEN), "nothing shows where the focus is"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {place}")


def press_enter(page: Page, name: str | re.Pattern[str]) -> None:
    """Tab to the button of this name, send it with Enter, wait for the page that answers."""
    tab_to(page, page.get_by_role("button", name=name).last)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_sign_in_start_and_save(window):
    page = window()
    page.goto("/sign-in/")
    page.keyboard.type("petra")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    press_enter(page, "Sign in")
    tab_to(page, page.get_by_role("banner").get_by_role("link", name="New case"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.type("4715")
    page.keyboard.press("Tab")
    page.keyboard.type("Elm, Eve")
    press_enter(page, "Open the case")
    expect(page.get_by_label("Diagnosis").first).to_be_focused()
    page.keyboard.type("met")
    press_enter(page, re.compile("^Save$"))
    expect(page.get_by_role("heading", name="Saved: before and after")).to_be_visible()


def test_accept(window, cast):
    case = case_at("suggested", 1, cast)
    cora = step.sign_in(window(), "cora")
    cora.goto(f"/cases/{case.pk}/codes/")
    press_enter(cora, re.compile("^Accept all"))
    step.told(cora, "Accepted:")


def test_approve(window, cast):
    case = case_at("in_review", 1, cast)
    packet = case.packets.get(stream="surgeon_professional")
    sam = step.sign_in(window(), "sam")
    sam.goto(f"/cases/{case.pk}/review/{packet.pk}/")
    press_enter(sam, re.compile("^Accept all"))
    for box in sam.locator("ul.ticks input").all():
        tab_to(sam, box)
        sam.keyboard.press("Space")
    tab_to(sam, sam.get_by_label("Your password"))
    sam.keyboard.type(PASSWORD)
    press_enter(sam, "Approve and freeze")
    step.told(sam, "Approved and frozen.")


def test_confirm_receipt(window, cast):
    case_at("handed_off", 1, cast)
    bea = step.sign_in(window(), "bea")
    bea.goto("/handoffs/")
    tab_to(bea, bea.locator("table a.row-link").first)
    with bea.expect_navigation():
        bea.keyboard.press("Enter")
    press_enter(bea, "Confirm receipt")
    expect(bea.get_by_role("region", name="Receipt")).to_contain_text("by Bea Bills")


def test_an_item_opened_with_a_key_starts_at_its_first_answer(window, cast):
    case = case_at("coded", 1, cast)
    petra = step.sign_in(window(), "petra")
    petra.goto(f"/cases/{case.pk}/checklist/?who=everyone")
    opened = petra.locator(
        "[data-item]", has=petra.get_by_role("link", name=re.compile("^Add document for"))
    ).first
    opened.focus()
    with petra.expect_navigation():
        petra.keyboard.press("o")
    expect(petra.get_by_role("link", name="Add document")).to_be_focused()
    assert petra.evaluate(SEEN)
    petra.keyboard.press("Shift+Tab")
    expect(petra.get_by_role("link", name="Add document")).not_to_be_focused()


def test_for_a_reader_an_item_opens_at_the_reasons_why_nothing_can_be_answered(window, cast):
    case = case_at("coded", 1, cast)
    carl = step.sign_in(window(), "carl")
    carl.goto(f"/cases/{case.pk}/checklist/?who=everyone")
    carl.locator("[data-item]:visible").first.focus()
    with carl.expect_navigation():
        carl.keyboard.press("o")
    expect(carl.locator(".acts summary").first).to_be_focused()
