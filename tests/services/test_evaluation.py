"""The stored evaluation: one current row, replaced only when different, with everything that follows from it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casetracker.case_input import CaseInput
from casetracker.errors import Refused
from casetracker.models import Case, ChecklistItem, Evaluation, QueueCode
from casetracker.recorded import recorded_input
from casetracker.services import coding, evaluation
from casetracker.services.cases import save_facts
from checklists.engine import evaluate_document
from checklists.reader import current_book
from tests.factories import case_at

pytestmark = pytest.mark.django_db
CURRENT = Evaluation.Occasion.CURRENT


def save(case, data):
    return save_facts(case=case, by=case.opened_by, facts_version=case.facts_version, data=data)


def test_the_stored_result_is_the_engines_answer_to_the_stored_document(world):
    stored = case_at("suggested", world=world).evaluations.get()
    again = evaluate_document(stored.document, current_book())
    assert again["lines"] == stored.result["lines"]
    assert stored.rulebook_digest == current_book().digest


def test_an_equal_answer_is_not_written_again(world, petra):
    case = case_at("suggested", world=world)
    before = case.evaluations.get()
    with CaptureQueriesContext(connection) as asked:
        evaluation.refresh(case, petra)
    after = case.evaluations.get()
    assert (after.pk, after.at) == (before.pk, before.at)
    assert not [query["sql"] for query in asked if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]


def test_a_change_replaces_the_one_current_row(world):
    case = case_at("suggested", world=world)
    before = case.evaluations.get()
    save(case, CaseInput(case={"planned_sessions": 3}))
    after = case.evaluations.get()
    assert after.pk == before.pk
    assert after.at > before.at
    assert after.facts_version == case.facts_version


def test_copies_stay_when_the_current_row_moves_on(world):
    case = case_at("suggested", world=world)
    copy = evaluation.keep_copy(case, Evaluation.Occasion.SUBMISSION)
    save(case, CaseInput(case={"planned_sessions": 3}))
    assert Evaluation.objects.get(pk=copy.pk).result != case.evaluations.get(occasion=CURRENT).result


def test_a_copy_needs_an_evaluation(world, petra):
    case = case_at("suggested", world=world)
    case.evaluations.all().delete()
    with pytest.raises(Refused, match="has not been evaluated yet"):
        evaluation.keep_copy(case, Evaluation.Occasion.SUBMISSION)


def test_checklist_queue_codes_and_counters_follow_in_the_same_step(world):
    case = case_at("suggested", story=4, world=world)
    items = set(case.items.exclude(condition="retired").values_list("key", "subject"))
    save(case, CaseInput(case={"planned_sessions": 3}, sessions=[]))
    case = Case.objects.get(pk=case.pk)
    now = set(case.items.exclude(condition="retired").values_list("key", "subject"))
    assert now != items
    assert items <= set(ChecklistItem.objects.filter(case=case).values_list("key", "subject"))
    codes = {line["code"] for line in case.evaluations.get().result["lines"]}
    assert set(QueueCode.objects.filter(case=case).values_list("code", flat=True)) == codes
    assert case.missing_required > 0


def test_a_released_line_that_lost_its_facts_stays_and_says_so(world):
    case = case_at("coded", story=4, world=world)
    facts = recorded_input(case)
    small = [{**row, "max_dimension_mm": Decimal(9)} for row in facts.lesions]
    save(case, CaseInput(lesions=small))
    gone = case.lines.get(code="61798")
    assert (gone.decision, gone.supported) == ("release", False)
    assert gone.unsupported_because
    assert not case.lines.get(code="77372").unsupported_because
    save(case, CaseInput(lesions=facts.lesions))
    assert case.lines.get(code="61798").supported is True


def test_a_suggestion_that_moved_is_told_on_the_released_line(world):
    case = case_at("coded", world=world)
    facts = recorded_input(case)
    save(case, CaseInput(plans=[{**facts.plans[0], "calculations": 6}]))
    line = case.lines.filter(code="77300", stream="facility").get()
    assert line.supported is False
    assert line.unsupported_because == "The suggestion changed: units 4 was suggested then, 6 now."


def test_a_changed_day_is_a_moved_suggestion(world):
    case = case_at("coded", world=world)
    save(case, CaseInput(case={"simulated_on": date(2026, 2, 19)}))
    line = case.lines.filter(code="77290", stream="facility").get()
    assert "2026-02-20 was suggested then, 2026-02-19 now" in line.unsupported_because


def test_a_declined_line_needs_no_support(world, cora):
    case = case_at("coded", story=4, world=world)
    line = case.lines.get(code="61798")
    coding.decline_line(case=case, by=cora, key=line.key, reason="Billed elsewhere")
    save(case, CaseInput(lesions=[]))
    assert case.lines.get(code="61798").supported is True


def test_evaluating_costs_the_same_for_one_and_seven_lesions(world, petra):
    def queries(story):
        case = case_at("suggested", story=story, world=world)
        save(case, CaseInput(case={"kps": 70}))
        with CaptureQueriesContext(connection) as asked:
            evaluation.refresh(case, petra)
        return len(asked)

    one, seven, one_in_five_sessions = queries(1), queries(2), queries(3)
    assert one == one_in_five_sessions
    assert seven == one + 1  # the seven are treated on a cobalt unit, whose written directive is read, too
