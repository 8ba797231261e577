"""After a change of the rule book: every open case whose stored answer was given by another book is judged again.

Reads tuples in steps of ids, compares, and touches only cases whose answer differs; those go through the same
`evaluation.refreshed` as a saved fact, one transaction each. An equal answer only notes the book that confirmed it.
Cases with an approved packet keep the answer they were approved with. A run that stopped goes on where it was.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from casetracker.errors import Refused
from casetracker.models import Case, Evaluation, User
from casetracker.policy import with_origins
from casetracker.selectors.open_cases import approved
from casetracker.services.history import service
from casetracker.services.judging_anew import judge_anew
from checklists.engine import evaluate_document
from checklists.engine.book import RuleBook
from checklists.reader import current_book

STEP = 500
COLUMNS = ("id", "case_id", "document", "policy", "result")
Answer = dict[str, Any]


@dataclass
class Counts:
    """What one run did. `refused` names each case that the new book cannot judge, with the reason."""

    judged: int = 0
    same: int = 0
    changed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    locked: int = 0
    last: int = 0


def reevaluate(
    *, by: User, after: int = 0, write: bool = True, tell: Callable[[Counts], None] = lambda counts: None
) -> Counts:
    """Judge again, in order of case id behind `after`, what another book judged; `write=False` only counts.

    `tell` is called after each step of cases. `by` stands in the history of the cases that change.
    """
    book, counts = current_book(), Counts(last=after)
    counts.locked = _stale(book).filter(approved("case")).count()
    with collector_off():
        for rows in _steps(book, after):
            confirmed = [row[0] for row in rows if not _judge(row, book, by, counts, write=write)]
            if write:
                Evaluation.objects.filter(pk__in=confirmed).update(
                    rulebook_version=book.version, rulebook_digest=book.digest
                )
            counts.last = rows[-1][1]
            tell(counts)
    return counts


@contextmanager
def collector_off() -> Iterator[None]:
    """Results hold no cycles, and looking for some takes longer than judging; memory is freed by counting."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _stale(book: RuleBook) -> QuerySet[Evaluation]:
    return Evaluation.objects.filter(occasion=Evaluation.Occasion.CURRENT).exclude(
        rulebook_digest=book.digest
    )


def _steps(book: RuleBook, after: int) -> Iterator[list[tuple[Any, ...]]]:
    while True:
        open_ = _stale(book).filter(~approved("case"), case_id__gt=after).order_by("case_id")
        rows = list(open_.values_list(*COLUMNS)[:STEP])
        if not rows:
            return
        yield rows
        after = rows[-1][1]


def _judge(row: tuple[Any, ...], book: RuleBook, by: User, counts: Counts, *, write: bool) -> bool:
    """Whether the answer of one case differs; if so it is brought up to date."""
    _, case_id, document, policy, stored = row
    counts.judged += 1
    if same_answer(stored, with_origins(evaluate_document(document, book), policy)):
        counts.same += 1
        return False
    case = Case.objects.get(pk=case_id)
    try:
        if write:
            bring_up_to_date(case=case, by=by)
        counts.changed.append(case.number)
    except Refused as refusal:
        counts.refused.append(f"{case.number}: {refusal}")
    return True


def same_answer(stored: Answer, fresh: Answer) -> bool:
    """Whether two results say the same, whichever book gave them."""
    return {**stored, "rulebook": None} == {**fresh, "rulebook": None}


@service("case.reevaluated")
def bring_up_to_date(*, case: Case, by: User) -> None:
    """Store the answer of the current book with everything that follows from it, and say which codes it moved.

    Raises `Refused` when the engine cannot read the case.
    """
    anew = judge_anew(case, by, among=Case.objects.exclude(approved()))
    if anew is None:
        return
    books = [_version(one.result) for one in (anew.before, anew.after)]
    summary = "Judged again by a changed rule book"
    anew.tell(by, "case.reevaluated", summary, {"rulebook": books, **anew.codes})


def _version(result: Answer) -> str:
    return str(result.get("rulebook", {}).get("version", ""))
