"""Revisions in words: who did what, and each changed fact with its old and new value."""

from typing import Any

from casetracker.models import CaseRevision
from casetracker.presenters.revision_words import SubjectName, codes_moved, heading_of, pairs_of

ICONS = {
    "case.opened": ("plus", "green"),
    "case.saved": ("pencil", "blue"),
    "case.progress": ("calendar", "blue"),
    "case.reevaluated": ("book", "blue"),
    "case.halted": ("pause", "amber"),
    "case.template_confirmed": ("check", "green"),
    "facility.judged": ("machine", "blue"),
}
MOST_FACTS = 60


def revision_shown(revision: CaseRevision, subject_name: SubjectName) -> dict[str, Any]:
    """One entry of the history page. subject_name: words for what an item or document is about."""
    icon, tone = ICONS.get(revision.action, ("history", "neutral"))
    facts = pairs_of(revision.difference, subject_name)
    return {
        "version": revision.version,
        "what": heading_of(revision.action, revision.summary, revision.difference),
        "who": str(revision.by),
        "at": revision.at,
        "icon": icon,
        "tone": tone,
        "facts": facts[:MOST_FACTS],
        "more": max(len(facts) - MOST_FACTS, 0),
        "codes": codes_moved(revision.difference.get("codes")),
        "moved": bool(revision.difference.get("moved_codes")),
        "digest": revision.digest,
    }


def event_shown(revision: CaseRevision) -> dict[str, Any]:
    """One entry of the timeline on the overview."""
    icon, tone = ICONS.get(revision.action, ("history", "neutral"))
    return {
        "what": heading_of(revision.action, revision.summary, revision.difference),
        "who": str(revision.by),
        "at": revision.at,
        "icon": icon,
        "tone": tone,
    }
