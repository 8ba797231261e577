"""Story 1: one 18 mm right frontal metastasis of lung cancer, linac, mask, one session; from a template to the end.

The first half counts: a complete suggestion takes at most 12 fields and 60 strokes. The second half is everything a
department does with the case until billing has it.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser import story_facts as facts
from tests.browser import story_steps as step
from tests.browser.story_hand import Hand
from tests.browser.story_paper import PLAN_3D, papers_before, papers_of_treatment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_FIELDS, MOST_STROKES = 12, 60
DAY = date(2026, 3, 2)
LESION = {
    "Side": "Right",
    "Distance to the optic pathway": "40",
    "Within the brainstem": "No",
    "ICD-10-CM": "C79.31",
    "Dose": "20",
}
PLAN_APPROVAL = {
    "Kind": "Plan approval",
    "Author": "Dr. Olga Onco, MD",
    "Date of service": "2/25/26",
    "Signed at": "2/25/26 1600",
    "Where it is": "Planning system, plan P1",
}
# Two claims share a code: the hospital's and, with modifier 26, the oncologist's.
COMPLETE = sorted(["61796", "77432", "77372", "77263"] + 2 * ["77290", "77295", "77300", "77334"] + ["77336"])
BILLED = {
    "Surgeon": "61796 x1",
    "Oncology": "77263 x1, 77290-26 x1, 77295-26 x1, 77300-26 x4, 77334-26 x1, 77432 x1",
    "Facility": "77290 x1, 77295 x1, 77300 x4, 77334 x1, 77336 x1, 77372 x1",
}


def start_with_the_least(page, born: str = "") -> Hand:
    """Petra's hands from the empty start form to a complete suggestion; the date of birth is not needed for it."""
    hand = Hand(page)
    page.goto("/cases/new/")
    hand.look()
    hand.type("4711")
    hand.press("Tab")
    hand.type("Alder, Ann")
    hand.press("Tab")
    hand.type("3/2/26")
    if born:
        hand.click(page.locator("summary", has_text="Date of birth and sex"))
        hand.click(page.get_by_label("Date of birth"))
        hand.type(born)
    hand.leave()
    hand.press("Enter")
    expect(page.get_by_label("Diagnosis").first).to_be_focused()
    hand.look()
    hand.press("m", "Tab", "f", "Tab", "Tab")
    hand.type("18")
    hand.click(page.get_by_role("button", name="Both yes: Surgeon"))
    hand.click(group(page, "Patient was simulated").get_by_label("Yes", exact=True))
    hand.click(page.get_by_label("Documented dose calculations"))
    hand.type("4")
    hand.click(page.locator("summary", has_text=re.compile(r"^\s*Physics")))
    hand.click(group(page, "Physics check during the course").get_by_label("Yes", exact=True))
    hand.click(group(page, "Special physics consult requested").get_by_label("No", exact=True))
    hand.leave()
    return hand


def group(page, name):
    return page.get_by_role("group", name=name)


def test_a_complete_suggestion_takes_few_strokes(window):
    petra = step.sign_in(window(), "petra")
    hand = start_with_the_least(petra)
    expect(petra.locator("#suggestion")).to_contain_text("61796")
    assert step.suggested(petra) == COMPLETE
    assert len(hand.fields) <= MOST_FIELDS
    assert hand.strokes <= MOST_STROKES


def test_from_the_least_to_a_closed_file(window):
    petra = step.sign_in(window(), "petra")
    start_with_the_least(petra, born="5/4/63")
    case = step.address_of(petra)
    step.save(petra)

    petra.goto(f"{case}facts/")
    step.under_row(petra, "lesions", 0, LESION | facts.MEASURED)
    step.both_took_part(petra, "Radiation oncologist")
    petra.locator("#team-dosimetrist").get_by_label("Person").select_option(label="Dora Dose, CMD")
    facts.the_usual(petra, last_day=DAY)
    facts.sessions(petra, [DAY], dose="20")
    petra.get_by_label("Values from template or machine are right").check()
    step.save(petra)
    facts.course_of_care(petra, case)
    facts.what_it_rests_on(petra, case, 1)

    step.add_document(petra, case, PLAN_APPROVAL)
    step.paste_documents(petra, case, papers_before(DAY, PLAN_3D, without=["Plan approval"]))
    step.paste_documents(petra, case, papers_of_treatment([DAY]))
    assert step.open_items(petra, case) == []

    cora = step.sign_in(window(), "cora")
    step.accept_every_line(cora, case)
    step.submit_every_packet(cora, case)

    sam = step.sign_in(window(), "sam")
    step.approve_every_packet(sam, case)

    bea = step.sign_in(window(), "bea")
    summaries = step.receive_every_handoff(bea)
    for claim, lines in BILLED.items():
        assert f"Bill {lines}." in summaries[claim]
    assert "Born 1963-05-04" in summaries["Surgeon"]
    assert "L1 Frontal, right 18 simple" in summaries["Surgeon"]
    assert "20 @80% 20 1 61796" in summaries["Surgeon"]
    assert step.states_of_packets(cora, case) == ["Closed"] * 3
