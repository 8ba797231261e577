"""What a reviewer says of single items: accept, accept with a note, return; and how staff answer a return.

These are review acts: they change `review`, never `answer`, and never make the reviewer a completer.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone

from casetracker import permissions, readiness
from casetracker.choices import Answer, ItemReview, PacketStatus, ReturnReason, ReviewOutcome, Severity
from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.free_reason import reason_in
from casetracker.models import ChecklistItem, Packet, ReviewDecision, User
from casetracker.readiness import ITEM_FIELDS, ItemView
from casetracker.services import queueing
from casetracker.services.history import service, write_revision
from casetracker.services.notices import watch_directive


@service("review.accepted")
def accept_item(
    *, packet: Packet, item: ChecklistItem, by: User, note: str = "", version: int | None = None
) -> ReviewDecision:
    """Accept what proves this item.

    note: only for recommended and quality items; a required item is accepted or returned.
    version: the item version the reviewer saw; None means the version of `item`.
    """
    _check_reviewing(packet, by)
    _check_acceptable(item, packet)
    note = note.strip()
    if note and item.severity == Severity.REQUIRED:
        raise Refused(
            "A required item is accepted or returned; a note would be a waiver. Return it with your note."
        )
    outcome = ReviewOutcome.ACCEPT_WITH_NOTE if note else ReviewOutcome.ACCEPT
    decision = _decide(packet, item, by, version, outcome, note=note)
    said = {"note": note} if note else {}
    _record(packet, by, "review.accepted", f"Accepted: {item.label}", [item], **said)
    return decision


@service("review.accepted")
def accept_items(*, packet: Packet, by: User, seen: Mapping[int, int]) -> int:
    """Accept several items at once: exactly those listed, in the version that was seen.

    seen: item id -> item version. Raises Stale for the whole list when one item changed, Refused when one cannot
    be accepted; then nothing is written. Returns how many were accepted.
    """
    _check_reviewing(packet, by)
    if not seen:
        raise Refused("Choose at least one item to accept.")
    items = list(ChecklistItem.objects.filter(case_id=packet.case_id, pk__in=seen))
    if len(items) != len(seen):
        raise Refused("One of these items is not on this case. Reload the page.")
    for item in items:
        _check_acceptable(item, packet)
        _decide(packet, item, by, seen[item.pk], ReviewOutcome.ACCEPT)
    count = "1 item" if len(items) == 1 else f"{len(items)} items"
    _record(packet, by, "review.accepted", f"Accepted {count}", items)
    return len(items)


@service("review.returned")
def return_item(
    *,
    packet: Packet,
    item: ChecklistItem,
    by: User,
    reason: str,
    text: str = "",
    due_on: date | None = None,
    version: int | None = None,
) -> ReviewDecision:
    """Send one item back with a reason from the list, words for the person who owes it, and a due date."""
    _check_reviewing(packet, by)
    if reason not in ReturnReason.values:
        raise Refused("Choose a reason from the list.")
    if reason == ReturnReason.OTHER:
        reason_in(text, "“Other” needs a few words: what must change?")
    if item.condition not in readiness.JUDGED_CONDITIONS:
        raise WrongState("This item is no longer needed; there is nothing to return.")
    decision = _decide(
        packet, item, by, version, ReviewOutcome.RETURN, reason=reason, note=text.strip(), due_on=due_on
    )
    _record(
        packet, by, "review.returned", f"Returned: {item.label}", [item], reason=reason, text=text.strip()
    )
    watch_directive(case=packet.case, by=by)
    queueing.refresh(case=packet.case)
    return decision


@service("item.return_answered")
def answer_return(*, item: ChecklistItem, by: User, text: str, version: int | None = None) -> ChecklistItem:
    """Say what was done about a returned item, or why it is right as it is; the reviewer judges it again.

    This is work on the case: whoever answers a return cannot review the case.
    """
    permissions.check_edit_case(by, item.case)
    if item.review != ItemReview.RETURNED:
        raise WrongState("This item is not returned; there is nothing to answer.")
    if not text.strip():
        raise Refused("Say what was done about the return.")
    _check_open_for_work(item)
    _update(item, version, review=ItemReview.NONE)
    write_revision(
        case=item.case,
        by=by,
        action="item.return_answered",
        summary=f"Return answered: {item.label}",
        difference={"item": item.key, "subject": item.subject, "answer_to_return": text.strip()},
    )
    queueing.refresh(case=item.case)
    return item


def _check_open_for_work(item: ChecklistItem) -> None:
    """A returned item can be answered while one of its packets is being worked on."""
    working = Packet.objects.filter(
        case_id=item.case_id, status__in=(PacketStatus.COLLECTING, PacketStatus.RETURNED)
    )
    if not any(packet.stream in item.streams or not item.streams for packet in working):
        raise WrongState("The packet is not with the department; wait until the reviewer returns it.")


def _check_reviewing(packet: Packet, by: User) -> None:
    """Only the supervisor who took the packet judges its items, and only while it is in review."""
    permissions.check_review(by, packet.case)
    if packet.status != PacketStatus.IN_REVIEW:
        raise WrongState(f"The packet is {packet.get_status_display().lower()}; take it into review first.")
    if packet.reviewer_id != by.pk:
        raise NotAllowed(f"{packet.reviewer} has this packet in review. Take the review over first.")


def _check_acceptable(item: ChecklistItem, packet: Packet) -> None:
    view = ItemView.of({name: getattr(item, name) for name in ITEM_FIELDS})
    if item.case_id != packet.case_id or (view.streams and packet.stream not in view.streams):
        raise Refused(f"“{item.label}” does not belong to this packet.")
    if item.condition not in readiness.JUDGED_CONDITIONS:
        raise WrongState(f"“{item.label}” is no longer needed; there is nothing to accept.")
    if item.answer in (Answer.OPEN, Answer.CANNOT_BE_MET):
        raise Refused(
            f"“{item.label}” is open: there is nothing to accept yet. Return it, or hold its lines."
        )


def _decide(
    packet: Packet, item: ChecklistItem, by: User, version: int | None, outcome: str, **words: Any
) -> ReviewDecision:
    now = timezone.now()
    returned = outcome == ReviewOutcome.RETURN
    _update(
        item,
        version,
        review=ItemReview.RETURNED if returned else ItemReview.ACCEPTED,
        reviewed_by=by,
        reviewed_at=now,
        review_reason=words.get("reason", ""),
        review_note=words.get("note", ""),
        **({"due_on": words["due_on"]} if words.get("due_on") else {}),
    )
    decision = ReviewDecision(
        packet=packet, item=item, outcome=outcome, by=by, at=now, case_version=packet.case.version, **words
    )
    decision.full_clean(validate_constraints=False)
    decision.save()
    return decision


def _update(item: ChecklistItem, version: int | None, **values: Any) -> None:
    seen = item.version if version is None else version
    moved = ChecklistItem.objects.filter(pk=item.pk, version=seen).update(version=F("version") + 1, **values)
    if not moved:
        raise Stale(f"“{item.label}” changed since you opened the page. Reload it and look again.")
    item.refresh_from_db()


def _record(
    packet: Packet, by: User, action: str, summary: str, items: list[ChecklistItem], **more: Any
) -> None:
    difference = {"packet": packet.stream, "items": [[item.key, item.subject] for item in items], **more}
    write_revision(case=packet.case, by=by, action=action, summary=summary, difference=difference)
