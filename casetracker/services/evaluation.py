"""The stored answer of the engine for a case, and what follows from it. Called by other services only.

`refresh` runs inside the caller's transaction after every change of facts or lines. History is written by the caller.
"""

from typing import Any

from django.utils import timezone

from casetracker.errors import Refused
from casetracker.facts import document_and_policy
from casetracker.line_support import standing_of
from casetracker.models import BillingLine, Case, Evaluation, User
from casetracker.policy import with_origins
from casetracker.services import checklist, queueing
from casetracker.services.hand_overs import follow_facts
from casetracker.services.notices import watch_directive, watch_events
from checklists.engine import evaluate_document
from checklists.reader import current_book

CURRENT = Evaluation.Occasion.CURRENT


def refresh(case: Case, by: User) -> dict[str, Any]:
    """Evaluate the case as recorded, replace the current evaluation if it differs, and rebuild what depends on it.

    Returns the engine's result. Marks decided lines that the facts no longer support, rebuilds the checklist and
    refreshes the queue. Raises `Refused` when the engine cannot read the case.
    """
    return refreshed(case, by)[0]


def refreshed(case: Case, by: User) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]]]:
    """Like `refresh`; also returns the checklist items {new, retired, kept}."""
    document, policy = document_and_policy(case)
    result = with_origins(judged(document), policy)
    store(case, document, policy, result)
    mark_support(case, result)
    items = checklist.rebuild(case=case, result=result, by=by)
    follow_facts(case=case, by=by)
    watch_directive(case=case, by=by)
    watch_events(case=case, by=by)
    queueing.refresh(case=case)
    return result, items


def judged(document: dict[str, Any]) -> dict[str, Any]:
    """The engine's result for a document; `Refused` with each mistake if it cannot be judged."""
    result: dict[str, Any] = evaluate_document(document, current_book())
    if "error" in result:
        told = "; ".join(f"{error['path']}: {error['message']}" for error in result["error"])
        raise Refused(f"These facts cannot be judged. {told}")
    return result


def current(case: Case) -> Evaluation | None:
    return case.evaluations.filter(occasion=CURRENT).first()


def current_answer(case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """The stored result and the document it answers; empty ones before the first evaluation."""
    stored = current(case)
    if stored is None:
        return {"lines": [], "not_suggested": [], "conflicts": [], "questions": []}, {}
    return stored.result, stored.document


def current_result(case: Case) -> dict[str, Any]:
    return current_answer(case)[0]


def store(case: Case, document: dict[str, Any], policy: dict[str, Any], result: dict[str, Any]) -> bool:
    """Replace the current evaluation if document, result or book differ; True if it was written."""
    values = {
        "facts_version": case.facts_version,
        "document": document,
        "result": result,
        "policy": policy,
        "rulebook_version": result["rulebook"]["version"],
        "rulebook_digest": result["rulebook"]["digest"],
    }
    stored = current(case)
    if stored and all(getattr(stored, name) == value for name, value in values.items()):
        return False
    Evaluation.objects.update_or_create(
        case=case, occasion=CURRENT, defaults={**values, "at": timezone.now()}
    )
    return True


def mark_support(case: Case, result: dict[str, Any]) -> None:
    """Note on each decided line whether the facts still support it; writes only differences."""
    changed = []
    for line in case.lines.all():
        supported, because = standing_of(line, result)
        if (line.supported, line.unsupported_because) != (supported, because):
            line.supported, line.unsupported_because = supported, because
            changed.append(line)
    BillingLine.objects.bulk_update(changed, ["supported", "unsupported_because"])


def keep_copy(case: Case, occasion: str) -> Evaluation:
    """Keep the current evaluation as it was at a line decision, a submission or an approval."""
    stored = current(case)
    if stored is None:
        raise Refused("This case has not been evaluated yet. Save its facts once.")
    return Evaluation.objects.create(
        case=case,
        occasion=occasion,
        at=timezone.now(),
        **{
            name: getattr(stored, name)
            for name in (
                "facts_version",
                "document",
                "result",
                "policy",
                "rulebook_version",
                "rulebook_digest",
            )
        },
    )
