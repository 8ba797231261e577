"""Everything a reviewer looks at on one page, read with a fixed number of statements.

Only reading and arranging; what stands in the way is judged in `readiness.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Prefetch

from casetracker import readiness
from casetracker.choices import ItemReview, LineDecision, PacketStatus
from casetracker.comparison import comparison
from casetracker.models import (
    BillingLine,
    CaseRevision,
    ChecklistItem,
    Evaluation,
    Handoff,
    ItemDocument,
    Packet,
    Query,
    ReviewDecision,
    User,
)
from casetracker.readiness import ITEM_FIELDS, ItemView, Standing
from casetracker.selectors import review
from casetracker.selectors.separation import REVIEW_ACTS, why_not_reviewer
from casetracker.selectors.subjects import Subjects, subjects_of

KEPT = (Evaluation.Occasion.SUBMISSION, Evaluation.Occasion.APPROVAL)

FACT_ACTS = "case."  # acts on facts of the case; lines, answers and packets have acts of their own
NO_FACTS = ("codes", "confirmed", "moved_by", "moved_codes")  # what stands beside the facts of such an act


@dataclass(frozen=True)
class ReviewSheet:
    """One packet as the reviewer sees it. Objects, not yet words; the presenter makes rows of them."""

    packet: Packet
    standing: Standing
    result: dict[str, Any]
    lines: list[BillingLine]
    items: list[ChecklistItem]
    decisions: list[ReviewDecision]
    revisions: list[CaseRevision]
    queries: list[Query]
    handoffs: list[Handoff]
    subjects: Subjects
    earlier: Evaluation | None = None
    own_work: str = ""
    handed_off: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def suggestions(self) -> dict[str, dict[str, Any]]:
        return {
            line["key"]: line for line in self.result.get("lines", []) if line["stream"] == self.packet.stream
        }

    @cached_property
    def undecided(self) -> list[dict[str, Any]]:
        decided = {line.key for line in self.lines}
        return [line for key, line in self.suggestions.items() if key not in decided]

    @cached_property
    def released(self) -> list[BillingLine]:
        return [line for line in self.lines if line.decision == LineDecision.RELEASE]

    @cached_property
    def needed(self) -> list[ChecklistItem]:
        """Items that a released line of this packet needs, in workflow order."""
        wanted = {view.id for view in readiness.items_for(self.standing.items, self.standing.released)}
        return [item for item in self.items if item.pk in wanted]

    @cached_property
    def warnings(self) -> list[dict[str, Any]]:
        return readiness.warnings(self.standing)

    @cached_property
    def moved_codes(self) -> list[CaseRevision]:
        """Sizes, distances, regions and presence that were changed after a suggestion, and moved a code."""
        return [revision for revision in self.revisions if revision.difference.get("moved_codes")]

    @cached_property
    def since_submission(self) -> list[CaseRevision]:
        """Changes of facts, evidence and answers after the packet was submitted."""
        submitted = self.packet.submitted_at
        if submitted is None:
            return []
        return [
            revision
            for revision in self.revisions
            if revision.at > submitted and not revision.action.startswith(REVIEW_ACTS)
        ]

    @cached_property
    def since_last_review(self) -> dict[str, Any] | None:
        """Before and after against the copy kept at the last review; None at the first review."""
        if self.earlier is None:
            return None
        changed = {
            path: pair
            for revision in self.revisions
            if revision.at > self.earlier.at and revision.action.startswith(FACT_ACTS)
            for path, pair in revision.difference.items()
            if isinstance(pair, list) and len(pair) == 2 and path not in NO_FACTS
        }
        return comparison(self.earlier.result, self.result, changed, {})


def review_sheet(user: User, packet: Packet) -> ReviewSheet:
    """Read the sheet of a packet that was fetched for this person."""
    result = review.current_result(packet.case)
    items = _items(packet)
    standing = review.standing_of(packet, result, [_view(item) for item in items])
    late = review.supplement_of(packet)
    return ReviewSheet(
        packet=packet,
        standing=standing,
        result=result,
        lines=list(packet.case.lines.filter(stream=packet.stream).select_related("decided_by")),
        items=items,
        decisions=list(packet.decisions.select_related("by", "item")),
        revisions=list(packet.case.revisions.select_related("by").order_by("version")),
        queries=list(packet.case.queries.select_related("clinician", "item")),
        handoffs=list(packet.handoffs.defer("snapshot").order_by("version")),
        subjects=subjects_of(packet.case),
        earlier=_earlier(packet),
        own_work=why_not_reviewer(user, packet),
        handed_off=frozenset(late.difference["handed_off"]) if late else frozenset(),
    )


def _view(item: ChecklistItem) -> ItemView:
    return ItemView.of({name: getattr(item, name) for name in ITEM_FIELDS})


def _items(packet: Packet) -> list[ChecklistItem]:
    links = ItemDocument.objects.filter(removed_at=None, document__removed_at=None)
    items = ChecklistItem.objects.filter(case_id=packet.case_id).select_related("answered_by", "reviewed_by")
    return list(
        items.order_by("position", "id").prefetch_related(
            Prefetch("links", links.select_related("document__author"), to_attr="proofs")
        )
    )


def _earlier(packet: Packet) -> Evaluation | None:
    """The copy kept when this packet was last submitted and returned, or approved; not that of this submission."""
    decided = packet.decisions.filter(item=None).order_by("-at").values_list("at", flat=True)
    moments: Iterable[Any] = [at for at in decided if packet.submitted_at is None or at < packet.submitted_at]
    if packet.status in (PacketStatus.RETURNED, PacketStatus.COLLECTING):
        moments = list(decided)
    last = max(moments, default=None)
    if last is None:
        return None
    kept = Evaluation.objects.filter(case_id=packet.case_id, occasion__in=KEPT, at__lte=last)
    return kept.order_by("-at").first()


def acceptable(sheet: ReviewSheet) -> dict[int, int]:
    """Items that "accept all shown" would accept: item id -> version. Satisfied, and nobody judged them yet."""
    return {
        item.pk: item.version
        for item in sheet.needed
        if item.review == ItemReview.NONE and not readiness.is_open(_view(item))
    }
