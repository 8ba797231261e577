"""Each case of the main story documented in the staff view alone: what comes next, its document, what comes next.

Every act is counted: at most two for a document and one for each item that a person must judge.
"""

from datetime import date

import pytest
from playwright.sync_api import Page

from tests.browser import story_facts as facts
from tests.browser import story_steps as step
from tests.browser import test_story_2 as second
from tests.browser import test_story_3 as third
from tests.browser import test_story_4 as fourth
from tests.browser.story_paper import (
    FRAME_NOTE,
    PATIENT_QA,
    PLAN_3D,
    PLAN_INVERSE,
    WRITTEN_DIRECTIVE,
    papers_before,
    papers_of_treatment,
    sheets,
)
from tests.browser.story_staff import StaffView, expect_done
from tests.browser.test_story_1 import LESION, start_with_the_least

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 3, 2)


def enter_one_metastasis(petra: Page) -> str:
    start_with_the_least(petra, born="5/4/63")
    case = step.address_of(petra)
    step.save(petra)
    petra.goto(f"{case}facts/")
    step.under_row(petra, "lesions", 0, LESION | facts.MEASURED)
    step.both_took_part(petra, "Radiation oncologist")
    facts.the_usual(petra, last_day=DAY)
    facts.sessions(petra, [DAY], dose="20")
    petra.get_by_label("Values from template or machine are right").check()
    step.save(petra)
    facts.course_of_care(petra, case)
    facts.what_it_rests_on(petra, case, 1)
    return case


def enter_change_to_three_sessions(petra: Page) -> str:
    case = fourth.enter_three_lesions(petra)
    fourth.plan_three_sessions(petra, case)
    fourth.what_three_sessions_rest_on(petra, case)
    return case


# How the facts are entered, the papers on the desk, and the most documents it may take.
STORIES = {
    "one metastasis, one session": (
        enter_one_metastasis,
        (papers_before(DAY, PLAN_3D), papers_of_treatment([DAY])),
        45,
    ),
    "seven lesions on the cobalt unit": (
        second.enter_seven_lesions,
        (papers_before(DAY, PLAN_3D, WRITTEN_DIRECTIVE), papers_of_treatment([DAY], FRAME_NOTE)),
        50,
    ),
    "five sessions": (
        third.enter_five_sessions,
        (papers_before(DAY, PLAN_INVERSE, PATIENT_QA), papers_of_treatment(third.DAYS)),
        70,
    ),
    "from one to three sessions": (
        enter_change_to_three_sessions,
        (papers_before(DAY, PLAN_INVERSE, PATIENT_QA), papers_of_treatment(fourth.DAYS)),
        60,
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_at_most_two_acts_for_a_document_and_one_for_a_judgement(window, story):
    enter, papers, most = STORIES[story]
    petra = step.sign_in(window(), "petra")
    case = enter(petra)
    staff = StaffView(petra, case, sheets(*papers))
    staff.work_through()
    expect_done(petra, case)
    assert staff.acts <= 2 * staff.documents + len(staff.judged)
    assert staff.documents <= most
