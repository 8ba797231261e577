"""Which blocking conflicts of a case compliance has lifted. Pure: marks conflicts, reads and writes nothing.

A lift belongs to a conflict as it read when it was lifted: other units or codes make another conflict of it.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from casetracker.models import LiftedConflict

Conflict = dict[str, Any]
NEVER = {
    "X-19": "No reason makes a code valid on a day on which it does not exist. Correct the day or the code."
}
"""Blocks that no person can lift, with what to do instead."""
LONGEST = 600


def identity(conflict: Conflict) -> tuple[str, str, str]:
    """Rule, codes in order and message: what makes it this conflict."""
    return str(conflict["id"]), "+".join(sorted(conflict["codes"])), str(conflict["message"])[:LONGEST]


def mark(conflict: Conflict) -> str:
    """A short name for addresses."""
    return hashlib.sha256("|".join(identity(conflict)).encode()).hexdigest()[:16]


def why_not_liftable(conflict: Conflict) -> str:
    """Why nobody can lift it, or empty."""
    if conflict["severity"] != "block":
        return "Only a block is lifted; a warning is answered by the coder with a reason."
    return NEVER.get(conflict["id"], "")


def with_lifts(result: dict[str, Any], lifts: Iterable[LiftedConflict]) -> dict[str, Any]:
    """The result with `lifted` (the row, with its person) on each block that was lifted; others unchanged."""
    rows = {(row.conflict, row.codes, row.message): row for row in lifts}
    if not rows:
        return result
    conflicts = [
        {**conflict, "lifted": rows[identity(conflict)]}
        if conflict["severity"] == "block" and identity(conflict) in rows
        else conflict
        for conflict in result.get("conflicts", [])
    ]
    return {**result, "conflicts": conflicts}


def without_lifted(result: dict[str, Any], lifts: Iterable[LiftedConflict]) -> dict[str, Any]:
    """The result without the blocks that were lifted, for checks that ask what is still open."""
    marked = with_lifts(result, lifts)
    open_ones = [conflict for conflict in marked.get("conflicts", []) if not conflict.get("lifted")]
    return {**marked, "conflicts": open_ones} if "conflicts" in marked else marked


def lapsed(result: dict[str, Any], lifts: Iterable[LiftedConflict]) -> list[LiftedConflict]:
    """Lifts whose conflict does not stand as it read then."""
    standing = {identity(conflict) for conflict in result.get("conflicts", [])}
    return [row for row in lifts if (row.conflict, row.codes, row.message) not in standing]
