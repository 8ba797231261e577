"""Story 3: a vestibular schwannoma of 12 mm on the linac, five sessions on five days."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page

from tests.browser import story_facts as facts
from tests.browser import story_steps as step
from tests.browser.story_paper import PATIENT_QA, PLAN_INVERSE, papers_before, papers_of_treatment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAYS = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]
LESION = "L1\tSchwannoma\tCerebellopontine angle\tLeft\t12\t30\tNo\tD33.3\t25"


def enter_five_sessions(petra: Page) -> str:
    """Everything the papers rest on; the case's address."""
    case = step.start_case(petra, "TrueBeam 1", "4713", "Cedar, Clara", "9/12/71", "3/2/26")
    step.enter(step.section(petra, "setting"), {"Planned sessions": "5"})
    step.paste_rows(petra, "lesions", LESION)
    step.under_row(petra, "lesions", 0, facts.MEASURED)
    facts.team(petra)
    facts.the_usual(petra, last_day=DAYS[-1], plan={**facts.INVERSE, "Fixation": "Mask"})
    facts.sessions(petra, DAYS, dose="5")
    step.save(petra)
    facts.course_of_care(petra, case)
    facts.what_it_rests_on(
        petra, case, len(DAYS), **{"lesions-0-session_dose_gy": "5", "lesions-0-prescribed_sessions": "5"}
    )
    return case


def test_five_sessions_on_five_days(window):
    petra = step.sign_in(window(), "petra")
    case = enter_five_sessions(petra)
    step.paste_documents(petra, case, papers_before(DAYS[0], PLAN_INVERSE, PATIENT_QA))
    step.paste_documents(petra, case, papers_of_treatment(DAYS))
    assert step.open_items(petra, case) == []

    cora = step.sign_in(window(), "cora")
    step.accept_every_line(cora, case)
    assert step.dates_of(cora, "77373") == [f"on Mar {n}, 2026" for n in (2, 3, 4, 5, 6)]
    step.submit_every_packet(cora, case)

    step.approve_every_packet(step.sign_in(window(), "sam"), case)
    summaries = step.receive_every_handoff(step.sign_in(window(), "bea"))
    assert "Bill 61798 x1." in summaries["Surgeon"]
    assert "25 @80% 25 1-5 61798" in summaries["Surgeon"]
    assert "77435 x1" in summaries["Oncology"]
    for day in DAYS:
        assert f"{day} 77373" in summaries["Facility"]
    assert step.states_of_packets(cora, case) == ["Closed"] * 3
