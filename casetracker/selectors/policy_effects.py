"""Which open cases a policy touches, and what it would do to each. Reads the last judgement of each case in a batch.

An open case waits in the queue and no packet of it is approved: what an approval stands on is judged anew only after
it was reopened. Nothing is written; the cases are really judged anew in `services/policy_effects.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models.fields.json import KT
from django.utils import timezone

from casetracker.choices import LineDecision
from casetracker.comparison import comparison
from casetracker.errors import NotFound
from casetracker.models import BillingLine, Department, Evaluation, PolicySetting
from casetracker.policy import InForce, PolicyTable, with_origins
from casetracker.policy_values import default_of, value_words
from casetracker.selectors.open_cases import approved, open_cases, queued_cases
from checklists.engine import evaluate_document
from checklists.engine.book import PolicyKey
from checklists.engine.compare import compare
from checklists.engine.strictness import known_key
from checklists.reader import current_book

LOOKED_AT = 300
"""Cases that one page judges: about a second."""


@dataclass(frozen=True)
class Light:
    """What decides which policies hold for an open case, and the policies it was last judged by."""

    case_id: int
    number: str
    payer_id: int | None
    day: date
    judged_by: InForce


@dataclass(frozen=True)
class Touched:
    """One case that would change. released: codes among the moved lines that a coder has released already."""

    case_id: int
    number: str
    comparison: dict[str, Any]
    notes: list[dict[str, str]]
    released: list[str]


@dataclass(frozen=True)
class Impact:
    """What a change would do.

    open: open cases of the department, or of the payer. candidates: those for which another value would hold.
    looked: candidates judged here. touched: those of them that would change. refused: those that cannot be judged.
    left: candidates not looked at yet, after: the last case looked at; 0 at the end. approved: cases that keep what
    they were approved with.
    """

    open: int
    candidates: int
    looked: int
    touched: list[Touched] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    left: int = 0
    after: int = 0
    approved: int = 0


def light_rows(department: Department) -> list[Light]:
    """Every open case that was judged before, in order. One query."""
    today = timezone.now().astimezone(ZoneInfo(department.time_zone)).date()
    rows = (
        Evaluation.objects.filter(
            occasion=Evaluation.Occasion.CURRENT,
            case__in=open_cases().filter(department=department).values("pk"),
        )
        .annotate(day=KT("document__date_of_service"))
        .order_by("case_id")
        .values_list("case_id", "case__number", "case__payer_id", "day", "policy")
    )
    return [
        Light(case_id, number, payer_id, date.fromisoformat(day) if day else today, policy)
        for case_id, number, payer_id, day, policy in rows
    ]


def waiting_cases(department: Department) -> list[Light]:
    """Open cases that were last judged by other policies than are in force now. Two queries."""
    table = PolicyTable.of(department)
    return [case for case in light_rows(department) if case.judged_by != table.on(case.payer_id, case.day)]


def impact_of(change: PolicySetting, after: int = 0, most: int = LOOKED_AT) -> Impact:
    """What this unsaved or waiting setting would do to open cases, judged in order from behind the case `after`.

    Five queries whatever the number of cases; at most `most` cases are judged.
    """
    department = change.department
    table = PolicyTable.of(department)
    changed = table.with_change(change)
    rows = [
        row for row in light_rows(department) if change.payer_id is None or row.payer_id == change.payer_id
    ]
    both = {row.case_id: (table.on(row.payer_id, row.day), changed.on(row.payer_id, row.day)) for row in rows}
    candidates = [
        row for row in rows if _value(both[row.case_id][0], change) != _value(both[row.case_id][1], change)
    ]
    waiting = [row for row in candidates if row.case_id > after]
    batch = waiting[:most]
    touched, refused = _judge_all(batch, both, change.key)
    return Impact(
        open=len(rows),
        candidates=len(candidates),
        looked=len(batch),
        touched=touched,
        refused=refused,
        left=len(waiting) - len(batch),
        after=batch[-1].case_id if len(waiting) > len(batch) else 0,
        approved=_approved(change),
    )


def _value(policy: InForce, change: PolicySetting) -> str:
    held = policy.get(change.key)
    return held["value"] if held else default_of(_entry_of(change.key))


def _entry_of(key: str) -> PolicyKey:
    entry = known_key(current_book(), key)
    if entry is None:
        raise NotFound("The rule book that is loaded has no such policy any more.")
    return entry


def _approved(change: PolicySetting) -> int:
    """Cases still in the queue with an approved packet."""
    found = queued_cases().filter(approved(), department=change.department)
    return found.filter(payer_id=change.payer_id).count() if change.payer_id else found.count()


def _judge_all(
    batch: Iterable[Light], both: dict[int, tuple[InForce, InForce]], key: str
) -> tuple[list[Touched], list[str]]:
    rows = {row.case_id: row for row in batch}
    released = _released(rows)
    touched, refused = [], []
    for case_id, document, result, digest in _stored(rows):
        before, after = both[case_id]
        old = _again(document, result, digest, before)
        new_document = {**document, "policy": _values(after)}
        new = with_origins(evaluate_document(new_document, current_book()), after)
        if "error" in old or "error" in new:
            refused.append(rows[case_id].number)
            continue
        found = _touched(rows[case_id], key, (old, new), (before, after), (document, new_document))
        if found.comparison["lines"] or found.comparison["items"] or found.notes:
            moved = {line["code"] for line in found.comparison["lines"]}
            found.released.extend(sorted(moved & released.get(case_id, set())))
            touched.append(found)
    return touched, refused


def _stored(rows: Iterable[int]) -> Iterator[tuple[int, dict[str, Any], dict[str, Any], str]]:
    found = Evaluation.objects.filter(occasion=Evaluation.Occasion.CURRENT, case_id__in=list(rows))
    yield from found.order_by("case_id").values_list("case_id", "document", "result", "rulebook_digest")


def _released(rows: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    lines = BillingLine.objects.filter(case_id__in=list(rows), decision=LineDecision.RELEASE)
    for case_id, code in lines.values_list("case_id", "code"):
        found.setdefault(case_id, set()).add(code)
    return found


def _again(document: dict[str, Any], result: dict[str, Any], digest: str, policy: InForce) -> dict[str, Any]:
    """The case as it is judged now: the stored result, unless another book or other policies gave it."""
    book = current_book()
    if digest == book.digest and document.get("policy", {}) == _values(policy):
        return result
    return with_origins(evaluate_document({**document, "policy": _values(policy)}, book), policy)


def _values(policy: InForce) -> dict[str, str]:
    return {key: held["value"] for key, held in policy.items()}


def _touched(
    row: Light,
    key: str,
    results: tuple[dict[str, Any], dict[str, Any]],
    policies: tuple[InForce, InForce],
    documents: tuple[dict[str, Any], dict[str, Any]],
) -> Touched:
    old, new = results
    items = compare(documents[0], old, documents[1], new)["items"]
    told = comparison(old, new, {}, items, documents)
    told["causes"] = [cause_of(key, *policies)]
    label = _entry_of(key).label
    for line in told["lines"]:
        line["why"] = line["why"].replace(f"policy.{key}", label)
    return Touched(row.case_id, row.number, told, notes_of(old, new), [])


def cause_of(key: str, before: InForce, after: InForce) -> dict[str, Any]:
    """The policy as the cause of a comparison: old and new value in words, and the rules it decides."""
    entry = _entry_of(key)
    sides = [
        value_words(entry, policy[key]["value"] if key in policy else default_of(entry))
        for policy in (before, after)
    ]
    told = {"path": f"policy.{key}", "label": entry.label, "before": sides[0], "after": sides[1]}
    return {**told, "rules": list(entry.rules)}


def notes_of(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, str]]:
    """Conflicts that come and go, severities that change: {change: new | retired | changed, text}."""
    before, after = _notes(old), _notes(new)
    gone = [{"change": "retired", "text": text} for text in before if text not in after]
    come = [{"change": "new", "text": text} for text in after if text not in before]
    return come + gone + [{"change": "changed", "text": text} for text in severities_changed(old, new)]


def severities_changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """One sentence per item that stays and is asked for more or less strictly."""
    before = {(row["key"], row["subject"]): row["severity"] for row in old.get("documentation", [])}
    told = (
        f"{row['label']}: {before[row['key'], row['subject']]} becomes {row['severity']}."
        for row in new.get("documentation", [])
        if before.get((row["key"], row["subject"]), row["severity"]) != row["severity"]
    )
    return list(dict.fromkeys(told))


def _notes(result: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(conflict["message"] for conflict in result.get("conflicts", [])))
