"""Billing and administration in a real browser: accessible at every width, by keyboard, within the policy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from casetracker.models import Handoff, Packet
from casetracker.services import handoff as services
from tests.cast import *  # noqa: F403
from tests.packets import approved, desk

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (820, 1280, 1920)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ready(world) -> Handoff:
    approved(desk(world, demo=True), world)
    services.draw_pending()
    return Handoff.objects.get()


@pytest.fixture
def page(live_server) -> Iterator[Page]:
    """A browser; `page.complaints` collects what the console said."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = browser.new_context(base_url=live_server.url, accept_downloads=True).new_page()
        shown.complaints = []
        shown.on("console", lambda message: shown.complaints.append(message.text))
        shown.on("pageerror", lambda error: shown.complaints.append(str(error)))
        yield shown
        browser.close()


def sign_in(page: Page, user, live_server) -> None:
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])


def assert_fine(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate("axe.run()")["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], (address, width)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (address, width)
    assert [text for text in page.complaints if "Content Security Policy" in text] == []


def test_pages_of_billing_are_accessible(page, live_server, ready, bea):
    sign_in(page, bea, live_server)
    for address in ("/handoffs/", "/handoffs/?tab=returned", f"/handoffs/{ready.pk}/"):
        assert_fine(page, address)
    page.get_by_text("Something is wrong with it").click()
    page.evaluate(AXE)
    assert page.evaluate("axe.run()")["violations"] == []


def test_a_draft_is_accessible(page, live_server, world, petra):
    packet = desk(world).packet()
    sign_in(page, petra, live_server)
    assert_fine(page, f"/cases/{packet.case_id}/packets/{packet.pk}/draft/")


def test_pages_of_the_administrator_are_accessible(page, live_server, world, ada, petra):
    sign_in(page, ada, live_server)
    home = f"/people/{world.north.pk}/"
    for address in ("", "settings/", "clocks/", "accounts/new/", f"accounts/{petra.pk}/", "clinicians/new/"):
        assert_fine(page, home + address)


def test_billing_downloads_and_confirms_by_keyboard(page, live_server, ready, bea):
    sign_in(page, bea, live_server)
    page.goto("/handoffs/")
    page.get_by_role("link", name="N-0001").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/handoffs/{ready.pk}/")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download PDF").press("Enter")
    assert started.value.suggested_filename == "N-0001-facility-v1.pdf"
    page.get_by_label("Claim or batch number").focus()
    page.keyboard.type("B-1")
    page.keyboard.press("Enter")
    page.get_by_text("Receipt of version 1 confirmed.").wait_for()
    assert Packet.objects.get(stream="facility").status == "closed"


def test_billing_returns_without_script(page, live_server, ready, bea):
    sign_in(page, bea, live_server)
    plain = page.context.browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
    ).new_page()
    plain.goto(f"/handoffs/{ready.pk}/")
    plain.get_by_text("Something is wrong with it").click()
    plain.get_by_label("What is wrong").fill("77295 has no date.")
    plain.get_by_role("button", name="Return to the department").click()
    plain.get_by_text("Billing returned this version: do not bill from it").wait_for()
    assert Packet.objects.get(stream="facility").status == "returned"
