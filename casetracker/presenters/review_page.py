"""The review page of one packet in words: what stands in the way, what can be done by this person, lines and items.

Takes a `ReviewSheet` that was read already; asks no record and changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from casetracker import permissions, readiness, workflow
from casetracker.choices import (
    HandoffState,
    LineDecision,
    PacketStatus,
    ReturnReason,
    ReviewOutcome,
)
from casetracker.errors import Refused
from casetracker.models import BillingLine, ChecklistItem, User
from casetracker.navigation import HANDOFF_WORK
from casetracker.presenters.codes_page import told
from casetracker.presenters.review_items import groups, item_row
from casetracker.presenters.revision_words import SubjectName, codes_moved, heading_of, pair_of, pairs_of
from casetracker.reason_words import worded
from casetracker.selectors.access import access_of
from casetracker.selectors.review import warning_key
from casetracker.selectors.review_sheet import ReviewSheet, acceptable
from casetracker.workflow import LOCKED

__all__ = ["Person", "groups", "item_row", "packet_context"]

SHOWN_PAIRS = 8
PAGES = {"codes": "case-codes", "facts": "case-facts", "checklist": "case-checklist"}


@dataclass(frozen=True)
class Person:
    """What the signed-in person may do with this packet, apart from its state. "" = may, else why not."""

    user: User
    submit: str
    review: str
    judge: str
    release: str

    @classmethod
    def of(cls, user: User, sheet: ReviewSheet) -> "Person":
        case = sheet.packet.case
        review = _why(permissions.check_review, user, case) or sheet.own_work
        return cls(
            user=user,
            submit=_why(permissions.check_submit, user, case),
            review=review,
            judge=review or _not_reviewing(user, sheet),
            release=_why(permissions.check_decide_lines, user, case),
        )


def _why(check: Any, user: User, case: Any) -> str:
    try:
        check(user, case)
    except Refused as refusal:
        return refusal.message
    return ""


def _not_reviewing(user: User, sheet: ReviewSheet) -> str:
    packet = sheet.packet
    if packet.status != PacketStatus.IN_REVIEW:
        return f"The packet is {packet.get_status_display().lower()}, not in review."
    if packet.reviewer_id != user.pk:
        return f"{packet.reviewer} has this packet in review."
    return ""


def packet_context(
    sheet: ReviewSheet, user: User, by: str = "step", returning: int | None = None
) -> dict[str, Any]:
    """Everything the template shows.

    by: group items by "step" or "code". returning: the item whose return form is open.
    """
    person = Person.of(user, sheet)
    packet = sheet.packet
    stops = stops_of(sheet)
    may_edit = permissions.can_edit_case(user, packet.case)
    rows = [item_row(item, sheet, person.judge, may_edit) for item in sheet.needed]
    todo = {row["id"] for row in rows if not row["settled"]}
    seen = {} if person.judge else {item: v for item, v in acceptable(sheet).items() if item in todo}
    return {
        "sheet": sheet,
        "packet": packet,
        "case": packet.case,
        "person": person,
        "stops": stops,
        "next": next_step(sheet, person, stops),
        "lines": [_line(line, sheet) for line in sheet.lines],
        "undecided": [_suggested(line) for line in sheet.undecided],
        "groups": groups(rows, sheet, by),
        "by": by,
        "returning": None if person.judge else returning,
        "figures": _figures(sheet, rows),
        "seen": " ".join(f"{item}:{version}" for item, version in seen.items()),
        "seen_count": len(seen),
        "changes": [_change(revision, sheet.subjects.name) for revision in sheet.since_submission],
        "moved": [_moved(revision) for revision in sheet.moved_codes],
        "comparison": sheet.since_last_review,
        "warnings": sheet.warnings,
        "sent_back": _sent_back(sheet),
        "events": [_event(decision) for decision in reversed(sheet.decisions) if not decision.item_id],
        "queries": sheet.queries,
        "may": _may(sheet, person),
    }


def stops_of(sheet: ReviewSheet) -> list[dict[str, Any]]:
    """What stands in the way of the next step, each with the page that settles it.

    Items to judge are one entry; the same item of several sessions or lesions is one entry with their names.
    """
    if sheet.packet.status in LOCKED:
        return []
    in_review = sheet.packet.status == PacketStatus.IN_REVIEW
    find = readiness.stops_approval if in_review else readiness.stops_submission
    return _joined(find(sheet.standing), sheet)


def _joined(stops: Iterable[readiness.Stop], sheet: ReviewSheet) -> list[dict[str, Any]]:
    subjects = {view.id: sheet.subjects.name(view.subject) for view in sheet.standing.items}
    found: dict[str, dict[str, Any]] = {}
    unjudged = 0
    for stop in stops:
        if stop.kind == "unjudged":
            unjudged += 1
            continue
        entry = found.setdefault(stop.text, {"text": stop.text, "url": _url(stop, sheet), "about": []})
        if stop.item is not None and subjects.get(stop.item):
            entry["about"].append(subjects[stop.item])
    if unjudged:
        words = "1 item waits" if unjudged == 1 else f"{unjudged} items wait"
        found["unjudged"] = {"text": f"{words} for your judgement.", "url": "#items", "about": []}
    return list(found.values())


def _url(stop: readiness.Stop, sheet: ReviewSheet) -> str:
    if stop.page in PAGES:
        anchor = f"#item-{stop.item}" if stop.item else ""
        return reverse(PAGES[stop.page], args=[sheet.packet.case_id]) + anchor
    return f"#item-{stop.item}"


def _may(sheet: ReviewSheet, person: Person) -> dict[str, bool]:
    """Which forms the page shows, by state and person."""
    status = sheet.packet.status
    moves = {move.name for move in workflow.moves_from(status)}
    held = any(line.decision == LineDecision.HOLD for line in sheet.lines)
    return {
        "judge": not person.judge,
        "submit": "submit" in moves and not person.submit,
        "withdraw": "withdraw" in moves and not person.submit,
        "take": "take" in moves and not person.review,
        "take_over": status == PacketStatus.IN_REVIEW and not person.review and bool(person.judge),
        "reopen": "reopen" in moves
        and person.user is not None
        and permissions.can_review(person.user, sheet.packet.case),
        "draft": status not in LOCKED,
        "read_handoffs": access_of(person.user).has(sheet.packet.case.department_id, *HANDOFF_WORK),
        "supplement": "supplement" in moves and not person.release and held,
    }


def next_step(sheet: ReviewSheet, person: Person, stops: list[dict[str, Any]]) -> dict[str, str]:
    """The obvious next thing: `label`, and `why` when it is not possible now or not for this person."""
    packet, count = sheet.packet, len(stops)
    things = f"{count} things are"
    match packet.status:
        case PacketStatus.COLLECTING | PacketStatus.RETURNED:
            why = f"{things} still missing, listed on the left." if count > 1 else _only(stops)
            return {"label": "Submit for review", "why": person.submit or why}
        case PacketStatus.READY:
            return {"label": "Take into review", "why": person.review}
        case PacketStatus.IN_REVIEW:
            why = f"{things} still to decide, listed on the left." if count > 1 else _only(stops)
            return {"label": "Approve", "why": person.judge or why}
        case PacketStatus.APPROVED:
            return {"label": "", "why": "Approved. The file for billing is being stored; nothing to do."}
        case PacketStatus.HANDED_OFF:
            return {"label": "", "why": "Handed off. Billing downloads it and confirms receipt."}
    return {"label": "", "why": "Closed and read only. A supervisor can reopen it with a reason."}


def _only(stops: list[dict[str, Any]]) -> str:
    return str(stops[0]["text"]) if stops else ""


def _line(line: BillingLine, sheet: ReviewSheet) -> dict[str, Any]:
    """A decided line as the part `code_line` shows it; the reasons come from the present evaluation."""
    suggestion = sheet.suggestions.get(line.key, {})
    needed = [item for item in sheet.needed if _needs(item, line)]
    judged = sum(readiness.is_settled(_view(item, sheet)) for item in needed)
    return {
        **suggestion,
        "reasons": [worded(reason) for reason in suggestion.get("reasons", [])],
        "key": line.key,
        "code": line.code,
        "label": line.label,
        "units": line.units,
        "modifiers": line.modifiers,
        "stream": line.stream,
        "performer": line.performer,
        "date": line.date,
        "because": suggestion.get("because") or line.reason,
        "confidence": suggestion.get("confidence", "") if suggestion else "",
        "state": "unsupported"
        if not line.supported and line.decision == LineDecision.RELEASE
        else line.decision,
        "decided": told(line),
        "judged": judged,
        "needed": len(needed),
        "handed_off": line.key in sheet.handed_off,
    }


def _suggested(line: dict[str, Any]) -> dict[str, Any]:
    """A suggestion with its day as a date; results carry ISO text."""
    reasons = [worded(reason) for reason in line.get("reasons", [])]
    return {
        **line,
        "reasons": reasons,
        "date": date.fromisoformat(line["date"]) if line.get("date") else None,
    }


def _needs(item: ChecklistItem, line: BillingLine) -> bool:
    view = readiness.ItemView.of({name: getattr(item, name) for name in readiness.ITEM_FIELDS})
    return readiness.needs(view, readiness.LineView(line.key, line.code, line.stream))


def _view(item: ChecklistItem, sheet: ReviewSheet) -> readiness.ItemView:
    return next(view for view in sheet.standing.items if view.id == item.pk)


def _figures(sheet: ReviewSheet, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = list(rows)
    held = [line for line in sheet.lines if line.decision == LineDecision.HOLD]
    open_queries = [query for query in sheet.queries if query.state == "open"]
    todo = [row for row in rows if not row["settled"]]
    return [
        {"label": "Lines released", "value": len(sheet.released)},
        {"label": "Lines held", "value": len(held), "urgent": bool(held)},
        {"label": "Items to judge", "value": len(todo), "note": f"of {len(rows)}"},
        {"label": "Warnings", "value": len(sheet.warnings), "urgent": bool(sheet.warnings)},
        {"label": "Open queries", "value": len(open_queries), "urgent": bool(open_queries)},
    ]


def _change(revision: Any, subject_name: SubjectName) -> dict[str, Any]:
    """A revision with its old and new values in words."""
    heading = heading_of(revision.action, revision.summary, revision.difference)
    return _told(revision, heading, pairs_of(revision.difference, subject_name))


def _moved(revision: Any) -> dict[str, Any]:
    """Only the facts that moved a code, and the lines that went and came."""
    paths = revision.difference.get("moved_by") or ()
    return _told(revision, "", [pair_of(path, revision.difference[path]) for path in paths])


def _told(revision: Any, what: str, pairs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "what": what,
        "who": revision.by,
        "at": revision.at,
        "pairs": pairs[:SHOWN_PAIRS],
        "more": pairs[SHOWN_PAIRS:],
        "codes": codes_moved(revision.difference.get("codes")),
    }


def _sent_back(sheet: ReviewSheet) -> dict[str, str]:
    """Who sent the whole packet back and why; why is "" when only items say it. Empty for any other packet."""
    packet = sheet.packet
    if packet.status != PacketStatus.RETURNED:
        return {}
    latest = [row for row in sheet.decisions if not row.item_id and row.at == packet.returned_at]
    if latest:
        return {"by": str(latest[-1].by), "why": str(_event(latest[-1])["detail"])}
    returned = [handoff.return_reason for handoff in sheet.handoffs if handoff.state == HandoffState.RETURNED]
    return {"by": "billing", "why": returned[-1]} if returned else {}


def _event(decision: Any) -> dict[str, Any]:
    approved = decision.outcome == ReviewOutcome.APPROVE
    reason = ReturnReason(decision.reason).label if decision.reason else ""
    return {
        "what": "Approved" if approved else "Returned",
        "who": decision.by,
        "at": decision.at,
        "icon": "check-circle" if approved else "return",
        "tone": "green" if approved else "amber",
        "detail": ". ".join(part for part in (reason, decision.note) if part),
    }


def approval_choices(sheet: ReviewSheet) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Lines and warnings that the approval form offers to tick."""
    lines = [(line.key, _line_words(line)) for line in sheet.released]
    warnings = {warning_key(conflict): _warning_words(conflict) for conflict in sheet.warnings}
    return lines, sorted(warnings.items())


def _warning_words(conflict: dict[str, Any]) -> str:
    lift = conflict.get("lifted")
    return f"{conflict['message']} Lifted by {lift.by}: {lift.reason}" if lift else conflict["message"]


def held_choices(sheet: ReviewSheet) -> list[tuple[str, str]]:
    return [(line.key, _line_words(line)) for line in sheet.lines if line.decision == LineDecision.HOLD]


def _line_words(line: BillingLine) -> str:
    units = "1 unit" if line.units == 1 else f"{line.units} units"
    day = f", {line.date:%b %-d, %Y}" if line.date else ""
    return " ".join([line.code, *line.modifiers]) + f" · {units}{day}"
