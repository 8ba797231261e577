"""Which conflicts of an evaluation concern a line, given what a person already decided. Pure.

The engine does not know which suggestions were declined: a conflict between two lines is settled once one of them
is not going to be billed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from casetracker.choices import LineDecision, LineOrigin
from casetracker.models import BillingLine

Result = dict[str, Any]


@dataclass(frozen=True)
class Live:
    """Keys of lines that may still be billed: decided and not declined, or suggested and undecided."""

    keys: frozenset[str]
    declined: frozenset[str] = frozenset()

    @classmethod
    def of(cls, decided: Iterable[BillingLine], suggested: Iterable[str]) -> "Live":
        lines = list(decided)
        declined = {line.key for line in lines if line.decision == LineDecision.DECLINE}
        kept = {line.key for line in lines} | set(suggested)
        return cls(frozenset(kept - declined), frozenset(declined))


def blocks(line: BillingLine, live: Live, result: Result) -> list[Result]:
    """Blocks that keep this line from being released; one that compliance lifted does not."""
    found = of_line("block", line.key, line.code if line.origin == LineOrigin.ADDED else "", live, result)
    return [conflict for conflict in found if not conflict.get("lifted")]


def warnings(line: BillingLine, live: Live, result: Result) -> list[Result]:
    return of_line("warn", line.key, line.code if line.origin == LineOrigin.ADDED else "", live, result)


def of_line(severity: str, key: str, added_code: str, live: Live, result: Result) -> list[Result]:
    """Standing conflicts of one severity about one line. added_code: code of a person's own line, or empty."""
    return [
        conflict
        for conflict in result["conflicts"]
        if conflict["severity"] == severity
        and (key in conflict["keys"] or added_code in conflict["codes"])
        and is_live(conflict, key, live)
    ]


def is_live(conflict: Result, key: str, live: Live) -> bool:
    """False once every other line of the conflict is declined; a conflict of one line alone always stands."""
    others = set(conflict["keys"]) - {key}
    return not others or not others <= live.declined
