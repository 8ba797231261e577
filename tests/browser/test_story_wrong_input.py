"""Wrong input in the browser: a clear message beside the field, what was typed kept, and shown to nobody else."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.browser import story_steps as step
from tests.browser.page_checks import problems
from tests.cast import PASSWORD
from tests.factories import case_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZE = "#id_lesions-0-max_dimension_mm"
SAVE = re.compile("^Save$")


@pytest.fixture
def case(cast):
    """A case of one lesion of 18 mm with every fact."""
    return f"/cases/{case_at('suggested', 1, cast).pk}/"


def open_facts(window, case, name="petra"):
    page = step.sign_in(window(), name)
    page.goto(f"{case}facts/")
    return page


def messages(page):
    return page.locator("[data-error-summary] li").all_inner_texts()


def test_text_for_a_number_is_named_and_kept(window, case):
    page = open_facts(window, case)
    page.locator(SIZE).fill("big")
    step.press(page, SAVE)
    assert messages(page) == [
        "Lesion 1, Largest size: “big” is not a number of mm. Type for example 18 or 1.8 cm."
    ]
    assert page.locator(SIZE).input_value() == "big"
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("[data-error-summary] a").click()
    expect(page.locator(SIZE)).to_be_focused()
    assert problems(page) == []


@pytest.mark.parametrize(
    ("place", "field", "button"),
    [
        ("sessions/1/day/", "Beam on", "Record the day"),
        ("documents/add/", "Signed at", "Add document"),
    ],
)
def test_every_refused_form_starts_at_its_errors(window, case, place, field, button):
    page = step.sign_in(window(), "petra")
    page.goto(f"{case}{place}")
    page.get_by_label(field, exact=True).fill("late")
    step.press(page, button)
    expect(page.locator("[data-error-summary]")).to_be_focused()


@pytest.mark.parametrize(
    ("place", "field"), [("sessions/1/day/", "beam_on"), ("documents/add/", "signed_at")]
)
def test_without_script_the_errors_come_before_the_first_field(window, case, place, field):
    page = step.sign_in(window(java_script_enabled=False), "petra")
    page.goto(f"{case}{place}")
    page.locator(f"main [name={field}]").fill("late")
    page.locator("main button[type=submit].btn-primary").last.click()
    first = page.locator("main").locator("[data-error-summary], input:not([type=hidden]), select").first
    expect(first).to_have_attribute("data-error-summary", "")


def test_reversed_dates_and_times_are_refused_beside_their_fields(window, case):
    page = open_facts(window, case)
    row = step.section(page, "sessions")
    row.get_by_label("Start time").fill("0900")
    row.get_by_label("End time").fill("0815")
    step.press(page, SAVE)
    assert any("08:15 is before 08:30: the order is start, beam on, end." in text for text in messages(page))
    assert row.get_by_label("End time").input_value() == "0815"
    page.goto(case)
    area = page.locator(".care form").first
    step.enter(area, {"Referred on": "2/20/26", "Consultation on": "2/10/26"})
    step.press(page, "Record these dates")
    step.told(page, "Please check: Consultation on (2026-02-10) lies before “referred on” (2026-02-20).")


def test_a_sixty_first_lesion_does_not_fit_and_no_row_is_lost(window, case):
    page = open_facts(window, case)
    rows = "\n".join(f"P{n}\tMetastasis\tFrontal\tLeft\t{5 + n % 20}" for n in range(1, 61))
    step.enter(step.section(page, "lesions"), {"Rows from a spreadsheet": rows})
    step.press(page, "Read into the table")
    step.press(page, SAVE)
    assert messages(page) != []
    assert "60" in messages(page)[0]
    assert page.locator("#id_lesions-60-label").input_value() == "P60"


def test_a_date_that_is_none_and_a_count_that_is_a_word(window, case):
    page = open_facts(window, case)
    page.get_by_label("Date of service").fill("31/31/2026")
    page.get_by_label("Planned sessions").fill("many")
    step.press(page, SAVE)
    assert [text.partition(":")[0] for text in messages(page)] == ["Date of service", "Planned sessions"]
    assert page.get_by_label("Planned sessions").input_value() == "many"


BAD_LIST = """Kind\tTitle\tAuthor\tService date\tSigned at\tReference
Prescription\tPrescription 20 Gy\tDr. Olga Onco\t2026-02-24\t2026-02-24 15:00\tfolder 1
Prescripton\tPrescription again\tDr. Olga Onco\t31/31/2026\t2026-02-24\tfolder 2"""


def test_a_document_list_names_every_wrong_cell_and_stores_nothing(window, case):
    page = step.sign_in(window(), "petra")
    page.goto(f"{case}documents/list/")
    page.get_by_label("Paste the list").fill(BAD_LIST)
    step.press(page, "Check the list")
    preview = page.locator("#preview")
    for words in (
        "Did you mean: Prescription?",
        "'31/31/2026' is not a date",
        "has no time",
        "1 row cannot be",
    ):
        expect(preview).to_contain_text(words)
    expect(page.get_by_role("button", name="Store the list")).to_have_attribute("aria-disabled", "true")
    assert page.get_by_label("Paste the list").input_value() == BAD_LIST
    assert problems(page) == []
    assert step.documents_of(page, case) == []


def add_line(window, case, code):
    page = step.sign_in(window(), "cora")
    page.goto(f"{case}codes/add/")
    step.enter(page.locator("main form"), {"Code": code, "Why it is added": "The oncologist asked for it."})
    step.press(page, "Add the line")
    return page


@pytest.mark.parametrize("code", ["7737", "none!"])
def test_a_code_that_is_none_is_refused_and_what_was_typed_stays(window, case, code):
    page = add_line(window, case, code)
    expect(page.locator(".invalid-feedback")).to_contain_text(f"“{code.upper()}” is not a billing code")
    assert page.get_by_label("Why it is added").input_value() == "The oncologist asked for it."
    assert problems(page) == []


def test_a_code_the_rule_book_does_not_know_carries_a_warning(window, case):
    page = add_line(window, case, "99999")
    expect(page.locator("main")).to_contain_text("99999 is not in this rule book")
    assert problems(page) == []


def test_a_wrong_password_approves_nothing(window, cast):
    case = case_at("in_review", 1, cast)
    packet = case.packets.get(stream="surgeon_professional")
    page = step.sign_in(window(), "sam")
    page.goto(f"/cases/{case.pk}/review/{packet.pk}/")
    step.press(page, re.compile("^Accept all"))
    for box in page.locator("ul.ticks input").all():
        step.tick_by_key(box)
    page.get_by_label("Note on the approval").fill("Looked at.")
    page.get_by_label("Your password").fill("not mine")
    step.press(page, "Approve and freeze")
    expect(page.locator("main")).to_contain_text("This is not your password. Nothing was approved.")
    assert page.get_by_label("Note on the approval").input_value() == "Looked at."
    assert problems(page) == []


def test_a_stale_tab_shows_both_versions_and_loses_neither(window, case):
    petra, cora = open_facts(window, case), open_facts(window, case, "cora")
    petra.locator(SIZE).fill("19")
    step.press(petra, SAVE)
    cora.locator(SIZE).fill("17")
    cora.get_by_label("Account number").fill("A-99")
    step.press(cora, SAVE)
    expect(cora.get_by_role("heading", level=1)).to_have_text("Two versions of these facts")
    assert problems(cora) == []
    main = cora.locator("main")
    for words in ("Petra Prepares", "19", "17"):
        expect(main).to_contain_text(words)
    cora.get_by_role("radio", name=re.compile("17")).check()
    step.press(cora, "Save both together")
    cora.goto(f"{case}facts/")
    assert cora.locator(SIZE).input_value() == "17"
    assert cora.get_by_label("Account number").input_value() == "A-99"


@pytest.fixture
def sent_too_late(window, case):
    """Petra typed 23 mm, her session ended, and she pressed Save."""
    page = open_facts(window, case)
    page.locator(SIZE).fill("23")
    expect(page.locator("[data-panel-state]")).to_have_text("as typed, not saved")
    Session.objects.all().delete()
    step.press(page, SAVE)
    expect(page.locator("main")).to_contain_text("Your session had ended")
    assert problems(page) == []
    return page


def sign_in_here(page, name):
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    step.press(page, "Sign in")


def test_half_typed_entries_come_back_to_the_same_person(sent_too_late, case):
    page = sent_too_late
    sign_in_here(page, "petra")
    if page.get_by_role("button", name="Continue with these entries").count():
        step.press(page, "Continue with these entries")
    expect(page).to_have_url(re.compile(f"{case}facts/"))
    assert page.locator(SIZE).input_value() == "23"
    expect(page.locator("#case-form.is-dirty")).to_be_visible()
    step.press(page, SAVE)
    page.goto(f"{case}facts/")
    assert page.locator(SIZE).input_value() == "23"


def test_half_typed_entries_are_never_shown_to_another_person(sent_too_late, case):
    page = sent_too_late
    sign_in_here(page, "cora")
    assert 'value="23"' not in page.content()
    page.goto(f"{case}facts/")
    assert page.locator(SIZE).input_value() == "18"
    page.go_back()
    assert 'value="23"' not in page.content()
