"""Finding words in the book: codes, rules, documents, conflicts and policies. Every word must occur."""

from collections.abc import Iterator
from typing import NamedTuple

from checklists.engine.book import RuleBook


class Hit(NamedTuple):
    """kind: code, rule, document, conflict or policy; `key` is what its page is known by."""

    kind: str
    key: str
    text: str


def search(book: RuleBook, asked: str) -> list[Hit]:
    """Entries holding every asked word, upper and lower case alike, in book order. Nothing asked, nothing found."""
    words = asked.lower().split()
    return [hit for hit, text in _entries(book) if words and all(word in text.lower() for word in words)]


def _entries(book: RuleBook) -> Iterator[tuple[Hit, str]]:
    for code in book.codes.values():
        reasons = " ".join(edition.because for edition in code.editions)
        yield Hit("code", code.code, code.label), f"{code.code} {code.label} {reasons}"
    for rule in book.rules.values():
        yield Hit("rule", rule.id, rule.says), f"{rule.id} {rule.says}"
    for item in book.items.values():
        yield Hit("document", item.key, item.label), f"{item.key} {item.label} {item.accept}"
    for entry in book.conflicts:
        codes = " ".join(sorted(entry.codes | entry.with_codes))
        yield (
            Hit("conflict", entry.id, entry.message),
            f"{entry.id} {entry.message} {entry.way_out or ''} {codes}",
        )
    for policy in book.policies.values():
        yield Hit("policy", policy.key, policy.label), f"{policy.key} {policy.label} {policy.text}"
