"""After a change of the rule book: open cases are judged again, and only a different answer is written."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casetracker.models import AuditEvent, CaseRevision, Evaluation
from casetracker.services import evaluation, reevaluation
from casetracker.services.reevaluation import reevaluate
from checklists.reader import current_book
from tests.factories import case_at

pytestmark = pytest.mark.django_db
WRITES = ("UPDATE", "INSERT", "DELETE")


def use(monkeypatch, book):
    for module in (evaluation, reevaluation):
        monkeypatch.setattr(module, "current_book", lambda: book)


@pytest.fixture
def other_book():
    """The same rules under another digest: no answer differs."""
    return replace(current_book(), digest="f" * 64, version="next", memory={})


@pytest.fixture
def fewer_codes(other_book):
    """A book that no longer holds the cobalt and linac one-session deliveries."""
    kept = {name: code for name, code in other_book.codes.items() if name not in ("77371", "77372")}
    return replace(other_book, codes=kept, memory={})


def stored(case) -> Evaluation:
    return case.evaluations.get(occasion=Evaluation.Occasion.CURRENT)


def test_nothing_is_judged_while_the_book_is_the_same(world, petra):
    case_at("suggested", world=world)
    with CaptureQueriesContext(connection) as asked:
        counts = reevaluate(by=petra)
    assert (counts.judged, counts.changed, counts.same) == (0, [], 0)
    assert not [query["sql"] for query in asked if query["sql"].startswith(WRITES)]


def test_an_equal_answer_only_notes_the_book_that_confirmed_it(world, petra, monkeypatch, other_book):
    case = case_at("suggested", world=world)
    before, revisions = stored(case), CaseRevision.objects.count()
    use(monkeypatch, other_book)
    with CaptureQueriesContext(connection) as asked:
        counts = reevaluate(by=petra)
    assert (counts.judged, counts.changed, counts.same) == (1, [], 1)
    assert len([query for query in asked if query["sql"].startswith(WRITES)]) == 1
    after = stored(case)
    assert (after.result, after.at, after.pk) == (before.result, before.at, before.pk)
    assert (after.rulebook_digest, after.rulebook_version) == ("f" * 64, "next")
    assert CaseRevision.objects.count() == revisions
    assert reevaluate(by=petra).judged == 0


def test_a_different_answer_is_stored_with_its_checklist_and_history(world, petra, monkeypatch, fewer_codes):
    case = case_at("suggested", world=world)
    gone = {line["code"] for line in stored(case).result["lines"]} & {"77371", "77372"}
    assert gone
    events = AuditEvent.objects.filter(action="case.reevaluated").count()
    use(monkeypatch, fewer_codes)
    counts = reevaluate(by=petra)
    assert counts.changed == [case.number]
    assert not {line["code"] for line in stored(case).result["lines"]} & {"77371", "77372"}
    revision = CaseRevision.objects.filter(case=case).order_by("version").last()
    assert (revision.action, revision.by) == ("case.reevaluated", petra)
    assert revision.difference["rulebook"] == [current_book().version, "next"]
    before, after = revision.difference["codes"]
    assert {line.split()[0] for line in before} - {line.split()[0] for line in after} == gone
    assert AuditEvent.objects.filter(action="case.reevaluated").count() == events + 1
    assert reevaluate(by=petra).judged == 0


def test_counting_writes_nothing(world, petra, monkeypatch, fewer_codes):
    case = case_at("suggested", world=world)
    use(monkeypatch, fewer_codes)
    with CaptureQueriesContext(connection) as asked:
        counts = reevaluate(by=petra, write=False)
    assert counts.changed == [case.number]
    assert not [query["sql"] for query in asked if query["sql"].startswith(WRITES)]


def test_an_approved_case_keeps_the_answer_it_was_approved_with(world, petra, monkeypatch, fewer_codes):
    case = case_at("approved", world=world)
    before = stored(case).result
    use(monkeypatch, fewer_codes)
    counts = reevaluate(by=petra)
    assert (counts.judged, counts.locked) == (0, 1)
    assert stored(case).result == before


def test_a_stopped_run_goes_on_behind_the_last_case(world, petra, monkeypatch, other_book):
    first, second = case_at("suggested", world=world), case_at("suggested", story=2, world=world)
    monkeypatch.setattr(reevaluation, "STEP", 1)
    use(monkeypatch, other_book)
    told: list[int] = []

    def stop(counts):
        told.append(counts.last)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reevaluate(by=petra, tell=stop)
    assert told == [min(first.pk, second.pk)]
    assert reevaluate(by=petra, after=told[0]).judged == 1
    assert {stored(case).rulebook_digest for case in (first, second)} == {"f" * 64}


def test_a_case_that_cannot_be_judged_is_named_and_left(world, petra, monkeypatch, other_book):
    case = case_at("suggested", world=world)
    case.evaluations.update(document={"schema": "srs-case/0"})
    monkeypatch.setattr(evaluation, "evaluate_document", lambda document, book: {"error": []})
    use(monkeypatch, other_book)
    counts = reevaluate(by=petra)
    assert counts.refused[0].startswith(f"{case.number}: These facts cannot be judged")
    assert stored(case).rulebook_digest == current_book().digest


def test_the_command_tells_counts_and_asks_for_a_person(world, petra, monkeypatch, fewer_codes):
    case = case_at("suggested", world=world)
    use(monkeypatch, fewer_codes)
    told = StringIO()
    call_command("reevaluate", "--by", petra.username, "--count", stdout=told, stderr=StringIO())
    assert f"case {case.number}: the answer would change" in told.getvalue()
    assert "1 judged again, 1 changed, 0 the same, 0 approved and left alone" in told.getvalue()
    with pytest.raises(CommandError, match="no active person 'nobody'"):
        call_command("reevaluate", "--by", "nobody")
