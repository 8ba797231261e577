"""Revisions in words: who did what, and each changed fact with its old and new value."""

from typing import Any

from casetracker.models import CaseRevision
from casetracker.presenters.words import path_words, row_summary, value_words

ICONS = {
    "case.opened": ("plus", "green"),
    "case.saved": ("pencil", "blue"),
    "case.progress": ("calendar", "blue"),
    "case.halted": ("pause", "amber"),
    "case.template_confirmed": ("check", "green"),
}
NOT_FACTS = ("codes", "moved_codes", "moved_by")
MOST_FACTS = 60


def revision_shown(revision: CaseRevision) -> dict[str, Any]:
    """One entry of the history page."""
    icon, tone = ICONS.get(revision.action, ("history", "neutral"))
    facts = [fact_shown(path, pair) for path, pair in revision.difference.items() if path not in NOT_FACTS]
    return {
        "version": revision.version,
        "what": _words(revision),
        "who": str(revision.by),
        "at": revision.at,
        "icon": icon,
        "tone": tone,
        "facts": facts[:MOST_FACTS],
        "more": max(len(facts) - MOST_FACTS, 0),
        "codes": _codes(revision.difference.get("codes")),
        "moved": bool(revision.difference.get("moved_codes")),
        "digest": revision.digest,
    }


def event_shown(revision: CaseRevision) -> dict[str, Any]:
    """One entry of the timeline on the overview."""
    icon, tone = ICONS.get(revision.action, ("history", "neutral"))
    return {"what": _words(revision), "who": str(revision.by), "at": revision.at, "icon": icon, "tone": tone}


def _words(revision: CaseRevision) -> str:
    if revision.action == "case.saved":
        facts = [path for path in revision.difference if path not in NOT_FACTS]
        names = list(dict.fromkeys(path_words(path) for path in facts))
        rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return f"Changed: {', '.join(names[:3])}{rest}"
    return revision.summary


def fact_shown(path: str, pair: Any) -> dict[str, Any]:
    """Old and new value of one path; a whole row says what it holds."""
    before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
    return {"label": path_words(path), "before": _value(path, before), "after": _value(path, after)}


def _value(path: str, value: Any) -> str | None:
    if isinstance(value, dict):
        return row_summary(path, value) or "recorded"
    return value_words(path, value)


def _codes(pair: Any) -> dict[str, str] | None:
    if not isinstance(pair, list) or len(pair) != 2:
        return None
    before, after = (", ".join(side or []) or "none" for side in pair)
    return {"before": before, "after": after}
