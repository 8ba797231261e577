"""Hand-overs in words, for the overview, the history and what a person owes. Reads nothing."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from casetracker.choices import HandOverKind, Stream
from casetracker.handovers import BY_PACKET, MANUAL, ROLE_WORDS, WAYS
from casetracker.models import HandOver, User
from casetracker.selectors.hand_overs import why_not_accept

MANUAL_KINDS = [(kind.value, kind.label) for kind in MANUAL]


def hand_over_rows(
    found: Iterable[HandOver], user: User, duties: set[str] | None = None
) -> list[dict[str, Any]]:
    """[{made, state, from, to, about, accept_url, why_not}]; accept_url is empty where there is nothing to press."""
    return [_row(made, user, duties) for made in found]


def hand_over_panel(
    found: Iterable[HandOver], user: User, duties: set[str] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """{hand_overs, withdrawn}: what stands, and what was taken back and is folded away."""
    rows = hand_over_rows(found, user, duties)
    return {
        "hand_overs": [row for row in rows if row["state"] != "withdrawn"],
        "withdrawn": [row for row in rows if row["state"] == "withdrawn"],
    }


def _row(made: HandOver, user: User, duties: set[str] | None) -> dict[str, Any]:
    waits = made.state == "open" and WAYS[HandOverKind(made.kind)].made != BY_PACKET
    why_not = why_not_accept(user, made, duties) if waits else ""
    return {
        "made": made,
        "state": made.state,
        "from": ROLE_WORDS[made.from_role],
        "to": ROLE_WORDS[made.to_role],
        "about": _about(made),
        "accept_url": reverse("case-handover-accept", args=[made.case_id, made.pk])
        if waits and not why_not
        else "",
        "why_not": why_not,
    }


def _about(made: HandOver) -> str:
    if made.source in Stream.values:
        return f"{Stream(made.source).label} packet"
    return f"session {made.session_number}" if made.session_number else ""
