"""Sign-in, kept entries and the password page in a real browser: by keyboard, accessible, within the policy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, sync_playwright

from tests.accounts import pages
from tests.accounts.conftest import PASSWORD, noor, petra  # noqa: F401

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.accounts.pages"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def page(live_server, petra, noor) -> Iterator[Page]:  # noqa: F811
    """A browser at the sign-in page; `page.complaints` collects what the console said about the policy."""
    pages.RECEIVED.clear()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = browser.new_context(
            base_url=live_server.url, viewport={"width": 1280, "height": 800}
        ).new_page()
        shown.complaints = []
        shown.on("console", lambda message: shown.complaints.append(message.text))
        shown.goto("/sign-in/")
        yield shown
        browser.close()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def assert_accessible(page: Page) -> None:
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert [text for text in page.complaints if "Content Security Policy" in text] == []


def test_sign_in_by_keyboard_alone(page):
    assert_accessible(page)
    sign_in(page, "petra")
    assert page.inner_text("body") == "done page"


def test_a_wrong_password_keeps_the_name(page):
    sign_in(page, "petra", "wrong")
    assert "do not match" in page.inner_text("main")
    assert page.input_value("[name=username]") == "petra"
    assert_accessible(page)


def test_the_password_page(page):
    sign_in(page, "petra")
    page.goto("/account/password/")
    assert_accessible(page)


@pytest.fixture
def sent_too_late(page) -> Page:
    """Petra typed a note, her session ended, and she sent it."""
    sign_in(page, "petra")
    page.goto("/typed/")
    page.fill("[name=label]", "right frontal, <18 mm> & more")
    Session.objects.all().delete()
    page.click("button")
    assert "Your session had ended" in page.inner_text("main")
    assert_accessible(page)
    return page


def test_entries_sent_too_late_are_back_after_sign_in(sent_too_late):
    page = sent_too_late
    sign_in(page, "petra")
    assert "Your entries were kept" in page.inner_text("h1")
    assert_accessible(page)
    page.click("text=Continue with these entries")
    page.wait_for_url("**/done/")
    assert pages.RECEIVED[0]["label"] == ["right frontal, <18 mm> & more"]


def test_somebody_else_at_the_same_workstation_sees_nothing(sent_too_late):
    page = sent_too_late
    sign_in(page, "noor")
    assert "frontal" not in page.content()
    page.go_back()
    assert "frontal" not in page.content()
    assert pages.RECEIVED == []
