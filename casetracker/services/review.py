"""The way of a packet through review: submit, take, return, approve, reopen, supplement.

Single items are judged in `item_review.py`, which this module offers under one roof. What stops a step is worked
out in `readiness.py`, which steps exist in `workflow.py`, what follows an approval in `handoff.py`.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils import timezone

from casetracker import permissions, readiness, workflow
from casetracker.choices import ItemReview, LineDecision, PacketStatus, ReturnReason, ReviewOutcome
from casetracker.errors import NotAllowed, Refused, Stale
from casetracker.free_reason import reason_in
from casetracker.models import BillingLine, ChecklistItem, Evaluation, Packet, ReviewDecision, User
from casetracker.readiness import Stop
from casetracker.selectors import review as reading
from casetracker.selectors.separation import why_not_reviewer
from casetracker.services import evaluation, queueing
from casetracker.services.history import service
from casetracker.services.item_review import accept_item, accept_items, answer_return, return_item
from casetracker.services.notices import watch_directive
from casetracker.services.packet_moves import move_packet, record_move

__all__ = [
    "NotReady",
    "accept_item",
    "accept_items",
    "answer_return",
    "approve",
    "reopen",
    "return_item",
    "return_packet",
    "submit",
    "supplement",
    "take",
    "withdraw",
]

SHOWN_STOPS = 6


class NotReady(Refused):
    """Something must be done first; `stops` lists everything, the message the first few."""

    def __init__(self, step: str, stops: Sequence[Stop]) -> None:
        self.stops = list(stops)
        count = "1 thing is" if len(stops) == 1 else f"{len(stops)} things are"
        shown = " ".join(stop.text for stop in stops[:SHOWN_STOPS])
        more = f" And {len(stops) - SHOWN_STOPS} more." if len(stops) > SHOWN_STOPS else ""
        super().__init__(f"This packet cannot be {step} yet; {count} missing. {shown}{more}")


@service("packet.submitted")
def submit(*, packet: Packet, by: User, note: str = "") -> Packet:
    """Declare the packet finished. Raises NotReady with the list of what is missing.

    Open required items are no hindrance when the lines that need them are held or declined.
    """
    permissions.check_submit(by, packet.case)
    before, now = packet.status, timezone.now()
    workflow.move("submit", before)
    if stops := readiness.stops_submission(reading.standing_of(packet)):
        raise NotReady("submitted", stops)
    move_packet(packet, "submit", **_unreviewed(by, now, note))
    _keep_evaluation(packet, Evaluation.Occasion.SUBMISSION, now)
    record_move(packet, by=by, action="packet.submitted", before=before, note=note.strip())
    watch_directive(case=packet.case, by=by)
    queueing.refresh(case=packet.case)
    return packet


@service("packet.withdrawn")
def withdraw(*, packet: Packet, by: User, reason: str = "") -> Packet:
    """Take a submitted packet back before a reviewer has taken it."""
    permissions.check_submit(by, packet.case)
    before = packet.status
    move_packet(packet, "withdraw", submitted_by=None, submitted_at=None)
    record_move(packet, by=by, action="packet.withdrawn", before=before, reason=reason.strip())
    queueing.refresh(case=packet.case)
    return packet


@service("packet.taken")
def take(*, packet: Packet, by: User) -> Packet:
    """Begin the review, or take it over from another supervisor. Never one's own work."""
    _check_independent(packet, by)
    before = packet.status
    name = "take_over" if before == PacketStatus.IN_REVIEW and packet.reviewer_id != by.pk else "take"
    move_packet(packet, name, reviewer=by, taken_at=timezone.now())
    record_move(packet, by=by, action="packet.taken", before=before)
    queueing.refresh(case=packet.case)
    return packet


