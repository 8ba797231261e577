"""What happened to a case: its revisions, newest first, in pages that start after a version."""

from dataclasses import dataclass
from datetime import datetime

from casetracker.models import Case, CaseRevision

PAGE = 40


@dataclass(frozen=True)
class Change:
    """Who changed the case last, and when; `at` is None for a case without a revision."""

    who: str
    at: datetime | None


@dataclass(frozen=True)
class HistoryPage:
    """Revisions with their person; `older` is the version the next page starts below, None at the end."""

    revisions: list[CaseRevision]
    older: int | None


def last_change(case: Case) -> Change:
    found = case.revisions.select_related("by").order_by("-version").first()
    return Change(str(found.by), found.at) if found else Change("somebody else", None)


def history_page(case: Case, below: int | None = None, size: int = PAGE) -> HistoryPage:
    """One statement; one revision more is read to know whether there are older ones."""
    revisions = case.revisions.select_related("by").order_by("-version")
    if below:
        revisions = revisions.filter(version__lt=below)
    found = list(revisions[: size + 1])
    return HistoryPage(found[:size], found[size - 1].version if len(found) > size else None)
