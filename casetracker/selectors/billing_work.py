"""What the first page tells billing: handoffs by what waits, questions still open, and what waited longest.

Counts are capped as on the rest of the page. No patient stands here; a handoff is known by case number and stream.
"""

from dataclasses import dataclass, field
from typing import Any

from casetracker.choices import HandoffState, QueryState
from casetracker.models import Handoff, Query

CAP = 500
OLDEST = 6


@dataclass(frozen=True)
class BillingWork:
    """Numbers of handoffs and of open questions; `oldest`: handoffs to receive, longest waiting first, as values."""

    to_receive: int = 0
    returned: int = 0
    pending: int = 0
    questions: int = 0
    oldest: list[dict[str, Any]] = field(default_factory=list)


def billing_work(departments: list[int]) -> BillingWork:
    """Five reads, however many handoffs there are."""
    handoffs = Handoff.objects.filter(packet__case__department__in=departments)
    ready = handoffs.filter(state=HandoffState.READY)
    columns = ("id", "version", "approved_at", "packet__stream", "packet__case__number")
    asked = Query.objects.filter(case__department__in=departments, state=QueryState.OPEN)
    return BillingWork(
        to_receive=ready[:CAP].count(),
        returned=handoffs.filter(state=HandoffState.RETURNED)[:CAP].count(),
        pending=handoffs.filter(state=HandoffState.PENDING)[:CAP].count(),
        questions=asked[:CAP].count(),
        oldest=list(ready.order_by("approved_at", "id").values(*columns)[:OLDEST]),
    )
