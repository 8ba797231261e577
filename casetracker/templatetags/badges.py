"""Badges: for every state of the house one tone, one icon and one word, so that colour never speaks alone.

The words come from `choices.py` where the state is stored; words of the engine (severities of a conflict,
confidence, verdicts) are written here. How a tone looks is in `static/css/tokens.css`.
"""

from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casetracker import choices
from casetracker.templatetags.icons import icon
from checklists import models as reference

register = template.Library()


class Look(NamedTuple):
    """How one state is shown."""

    tone: str
    icon: str
    word: str = ""


PACKET = {
    "collecting": Look("neutral", "draft"),
    "ready": Look("blue", "ready"),
    "in_review": Look("violet", "eye"),
    "returned": Look("amber", "return"),
    "approved": Look("green", "check-circle"),
    "handed_off": Look("forest", "sent"),
    "closed": Look("forest", "lock"),
}
ITEM = {
    "open": Look("neutral", "circle"),
    "satisfied": Look("green", "check-circle"),
    "not_applicable": Look("neutral", "minus-circle"),
    "cannot_be_met": Look("red", "cross-circle"),
    "unknown": Look("ochre", "question", "Cannot tell yet"),
    "late": Look("amber", "clock", "Late"),
    "retired": Look("neutral", "retired", "No longer needed"),
    "returned": Look("amber", "return", "Returned"),
    "accepted": Look("green", "check-circle", "Accepted"),
}
CONDITION = {
    "true": Look("blue", "checklist"),
    "false": Look("neutral", "minus-circle"),
    "unknown": Look("ochre", "question"),
    "retired": Look("neutral", "retired"),
}
REVIEW = {
    "none": Look("neutral", "circle"),
    "accepted": Look("green", "check-circle"),
    "returned": Look("amber", "return"),
}
LINE = {
    "suggested": Look("blue", "spark", "Suggested"),
    "release": Look("green", "check-circle", "Released"),
    "hold": Look("amber", "pause", "Held"),
    "decline": Look("neutral", "cross-circle", "Declined"),
    "added": Look("violet", "plus", "Added by a person"),
    "changed": Look("amber", "change", "Changed by a person"),
    "unsupported": Look("red", "warn", "No longer supported"),
    "unreported": Look("neutral", "minus-circle", "Not reported"),
}
OUTCOME = {
    "suggested": Look("blue", "spark", "Suggested"),
    "not_suggested": Look("neutral", "minus-circle", "Not suggested"),
    "cannot_tell": Look("ochre", "question", "Cannot tell"),
    "blocked": Look("red", "block", "Blocked"),
}
CONFLICT = {
    "block": Look("red", "block", "Blocked"),
    "lifted": Look("violet", "shield", "Lifted for this case"),
    "warn": Look("amber", "warn", "Check"),
    "ask": Look("ochre", "question", "Question"),
    "info": Look("blue", "info", "Note"),
}
SEVERITY = {
    "required": Look("blue", "flag"),
    "recommended": Look("neutral", "flag"),
    "quality": Look("neutral", "spark"),
}
CONFIDENCE = {
    "data": Look("green", "data", "Published data"),
    "several_sources": Look("green", "books", "Several sources"),
    "two_sources": Look("blue", "books", "Two sources"),
    "one_source": Look("blue", "book", "One source"),
    "inferred": Look("ochre", "building", "Department policy, confirm"),
    "memory": Look("ochre", "warn", "Not verified, confirm"),
}
VERDICT = {
    "holds": Look("green", "check", "Holds"),
    "fails": Look("red", "cross", "Fails"),
    "unknown": Look("ochre", "question", "Not recorded"),
}
CLASSIFICATION = {
    "simple": Look("neutral", "circle", "Simple"),
    "complex": Look("violet", "target", "Complex"),
    "therapeutic": Look("blue", "target", "Therapeutic"),
    "unknown": Look("ochre", "question", "Class not clear"),
}
CHANGE = {
    "added": Look("green", "plus", "Added"),
    "removed": Look("red", "minus", "Removed"),
    "changed": Look("amber", "change", "Changed"),
    "new": Look("blue", "plus", "New"),
    "retired": Look("neutral", "retired", "Retired"),
    "settled": Look("green", "check", "Settled"),
    "kept": Look("neutral", "equal", "Kept"),
    "unchanged": Look("neutral", "equal", "Unchanged"),
    "replaced": Look("amber", "change", "Replaced"),
    "voided": Look("red", "cross-circle", "Voided"),
}
HANDOFF = {
    "pending": Look("neutral", "clock"),
    "ready": Look("blue", "document"),
    "received": Look("green", "check-circle"),
    "returned": Look("amber", "return"),
    "replaced": Look("neutral", "retired"),
}
RELEASE = {
    "release": Look("green", "check-circle", "Release"),
    "release-with-held-lines": Look("amber", "pause", "Release, with held lines"),
    "do-not-bill": Look("red", "block", "Do not bill"),
}
FILE = {
    "pending": Look("neutral", "clock"),
    "stored": Look("green", "check-circle"),
    "failed": Look("red", "warn"),
}
HAND_OVER = {
    "open": Look("ochre", "clock", "Waits"),
    "accepted": Look("green", "check-circle", "Accepted"),
    "withdrawn": Look("neutral", "undo", "Withdrawn"),
}
NOTICE = {
    "raised": Look("red", "warn", "Notify radiation safety"),
    "acknowledged": Look("amber", "eye", "Acknowledged"),
    "settled": Look("green", "check-circle", "Settled"),
}
POLICY = {
    "proposed": Look("ochre", "clock", "Waits for approval"),
    "in_force": Look("green", "check-circle"),
    "superseded": Look("neutral", "retired"),
    "withdrawn": Look("neutral", "cross-circle", "Not put in force"),
}
QUERY = {
    "open": Look("ochre", "chat"),
    "answered": Look("blue", "chat"),
    "closed": Look("green", "check-circle"),
    "withdrawn": Look("neutral", "cross-circle"),
}
HALT = {
    "none": Look("green", "arrow-right"),
    "on_hold": Look("amber", "pause"),
    "cancelled": Look("neutral", "cross-circle"),
    "stopped": Look("red", "block"),
}
SESSION = {
    "planned": Look("neutral", "calendar"),
    "delivered": Look("green", "check-circle"),
    "partial": Look("amber", "part"),
    "stopped_without_dose": Look("red", "block"),
}
ROLE = {
    "staff": Look("neutral", "person"),
    "coder": Look("blue", "scale"),
    "supervisor": Look("violet", "eye"),
    "billing": Look("green", "inbox"),
    "compliance": Look("amber", "shield"),
    "administrator": Look("neutral", "key"),
}
RESULT = {
    "done": Look("green", "check-circle", "Done"),
    "refused": Look("red", "block", "Refused"),
    "error": Look("red", "warn", "Error"),
}
STREAM = {
    "surgeon_professional": Look("neutral", "person"),
    "oncology_professional": Look("neutral", "person"),
    "facility": Look("neutral", "building"),
    "freestanding_global": Look("neutral", "building"),
}
PERFORMER = {
    "neurosurgeon": Look("neutral", "person", "surgeon"),
    "radiation_oncologist": Look("neutral", "person", "radiation oncologist"),
    "facility": Look("neutral", "building", "facility"),
}

