"""Story 2: seven simple metastases on the cobalt unit, invasive frame placed by the surgeon, one session.

Units stop at the cap of the fifth lesion, and the two lesions above it are named, never silently dropped.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser import story_facts as facts
from tests.browser import story_steps as step
from tests.browser.story_paper import (
    FRAME_NOTE,
    PLAN_3D,
    WRITTEN_DIRECTIVE,
    papers_before,
    papers_of_treatment,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 3, 2)
LESIONS = """
L1\tMetastasis\tFrontal\tRight\t9\t40\tNo\tC79.31\t20
L2\tMetastasis\tParietal\tLeft\t10\t44\tNo\tC79.31\t20
L3\tMetastasis\tTemporal\tRight\t11\t25\tNo\tC79.31\t20
L4\tMetastasis\tOccipital\tLeft\t12\t60\tNo\tC79.31\t20
L5\tMetastasis\tCerebellum\tRight\t13\t50\tNo\tC79.31\t20
L6\tMetastasis\tInsula\tLeft\t14\t30\tNo\tC79.31\t20
L7\tMetastasis\tFrontal\tLeft\t15\t38\tNo\tC79.31\t20
"""
SHOTS = {
    "Technique": "Multi-source shots",
    "Isocenters": "9",
    "Arcs, beams or shots": "9",
    "Documented dose calculations": "7",
    "Custom devices": "0",
    "Fixation": "Invasive head frame",
    "Frame placed by": "Surgeon",
}
UNITS = {"61796": "1 unit", "61797": "4 units", "61800": "1 unit", "77371": "1 unit", "77432": "1 unit"}
"""What the story is about; the planning lines are there as well."""


def enter_seven_lesions(petra: Page) -> str:
    """Everything the papers rest on, from the start of the case to the directive; the case's address."""
    case = step.start_case(petra, "Gamma Knife", "4712", "Birch, Bob", "1/30/57", "3/2/26")
    step.enter(step.section(petra, "setting"), {"Planned sessions": "1"})
    step.paste_rows(petra, "lesions", LESIONS)
    for row in range(7):
        step.under_row(petra, "lesions", row, facts.MEASURED)
    facts.team(petra)
    facts.the_usual(petra, last_day=DAY, plan=SHOTS)
    facts.sessions(petra, [DAY], dose="20")
    step.save(petra)
    facts.course_of_care(petra, case)
    facts.what_it_rests_on(petra, case, 1)
    facts.directive(petra, case)
    return case


def test_seven_lesions_on_the_cobalt_unit(window):
    petra = step.sign_in(window(), "petra")
    case = enter_seven_lesions(petra)
    step.paste_documents(petra, case, papers_before(DAY, PLAN_3D, WRITTEN_DIRECTIVE))
    step.paste_documents(petra, case, papers_of_treatment([DAY], FRAME_NOTE))
    assert step.open_items(petra, case) == []

    cora = step.sign_in(window(), "cora")
    step.accept_every_line(cora, case)
    assert UNITS.items() <= step.lines_of(cora).items()
    expect(cora.get_by_text("7 lesions were treated, 5 are reportable").first).to_be_visible()
    step.submit_every_packet(cora, case)

    step.approve_every_packet(step.sign_in(window(), "sam"), case)
    summaries = step.receive_every_handoff(step.sign_in(window(), "bea"))
    surgeon = summaries["Surgeon"]
    assert "Bill 61796 x1, 61797 x4, 61800 x1." in surgeon
    assert re.findall(r"(L\d) [A-Z][a-z]+, [a-z]+ \d+ simple [^@]+@80% 20 1 unreported", surgeon) == [
        "L1",
        "L2",
    ]
    assert "77432 x1" in summaries["Oncology"]
    assert "77371 x1" in summaries["Facility"]
    assert step.states_of_packets(cora, case) == ["Closed"] * 3
