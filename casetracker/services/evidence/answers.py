"""What a person says about an item without a document: satisfied, not applicable, cannot be met, doubted, reopened.

There is no waiver: a required item is obtained, denied by a supervisor where a condition allows it, or its lines
are declined.
"""

from typing import Any

from django.utils import timezone

from casetracker import permissions
from casetracker.choices import Answer, Condition, Severity
from casetracker.errors import Refused, WrongState
from casetracker.free_reason import reason_in
from casetracker.item_answers import failing, to_record
from casetracker.models import Case, ChecklistItem, ItemDocument, User
from casetracker.requirements import requirement
from casetracker.selectors.reasons import reasons_for
from casetracker.services import evaluation
from casetracker.services.history import service
from casetracker.services.item_judging import fact_checks_of

from .changes import claim, finish
from .locks import check_unlocked
from .lost_lines import decline_lines_that_need


@service("item.answered")
def answer_item(
    *, case: Case, by: User, item: ChecklistItem, statement: str, version: int | None = None
) -> ChecklistItem:
    """Say that an item is satisfied by one's own judgement, where the rule book asks for no document.

    statement: what was seen and where; it stands beside the answer. Raises Refused when the item wants a document
    or the case data contradict it, WrongState when it is locked or no longer needed.
    """
    _begin(case, by, item, statement, "Say what you saw and where, in one sentence.")
    known = requirement(item.key)
    if known is not None and known.kinds:
        raise Refused(f"'{item.label}' needs a document. Add it, or tick one that proves it.")
    in_data = fact_checks_of(item)
    empty = to_record(in_data)
    if empty:
        raise Refused(f"{empty[0]['message']} Record it on the case first.")
    wrong = failing(in_data)
    if wrong:
        raise Refused(f"The case data say otherwise: {wrong[0]['message']} Correct the facts first.")
    return _answer(case, by, item, version, Answer.SATISFIED, statement, "item.answered")


@service("item.not_applicable")
def mark_not_applicable(
    *,
    case: Case,
    by: User,
    item: ChecklistItem,
    because: str,
    reason: str,
    version: int | None = None,
) -> ChecklistItem:
    """Deny the condition of an item. Never a waiver: refused where the rule book has no condition.

    because: a label of the managed list (see `selectors.reasons`); reason: what it is for this patient.
    A required item needs a supervisor (NotAllowed otherwise).
    """
    if because not in reasons_for(case.department):
        raise Refused("Choose a reason from the list.")
    _begin(case, by, item, reason, "Say why this item does not apply to this patient.")
    if item.severity == Severity.REQUIRED:
        permissions.check_judge_required(by, case)
    known = requirement(item.key)
    if known is None or known.always:
        raise Refused(
            f"'{item.label}' is always needed for {', '.join(item.codes) or 'this case'}. Obtain it, or let a "
            "supervisor say that it cannot be met: then the lines that need it are declined."
        )
    item.answer_because = because
    return _answer(
        case, by, item, version, Answer.NOT_APPLICABLE, reason, "item.not_applicable", {"because": because}
    )


@service("item.cannot_be_met")
def mark_cannot_be_met(
    *, case: Case, by: User, item: ChecklistItem, reason: str, version: int | None = None
) -> ChecklistItem:
    """Say that an item can never be obtained; the lines that need it are declined and the case goes on.

    For a supervisor, with a reason; the date is that of the answer.
    """
    _begin(case, by, item, reason, "Say why this item can never be met.")
    permissions.check_judge_required(by, case)
    declined = decline_lines_that_need(case=case, by=by, item=item, reason=reason)
    more = {"declined": declined}
    _answer(case, by, item, version, Answer.CANNOT_BE_MET, reason, "item.cannot_be_met", more)
    evaluation.refresh(case, by)
    return item


@service("item.challenged")
def challenge_item(
    *, case: Case, by: User, item: ChecklistItem, reason: str, version: int | None = None
) -> ChecklistItem:
    """Doubt an answer of the system: the item is open until a person or a document answers it."""
    _begin(case, by, item, reason, "Say what makes you doubt the system's answer.")
    if not item.answered_by_system:
        raise WrongState("Only an answer of the system can be challenged; a person's answer can be reopened.")
    claim(item, version)
    item.challenged, item.answer_reason = True, reason.strip()
    item.answer, item.answered_by_system = Answer.OPEN, False
    item.answered_by, item.answered_at = None, None
    _finish(case, by, item, "item.challenged", f"Doubted '{item.label}'", {"reason": reason})
    return item


@service("item.reopened")
def reopen_item(
    *, case: Case, by: User, item: ChecklistItem, reason: str = "", version: int | None = None
) -> ChecklistItem:
    """Take back a person's answer or a doubt; documents and the system then answer as the evidence says.

    Taking back a supervisor's answer on a required item needs a supervisor.
    """
    permissions.check_edit_case(by, case)
    check_unlocked(case, [item])
    if not item.answer_reason and not item.challenged:
        raise WrongState("Nobody has answered this item by hand. Untick its documents to open it again.")
    if item.severity == Severity.REQUIRED and item.answer in (Answer.NOT_APPLICABLE, Answer.CANNOT_BE_MET):
        permissions.check_judge_required(by, case)
    was = {"answer": [item.answer, Answer.OPEN], "said": item.answer_reason, "reason": reason}
    claim(item, version)
    item.answer, item.answer_reason, item.challenged = Answer.OPEN, "", False
    item.answer_because = ""
    item.answered_by_system, item.answered_by, item.answered_at = False, None, None
    _finish(case, by, item, "item.reopened", f"Reopened '{item.label}'", was)
    return item


def _begin(case: Case, by: User, item: ChecklistItem, words: str, ask: str) -> None:
    permissions.check_edit_case(by, case)
    if item.case_id != case.pk:
        raise Refused("This item belongs to another case.")
    if item.condition in (Condition.RETIRED, Condition.FALSE):
        raise WrongState(f"'{item.label}' is not needed for this case now, so there is nothing to answer.")
    check_unlocked(case, [item])
    reason_in(words, ask)


def _answer(
    case: Case,
    by: User,
    item: ChecklistItem,
    version: int | None,
    answer: str,
    words: str,
    action: str,
    more: dict[str, Any] | None = None,
) -> ChecklistItem:
    because = item.answer_because if answer == Answer.NOT_APPLICABLE else ""
    claim(item, version)
    was, item.answer_because = item.answer, because
    item.answer, item.answer_reason = answer, words.strip()
    item.answered_by_system, item.answered_by, item.answered_at = False, by, timezone.now()
    difference = {"answer": [was, answer], "reason": words.strip(), **(more or {})}
    label = Answer(answer).label.lower()
    _finish(case, by, item, action, f"'{item.label}': {label}", difference)
    return item


def _finish(
    case: Case, by: User, item: ChecklistItem, action: str, summary: str, difference: dict[str, Any]
) -> None:
    ticked = ItemDocument.objects.filter(item=item, removed_at=None, document__removed_at=None).count()
    difference = {"item": f"{item.key} {item.subject}", "documents": ticked, **difference}
    finish(case=case, by=by, items=[item], action=action, summary=summary, difference=difference)
