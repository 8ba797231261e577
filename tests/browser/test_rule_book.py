"""The rule book in the browser: every page free of axe findings, no wider than a telephone, readable on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser import story_steps as step
from tests.browser.page_checks import TELEPHONE, problems, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESSES = (
    "/rulebook/",
    "/rulebook/?q=linac",
    "/rulebook/codes/77372/",
    "/rulebook/codes/77336/?on=2020-01-01",
    "/rulebook/rules/DEL-02/",
    "/rulebook/rules/X-01/",
    "/rulebook/documents/",
    "/rulebook/policies/",
    "/rulebook/conflicts/",
    "/rulebook/changes/",
    "/rulebook/unverified/",
    "/rulebook/try/",
)


def test_every_page_of_the_rule_book(window, cast):
    page = step.sign_in(window(), "noor")
    found = []
    for address in ADDRESSES:
        found += problems(page, address) + too_wide(page, TELEPHONE)
    assert found == []


def test_a_case_is_tried_out_without_script(window, cast):
    page = step.sign_in(window(java_script_enabled=False), "noor")
    page.goto("/rulebook/try/")
    page.get_by_label("Date of service").fill("2026-03-02")
    page.get_by_label("Treatment machine type").select_option("linac")
    page.get_by_label("Setting").select_option("hospital_outpatient")
    page.get_by_label("Planned sessions").fill("1")
    page.get_by_label("Days of completed sessions").fill("2026-03-02")
    page.get_by_label("Region").first.select_option("frontal")
    page.get_by_label("Diagnosis", exact=True).first.select_option("metastasis")
    page.get_by_label("Largest dimension (mm)").first.fill("14")
    page.get_by_role("button", name="Write the document and judge it").click()
    assert "max_dimension_mm: 14" in page.locator("#id_text").input_value()
    expect(page.locator("#line-77372").or_(page.locator("[id^='line-77372']")).first).to_be_visible()
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Save the document").click()
    assert loaded.value.suggested_filename == "case.yaml"


def test_what_was_judged_is_checked_too(window, cast):
    page = step.sign_in(window(), "noor")
    page.goto("/rulebook/try/")
    page.get_by_role("button", name="Judge", exact=True).click()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    assert problems(page) + too_wide(page, TELEPHONE) == []


def test_on_paper_the_tables_are_whole(window, cast):
    page = step.sign_in(window(), "noor")
    page.goto("/rulebook/codes/77372/")
    page.emulate_media(media="print")
    assert page.locator(".table-wrap").first.evaluate("node => getComputedStyle(node).overflowX") == "visible"
    expect(page.locator(".tabs").first).to_be_hidden()
    expect(page.get_by_role("button", name="Show this day")).to_be_hidden()