REFERENCE = {
    "collecting": Look("neutral", "clock"),
    "ready": Look("blue", "ready"),
    "published": Look("green", "check-circle"),
    "superseded": Look("neutral", "retired"),
    "refused": Look("red", "block"),
    "withdrawn": Look("neutral", "undo"),
}
REFERENCE_FILE = {
    "waiting": Look("neutral", "clock"),
    "reading": Look("blue", "part"),
    "read": Look("green", "check-circle"),
    "refused": Look("red", "block"),
}

KINDS: dict[str, tuple[dict[str, Look], type | None]] = {
    "packet": (PACKET, choices.PacketStatus),
    "item": (ITEM, choices.Answer),
    "condition": (CONDITION, choices.Condition),
    "review": (REVIEW, choices.ItemReview),
    "line": (LINE, choices.LineDecision),
    "outcome": (OUTCOME, None),
    "conflict": (CONFLICT, None),
    "severity": (SEVERITY, choices.Severity),
    "confidence": (CONFIDENCE, None),
    "verdict": (VERDICT, None),
    "class": (CLASSIFICATION, None),
    "change": (CHANGE, None),
    "handoff": (HANDOFF, choices.HandoffState),
    "release": (RELEASE, None),
    "file": (FILE, choices.FileState),
    "handover": (HAND_OVER, None),
    "notice": (NOTICE, None),
    "policy": (POLICY, choices.PolicyState),
    "query": (QUERY, choices.QueryState),
    "halt": (HALT, choices.Halt),
    "session": (SESSION, choices.SessionStatus),
    "role": (ROLE, choices.Role),
    "stream": (STREAM, choices.Stream),
    "performer": (PERFORMER, None),
    "result": (RESULT, None),
    "reference": (REFERENCE, reference.ReleaseState),
    "reference_file": (REFERENCE_FILE, reference.FileState),
}


def look(kind: str, value: object) -> Look:
    """The tone, icon and word of one state; an unknown value keeps its own word in the tone of a question."""
    looks, words = KINDS[kind]
    key = str(value)
    if key not in looks:
        return Look("ochre", "question", key.replace("_", " ").capitalize() or "Not recorded")
    found = looks[key]
    return found if found.word else found._replace(word=str(words(key).label))


@register.simple_tag
def badge(kind: str, value: object, of: str = "", plain: bool = False) -> SafeString:
    """A state as icon and word. `of` names whose state it is ("Surgeon"); `plain` leaves the ground out."""
    shown = look(kind, value)
    before = format_html('<span class="status-of">{}</span> ', of) if of else ""
    css = "status status-plain" if plain else "status"
    return format_html(
        '<span class="{} tone-{}">{}{}<span>{}</span></span>',
        css,
        shown.tone,
        icon(shown.icon),
        before,
        shown.word,
    )


@register.simple_tag
def mark(kind: str, value: object) -> SafeString:
    """Only the icon of a state, with its word for screen readers; for tight rows of reasons."""
    shown = look(kind, value)
    return format_html(
        '<span class="reason-mark tone-{}">{}</span>', shown.tone, icon(shown.icon, shown.word)
    )


@register.simple_tag
def tone(kind: str, value: object) -> str:
    """The class of a tone: `<div class="callout {% tone "conflict" severity %}">`."""
    return f"tone-{look(kind, value).tone}"


@register.simple_tag
def state_icon(kind: str, value: object) -> SafeString:
    """The decorative icon of a state, where its word stands beside it anyway."""
    return icon(look(kind, value).icon)


@register.simple_tag
def word(kind: str, value: object) -> str:
    """Only the word of a state."""
    return look(kind, value).word


@register.simple_tag
def chip(text: str, tone: str = "neutral", name: str = "") -> SafeString:
    """A badge for words that are not a stored state, for example a derived clinical state."""
    drawn = icon(name) if name else ""
    return format_html('<span class="status tone-{}">{}<span>{}</span></span>', tone, drawn, text)
