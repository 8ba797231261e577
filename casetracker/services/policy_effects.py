"""Judges open cases anew by the policies in force. Each case in a transaction of its own; done ones are never redone.

Which cases wait is read from the cases themselves: the policies they were last judged by differ from those in force.
An interruption therefore loses nothing, and whoever goes on, goes on where it stopped.
"""

import time
from dataclasses import dataclass

from casetracker import permissions
from casetracker.errors import Refused
from casetracker.models import Case, Department, User
from casetracker.policy import InForce
from casetracker.selectors.policy_effects import severities_changed, waiting_cases
from casetracker.services.history import audit, service
from casetracker.services.judging_anew import Anew, judge_anew
from checklists.engine.compare import compare


@dataclass(frozen=True)
class Step:
    """What one step did: cases judged, those that changed, those that could not be judged, those that still wait."""

    judged: int
    changed: int
    refused: int
    left: int


def judge_waiting(*, department: Department, by: User, seconds: float | None = None) -> Step:
    """Judge cases of the department that wait for its policies, for so many seconds (None: until none is left).

    Raises NotAllowed. A case that cannot be judged keeps its last judgement and leaves an audited refusal.
    """
    permissions.check_approve_policies(by, department)
    waiting, end = waiting_cases(department), time.monotonic() + (seconds or 0)
    judged = changed = refused = 0
    for light in waiting:
        if seconds is not None and judged and time.monotonic() > end:
            break
        judged += 1
        try:
            changed += judge_case(case=Case.objects.get(pk=light.case_id), by=by)
        except Refused:
            refused += 1
    return Step(judged, changed, refused, len(waiting) - judged)


@service("policy.judged")
def note_judged(*, department: Department, by: User) -> None:
    """Record that somebody had the waiting cases judged."""
    audit(action="policy.judged", by=by, department=department, record=f"department {department.pk}")


@service("policy.applied")
def judge_case(*, case: Case, by: User) -> bool:
    """Judge one open case by the policies in force; True when lines, items, conflicts or questions changed.

    Writes one revision then; otherwise only the judgement is replaced. A case that was approved meanwhile is left
    alone.
    """
    anew = judge_anew(case, by)
    if anew is None or not (_changed(anew) or anew.items_moved):
        return False
    moved = _policies(anew.before.policy, anew.after.policy)
    anew.tell(by, "policy.applied", "Judged by changed policies", {**moved, **anew.codes})
    return True


def _changed(anew: Anew) -> bool:
    old, new = anew.before.result, anew.after.result
    lines = compare(anew.before.document, old, anew.after.document, new)["lines"]
    same = all(old.get(name) == new.get(name) for name in ("conflicts", "questions"))
    return any(lines.values()) or not same or bool(severities_changed(old, new))


def _policies(before: InForce, after: InForce) -> dict[str, list[str | None]]:
    keys = dict.fromkeys((*before, *after))
    pairs = {key: [held[key]["value"] if key in held else None for held in (before, after)] for key in keys}
    return {f"policy {key}": pair for key, pair in pairs.items() if pair[0] != pair[1]}
