"""Papers of a treatment day tick the open items they usually prove, and no others."""

from datetime import date

import pytest

from casetracker.case_input import CaseInput
from casetracker.document_input import DocumentInput
from casetracker.services.treatment_day import record_day
from tests.cast import *  # noqa: F403
from tests.owed import open_story
from tests.services import checklist_edits as edits
from tests.services.checklist_edits import Desk
from tests.stories import at

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
FIVE_SESSIONS, INVERSE = 3, 1


def file(case, who, kind, subject="case", title="Paper"):
    paper = DocumentInput(kind=kind, title=title, subject=subject, service_date=DAY, signed_at=at(DAY, 7))
    case.refresh_from_db()
    record_day(case=case, by=who, facts_version=case.facts_version, data=CaseInput(), documents=[paper])


def ticked(case, title="Paper"):
    return set(case.items.filter(links__document__title=title).values_list("key", "subject"))


def test_a_time_out_proves_the_item_of_its_own_session_alone(world, petra):
    case = open_story(world, FIVE_SESSIONS)
    first = f"session:{case.sessions.get(number=1).uuid}"
    assert case.items.filter(key="time-out", answer="open", condition="true").count() > 1
    file(case, petra, "time_out_record", first)
    assert {subject for key, subject in ticked(case) if key == "time-out"} == {first}
    assert {subject for _, subject in ticked(case)} <= {first, "case"}


def test_an_item_that_is_answered_gets_no_second_paper(world, petra):
    case = open_story(world)
    first = f"session:{case.sessions.get(number=1).uuid}"
    case.items.filter(key="time-out").update(answer="not_applicable", answer_reason="Said before.")
    file(case, petra, "time_out_record", first)
    assert "time-out" not in {key for key, _ in ticked(case)}


def test_an_item_no_longer_needed_gets_no_paper(world, petra):
    case = open_story(world)
    assert case.items.filter(key="plan-3d-document", answer="open", condition="true").exists()
    desk = Desk(case, world)
    edits.change_technique(desk, INVERSE)
    assert not case.items.filter(key="plan-3d-document", condition__in=("true", "unknown")).exists()
    plan = f"plan:{case.plans.get(removed_at=None).uuid}"
    file(case, petra, "plan_report_3d", plan)
    assert ticked(case)
    assert "plan-3d-document" not in {key for key, _ in ticked(case)}
