"""Declines the billing lines that need an item which can never be met.

Decided lines are turned to declined; a suggestion that nobody has decided yet is recorded as declined, so that it
does not come back as undecided.
"""

from typing import Any

from django.utils import timezone

from casetracker.choices import LineDecision, LineOrigin
from casetracker.models import BillingLine, Case, ChecklistItem, Evaluation, User
from casetracker.readiness import ITEM_FIELDS, ItemView, LineView, needs


def decline_lines_that_need(*, case: Case, by: User, item: ChecklistItem, reason: str) -> list[str]:
    """Decline every line of the case that needs this item; returns their keys in line order.

    A line that was declined before keeps its own reason. The caller writes the history.
    """
    view = ItemView.of({name: getattr(item, name) for name in ITEM_FIELDS})
    because = f"'{item.label}' cannot be met: {reason.strip()}"
    decided = {line.key: line for line in BillingLine.objects.filter(case=case)}
    lost = [line for line in decided.values() if _is_lost(view, line)]
    for line in lost:
        _decline(line, by, because)
    fresh = [
        _declined(case, by, suggestion, because)
        for suggestion in _suggestions(case)
        if suggestion["key"] not in decided
        and needs(view, LineView(suggestion["key"], suggestion["code"], suggestion["stream"]))
    ]
    BillingLine.objects.bulk_update(lost, ["decision", "reason", "decided_by", "decided_at", "version"])
    BillingLine.objects.bulk_create(fresh)
    return [line.key for line in (*lost, *fresh)]


def _is_lost(item: ItemView, line: BillingLine) -> bool:
    return line.decision != LineDecision.DECLINE and needs(item, LineView(line.key, line.code, line.stream))


def _decline(line: BillingLine, by: User, because: str) -> None:
    line.decision, line.reason = LineDecision.DECLINE, because
    line.decided_by, line.decided_at = by, timezone.now()
    line.version += 1


def _suggestions(case: Case) -> list[dict[str, Any]]:
    stored = Evaluation.objects.filter(case=case, occasion=Evaluation.Occasion.CURRENT)
    return stored.values_list("result__lines", flat=True).first() or []


def _declined(case: Case, by: User, line: dict[str, Any], because: str) -> BillingLine:
    shown = {name: line.get(name) for name in ("units", "modifiers", "date")}
    return BillingLine(
        case=case,
        key=line["key"],
        code=line["code"],
        label=line.get("label") or "",
        stream=line["stream"],
        performer=line.get("performer") or "",
        person=line.get("person") or "",
        units=line["units"],
        modifiers=line.get("modifiers") or [],
        date=line.get("date"),
        diagnoses=line.get("diagnoses") or [],
        lesions=line.get("lesions") or [],
        sessions=line.get("sessions") or [],
        decision=LineDecision.DECLINE,
        origin=LineOrigin.SUGGESTED,
        suggested=shown,
        reason=because,
        decided_by=by,
        decided_at=timezone.now(),
    )
