"""What the cases in YAML state, one claim per document, and whether a result keeps it; not what was found today."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from checklists.engine import evaluate, read_case
from checklists.engine.book import RuleBook
from checklists.engine.case import CaseFacts
from checklists.engine.result import as_dict
from tests.rulebook.cases import (
    adding,
    asked,
    conflicts_of,
    entered,
    golden,
    lines_of,
    short_lines,
    variations,
    without,
)

NO_LIST = "X-19 warn"


@dataclass(frozen=True)
class Claim:
    """A document with what its case states; None is not stated.

    `lines` and `short` are complete sets, `conflicts` and `asks` too; `at_least` and `never` name single conflicts.
    """

    name: str
    facts: CaseFacts
    lines: list[str] | None = None
    short: set[str] | None = None
    conflicts: set[str] | None = None
    at_least: set[str] = field(default_factory=set)
    never: set[str] = field(default_factory=set)
    asks: set[str] | None = None
    one_question: str | None = None
    reported: dict[str, str] = field(default_factory=dict)

    def kept_by(self, result: dict[str, Any]) -> bool:
        """Whether a result says what the case states."""
        found, questions = set(conflicts_of(result)), asked(result)
        reported = {lesion["id"]: lesion["reported_as"] for lesion in result["lesions"]}
        return (
            (self.lines is None or lines_of(result) == self.lines)
            and (self.short is None or short_lines(result) == self.short)
            and (self.conflicts is None or found - {NO_LIST} == self.conflicts - {NO_LIST})
            and self.at_least <= found | {name.split()[0] for name in found}
            and not self.never & found
            and (self.asks is None or questions == self.asks)
            and (self.one_question is None or self.one_question in questions)
            and (not self.reported or reported == self.reported)
        )

    def broken_by(self, book: RuleBook) -> bool:
        """Whether a book makes the case fail."""
        return not self.kept_by(as_dict(evaluate(self.facts, book)))


def claims() -> list[Claim]:
    """Every claim: golden scenarios with their twins, variations, entered lines."""
    return [*_golden(), *_variations(), *_entered()]


def _golden() -> Iterator[Claim]:
    for name, case in golden().items():
        yield Claim(
            name,
            read_case(case["document"]),
            lines=sorted(case["lines"]),
            conflicts=set(case["conflicts"]),
            asks=set(),
            reported=case.get("reported", {}),
        )
        for twin in case.get("twins", []):
            if "remove" in twin:
                document = without(case["document"], twin["remove"])
                yield Claim(
                    f"{name} without {twin['remove']}", read_case(document), one_question=twin["asks"]
                )
            else:
                document = adding(case["document"], twin["add"])
                yield Claim(f"{name} with a line", read_case(document), at_least={twin["conflict"]})


def _variations() -> Iterator[Claim]:
    bases = {name: _short(case["lines"]) for name, case in golden().items()}
    for case in variations():
        short = (bases[case["base"]] - set(case.get("lose", []))) | set(case.get("gain", []))
        yield Claim(
            case["says"],
            read_case(case["document"]),
            short=short,
            conflicts=set(case.get("conflicts", [])),
            asks=set(case.get("asks", [])),
        )


def _short(lines: list[str]) -> set[str]:
    """Stated lines (`CODE-MOD xUNITS stream performer date`) in the words of variations."""
    split = [line.split() for line in lines]
    return {
        code + (" undated" if day == "undated" else "") + ("" if units == "x1" else f" {units}")
        for code, units, _, _, day in split
    }


def _entered() -> Iterator[Claim]:
    for case in entered():
        raises = set(case["raises"])
        yield Claim(
            case["says"],
            read_case(case["document"]),
            conflicts=None if case.get("loose") == "yes" else raises,
            at_least=raises,
            never=set(case.get("never", [])),
        )
