"""Doses, presence and attached files in the browser: what the scripts around them do, and how the open parts look."""

import re

import pytest
from playwright.sync_api import expect

from casetracker.models import Document, SessionPresence
from tests.attached import PDF, SCRIPT
from tests.browser import story_steps as step
from tests.browser.page_checks import problems
from tests.factories import case_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVE = re.compile("^Save$")


@pytest.fixture
def case(cast):
    cast.north.attachments_allowed = True
    cast.north.save()
    return case_at("suggested", 4, cast)


def unfolded(page, row):
    """The folded part of a session, opened the way a person opens it."""
    place = page.locator("#section-sessions tbody tr[data-row]").nth(row)
    place.locator("details.under > summary").click()
    return place


def test_a_copied_session_asks_anew_who_was_there(window, case, cast):
    page = step.sign_in(window(), "petra")
    page.goto(f"/cases/{case.pk}/facts/")
    first = unfolded(page, 0)
    expect(first.get_by_label("Dr. Olga Onco, MD: arrived")).not_to_have_value("")
    first.get_by_role("button", name="Duplicate row").click()
    copy = unfolded(page, 1)
    for person in ("Dr. Olga Onco, MD", "Dr. Felix Frame, MD"):
        expect(copy.get_by_label(f"{person}: arrived")).to_have_value("")
        expect(copy.get_by_label(f"{person}: left")).to_have_value("")
    expect(copy.get_by_label("Dose per lesion")).to_have_value("20")
    expect(first.get_by_label("Dr. Olga Onco, MD: arrived")).not_to_have_value("")
    copy.get_by_label("Date of the session").fill("3/4/26")
    copy.get_by_label("Dr. Olga Onco, MD: arrived").fill("0700")
    there = copy.get_by_role("group", name="Dr. Felix Frame, MD")
    there.get_by_label("There, times not known").check()
    step.press(page, SAVE)
    page.wait_for_url(re.compile("changed"))
    added = SessionPresence.objects.filter(session__number=2).order_by("clinician__name")
    assert [(one.clinician.name, bool(one.arrived_at)) for one in added] == [
        ("Dr. Felix Frame", False),
        ("Dr. Olga Onco", True),
    ]


def test_a_wrong_dose_leads_into_the_folded_part(window, case):
    page = step.sign_in(window(), "petra")
    page.goto(f"/cases/{case.pk}/facts/")
    row = unfolded(page, 0)
    row.get_by_label("Dose per lesion").fill("L1 20, L9 18")
    row.get_by_label("Dr. Olga Onco, MD: left").fill("0100")
    step.press(page, SAVE)
    page.locator("[data-error-summary] a", has_text="Dose per lesion").click()
    expect(page.locator("#id_sessions-0-doses")).to_be_focused()
    expect(page.locator("#id_sessions-0-doses")).to_have_value("L1 20, L9 18")
    assert problems(page) == []


def test_a_file_is_sent_refused_by_content_and_downloaded(window, case, tmp_path):
    page = step.sign_in(window(), "petra")
    page.goto(f"/cases/{case.pk}/documents/add/?then=documents")
    page.get_by_label("Kind").select_option("treatment_order")
    script = {"name": "scan.png", "mimeType": "image/png", "buffer": SCRIPT}
    page.get_by_label("Attached file").set_input_files(script)
    step.press(page, "Add document")
    expect(page.locator("#id_file_error")).to_contain_text("whatever its name says")
    assert problems(page) == []
    good = {"name": "order of a patient.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.get_by_label("Attached file").set_input_files(good)
    step.press(page, "Add document")
    page.wait_for_url(f"**/cases/{case.pk}/documents/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file of").click()
    document = Document.objects.get(removed_at=None, kind="treatment_order", attachment__gt="")
    assert download.value.suggested_filename == f"{case.number}-document-{document.pk}.pdf"
    download.value.save_as(tmp_path / "back.pdf")
    assert (tmp_path / "back.pdf").read_bytes() == PDF
    assert problems(page, f"/cases/{case.pk}/documents/{document.pk}/") == []
