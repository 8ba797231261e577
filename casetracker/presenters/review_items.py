"""Checklist items as a reviewer reads them: the document beside the acceptance text, checks, and what can be said.

Takes records that were read already; asks nothing itself.
"""

from typing import Any

from casetracker import readiness
from casetracker.choices import Answer, Condition, ItemReview, PacketStatus, ReturnReason, Severity
from casetracker.models import ChecklistItem, Document
from casetracker.requirements import ROLES, STEPS, kind_label, requirement
from casetracker.selectors.review_sheet import ReviewSheet


def item_row(
    item: ChecklistItem, sheet: ReviewSheet, why_not_judge: str, may_edit: bool = False
) -> dict[str, Any]:
    """One item for the review page. why_not_judge: why this person cannot judge, "" if he or she can."""
    known = requirement(item.key)
    view = readiness.ItemView.of({name: getattr(item, name) for name in readiness.ITEM_FIELDS})
    owed = item.answer in (Answer.OPEN, Answer.CANNOT_BE_MET)
    return {
        "id": item.pk,
        "version": item.version,
        "label": item.label,
        "subject": sheet.subjects.name(item.subject),
        "step": item.step,
        "role": ROLES.get(item.role, item.role.replace("_", " ").capitalize()),
        "severity": item.severity,
        "lowered": item.lowered_because,
        "codes": item.codes,
        "for_lines": _for_lines(item, sheet),
        "state": state_of(item),
        "accept_text": known.accept if known else "",
        "proofs": [_proof(link.document) for link in item.proofs],  # type: ignore[attr-defined]
        "unsigned": sum(link.document.signed_at is None for link in item.proofs),  # type: ignore[attr-defined]
        "open_checks": [check for check in item.checks if check.get("verdict") != "holds"],
        "held_checks": [check for check in item.checks if check.get("verdict") == "holds"],
        "answered": _answered(item),
        "settled": readiness.is_settled(view) and not readiness.is_open(view),
        "owed": owed,
        "returned": _returned(item),
        "accepted": item.review == ItemReview.ACCEPTED,
        "why_not": why_not_judge or ("There is nothing to accept yet." if owed else ""),
        "may_return": not why_not_judge,
        "may_answer": may_edit and sheet.packet.status in (PacketStatus.COLLECTING, PacketStatus.RETURNED),
        "may_note": item.severity != Severity.REQUIRED,
        "note": item.review_note if item.review == ItemReview.ACCEPTED else "",
    }


def state_of(item: ChecklistItem) -> str:
    """One word of the badge table: what the reviewer said, else the answer, else that the condition is unclear."""
    if item.review in (ItemReview.ACCEPTED, ItemReview.RETURNED):
        return str(item.review)
    if item.answer == Answer.OPEN and item.condition == Condition.UNKNOWN:
        return "unknown"
    return str(item.answer)


def _for_lines(item: ChecklistItem, sheet: ReviewSheet) -> str:
    """The released codes of this packet that need the item."""
    released = list(dict.fromkeys(line.code for line in sheet.released))
    needing = [code for code in released if code in item.codes]
    if len(needing) == len(released) > 1 or not item.codes:
        return "for every line"
    return f"for {', '.join(needing)}"


def _proof(document: Document) -> dict[str, Any]:
    author = str(document.author) if document.author else document.author_name
    return {
        "title": document.title,
        "kind": kind_label(document.kind),
        "author": author,
        "service_date": document.service_date,
        "written_at": document.written_at,
        "signed_at": document.signed_at,
        "reference": document.reference,
        "entry": "" if document.entry_type == "original" else document.get_entry_type_display(),
    }


def _answered(item: ChecklistItem) -> str:
    if item.answered_by_system and item.answer == Answer.SATISFIED:
        return "Judged by the system from the case."
    if item.answer == Answer.OPEN or not item.answer_reason:
        return ""
    who = f" ({item.answered_by})" if item.answered_by else ""
    return f"{item.get_answer_display()}: {item.answer_reason}{who}"


def _returned(item: ChecklistItem) -> str:
    if item.review != ItemReview.RETURNED:
        return ""
    reason = ReturnReason(item.review_reason).label if item.review_reason else "Returned"
    return f"{reason}. {item.review_note}" if item.review_note else f"{reason}."


def groups(rows: list[dict[str, Any]], sheet: ReviewSheet, by: str) -> list[dict[str, Any]]:
    """Rows under their workflow step, or under the first released code that needs them.

    Each group: {title, todo: rows to judge, done: rows with nothing left to decide}.
    """
    titles = _by_code(rows, sheet) if by == "code" else _by_step(rows)
    found: dict[str, list[dict[str, Any]]] = {}
    for row, title in zip(rows, titles, strict=True):
        found.setdefault(title, []).append(row)
    return [
        {
            "title": title,
            "todo": [row for row in members if not row["settled"]],
            "done": [row for row in members if row["settled"]],
        }
        for title, members in found.items()
    ]


def _by_step(rows: list[dict[str, Any]]) -> list[str]:
    return [STEPS.get(row["step"], row["step"].replace("_", " ").capitalize() or "Other") for row in rows]


def _by_code(rows: list[dict[str, Any]], sheet: ReviewSheet) -> list[str]:
    names = {line.code: f"{line.code} {line.label}".strip() for line in sheet.released}
    return [next((names[code] for code in names if code in row["codes"]), "Every line") for row in rows]
