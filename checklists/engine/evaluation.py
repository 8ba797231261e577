"""The pipeline in one place: classify, derive, suggest, place, edit, require. No step reads a clock or a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checklists.engine.book import RuleBook
from checklists.engine.case import CaseFacts
from checklists.engine.classify import Classed
from checklists.engine.conditions import shown
from checklists.engine.derive import Derived, derive
from checklists.engine.document import DocumentRefused, read_case
from checklists.engine.hospital import hospital_payment
from checklists.engine.outcome import edit
from checklists.engine.place import place
from checklists.engine.policy import Policy, resolve
from checklists.engine.questions import ask
from checklists.engine.require import require
from checklists.engine.result import (
    NOT_SUGGESTED,
    Evaluation,
    LesionResult,
    PolicyInForce,
    as_dict,
)
from checklists.engine.suggest import caps, suggest
from checklists.engine.values import Missing


def evaluate(facts: CaseFacts, book: RuleBook, policy: Policy | None = None) -> Evaluation:
    """Judge one case.

    Args: the facts of the case, the compiled book, and the stored overrides of payer and department (None: none).
    Returns: suggested lines in stable order, every code dropped with its reason, conflicts, questions and the
    documentation needed. Raises DocumentRefused when a policy key or value is unknown.
    """
    policies = resolve(book, facts.policy, policy)
    derived = derive(facts, book, policies)
    considered = suggest(derived, book)
    placed = place(considered, derived, book)
    against = frozenset(entry.code for entry in considered.dropped if entry.outcome == NOT_SUGGESTED)
    edited = edit(placed.lines, against, derived, book)
    dropped = (*considered.dropped, *placed.dropped, *edited.blocked)
    single = derived.facts["course.single_session"]
    days = derived.facts["course.treatment_days"]
    reference = facts.date_of_service or derived.course.first_day
    return Evaluation(
        course={
            "single_session": None if isinstance(single, Missing) else single,
            "treatment_days": None if isinstance(days, Missing) else days,
            "caps": caps(derived),
        },
        lesions=tuple(_lesion(entry, derived, book) for entry in derived.classed),
        lines=edited.lines,
        not_suggested=tuple(sorted(dropped, key=lambda entry: (entry.code, entry.stream or ""))),
        conflicts=edited.conflicts,
        questions=ask(dropped, placed, edited.conflicts, derived, book),
        documentation=require(edited.checked, derived, book),
        policies=tuple(PolicyInForce(p.key, shown(p.value), p.origin) for p in policies.values()),
        rulebook={
            "version": book.version,
            "edition_on": reference.isoformat() if reference else None,
            "digest": book.digest,
            "edits_release": book.edits_on(reference),
        },
        hospital_payment=hospital_payment(edited.checked, derived, book),
    )


def _lesion(entry: Classed, derived: Derived, book: RuleBook) -> LesionResult:
    reported = derived.ledger.entries.get(entry.lesion.id)
    return LesionResult(
        id=entry.lesion.id,
        label=entry.lesion.shown_as,
        result=entry.result,
        because=entry.because,
        reasons=entry.explained,
        reported_as=reported.reported_as if reported else None,
        why=reported.why if reported else "",
    )


def evaluate_document(
    document: Mapping[str, Any] | object, book: RuleBook, policy: Policy | None = None
) -> dict[str, Any]:
    """The result of a case document as plain JSON values, or {"error": [...]} when it is refused."""
    try:
        return as_dict(evaluate(read_case(document), book, policy))
    except DocumentRefused as refusal:
        return {"error": refusal.errors}
