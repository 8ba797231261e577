"""Which answer a checklist item has, given its evidence. Pure: no queries, no clock.

Three voices can answer: a person's statement (has a reason and a name), documents (every check of theirs passes),
or the system (the case data or the facility file alone decide). A person's statement is never overwritten;
documents and the system are judged anew whenever evidence or facts change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from casetracker.choices import Answer, Condition

Check = dict[str, Any]
FROM_FACTS, FROM_DOCUMENTS, FROM_FACILITY = "facts", "documents", "facility"


class Answered(Protocol):
    """The columns of an item that say how it is answered."""

    condition: str
    answer: str
    answered_by_system: bool
    challenged: bool
    answer_reason: str


@dataclass(frozen=True)
class Evidence:
    """What speaks for an item. checks: {check, verdict, message, from: facts | documents | facility}; `empty` on one
    that asks for nothing but a recorded field, which is empty.

    linked: live documents ticked for it; linked_by: who ticked the latest (user id), None without documents.
    machine_judged: the book lets the case data decide alone. facts_decide: whatever is on file, the case data must
    show it: what they cannot tell yet keeps the item open.
    """

    checks: tuple[Check, ...] = ()
    linked: int = 0
    linked_by: int | None = None
    machine_judged: bool = False
    facts_decide: bool = False


def failing(checks: Iterable[Check]) -> list[Check]:
    return [check for check in checks if check["verdict"] == "fails"]


def to_record(checks: Iterable[Check]) -> list[Check]:
    """Checks that ask for nothing but a recorded field, while it is empty."""
    return [check for check in checks if check["verdict"] == "unknown" and check.get("empty")]


def untold(checks: Iterable[Check]) -> list[Check]:
    """Checks over case data whose facts are neither recorded nor told by a document on file."""
    return [
        check
        for check in checks
        if check["verdict"] == "unknown" and check.get("from") == FROM_FACTS and not check.get("told")
    ]


def is_statement(item: Answered) -> bool:
    """True while a person's own answer stands: satisfied by judgement, not applicable, cannot be met."""
    return item.answer != Answer.OPEN and bool(item.answer_reason) and not item.answered_by_system


def is_flagged(item: Answered, checks: Iterable[Check]) -> bool:
    """True when a person's answer stands although a check of the system says otherwise, or its field is empty."""
    found = list(checks)
    against = failing(found) or to_record(found)
    return is_statement(item) and item.answer != Answer.CANNOT_BE_MET and bool(against)


def judged(item: Answered, evidence: Evidence) -> tuple[str, bool]:
    """The answer and whether the system gave it. A person's statement stays as it is."""
    if is_statement(item):
        return item.answer, False
    if evidence.linked:
        waits = failing(evidence.checks) or to_record(evidence.checks)
        waits = waits or (evidence.facts_decide and untold(evidence.checks))
        return (Answer.OPEN if waits else Answer.SATISFIED), False
    return (Answer.SATISFIED, True) if _system_is_sure(item, evidence) else (Answer.OPEN, False)


def _system_is_sure(item: Answered, evidence: Evidence) -> bool:
    """Every check holds, there is at least one, the item is needed, and nobody doubts the system."""
    checks = [check for check in evidence.checks if check.get("from") in (FROM_FACTS, FROM_FACILITY)]
    on_file = any(check["from"] == FROM_FACILITY for check in checks)
    sure = bool(checks) and all(check["verdict"] == "holds" for check in checks)
    return (
        (evidence.machine_judged or on_file)
        and sure
        and item.condition == Condition.TRUE
        and not item.challenged
    )
