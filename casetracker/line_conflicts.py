"""Which conflicts of an evaluation concern a line, given what a person already decided. Pure.

The engine does not know which suggestions were declined: a conflict between two lines is settled once one of them
is not going to be billed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from casetracker.choices import LineDecision
from casetracker.models import BillingLine

Result = dict[str, Any]


@dataclass(frozen=True)
class Live:
    """Codes that may still be billed: decided and not declined, or suggested and undecided."""

    codes: frozenset[str]

    @classmethod
    def of(cls, decided: Iterable[BillingLine], result: Result) -> "Live":
        lines = list(decided)
        kept = {line.code for line in lines if line.decision != LineDecision.DECLINE}
        known = {line.key for line in lines}
        kept |= {line["code"] for line in result["lines"] if line["key"] not in known}
        return cls(frozenset(kept))


def blocks(code: str, key: str, live: Live, result: Result) -> list[Result]:
    return _concerning("block", code, key, live, result)


def warnings(code: str, key: str, live: Live, result: Result) -> list[Result]:
    return _concerning("warn", code, key, live, result)


def _concerning(severity: str, code: str, key: str, live: Live, result: Result) -> list[Result]:
    return [
        conflict
        for conflict in result["conflicts"]
        if conflict["severity"] == severity
        and concerns(conflict, code, key)
        and is_live(conflict, code, live)
    ]


def concerns(conflict: Result, code: str, key: str) -> bool:
    """By line where the engine names lines it knows under the same key, otherwise by code."""
    return code in conflict["codes"] or key in conflict.get("keys", [])


def is_live(conflict: Result, code: str, live: Live) -> bool:
    return set(conflict["codes"]) - {code} <= live.codes
