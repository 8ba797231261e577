"""Case 1 documented in the staff view alone: what comes next, its document, what comes next; every act is counted."""

from datetime import date

import pytest

from tests.browser import story_facts as facts
from tests.browser import story_steps as step
from tests.browser.story_paper import PLAN_3D, papers_before, papers_of_treatment, sheets
from tests.browser.story_staff import StaffView, expect_done
from tests.browser.test_story_1 import LESION, start_with_the_least

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 3, 2)


def test_at_most_two_acts_for_a_document_and_one_for_a_judgement(window):
    petra = step.sign_in(window(), "petra")
    start_with_the_least(petra, born="5/4/63")
    case = step.address_of(petra)
    step.save(petra)
    petra.goto(f"{case}facts/")
    step.under_row(petra, "lesions", 0, LESION | facts.MEASURED)
    step.both_took_part(petra, "Radiation oncologist")
    facts.the_usual(petra, last_day=DAY)
    facts.sessions(petra, [DAY], dose="20")
    petra.get_by_label("Values from the template are right").check()
    step.save(petra)
    facts.course_of_care(petra, case)
    facts.what_it_rests_on(petra, case, 1)

    staff = StaffView(petra, case, sheets(papers_before(DAY, PLAN_3D), papers_of_treatment([DAY])))
    staff.work_through()
    expect_done(petra, case)
    assert staff.acts <= 2 * staff.documents + len(staff.judged)
    assert staff.documents <= 45
