"""Runs the consistency checks of the rule book: which apply to the lines, and what each finds.

The checks need no paper of their own. Their words, codes and owners are data (`checks.yaml`); how each is judged is
in `consistency_codes` and `consistency_file`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from checklists.engine import consistency_codes, consistency_file
from checklists.engine.book import ConsistencyCheck
from checklists.engine.conditions import FAILS, UNKNOWN
from checklists.engine.consistency_material import Material, claim_lines
from checklists.engine.evidence_records import CheckResult
from checklists.engine.values import Value

__all__ = ["JUDGED", "Material", "applies", "judge_check", "judge_checks"]

JUDGED: Final = {**consistency_codes.CHECKS, **consistency_file.CHECKS}


def judge_checks(
    checks: Iterable[ConsistencyCheck], material: Material, facts: Mapping[str, Value] | None = None
) -> list[CheckResult]:
    """Judge every check that the claim lines call for, in the order of the rule book.

    Args:
        checks: the consistency checks of the book.
        material: the case, its evaluation and what was recorded.
        facts: the named facts the checks' conditions ask for; None judges every check as if its condition held.

    Returns:
        One result per check that applies. A failed one says what is wrong and then what to do.
    """
    codes = {line.code for line in claim_lines(material)}
    chosen = [check for check in checks if applies(check, codes) and not _not_called_for(check, facts)]
    return [judge_check(check, material, facts) for check in chosen]


def applies(check: ConsistencyCheck, codes: Iterable[str]) -> bool:
    """Whether one of the codes calls for the check; a check of all lines needs at least one line."""
    present = set(codes)
    return bool(present) if check.all_lines else bool(present & set(check.codes))


def judge_check(
    check: ConsistencyCheck, material: Material, facts: Mapping[str, Value] | None = None
) -> CheckResult:
    """Judge one check. Unknown when its condition is; the message names the facts found."""
    if facts is not None and check.when.test(facts).verdict == UNKNOWN:
        return CheckResult(
            check.key, "unknown", "It is not known yet whether this check applies to the case."
        )
    answer = JUDGED[check.key](material)
    message = f"{answer.message} {check.fails}" if answer.verdict == "fails" else answer.message
    return CheckResult(check.key, answer.verdict, message)


def _not_called_for(check: ConsistencyCheck, facts: Mapping[str, Value] | None) -> bool:
    return facts is not None and check.when.test(facts).verdict == FAILS
