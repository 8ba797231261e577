"""Published billing files in the browser: sent, read in the background, watched with and without script."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from casetracker.services import reference_reading
from checklists.models import ReferenceFile, ReferenceRelease
from tests.browser import story_steps as step
from tests.browser.page_checks import problems
from tests.reference import files
from tests.reference.loading import LIMITS_2026Q4, load, own_shelf, small_tables  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
pytestmark += [pytest.mark.usefixtures("own_shelf", "small_tables")]


def file(content: bytes, name: str = LIMITS_2026Q4) -> dict:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def test_a_release_from_the_file_to_its_publication(window, cast, settings):
    settings.REFERENCE_READING = "thread"
    page = step.sign_in(window(), "cora")
    page.goto("/coding-files/load/")
    assert problems(page) == []
    page.get_by_label("Files", exact=False).first.set_input_files([file(files.limits())])
    page.get_by_label("Our site holds the licences", exact=False).check()
    page.get_by_role("button", name="Load").click()
    expect(page.get_by_text("Waits for publication")).to_be_visible()
    assert problems(page) == []
    address = page.url
    other = step.sign_in(window(), "ada")
    other.goto(address)
    other.get_by_role("button", name="Publish").click()
    expect(other.get_by_text("is published.", exact=False)).to_be_visible()
    assert problems(other) == []
    assert problems(other, "/coding-files/") == []
    assert ReferenceRelease.objects.get().published_by.username == "ada"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_reading_is_watched_until_it_is_done(window, cast, script, monkeypatch):
    monkeypatch.setattr(reference_reading, "start_reading", lambda: None)
    release = load(cast.people["cora"], read=False)
    ReferenceFile.objects.update(state="reading", beat_at=timezone.now(), size=400, bytes_done=100)
    page = step.sign_in(window(java_script_enabled=script), "cora")
    page.goto(f"/coding-files/{release.pk}/")
    expect(page.locator("progress")).to_have_attribute("value", "25")
    ReferenceFile.objects.update(bytes_done=200)
    expect(page.locator("progress")).to_have_attribute("value", "50")
    ReferenceFile.objects.update(state="waiting")
    assert reference_reading.read_waiting() == 1
    expect(page.get_by_text("Waits for publication")).to_be_visible()
    expect(page.get_by_text("What changes for our codes")).to_be_visible()


def test_states_of_a_release(window, cast, monkeypatch):
    monkeypatch.setattr(reference_reading, "start_reading", lambda: None)
    cora = cast.people["cora"]
    reading = load(cora, read=False)
    ReferenceFile.objects.update(state="reading", beat_at=timezone.now(), bytes_done=100)
    asked = ReferenceRelease.objects.create(
        kind="pairs", licence_held=True, opened_by=cora, opened_at=timezone.now(), files_expected=4
    )
    refused = ReferenceRelease.objects.create(
        kind="add_ons",
        licence_held=True,
        opened_by=cora,
        opened_at=timezone.now(),
        state="refused",
        problem="Cut off.",
    )
    page = step.sign_in(window(), "cora")
    found = [text for one in (asked, refused) for text in problems(page, f"/coding-files/{one.pk}/")]
    watched = step.sign_in(window(), "cora")
    found += problems(watched, f"/coding-files/{reading.pk}/")
    assert found + problems(page, "/coding-files/") == []
