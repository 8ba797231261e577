"""Whatever is edited, nothing that people brought is lost, and the checklist depends on the facts alone.

"From scratch" is a second case, opened with the facts that the first one ended with (`tests.services.twin_cases`).
Items are compared by what they are about in words, because lesions, plans and sessions of the twin are other rows.
"""

import pytest
from django.db import transaction
from hypothesis import example, given
from hypothesis import strategies as st

from casetracker.models import CaseRevision, ChecklistItem, Document, ItemDocument, Query
from casetracker.services import queueing
from tests.cast import *  # noqa: F403
from tests.engine.random_documents import often
from tests.owed import open_story
from tests.services import checklist_edits as edits
from tests.services.checklist_edits import EDITS, REFUSALS, Desk
from tests.services.twin_cases import asked_for, twin_of

pytestmark = pytest.mark.django_db
COMPARED = (
    "label", "condition", "severity", "lowered_because", "codes", "streams", "role", "step", "due_on", "position",
    "checks", "answer", "answered_by_system", "answer_reason", "answer_because", "challenged", "review",
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 12)), min_size=5, max_size=10)
PREPARED = ((edits.ask, 0), (edits.add_document, 1), (edits.add_lesion, 1), (edits.deny_item, 0))
DAY_OF_SURPRISES = [  # the scan shows more, one is measured complex, one session becomes two, the second is stopped
    (edits.add_lesion, 3), (edits.reclassify_lesion, 1), (edits.change_technique, 1), (edits.add_session, 1),
    (edits.supersede_document, 0), (edits.stop_session, 1), (edits.remove_lesion, 1),
]  # fmt: skip
SECOND_THOUGHTS = [
    (edits.change_line, 0), (edits.decline_line, 1), (edits.change_technique, 1), (edits.give_up_item, 5),
    (edits.reopen_item, 0), (edits.undo, 0), (edits.undo, 0), (edits.unlink_document, 0), (edits.remove_session, 0),
]  # fmt: skip


def brought(case):
    """Everything people recorded: documents, ticks (taken back ones too), questions, statements."""
    items = ChecklistItem.objects.filter(case=case)
    ticks = ItemDocument.objects.filter(item__case=case)
    return {
        "documents": set(Document.objects.filter(case=case).values_list("id", "title")),
        "ticks": set(ticks.values_list("id", "item_id", "document_id")),
        "queries": set(Query.objects.filter(case=case).values_list("id", "item_id", "question")),
        "items": set(items.values_list("id", "key", "subject")),
        "statements": set(items.exclude(answer_reason="").values_list("id", "answer_reason")),
    }


def kept(desk, before, edit):
    """What is there after the edit; nothing of `before` may be missing but what the edit took back."""
    after = brought(desk.fresh())
    taken_back = {"statements"} if edit is edits.reopen_item else set()
    for what in before.keys() - taken_back:
        assert before[what] <= after[what], f"{edit.__name__} lost {what}: {before[what] - after[what]}"
    assert queueing.differences(desk.case) == []
    return after


def attempt(desk, edit, number):
    """True when a service changed the case; a refused edit leaves no trace."""
    undoable, known = list(desk.before), CaseRevision.objects.count()
    try:
        with transaction.atomic():
            edit(desk, number)
    except REFUSALS:
        desk.before = undoable
        return False
    return CaseRevision.objects.count() > known


def check_against_twin(case):
    twin = twin_of(case)
    stored, wanted = asked_for(case, COMPARED), asked_for(twin.case, COMPARED)
    assert stored.keys() == wanted.keys()
    assert [(one, stored[one], wanted[one]) for one in stored if stored[one] != wanted[one]] == []
    mine, others = queueing.read(case), queueing.read(twin.case)
    assert (mine.packets, mine.codes) == (others.packets, others.codes)


@pytest.fixture
def desk(world):
    """A case with two lesions, a document, a question and an item that a supervisor denied."""
    desk = Desk(open_story(world), world)
    for edit, number in PREPARED:
        assert attempt(desk, edit, number)
    return desk


def test_no_edit_loses_anything_and_the_checklist_forgets_its_past(desk):
    prepared, undoable = brought(desk.case), tuple(desk.before)

    @often(10)
    @given(STEPS)
    @example(DAY_OF_SURPRISES)
    @example(SECOND_THOUGHTS)
    def holds(steps):
        desk.before, known = list(undoable), prepared
        with transaction.atomic():
            for edit, number in steps:
                attempt(desk, edit, number)
                known = kept(desk, known, edit)
            check_against_twin(desk.fresh())
            transaction.set_rollback(True)

    holds()


@pytest.mark.parametrize("steps", [DAY_OF_SURPRISES, SECOND_THOUGHTS])
def test_the_examples_are_taken_step_by_step(desk, steps):
    assert [(edit.__name__, attempt(desk, edit, number)) for edit, number in steps] == [
        (edit.__name__, True) for edit, _ in steps
    ]


def test_every_edit_is_taken_by_the_services(desk):
    """A property over edits that are always refused would hold for nothing."""
    assert {edit.__name__ for edit in EDITS if not any(tried(desk, edit, n) for n in range(13))} == set()


def tried(desk, edit, number):
    """Whether the edit is taken; the case is then as before."""
    known = list(desk.before)
    with transaction.atomic():
        taken = attempt(desk, edit, number)
        transaction.set_rollback(True)
    desk.before = known
    return taken
