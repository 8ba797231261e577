"""Judging open cases anew after a release was published or taken out of force, each in a transaction of its own.

Which cases wait is read from the cases: another book judged them. An interruption loses nothing.
"""

import logging
import threading
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from casetracker.errors import Refused
from casetracker.models import Case, Evaluation, User
from casetracker.policy import with_origins
from casetracker.selectors.reference_effects import differs, waiting_for
from casetracker.services import evaluation
from casetracker.services.history import service
from casetracker.services.judging_anew import judge_anew
from checklists.engine import evaluate_document
from checklists.models import ReferenceRelease, ReleaseState
from checklists.reader import current_book

log = logging.getLogger(__name__)
MOVED = (ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN)
_judging = threading.Lock()


def start_judging() -> None:
    """Judge what a publication touches: in a background thread, or at once."""
    if settings.REFERENCE_READING == "thread":
        threading.Thread(target=_judge_in_thread, name="reference-judging", daemon=True).start()
    else:
        judge_waiting()


def _judge_in_thread() -> None:
    try:
        judge_waiting()
    except Exception:
        log.exception("Judging open cases stopped; it can be resumed on the page of the release.")
    finally:
        close_old_connections()


def judge_waiting() -> int:
    """Judge the open cases that another book judged last; returns how many changed. The others name the new book.

    A case that cannot be judged keeps its last judgement and leaves an audited refusal.
    """
    with _judging:
        moved = ReferenceRelease.objects.filter(state__in=MOVED, judged_at=None).exclude(published_at=None)
        waiting = list(moved.order_by("id"))
        if not waiting:
            return 0
        by, book, changed = waiting[-1].closed_by or waiting[-1].published_by, current_book(), 0
        for case_id, document, old in list(waiting_for(book.digest)):
            new = evaluate_document(document, book)
            if "error" not in new and not differs(document, old, new):
                _restate(case_id, old, new)
            else:
                try:
                    changed += judge_case(case=Case.objects.get(pk=case_id), by=by)
                except Refused:
                    log.warning(
                        "A case could not be judged by a published release; it keeps its last judgement."
                    )
        ids = [release.pk for release in waiting]
        ReferenceRelease.objects.filter(pk__in=ids).update(judged_at=timezone.now())
        return changed


def _restate(case_id: int, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Nothing but the book that judged it is new: the stored judgement names it, unless it was replaced meanwhile."""
    held = Evaluation.objects.filter(case_id=case_id, occasion=evaluation.CURRENT)
    stored = held.filter(rulebook_digest=old["rulebook"]["digest"]).first()
    if stored is not None:
        held.filter(pk=stored.pk, at=stored.at).update(
            result=with_origins(new, stored.policy),
            rulebook_version=new["rulebook"]["version"],
            rulebook_digest=new["rulebook"]["digest"],
            at=timezone.now(),
        )


@service("reference.applied")
def judge_case(*, case: Case, by: User) -> bool:
    """Judge one open case by the book in force; True when it changed. Writes one revision then.

    A case that was approved meanwhile is left alone.
    """
    anew = judge_anew(case, by)
    if anew is None or not differs(anew.before.document, anew.before.result, anew.after.result):
        return False
    facts = [one.result["rulebook"].get("edits_release", "") for one in (anew.before, anew.after)]
    anew.tell(by, "reference.applied", "Judged by newly published edit facts", {"edit_facts": facts})
    return True
