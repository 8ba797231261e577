"""What nobody should rely on alone: weak confidence, and sources not looked at again for a year."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from checklists.engine.book import RuleBook

WEAK: Final = ("memory", "inferred", "one_source")
YEAR: Final = timedelta(days=365)


class Weak(NamedTuple):
    kind: str
    key: str
    text: str
    confidence: str
    source: tuple[str, ...]


def weak_entries(book: RuleBook) -> list[Weak]:
    """Everything with a confidence of memory, inferred or one source; the weakest first, then in book order."""
    return sorted(_weak(book), key=lambda entry: WEAK.index(entry.confidence))


def _weak(book: RuleBook) -> Iterator[Weak]:
    for entry in _all(book):
        if entry.confidence in WEAK:
            yield entry


def _all(book: RuleBook) -> Iterator[Weak]:
    for rule in book.rules.values():
        yield Weak("Rule", rule.id, rule.says, rule.confidence, rule.source)
    for code in book.codes.values():
        for edition in code.editions:
            words = f"{code.label}, from {edition.first_day:%Y-%m-%d}"
            yield Weak("Code", code.code, words, edition.confidence, edition.source)
    for conflict in book.conflicts:
        yield Weak("Conflict", conflict.id, conflict.message, conflict.confidence, conflict.source)
    for policy in book.policies.values():
        yield Weak("Policy", policy.key, policy.label, policy.confidence, policy.source)
    for item in book.items.values():
        yield Weak("Document", item.key, item.label, item.confidence, item.source)


def not_rechecked(book: RuleBook, today: date) -> list[tuple[str, str, date]]:
    """Code, label and last look of each edition whose sources were last checked more than a year before."""
    return [
        (code.code, code.label, edition.checked_on)
        for code in book.codes.values()
        for edition in code.editions
        if edition.checked_on < today - YEAR
    ]
