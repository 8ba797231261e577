"""One Chromium for a module of tests and the desks of the cast: a signed-out browser window for each person.

A window is shut at the end of its test; whatever its console complained about (a script error, a broken policy, a
missing file) then fails that test. Steps of the stories are in `story_steps.py`.
"""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.cast import World, build_world

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "chromium"
)
# The browser itself reports these for pages that are meant to be refused: a form with wrong entries, two versions.
REFUSED_ON_PURPOSE = ("status of 409", "status of 422", "status of 403", "status of 404")
DESKTOP = {"width": 1280, "height": 900}
PATIENCE = (
    30_000  # milliseconds until a page that should show something fails the test; a busy machine is slow
)

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def cast(transactional_db) -> World:
    """Both departments and everybody in them, in a database that the server's own threads see."""
    return build_world()


@pytest.fixture
def complaints() -> list[str]:
    """What the consoles of all windows of this test complained about so far."""
    return []


@pytest.fixture
def window(
    chromium: Browser, live_server, cast: World, complaints: list[str]
) -> Iterator[Callable[..., Page]]:
    """`window()` opens a fresh browser, as on another workstation; keywords go to the browser's context."""
    contexts = []

    def opened(**options: Any) -> Page:
        options = {"viewport": DESKTOP, "accept_downloads": True, **options}
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if _matters(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    with override_settings(ALLOWED_HOSTS=["*"]):
        yield opened
        for context in contexts:
            context.close()
    assert complaints == []


def _matters(message: Any) -> bool:
    meant = any(words in message.text for words in REFUSED_ON_PURPOSE)
    return message.type in ("error", "warning") and not meant
