"""Missing facts that matter, as questions: which field answers, what it decides, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from checklists.engine import fields
from checklists.engine.book import RuleBook
from checklists.engine.case import natural
from checklists.engine.conditions import UNKNOWN, Leaf, Node
from checklists.engine.derive import Derived
from checklists.engine.place import Placed
from checklists.engine.result import CANNOT_TELL, Conflict, NotSuggested, Question
from checklists.engine.values import Missing

_ORDER: Final = (
    "date_of_service",
    "setting",
    "modality",
    "lesions",
    "planned_sessions",
    "sessions",
    "people",
    "fixation",
    "planning",
    "plan",
    "plans",
    "physics",
    "other_courses",
)


@dataclass
class _Asked:
    codes: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)
    only_date: bool = True


def ask(
    dropped: Iterable[NotSuggested],
    placed: Placed,
    conflicts: Iterable[Conflict],
    derived: Derived,
    book: RuleBook,
) -> tuple[Question, ...]:
    """One question per document field, in the order of the case form."""
    asked: dict[str, _Asked] = {}
    for entry in dropped:
        if entry.outcome == CANNOT_TELL:
            open_rules = [r.rule for r in entry.reasons if r.verdict == UNKNOWN and r.rule]
            _note(asked, entry.missing_facts, (entry.code,), open_rules, only_date=False)
    for path, code, rules in placed.undated:
        _note(asked, (path,), (code,), rules, only_date=True)
    for path, code, rules in placed.unsettled:
        _note(asked, (path,), (code,), rules, only_date=False)
    for conflict in conflicts:
        if conflict.severity == "ask":
            paths = _open_paths(conflict, derived, book)
            _note(asked, paths, conflict.codes, conflict.rules, only_date=False)
    return tuple(_question(path, asked[path], derived.names, book) for path in sorted(asked, key=_place))


def _note(
    asked: dict[str, _Asked],
    paths: tuple[str, ...],
    codes: tuple[str, ...],
    rules: Iterable[str],
    *,
    only_date: bool,
) -> None:
    for path in paths:
        entry = asked.setdefault(path, _Asked())
        entry.codes.update(dict.fromkeys(codes))
        entry.rules.update(dict.fromkeys(rules))
        entry.only_date = entry.only_date and only_date


def _open_paths(conflict: Conflict, derived: Derived, book: RuleBook) -> tuple[str, ...]:
    """The fields that would settle an open decision: facts its rule expects to be not recorded."""
    paths: dict[str, None] = {}
    for rule in book.conflicts:
        if rule.id == conflict.id and rule.severity == "ask":
            for leaf in _leaves(rule.when.nodes):
                value = derived.facts.get(leaf.fact)
                if leaf.operator == "is_recorded" and isinstance(value, Missing):
                    paths.update(dict.fromkeys(value.paths))
    return tuple(paths)


def _leaves(nodes: tuple[Node, ...]) -> Iterable[Leaf]:
    for node in nodes:
        if isinstance(node, Leaf):
            yield node
        else:
            yield from _leaves(node.members)


def _question(path: str, asked: _Asked, names: Mapping[str, str], book: RuleBook) -> Question:
    shape = fields.describe(path)
    codes = tuple(asked.codes)
    listed = ", ".join(codes)
    says = [book.rules[rule].says for rule in asked.rules if rule in book.rules][:1]
    lead = f"Sets the day of {listed}." if asked.only_date else f"Decides {listed}."
    return Question(
        fact=path,
        label=fields.label_of(path, names),
        kind=shape.kind,
        choices=shape.words,
        affects=codes,
        why=" ".join((lead, *says)),
        rules=tuple(asked.rules),
    )


def _place(path: str) -> tuple[object, ...]:
    section = path.split(".")[0].split("[")[0]
    return (_ORDER.index(section) if section in _ORDER else len(_ORDER), natural(path))
