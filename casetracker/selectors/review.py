"""What decides about a packet, and which packets a person may open. Rows of the page are in `review_sheet.py`."""

from typing import Any

from casetracker.errors import NotFound
from casetracker.lifts import with_lifts
from casetracker.models import Case, CaseRevision, ChecklistItem, Evaluation, Packet, User
from casetracker.readiness import ITEM_FIELDS, ItemView, Standing, warnings
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.lifts import standing_lifts
from casetracker.selectors.lines import lines_of


def packet_for(user: User, case_id: int, packet_id: int) -> Packet:
    """The packet, if this person may read charts in its department; otherwise NotFound."""
    departments = access_of(user).departments_with(CHART_ROLES)
    try:
        return Packet.objects.select_related(
            "case__department",
            "case__patient",
            "case__machine",
            "case__payer",
            "submitted_by",
            "reviewer",
            "approved_by",
        ).get(pk=packet_id, case_id=case_id, case__department_id__in=departments)
    except Packet.DoesNotExist:
        raise NotFound("There is no such packet in your departments.") from None


def packets_of(case: Case) -> list[Packet]:
    """The packets of a case that was fetched for this person, in stream order."""
    found = list(
        Packet.objects.filter(case=case)
        .select_related("submitted_by", "reviewer", "approved_by")
        .order_by("stream")
    )
    for packet in found:
        packet.case = case
    return found


def item_for(user: User, case: Case, item_id: int) -> ChecklistItem:
    """An item of a case that was fetched for this person."""
    try:
        item = ChecklistItem.objects.get(pk=item_id, case=case)
    except ChecklistItem.DoesNotExist:
        raise NotFound("There is no such item on this case.") from None
    item.case = case
    return item


def standing_of(
    packet: Packet, result: dict[str, Any] | None = None, items: list[ItemView] | None = None
) -> Standing:
    """Everything that decides whether this packet may be submitted or approved.

    result, items: the current evaluation and the checklist, if they have been read already.
    """
    if items is None:
        rows = ChecklistItem.objects.filter(case_id=packet.case_id).values(*ITEM_FIELDS)
        items = [ItemView.of(row) for row in rows]
    result = current_result(packet.case) if result is None else result
    return Standing(
        stream=packet.stream,
        lines=lines_of(packet.case),
        items=items,
        conflicts=with_lifts(result, standing_lifts(packet.case)).get("conflicts", []),
        unconfirmed=packet.case.unconfirmed,
    )


def current_result(case: Case) -> dict[str, Any]:
    """The stored result of the present facts; empty before the first evaluation."""
    found = Evaluation.objects.filter(case=case, occasion=Evaluation.Occasion.CURRENT).values_list(
        "result", flat=True
    )
    return found.first() or {}


def warning_key(conflict: dict[str, Any]) -> str:
    """What identifies a warning on the page and in the approval."""
    return f"{conflict['id']}:{'+'.join(conflict['codes'])}"


def to_confirm(packet: Packet) -> tuple[list[str], list[str]]:
    """What an approval must name: keys of the released lines, and keys of the warnings about them."""
    standing = standing_of(packet)
    return (
        sorted(line.key for line in standing.released),
        sorted({warning_key(conflict) for conflict in warnings(standing)}),
    )


def supplement_of(packet: Packet) -> CaseRevision | None:
    """The revision that released held lines after a handoff, while that release waits for its approval.

    None when the packet is not a supplement: it was never handed off, or was reopened or sent back since.
    """
    last = (
        CaseRevision.objects.filter(
            case_id=packet.case_id,
            difference__packet=packet.stream,
            action__in=("packet.supplemented", "packet.approved", "packet.reopened", "handoff.returned"),
        )
        .order_by("-version")
        .first()
    )
    return last if last and last.action == "packet.supplemented" else None
