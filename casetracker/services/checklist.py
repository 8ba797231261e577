"""Brings the checklist of a case in line with an evaluation. Rebuilt, never erased.

Documents and people's answers are in `evidence`; counters and packets in `queueing`; what is needed is the
engine's answer. The service that changed the case writes the history.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from casetracker.choices import Answer, Condition, ItemReview, LineDecision, SessionStatus, Severity
from casetracker.clinical_clocks import clocks_of
from casetracker.due import CourseDays, due_on
from casetracker.item_answers import FROM_FACTS, Check
from casetracker.models import BillingLine, Case, ChecklistItem, User
from casetracker.readiness import LineView
from casetracker.reason_words import worded
from casetracker.requirements import requirement, step_rank
from casetracker.services.bulk import allow_wide_statements
from casetracker.services.item_judging import ItemJudge, apply, judge_of
from casetracker.services.queries import close_satisfied
from casetracker.strictness import lowered_words

Identity = tuple[str, str]
RECORDED = "recorded"
"""What a check expects that asks for nothing but a value."""
PAYMENT = "payment"
ASKED_FOR = (Condition.TRUE, Condition.UNKNOWN)
FROM_BOOK = (
    "label",
    "codes",
    "streams",
    "severity",
    "lowered_because",
    "kind",
    "role",
    "step",
    "cure",
    "auto",
    "position",
)
STORED = (
    *FROM_BOOK,
    "condition",
    "retired_because",
    "answer",
    "answered_by_system",
    "answered_by_id",
    "answered_at",
    "answer_reason",
    "answer_because",
    "review",
    "checks",
    "due_on",
)
WRITTEN = [name.removesuffix("_id") for name in STORED] + ["version"]


@dataclass
class _Rebuilding:
    """What a rebuild found: identities, and the objects to write."""

    new: list[ChecklistItem] = field(default_factory=list)
    returned: list[ChecklistItem] = field(default_factory=list)
    retired: list[ChecklistItem] = field(default_factory=list)
    kept: list[ChecklistItem] = field(default_factory=list)


def rebuild(*, case: Case, result: dict[str, Any], by: User) -> dict[str, list[dict[str, str]]]:
    """Upsert the items of the case from `result["documentation"]`; nothing is ever deleted.

    An item that is no longer needed is retired with the reason and keeps documents and answers; one that is needed
    again comes back with them. Answers by documents and by the system are judged anew, statements of people stay.
    Runs inside the caller's transaction with a fixed number of statements. `by` is part of the services' rhythm;
    the system's own answers carry no name.

    Returns {new, retired, kept}: lists of {key, subject, label} of the items that are asked for; one whose condition
    is false is in none of them, one that returns is new.
    """
    known = {(item.key, item.subject): item for item in ChecklistItem.objects.filter(case=case)}
    live, declined = _lines(case, result)
    needed = {
        identity: row
        for identity, row in _needed(result, live).items()
        if not _let_go(row, known.get(identity), live, declined)
    }
    before = {identity: _snapshot(item) for identity, item in known.items()}
    asked_before = {identity for identity, item in known.items() if item.condition in ASKED_FOR}
    work = _sort(case, needed, known)
    for item in work.retired:
        _retire(item, {line.code for line in live}, {line.code for line in declined})
    _set_due(course_days(case), [*work.new, *work.returned, *work.kept])
    _judge(judge_of(case, result), [*work.new, *work.returned, *work.kept], needed)
    _write(work.new, [item for identity, item in known.items() if _snapshot(item) != before[identity]])
    close_satisfied(case=case)
    return _told(asked_before, [*known.values(), *work.new])


def course_days(case: Case) -> CourseDays:
    """The days of the course by which items are due. One query."""
    rows = (
        case.sessions.filter(removed_at=None)
        .exclude(date=None)
        .exclude(status=SessionStatus.STOPPED_WITHOUT_DOSE)
    )
    sessions = {f"session:{uuid}": day for uuid, day in rows.values_list("uuid", "date") if day}
    known = sorted(sessions.values())
    clocks = clocks_of(case.department.clinical_clocks)
    return CourseDays(
        simulated_on=case.simulated_on,
        first_on=known[0] if known else case.date_of_service,
        last_on=known[-1] if known else case.date_of_service,
        sessions=sessions,
        summary=clocks["treated"],
        follow_up=clocks["in_follow_up"],
        late_entry_days=case.department.late_entry_days,
    )


def _set_due(days: CourseDays, items: Iterable[ChecklistItem]) -> None:
    """A returned item keeps the day that the reviewer gave."""
    for item in items:
        if item.review != ItemReview.RETURNED or item.due_on is None:
            item.due_on = due_on(item.step, item.cure, item.subject, days)


def _told(before: set[Identity], items: Iterable[ChecklistItem]) -> dict[str, list[dict[str, str]]]:
    """What the case asks for now and did not before, no longer asks for, and still asks for, in workflow order."""
    ordered = sorted(items, key=lambda item: item.position)
    now = {(item.key, item.subject) for item in ordered if item.condition in ASKED_FOR}
    return {
        "new": _named(item for item in ordered if (item.key, item.subject) in now - before),
        "retired": _named(item for item in ordered if (item.key, item.subject) in before - now),
        "kept": _named(item for item in ordered if (item.key, item.subject) in before & now),
    }


def _sort(case: Case, needed: dict[Identity, dict[str, Any]], known: dict[Identity, Any]) -> _Rebuilding:
    work = _Rebuilding()
    for identity, row in needed.items():
        item = known.get(identity)
        if item is None:
            item = ChecklistItem(case=case, key=identity[0], subject=identity[1])
            work.new.append(item)
        elif item.condition == Condition.RETIRED:
            work.returned.append(item)
        else:
            work.kept.append(item)
        _refresh(item, row)
    work.retired = [
        item
        for identity, item in known.items()
        if identity not in needed and item.condition != Condition.RETIRED
    ]
    return work


def _needed(result: dict[str, Any], live: list[LineView]) -> dict[Identity, dict[str, Any]]:
    """The rows of the result by identity, in workflow order, with the streams of their codes."""
    rows = sorted(result["documentation"], key=lambda row: step_rank(row.get("due", "")))
    streams = _streams(live)
    return {
        (row["key"], row["subject"]): {
            **row,
            "position": place,
            "streams": sorted(set().union(*(streams.get(code, set()) for code in row["codes"]))),
        }
        for place, row in enumerate(rows)
    }


def _lines(case: Case, result: dict[str, Any]) -> tuple[list[LineView], list[LineView]]:
    """Lines on the case (suggested, or decided by a person) and lines that were declined. One query."""
    decided = BillingLine.objects.filter(case=case).values_list("key", "code", "stream", "decision")
    known = {line[0]: LineView(*line) for line in decided}
    suggested = [
        LineView(line["key"], line["code"], line["stream"])
        for line in result.get("lines", [])
        if line.get("stream") and line["key"] not in known
    ]
    declined = [line for line in known.values() if line.decision == LineDecision.DECLINE]
    return [*suggested, *(line for line in known.values() if line not in declined)], declined


def _let_go(
    row: dict[str, Any], item: ChecklistItem | None, live: list[LineView], declined: list[LineView]
) -> bool:
    """True for payment evidence that only declined lines need, so that nobody has to bring it.

    Duties of law and professional standards stay owed whatever is billed, and so does what cannot be met.
    """
    if row.get("kind") != PAYMENT or (item is not None and item.answer == Answer.CANNOT_BE_MET):
        return False

    def needed_by(line: LineView) -> bool:
        own = row["subject"].removeprefix("line:")
        return own == line.key if own != row["subject"] else line.code in row["codes"]

    return any(map(needed_by, declined)) and not any(map(needed_by, live))


def _streams(live: list[LineView]) -> dict[str, set[str]]:
    """Claim streams by code."""
    found: dict[str, set[str]] = {}
    for line in live:
        found.setdefault(line.code, set()).add(line.stream)
    return found


def _refresh(item: ChecklistItem, row: dict[str, Any]) -> None:
    known = requirement(row["key"])
    item.label = row["label"][:200]
    item.codes = list(row["codes"])
    item.streams = row["streams"]
    item.severity = row.get("severity") or Severity.REQUIRED
    item.lowered_because = lowered_words(row.get("lowered"))
    item.kind = row.get("kind") or ""
    item.role = row["role"]
    item.step = row.get("due") or ""
    item.cure = row.get("cure") or ""
    item.auto = row.get("auto") or (known.auto if known else "no")
    item.position = row["position"]
    item.condition = row["condition"]
    item.retired_because = ""


def _retire(item: ChecklistItem, codes: set[str], declined: set[str]) -> None:
    gone = [code for code in item.codes if code not in codes]
    scope = item.subject.partition(":")[0]
    item.condition = Condition.RETIRED
    if gone and set(item.codes) <= declined - codes:
        item.retired_because = f"{', '.join(gone)} declined."[:200]
    elif gone and len(gone) == len(item.codes):
        item.retired_because = f"{', '.join(gone)} no longer on the case."[:200]
    elif item.subject != "case":
        item.retired_because = f"This {scope} is no longer part of the case, or no line needs it there."
    else:
        item.retired_because = "No line of the case needs it any more."


def _judge(judge: ItemJudge, items: Iterable[ChecklistItem], needed: dict[Identity, dict[str, Any]]) -> None:
    for item in items:
        checks = needed[item.key, item.subject].get("checks") or []
        apply(item, judge.evidence(item, [fact_check(check) for check in checks]))


def fact_check(check: dict[str, Any]) -> Check:
    """A check of the engine in the stored shape; a reason of a condition becomes a sentence."""
    empty = check["verdict"] == "unknown" and check.get("expected") == RECORDED
    return {
        "check": check.get("check") or check.get("fact", ""),
        "verdict": check["verdict"],
        "message": check.get("message") or (_to_record(check) if empty else _as_sentence(check)),
        "from": FROM_FACTS,
        **({"empty": True} if empty else {}),
    }


def _to_record(reason: dict[str, Any]) -> str:
    """ "Payer class: not recorded yet." """
    return f"{worded(reason)['label']}: not recorded yet."


def _as_sentence(reason: dict[str, Any]) -> str:
    """ "Payer class: not recorded (expected: recorded)." """
    told = worded(reason)
    return f"{told['label']}: {told['found'] or 'not recorded'} (expected: {told['expected']})."


def _snapshot(item: ChecklistItem) -> tuple[Any, ...]:
    return tuple(getattr(item, name) for name in STORED)


def _write(new: list[ChecklistItem], changed: list[ChecklistItem]) -> None:
    """One statement for all new rows and one for all changed rows.

    Changed rows are upserted: `bulk_update` writes one CASE per column and row, which took most of a save.
    """
    allow_wide_statements()
    for item in changed:
        item.version += 1
    ChecklistItem.objects.bulk_create(new)
    # An upsert of known rows: `bulk_update` builds a condition for each row and column and takes most of a rebuild.
    ChecklistItem.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["case", "key", "subject"], update_fields=WRITTEN
    )


def _named(items: Iterable[ChecklistItem]) -> list[dict[str, str]]:
    return [{"key": item.key, "subject": item.subject, "label": item.label} for item in items]
