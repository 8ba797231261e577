"""Who worked on a case and therefore may not review it. Reads only; the sentence says who did what.

Accepting, returning, judging an item not applicable, noting, holding and asking are review acts: they never make a
reviewer somebody who completed the case.
"""

from django.db.models import Q

from casetracker.choices import Answer, LineDecision
from casetracker.models import (
    BillingLine,
    CaseRevision,
    ChecklistItem,
    Document,
    ItemDocument,
    LiftedConflict,
    Packet,
    Plan,
    User,
)

# Actions in `CaseRevision` that a reviewer may do while a packet waits.
REVIEW_ACTS = (
    "packet.",
    "review.",
    "query.",
    "handoff.",
    "notice.",
    "handover.",
    "overpayment.",
    "second_look.",
    "item.not_applicable",
    "item.cannot_be_met",
    "item.challenged",
    "line.hold",
    "line.held",
)
# Actions that complete an item even when the row has moved on since.
COMPLETING_ACTS = (
    "document.",
    "documents.",
    "evidence.",
    "item.answered",
    "item.satisfied",
    "item.return_answered",
)


def parts_of(user: User, packet: Packet) -> list[str]:
    """What this person did on the case that a reviewer may not have done, in words; empty if nothing.

    Counted for the whole case, not only for this packet: the facts and the evidence are shared by its packets.
    """
    case_id = packet.case_id
    counts = {
        "attached {} document{s}": Document.objects.filter(case_id=case_id, added_by=user).count(),
        "linked evidence to {} item{s}": ItemDocument.objects.filter(
            item__case_id=case_id, linked_by=user
        ).count(),
        "answered {} item{s}": ChecklistItem.objects.filter(
            case_id=case_id, answered_by=user, answer=Answer.SATISFIED, answered_by_system=False
        ).count(),
        "signed {} document{s}": Document.objects.filter(
            case_id=case_id, author__user=user, signed_at__isnull=False, removed_at=None
        ).count(),
        "approved {} plan{s}": Plan.objects.filter(
            case_id=case_id, approved_by__user=user, removed_at=None
        ).count(),
        "lifted {} conflict{s}": LiftedConflict.objects.filter(case_id=case_id, by=user).count(),
        "released {} line{s}": BillingLine.objects.filter(
            case_id=case_id, decided_by=user, decision=LineDecision.RELEASE
        ).count(),
    }
    found = [words.format(n, s="" if n == 1 else "s") for words, n in counts.items() if n]
    if packet.submitted_by_id == user.pk:
        found.insert(0, "submitted this packet")
    return found or _from_history(user, packet)


def _from_history(user: User, packet: Packet) -> list[str]:
    """Work that later changes have overwritten, and changes since the packet was submitted."""
    own = CaseRevision.objects.filter(case_id=packet.case_id, by=user)
    completed = own.filter(_starts_with(COMPLETING_ACTS)).count()
    if completed:
        return ["completed evidence" if completed == 1 else f"completed evidence {completed} times"]
    if (
        packet.submitted_at
        and own.filter(at__gt=packet.submitted_at).exclude(_starts_with(REVIEW_ACTS)).exists()
    ):
        return ["changed the case after it was submitted"]
    return []


def _starts_with(prefixes: tuple[str, ...]) -> Q:
    found = Q()
    for prefix in prefixes:
        found |= Q(action__startswith=prefix)
    return found


def why_not_reviewer(user: User, packet: Packet) -> str:
    """One sentence why this person may not review the packet; "" when nothing speaks against it."""
    parts = parts_of(user, packet)
    if not parts:
        return ""
    done = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"You {done}, so another supervisor must review it."


def why_not_second(user: User, packet: Packet) -> str:
    """One sentence why this person may not take the second look: who approved a version, or worked on the case."""
    if packet.handoffs.filter(approved_by=user).exists():
        return "You approved this packet, so somebody else takes the second look."
    parts = parts_of(user, packet)
    return f"You {' and '.join(parts)}, so somebody else takes the second look." if parts else ""