@service("packet.returned")
def return_packet(*, packet: Packet, by: User, reason: str = "", text: str = "") -> Packet:
    """Send the packet back. Needs at least one returned item, or a reason for the whole packet.

    reason: a word of `ReturnReason` for the packet as a whole, "" when the returned items say it all.
    """
    _check_reviewer(packet, by)
    returned = [
        item.label for item in _items_of(packet) if item.review == ItemReview.RETURNED and item.review_reason
    ]
    reason = reason or (ReturnReason.OTHER if text.strip() else "")
    if not returned:
        reason_in(text, "Return at least one item with its reason, or say why the whole packet goes back.")
    if reason and reason not in ReturnReason.values:
        raise Refused("Choose a reason from the list.")
    now, before = timezone.now(), packet.status
    move_packet(packet, "return", returned_at=now)
    _decide(packet, by, now, ReviewOutcome.RETURN, reason=reason, note=text.strip())
    record_move(
        packet,
        by=by,
        action="packet.returned",
        before=before,
        items=returned,
        reason=reason,
        text=text.strip(),
    )
    queueing.refresh(case=packet.case)
    return packet


@service("packet.approved")
def approve(
    *,
    packet: Packet,
    by: User,
    case_version: int,
    lines: Collection[str],
    password: str,
    warnings: Collection[str] = (),
    note: str = "",
) -> Packet:
    """Approve the released lines and freeze the packet.

    case_version: version of the case that the reviewer saw; lines: keys of the released lines that were confirmed;
    warnings: keys of the warnings that were opened (`selectors.review.to_confirm` gives both); password: the
    reviewer's own, entered now. Raises Stale when anything moved, NotReady when something is undecided.
    """
    _check_reviewer(packet, by)
    if not by.check_password(password):
        raise NotAllowed("This is not your password. Nothing was approved.")
    case = packet.case
    if case.version != case_version:
        raise Stale("The case changed since you opened the page. Reload it and look at what changed.")
    standing = reading.standing_of(packet)
    if stops := readiness.stops_approval(standing):
        raise NotReady("approved", stops)
    _check_confirmed(standing, lines, warnings)
    late = reading.supplement_of(packet)
    if late is not None:
        _check_only_added(packet, late.difference["handed_off_lines"])
    now, before = timezone.now(), packet.status
    move_packet(packet, "approve", approved_by=by, approved_at=now)
    _keep_evaluation(packet, Evaluation.Occasion.APPROVAL, now)
    _decide(packet, by, now, ReviewOutcome.APPROVE, note=note.strip())
    record_move(packet, by=by, action="packet.approved", before=before, lines=sorted(lines))
    queueing.refresh(case=case)
    _freeze(packet, by, late is not None)
    return packet


@service("packet.reopened")
def reopen(*, packet: Packet, by: User, reason: str) -> Packet:
    """Open an approved packet again. The approved version stays as it is; the next approval replaces it."""
    permissions.check_review(by, packet.case)
    if not reason.strip():
        raise Refused("Say why the packet is opened again; the reason is shown with the next version.")
    before = packet.status
    move_packet(packet, "reopen", reopened_because=reason.strip(), **_unreviewed(None, None))
    record_move(packet, by=by, action="packet.reopened", before=before, reason=reason.strip())
    queueing.refresh(case=packet.case)
    return packet


@service("packet.supplemented")
def supplement(*, packet: Packet, by: User, lines: Collection[str], note: str = "") -> Packet:
    """Release held lines of a packet that is already handed off, and submit them for their own review.

    lines: keys of held lines. What was handed off stays as it is; approving adds a version beside it.
    """
    permissions.check_decide_lines(by, packet.case)
    own = BillingLine.objects.filter(case_id=packet.case_id, stream=packet.stream)
    held = {line.key: line for line in own.filter(decision=LineDecision.HOLD)}
    if not lines or set(lines) - set(held):
        raise Refused("Choose held lines of this packet to release.")
    handed_off = [_fingerprint(line) for line in own.filter(decision=LineDecision.RELEASE)]
    now, before = timezone.now(), packet.status
    move_packet(packet, "supplement", reopened_because="", **_unreviewed(by, now, note))
    _release(held, lines, by, now, note)
    if stops := readiness.stops_submission(reading.standing_of(packet)):
        raise NotReady("supplemented", stops)
    _keep_evaluation(packet, Evaluation.Occasion.SUBMISSION, now)
    record_move(
        packet,
        by=by,
        action="packet.supplemented",
        before=before,
        handed_off=[line[0] for line in handed_off],
        handed_off_lines=handed_off,
        released=sorted(lines),
    )
    queueing.refresh(case=packet.case)
    return packet


