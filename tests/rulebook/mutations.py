"""The rule book with one condition taken out: every rule of codes, classes and conflicts, leaf by leaf.

For the conditions of documentation items also with one comparison turned round, or one of its words left out.
"""

from collections.abc import Iterator
from dataclasses import replace

from checklists.engine.book import Code, Condition, Edition, RuleBook
from checklists.engine.conditions import Group, Leaf, Node, expected_words
from checklists.engine.facts import FACTS


def mutants(book: RuleBook) -> Iterator[tuple[str, RuleBook]]:
    """Each book that lacks one comparison, with a name that says which."""
    for code in book.codes.values():
        for edition in code.editions:
            for name, changed in _editions(edition):
                codes = {**book.codes, code.code: _with(code, edition, changed)}
                yield f"{code.code} {name}", replace(book, codes=codes, memory={})
    for place, rule in enumerate(book.classes):
        for name, when in _shorter(rule.when):
            classes = (*book.classes[:place], replace(rule, when=when), *book.classes[place + 1 :])
            yield f"class {rule.rule} {name}", replace(book, classes=classes, memory={})
    for place, rule in enumerate(book.spine):
        for name, when in _shorter(rule.when):
            spine = (*book.spine[:place], replace(rule, when=when), *book.spine[place + 1 :])
            yield f"spine {rule.rule} #{place} {name}", replace(book, spine=spine, memory={})
    for place, conflict in enumerate(book.conflicts):
        for name, when in _shorter(conflict.when):
            conflicts = (
                *book.conflicts[:place],
                replace(conflict, when=when),
                *book.conflicts[place + 1 :],
            )
            yield f"conflict {conflict.id} #{place} {name}", replace(book, conflicts=conflicts, memory={})


def _with(code: Code, old: Edition, new: Edition) -> Code:
    return replace(code, editions=tuple(new if edition is old else edition for edition in code.editions))


def _editions(edition: Edition) -> Iterator[tuple[str, Edition]]:
    for name, when in _shorter(edition.when):
        yield name, replace(edition, when=when)
    for name, when in _shorter(edition.professional_when):
        yield f"professional {name}", replace(edition, professional_when=when)
    for place, modifier in enumerate(edition.modifiers):
        for name, when in _shorter(modifier.when):
            changed = (
                *edition.modifiers[:place],
                replace(modifier, when=when),
                *edition.modifiers[place + 1 :],
            )
            yield f"modifier {modifier.modifier} {name}", replace(edition, modifiers=changed)


def _shorter(condition: Condition) -> Iterator[tuple[str, Condition]]:
    for name, nodes in _without_one(condition.nodes):
        yield name, Condition.of(nodes)


def _without_one(nodes: tuple[Node, ...]) -> Iterator[tuple[str, tuple[Node, ...]]]:
    for place, node in enumerate(nodes):
        before, after = nodes[:place], nodes[place + 1 :]
        if isinstance(node, Leaf):
            yield f"{node.fact} {expected_words(node)} (line {node.line})", (*before, *after)
            continue
        for name, members in _without_one(node.members):
            left = (Group(node.any_one, members),) if members else ()
            yield name, (*before, *left, *after)


def item_mutants(book: RuleBook, key: str) -> Iterator[tuple[str, RuleBook]]:
    """Each book in which the condition of one item lacks a comparison, or has one turned round or shortened."""
    item = book.items[key]
    changes = (*_without_one(item.when.nodes), *_other_leaf(item.when.nodes))
    for name, nodes in changes:
        items = {**book.items, key: replace(item, when=Condition.of(nodes))}
        yield name, replace(book, items=items, memory={})


def _other_leaf(nodes: tuple[Node, ...]) -> Iterator[tuple[str, tuple[Node, ...]]]:
    for place, node in enumerate(nodes):
        before, after = nodes[:place], nodes[place + 1 :]
        if isinstance(node, Leaf):
            for other in _altered(node):
                yield f"{node.fact} {expected_words(other)}", (*before, other, *after)
        else:
            for name, members in _other_leaf(node.members):
                yield name, (*before, replace(node, members=members), *after)


def _altered(leaf: Leaf) -> Iterator[Leaf]:
    """The comparison turned round, and without each of several words."""
    opposite = {"is": "is_not", "is_not": "is", "at_least": "at_most", "at_most": "at_least"}
    if leaf.operator in opposite:
        yield replace(leaf, operator=opposite[leaf.operator])
    elif leaf.operator == "is_recorded":
        yield replace(leaf, value=not leaf.value)
    elif leaf.operator == "one_of" and isinstance(leaf.value, tuple):
        yield replace(leaf, value=tuple(word for word in FACTS[leaf.fact].words if word not in leaf.value))
        for word in leaf.value:
            yield replace(leaf, value=tuple(other for other in leaf.value if other != word))
