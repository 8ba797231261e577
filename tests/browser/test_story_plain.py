"""The same pages without JavaScript: start, facts, suggestion after saving, a document, submission."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import story_steps as step
from tests.factories import case_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = """L1\tMetastasis\tFrontal\tRight\t18\t40\tNo\tC79.31\t20
L2\tMetastasis\tParietal\tLeft\t1.2 cm\t44\tNo\tC79.31\t20"""


@pytest.fixture
def plain(window):
    return lambda name: step.sign_in(window(java_script_enabled=False), name)


def test_start_save_and_see_the_suggestion(plain):
    petra = plain("petra")
    case = step.start_case(petra, "TrueBeam 1", "4716", "Fir, Fay", "6/1/60", "3/2/26")
    step.enter(step.section(petra, "setting"), {"Planned sessions": "1"})
    step.enter(step.section(petra, "lesions"), {"Rows from a spreadsheet": ROWS})
    step.press(petra, "Read into the table")
    assert petra.locator("#id_lesions-1-max_dimension_mm").input_value() == "1.2 cm"
    step.enter(petra.locator("#team-radiation_oncologist"), {"Person": "Dr. Olga Onco, MD"})
    step.press(petra, re.compile("^Save$"))
    petra.goto(f"{case}facts/")
    assert petra.locator("#id_lesions-1-max_dimension_mm").input_value() == "12"
    assert {"77372", "77432"} <= set(step.suggested(petra))
    expect(petra.locator("#suggestion")).to_contain_text("as saved")


def test_rows_are_added_and_removed_by_buttons_that_send_the_form(plain):
    petra = plain("petra")
    step.start_case(petra, "TrueBeam 1", "4717", "Gum, Gil", "6/1/60", "3/2/26")
    petra.locator("#id_lesions-0-max_dimension_mm").fill("18")
    step.press(petra, "Add a lesion")
    assert petra.locator("#id_lesions-0-max_dimension_mm").input_value() == "18"
    petra.locator("#id_lesions-1-max_dimension_mm").fill("9")
    petra.locator("#id_lesions-0-DELETE").check()
    step.press(petra, re.compile("^Save$"))
    petra.goto(re.sub(r"facts/.*", "facts/", petra.url))
    assert petra.locator("#id_lesions-0-max_dimension_mm").input_value() == "9"
    expect(petra.locator("#id_lesions-1-max_dimension_mm")).to_have_count(0)


def test_a_document_and_its_items(plain, cast):
    case = case_at("coded", 1, cast)
    petra = plain("petra")
    petra.goto(f"/cases/{case.pk}/documents/add/")
    petra.get_by_label("Kind").select_option(label="Prescription")
    step.press(petra, "Tick what this kind usually proves")
    expect(petra.locator("#id_items input:checked")).not_to_have_count(0)
    entries = {"Author": "Dr. Olga Onco, MD", "Date of service": "2/24/26", "Signed at": "2/24/26 1500"}
    step.enter(petra.locator("form.document-form"), entries)
    step.press(petra, "Add document")
    step.told(petra, "It is ticked for")


def test_submit_approve_and_confirm(plain, cast):
    case = f"/cases/{case_at('documented', 1, cast).pk}/"
    step.submit_every_packet(plain("cora"), case)
    sam = plain("sam")
    step.approve_every_packet(sam, case)
    assert step.states_of_packets(sam, case) == ["Handed off"] * 3
