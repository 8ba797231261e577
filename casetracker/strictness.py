"""A severity that a department lowered, in words. Which may be lowered is said in `checklists.engine.strictness`."""

from collections.abc import Mapping
from datetime import date


def lowered_words(lowered: Mapping[str, str] | None) -> str:
    """`Lowered from required by department policy of Mar 1, 2026, approved by Ada Admin: reason`; empty for None."""
    if not lowered:
        return ""
    told = f"Lowered from {lowered['from']} to {lowered['to']} by department policy"
    if lowered.get("since"):
        told += f" of {date.fromisoformat(lowered['since']):%b %-d, %Y}"
    if lowered.get("approver"):
        told += f", approved by {lowered['approver']}"
    return f"{told}: {lowered['reason']}" if lowered.get("reason") else f"{told}."
