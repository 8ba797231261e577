"""Story 4: two complex lesions, one of exactly 35 mm, and a simple one; changed from one to three sessions halfway.

The change comes when papers are on file and lines are accepted: codes and checklist follow it, and nothing is lost.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser import story_facts as facts
from tests.browser import story_steps as step
from tests.browser.page_checks import problems
from tests.browser.story_paper import BEFORE, PATIENT_QA, PLAN_INVERSE, papers_before, papers_of_treatment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAYS = [date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 6)]
LESIONS = """
L1\tMetastasis\tFrontal\tRight\t35\t40\tNo\tC79.31\t24
L2\tMetastasis\tParietal\tLeft\t37.5\t44\tNo\tC79.31\t24
L3\tMetastasis\tOccipital\tRight\t11\t60\tNo\tC79.31\t24
"""
SESSION = "Added 77373 Stereotactic delivery, each session, course of five or fewer"
LINES = [
    "Removed 77372 Cranial delivery, complete in one session, linac",
    *(SESSION, SESSION, SESSION),
    "Removed 77432 Cranial radiosurgery management, one-session course",
    "Added 77435 Stereotactic management, course of five or fewer sessions",
]
CLASSES = [("L1", "35", "complex"), ("L2", "37.5", "complex"), ("L3", "11", "simple")]


def enter_three_lesions(petra: Page) -> str:
    """Everything known while one session is planned; the case's address."""
    case = step.start_case(petra, "TrueBeam 1", "4714", "Dogwood, Dan", "11/2/49", "3/2/26")
    step.enter(step.section(petra, "setting"), {"Planned sessions": "1"})
    step.paste_rows(petra, "lesions", LESIONS)
    for row in range(3):
        step.under_row(petra, "lesions", row, facts.MEASURED)
    facts.team(petra)
    facts.the_usual(petra, last_day=DAYS[-1], plan={**facts.INVERSE, "Fixation": "Mask"})
    step.save(petra)
    facts.course_of_care(petra, case)
    return case


def plan_three_sessions(petra: Page, case: str) -> None:
    petra.goto(f"{case}facts/")
    step.enter(step.section(petra, "setting"), {"Planned sessions": "3"})
    facts.sessions(petra, DAYS, dose="8")
    step.save(petra)


def what_three_sessions_rest_on(petra: Page, case: str) -> None:
    doses = {f"lesions-{row}-session_dose_gy": "8" for row in range(3)}
    facts.what_it_rests_on(petra, case, len(DAYS), **doses)


@pytest.fixture
def halfway(window):
    """One session planned, the papers before it filed, the lines accepted. Petra, Cora and the case."""
    petra = step.sign_in(window(), "petra")
    case = enter_three_lesions(petra)
    step.paste_documents(petra, case, papers_before(DAYS[0], PLAN_INVERSE, PATIENT_QA))
    cora = step.sign_in(window(), "cora")
    step.accept_every_line(cora, case)
    return petra, cora, case


def test_from_one_to_three_sessions_nothing_is_lost(halfway, window):
    petra, cora, case = halfway
    before = step.documents_of(petra, case)
    assert len(before) == len(BEFORE) + 2

    plan_three_sessions(petra, case)
    changed = step.changes(petra)
    assert [line.rpartition(" · ")[0] for line in changed["Lines"]] == LINES
    assert {"Retired Single-session management note", "New Multi-session management notes"} <= set(
        changed["Checklist"]
    )
    assert "New Time-out before beam Session 3" in changed["Checklist"]
    assert problems(petra) == []
    expect(petra.get_by_text("kept with their evidence")).to_be_visible()
    assert step.documents_of(petra, case) == before

    cora.goto(f"{case}codes/")
    expect(cora.get_by_text("The facts no longer support a released line")).to_be_visible()
    for packet in step.packets(cora, case)[:2]:
        assert "is released, but the facts no longer support it" in step.why_not_submitted(cora, packet)
    for code in ("77372", "77432"):
        step.decline(cora, case, code, "Changed to three sessions.")
    step.accept_every_line(cora, case)
    what_three_sessions_rest_on(petra, case)
    step.paste_documents(petra, case, papers_of_treatment(DAYS))
    step.tick(petra, case, "Why more than one session", "Prescription of 2026-02-24")
    assert step.open_items(petra, case) == []
    step.submit_every_packet(cora, case)

    step.approve_every_packet(step.sign_in(window(), "sam"), case)
    summaries = step.receive_every_handoff(step.sign_in(window(), "bea"))
    assert "Bill 61797 x1, 61798 x1, 61799 x1." in summaries["Surgeon"]
    table = summaries["Surgeon"].partition("10 Lesions")[2]
    assert re.findall(r"(L\d) [^@]+? (\d\S*) (simple|complex) [^@]+24 @80% 24 1-3", table) == CLASSES
    assert "77435 x1" in summaries["Oncology"]
    assert "77373 x3" in summaries["Facility"]
    assert step.states_of_packets(cora, case) == ["Closed"] * 3