def _unreviewed(by: User | None, at: Any, note: str = "") -> dict[str, Any]:
    """The values of a packet that waits for its review, or is back with the department (by None)."""
    return {
        "submitted_by": by,
        "submitted_at": at,
        "note": note.strip(),
        "reviewer": None,
        "taken_at": None,
        "approved_by": None,
        "approved_at": None,
    }


def _release(held: dict[str, BillingLine], keys: Collection[str], by: User, now: Any, note: str) -> None:
    for key in sorted(keys):
        line = held[key]
        line.decision, line.decided_by, line.decided_at = LineDecision.RELEASE, by, now
        line.reason = line.reason if line.differs or line.origin == "added" else note.strip()
        line.hold_owner, line.hold_until = "", None
        line.version += 1
        line.full_clean(exclude=["case"])
        line.save()


def _fingerprint(line: BillingLine) -> list[Any]:
    return [
        line.key,
        line.units,
        list(line.modifiers),
        line.date.isoformat() if line.date else None,
        line.person,
    ]


def _check_only_added(packet: Packet, handed_off: list[list[Any]]) -> None:
    """A supplement adds lines; those already handed off must stand exactly as they were."""
    own = BillingLine.objects.filter(
        case_id=packet.case_id, stream=packet.stream, decision=LineDecision.RELEASE
    )
    now = [_fingerprint(line) for line in own]
    changed = sorted({line[0].split("/")[0] for line in handed_off if line not in now})
    if changed:
        raise Refused(
            f"{', '.join(changed)} changed since the handoff. A supplement only adds held lines: return the packet, "
            "or reopen it to replace the version that billing has."
        )


def _check_confirmed(standing: readiness.Standing, lines: Collection[str], warnings: Collection[str]) -> None:
    if set(lines) != {line.key for line in standing.released}:
        raise Stale(
            "The released lines are not the ones you confirmed. Reload the page and confirm each line."
        )
    expected = {reading.warning_key(conflict) for conflict in readiness.warnings(standing)}
    if expected - set(warnings):
        raise Refused("Open every warning and tick that you have read it before you approve.")


def _check_independent(packet: Packet, by: User) -> None:
    permissions.check_review(by, packet.case)
    if why := why_not_reviewer(by, packet):
        raise NotAllowed(why)


def _check_reviewer(packet: Packet, by: User) -> None:
    """Role, independence, and being the one who has the packet in review."""
    _check_independent(packet, by)
    if packet.status == PacketStatus.IN_REVIEW and packet.reviewer_id != by.pk:
        raise NotAllowed(f"{packet.reviewer} has this packet in review. Take the review over first.")


def _items_of(packet: Packet) -> list[ChecklistItem]:
    items = ChecklistItem.objects.filter(case_id=packet.case_id, condition__in=readiness.JUDGED_CONDITIONS)
    return [item for item in items if not item.streams or packet.stream in item.streams]


def _decide(packet: Packet, by: User, at: Any, outcome: str, **words: Any) -> None:
    decision = ReviewDecision(
        packet=packet, outcome=outcome, by=by, at=at, case_version=packet.case.version, **words
    )
    decision.full_clean(validate_constraints=False)
    decision.save()


def _keep_evaluation(packet: Packet, occasion: str, at: Any) -> None:
    """Keep a copy of what was judged; its time equals the packet's own, which finds the copy again."""
    copy = evaluation.keep_copy(packet.case, occasion)
    copy.at = at
    copy.save(update_fields=["at"])


def _freeze(packet: Packet, by: User, supplement: bool) -> None:
    from casetracker.services import handoff  # handoff calls back into packet moves; late to avoid a circle

    handoff.freeze(packet=packet, by=by, supplement=supplement)
