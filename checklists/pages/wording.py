"""Conditions of the book as people read them: plain words, and groups that show what belongs together."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from checklists.engine.book import Condition, RuleBook
from checklists.engine.conditions import Leaf, Node, expected_words
from checklists.engine.plain import plain

_NAMED = re.compile(r"\{([a-z_0-9.]+)\}")
_STORED = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")


def spelled(book: RuleBook, sentence: str) -> str:
    """A sentence of the book in plain words: facts in braces as their labels in square brackets, no stored words."""
    told = _NAMED.sub(lambda match: f"[{_fact(book, match[1])}]", sentence)
    return _STORED.sub(lambda match: _entry(book, match[0]), told)


def _fact(book: RuleBook, name: str) -> str:
    fact = book.facts.get(name)
    return fact.label.lower() if fact else plain(name)


def _entry(book: RuleBook, word: str) -> str:
    """A policy or document by its label, any other stored word without its underscores."""
    entry = book.policies.get(word) or book.items.get(word)
    return f"“{entry.label}”" if entry else plain(word)


def told(book: RuleBook, condition: Condition) -> tuple[str, ...]:
    """A condition as sentences, one per member; inner groups stand in brackets."""
    labels = {name: fact.label for name, fact in book.facts.items()}
    return tuple(_sentence(node, labels) for node in condition.nodes)


def _sentence(node: Node, labels: Mapping[str, str]) -> str:
    words = _words(node, labels)
    return f"either {words}" if _is_choice(node) else words


def _words(node: Node, labels: Mapping[str, str]) -> str:
    if isinstance(node, Leaf):
        return plain(f"{labels.get(node.fact, node.fact)}: {expected_words(node)}")
    parts = [_inner(member, labels, alone=len(node.members) == 1) for member in node.members]
    return (", or " if node.any_one else ", and ").join(parts)


def _inner(node: Node, labels: Mapping[str, str], *, alone: bool) -> str:
    words = _sentence(node, labels)
    grouped = not isinstance(node, Leaf) and len(node.members) > 1 and not alone
    return f"({words})" if grouped else words


def _is_choice(node: Node) -> bool:
    return not isinstance(node, Leaf) and node.any_one and len(node.members) > 1


def worded(book: RuleBook, reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Published reasons with the label of their fact, and what was found and expected in plain words."""
    return [
        {
            **reason,
            "label": label(book, reason["fact"]),
            "found": None if reason["found"] is None else plain(reason["found"]),
            "expected": plain(reason["expected"]),
        }
        for reason in reasons
    ]


def label(book: RuleBook, name: str) -> str:
    """What a fact is called: a fact of the rules, or a field of the case document."""
    return book.facts[name].label if name in book.facts else book.fact_label(name)
