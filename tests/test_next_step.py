"""The next thing to do, as the overview names it: an open question holds nobody up once everything is decided."""

from dataclasses import replace
from types import SimpleNamespace

from casetracker.choices import PacketStatus, Role
from casetracker.presenters.overview_page import next_step
from casetracker.selectors.overview import CaseWork

CASE = SimpleNamespace(pk=7, halt="none")
CODER = frozenset({Role.CODER})
DONE = CaseWork(open_items=[], open_total=0, required_total=9, undecided=[], unsupported=[], lines=3)


def label(work: CaseWork, *statuses: str, questions: int = 2) -> str:
    return next_step(CASE, CODER, work, questions, [{"status": status} for status in statuses])["label"]


def test_a_decided_and_complete_case_is_submitted_in_spite_of_open_questions():
    assert label(DONE, PacketStatus.COLLECTING) == "Submit for review"


def test_questions_come_first_while_they_could_still_move_something():
    for work in (replace(DONE, undecided=["77372"]), replace(DONE, open_total=1), replace(DONE, lines=0)):
        assert label(work, PacketStatus.COLLECTING) == "Answer 2 questions"


def test_what_was_returned_is_shown_whoever_owes_it():
    step = next_step(CASE, CODER, DONE, 0, [{"status": PacketStatus.RETURNED}])
    assert step["url"] == "/cases/7/checklist/?who=everyone"
