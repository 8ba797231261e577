"""The common end of every change to evidence: judge the items anew, store them, refresh the queue, write history."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from casetracker.choices import ItemReview
from casetracker.errors import Refused, Stale
from casetracker.models import Case, ChecklistItem, User
from casetracker.requirements import reading_others
from casetracker.selectors.locks import locked_items
from casetracker.services import queueing
from casetracker.services.bulk import allow_wide_statements
from casetracker.services.checklist import ASKED_FOR
from casetracker.services.history import write_revision
from casetracker.services.item_judging import ItemJudge, apply, fact_checks_of, judge_of
from casetracker.services.notices import watch_directive
from casetracker.services.queries import close_satisfied

WRITTEN = [
    "answer",
    "answered_by_system",
    "answered_by",
    "answered_at",
    "answer_reason",
    "answer_because",
    "challenged",
    "review",
    "checks",
    "version",
]


def items_of(case: Case, item_ids: Iterable[int]) -> list[ChecklistItem]:
    """These items of this case, or `Refused` when one of them belongs elsewhere."""
    wanted = set(item_ids)
    found = list(ChecklistItem.objects.filter(case=case, pk__in=wanted)) if wanted else []
    if len(found) < len(wanted):
        raise Refused("One of the ticked items is not on this case any more. Reload the page.")
    return found


def claim(item: ChecklistItem, version: int | None) -> None:
    """Move the item to its next version, or raise `Stale` if somebody else did since the page was shown."""
    seen = item.version if version is None else version
    moved = ChecklistItem.objects.filter(pk=item.pk, version=seen).update(version=F("version") + 1)
    if not moved:
        raise Stale(f"Somebody else changed '{item.label}' while you worked. Look at it again, then repeat.")
    item.refresh_from_db()


def finish(
    *, case: Case, by: User, items: list[ChecklistItem], action: str, summary: str, difference: dict[str, Any]
) -> None:
    """Judge `items` anew and store them, close answered queries, refresh counters, write one revision.

    Work on a returned item answers the reviewer: it waits to be reviewed again. Items that are judged by documents of
    others as well (a review, the request before a consultation, the signatures of the file) are judged with them.
    """
    judge = judge_of(case)
    for item in items:
        apply(item, judge.evidence(item, fact_checks_of(item)))
        item.version += 1
        if item.review == ItemReview.RETURNED:
            item.review = ItemReview.NONE
    beside = _judged_beside(case, items, judge)
    allow_wide_statements()
    ChecklistItem.objects.bulk_update([*items, *beside], WRITTEN)
    close_satisfied(case=case)
    watch_directive(case=case, by=by)
    queueing.refresh(case=case)
    write_revision(case=case, by=by, action=action, summary=summary, difference=difference)


def _judged_beside(case: Case, items: list[ChecklistItem], judge: ItemJudge) -> list[ChecklistItem]:
    """Other items of the case that the changed documents bear on and that came out differently; not yet stored."""
    asked = ChecklistItem.objects.filter(case=case, key__in=reading_others(), condition__in=ASKED_FOR)
    others = list(asked.exclude(pk__in=[item.pk for item in items]))
    locked = locked_items(case, others)
    moved = []
    for item in (one for one in others if one.pk not in locked):
        before = item.answer, item.checks
        apply(item, judge.evidence(item, fact_checks_of(item)))
        if (item.answer, item.checks) != before:
            item.version += 1
            moved.append(item)
    return moved
