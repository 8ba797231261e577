"""What the engine would say about typed facts. Nothing is written; the typing panel asks this after every pause."""

from typing import Any

from casetracker.case_input import CaseInput
from casetracker.facts import document_from_input
from casetracker.models import Case, Evaluation
from checklists.engine import evaluate_document
from checklists.reader import current_book


def preview(case: Case, typed: CaseInput) -> tuple[dict[str, Any], dict[str, Any]]:
    """The case document that saving would give, and the engine's result for it (or its refusal)."""
    document = document_from_input(case, case.department, typed)
    return document, evaluate_document(document, current_book())


def saved_suggestion(case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """Document and result of the last saved evaluation; empty before the first."""
    current = case.evaluations.filter(occasion=Evaluation.Occasion.CURRENT).first()
    if current is None:
        return {}, {"lines": [], "questions": [], "conflicts": [], "lesions": [], "not_suggested": []}
    return current.document, current.result
