"""Policies and lifting in a real browser: by keyboard, accessible, no wider than the window."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from casetracker.models import PolicySetting
from casetracker.services import coding
from tests.browser import story_steps as step
from tests.browser.page_checks import problems
from tests.factories import case_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_policy_from_the_key_to_the_approval(window, cast):
    case = case_at("suggested", 1, cast)
    page = step.sign_in(window(), "carl")
    home = f"/policies/{cast.north.pk}/"
    payer = f"{home}payers/{cast.payers['medicare'].pk}/"
    found = problems(page, home) + problems(page, payer) + problems(page, f"{payer}keys/robotic_codeset/")
    found += problems(page, f"{home}keys/surgeon_specialties/") + problems(
        page, f"{home}keys/max_lesions_covered/"
    )
    page.goto(f"{home}keys/allow_77336_single/")
    page.get_by_role("button", name="Show the open cases it touches").press("Enter")
    expect(page.get_by_text("Choose or type a value.").first).to_be_visible()
    found += problems(page)
    page.get_by_label("Value").select_option("no")
    page.get_by_label("First day of service").fill("2026-01-01")
    page.get_by_label("Why").fill("Decided in the coding meeting.")
    page.get_by_role("button", name="Show the open cases it touches").press("Enter")
    expect(page.get_by_role("heading", name="1 of 1 would change")).to_be_visible()
    found += problems(page)
    expect(page.get_by_text(f"Codes of case {case.number}")).to_be_visible()
    page.get_by_role("button", name="Save the proposal").press("Enter")
    page.wait_for_url("**/proposals/*/")
    found += problems(page)
    address = page.url
    page = step.sign_in(window(), "ada")
    found += problems(page, urlsplit(address).path)
    page.get_by_role("button", name="Put in force").press("Enter")
    expect(page.get_by_text("Judged anew: 1 case; of these changed: 1.")).to_be_visible()
    found += problems(page)
    found += problems(page, f"{home}keys/allow_77336_single/")
    assert found == []
    assert PolicySetting.objects.get().state == "in_force"


def test_a_block_is_lifted_and_taken_back(window, cast):
    case = case_at("coded", 1, cast)
    coding.add_line(
        case=case,
        by=cast.people["cora"],
        code="61782",
        stream="surgeon_professional",
        units=1,
        modifiers=[],
        date=date(2026, 3, 2),
        reason="Navigation for a biopsy.",
        hold_until=date(2099, 12, 31),
    )
    page = step.sign_in(window(), "carl")
    found = problems(page, f"/cases/{case.pk}/codes/")
    page.get_by_role("link", name="Lift for this case").press("Enter")
    page.wait_for_url("**/lift/*/")
    found += problems(page)
    page.get_by_label("Why it is lifted").fill("An unrelated biopsy.")
    page.get_by_role("button", name="Lift for this case").press("Enter")
    expect(page.get_by_text("Lifted by Carl Complies, compliance")).to_be_visible()
    found += problems(page)
    page.get_by_role("link", name="Take back").press("Enter")
    page.wait_for_url("**/end/")
    found += problems(page)
    assert found == []
