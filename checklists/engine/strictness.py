"""How strict a department is about an item: a severity may be lowered for professional standards, never for the rest.

Payment evidence and duties of the law keep the severity of the rule book. Each item is a policy key of its own,
`severity-<item>`, which only a department may set and which only goes down.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from checklists.engine.book import Item, PolicyKey, RuleBook

PREFIX: Final = "severity-"
ORDER: Final = ("required", "recommended", "quality")
PROFESSIONAL: Final = "professional"
_FIXED: Final = {
    "payment": "This is payment evidence: payers ask for it, so no department can lower its severity.",
    "legal": "This is a duty of law or license, so no department can lower its severity.",
}
LOWEST: Final = "Its severity is the lowest there is already."
_TEXT: Final = "A professional standard: the department may be less strict about it, with a reason."


def severity_key(item: str) -> str:
    """The policy key of an item: `severity-plan-report`."""
    return PREFIX + item


def severity_keys(book: RuleBook) -> Mapping[str, PolicyKey]:
    """The severity of every item as a policy key, in book order. A key that nobody may set has no levels."""
    found: Mapping[str, PolicyKey] = book.memory.get(PREFIX) or book.remembered(PREFIX, partial(_all, book))
    return found


def known_key(book: RuleBook, key: str) -> PolicyKey | None:
    """A policy of the book, or the severity of an item as one; None for a word that is neither."""
    return book.policies.get(key) or severity_keys(book).get(key)


def why_fixed(item: Item) -> str:
    """Why no department may lower the severity of this item; empty where it may."""
    if item.kind != PROFESSIONAL:
        return _FIXED.get(item.kind, _FIXED["payment"])
    return LOWEST if not _lower(item) else ""


def _all(book: RuleBook) -> dict[str, PolicyKey]:
    return {severity_key(item.key): _key(item) for item in book.items.values()}


def _key(item: Item) -> PolicyKey:
    fixed = why_fixed(item)
    return PolicyKey(
        key=severity_key(item.key),
        label=f"Severity: {item.label}",
        kind="word",
        words=() if fixed else _lower(item),
        default=item.severity,
        text=fixed or _TEXT,
        levels=() if fixed else ("department",),
        rules=(),
        source=item.source,
        confidence=item.confidence,
    )


def _lower(item: Item) -> tuple[str, ...]:
    return ORDER[ORDER.index(item.severity) + 1 :]
