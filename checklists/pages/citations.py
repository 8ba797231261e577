"""Where a rule id is used: codes, conflicts, classes and policies that cite it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from checklists.engine.book import ClassRule, Code, ConflictRule, Edition, PolicyKey, RuleBook
from checklists.engine.conditions import Leaf, Node


@dataclass(frozen=True, slots=True)
class Citations:
    codes: tuple[Code, ...]
    conflicts: tuple[ConflictRule, ...]
    classes: tuple[ClassRule, ...]
    policies: tuple[PolicyKey, ...]


def has_page(book: RuleBook, rule: str) -> bool:
    """Whether the book knows this id as a rule or as a conflict."""
    return rule in book.rules or rule in _conflict_ids(book)


def _conflict_ids(book: RuleBook) -> frozenset[str]:
    found: frozenset[str] = book.remembered(
        "conflict ids", lambda: frozenset(entry.id for entry in book.conflicts)
    )
    return found


def citations(book: RuleBook, rule: str) -> Citations:
    """Everything that cites a rule, each group in book order."""
    return Citations(
        tuple(code for code in book.codes.values() if rule in _of_code(code)),
        tuple(
            entry
            for entry in book.conflicts
            if rule in (entry.id, *entry.rules, *_of_nodes(entry.when.nodes))
        ),
        tuple(entry for entry in book.classes if rule in (entry.rule, *_of_nodes(entry.when.nodes))),
        tuple(entry for entry in book.policies.values() if rule in entry.rules),
    )


def _of_code(code: Code) -> set[str]:
    limit = {code.course_limit.rule} if code.course_limit else set()
    return limit.union(*(of_edition(edition) for edition in code.editions))


def of_edition(edition: Edition) -> set[str]:
    """Every rule id an edition names: its own, its conditions', its modifiers'."""
    conditions = (edition.when, edition.professional_when, *(entry.when for entry in edition.modifiers))
    found = set(edition.rules) | {entry.rule for entry in edition.modifiers}
    return found.union(*(set(_of_nodes(condition.nodes)) for condition in conditions))


def _of_nodes(nodes: Iterable[Node]) -> Iterator[Any]:
    for node in nodes:
        if isinstance(node, Leaf):
            yield node.rule
        else:
            yield from _of_nodes(node.members)
