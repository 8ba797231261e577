"""The rule book with one condition taken out: every rule of codes, classes and conflicts, leaf by leaf."""

from collections.abc import Iterator
from dataclasses import replace

from checklists.engine.book import Code, Condition, Edition, RuleBook
from checklists.engine.conditions import Group, Leaf, Node, expected_words


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
