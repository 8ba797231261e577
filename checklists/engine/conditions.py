"""Conditions over facts: compiled once to closures, judged three-valued, each giving its own reasons.

A condition is a leaf {fact, operator, value} or a group any_of / all_of. A missing fact makes a leaf unknown,
except for `is_recorded`. The reader builds the nodes; nothing here knows files or rules.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from checklists.engine.values import Found, Missing, Value

HOLDS: Final = "holds"
FAILS: Final = "fails"
UNKNOWN: Final = "unknown"

MOST_REMEMBERED: Final = 500
OPERATORS: Final = ("is", "is_not", "one_of", "at_least", "at_most", "between", "is_recorded")
_IN_WORDS: Final = {
    "is": "{}",
    "is_not": "not {}",
    "one_of": "one of {}",
    "at_least": "at least {}",
    "at_most": "at most {}",
    "between": "between {}",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One comparison. `value` is typed by the fact's kind; a tuple for one_of and between. `rule` may be empty.

    `otherwise`: a sentence for people where it does not hold; empty: found and expected are told.
    """

    fact: str
    operator: str
    value: Found | tuple[Found, ...]
    rule: str = ""
    line: int = 0
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """`any_of` when `any_one`, else `all_of`. `otherwise`: as of a leaf, for an `any_of` of which nothing holds."""

    any_one: bool
    members: tuple["Leaf | Group", ...]
    otherwise: str = ""


Node = Leaf | Group


class Reason(NamedTuple):
    """One judged comparison, ready to be shown: what was expected, what was found, and the verdict.

    `either`: the comparison is one of several alternatives of which none holds. `otherwise`: as of its leaf.
    """

    fact: str
    expected: str
    found: str | None
    verdict: str
    rule: str
    either: bool = False
    otherwise: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A verdict with the reasons that decide it, and the document paths that would settle an unknown one.

    Conditions give the same outcome for the same finding, so outcomes are compared and looked up as objects.
    """

    verdict: str
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


Test = Callable[[Mapping[str, Value]], Outcome]
Holds = Callable[[Mapping[str, Value]], bool]
ALWAYS: Final = Outcome(HOLDS, (), ())


def shown(value: object) -> str:
    """A value in plain words: yes and no, days as written, numbers without trailing zeros, lists with commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(shown(entry) for entry in value)
    return str(value)


def expected_words(leaf: Leaf) -> str:
    """What a leaf asks for, in words."""
    if leaf.operator == "is_recorded":
        return "recorded" if leaf.value else "not recorded"
    if leaf.operator == "between" and isinstance(leaf.value, tuple):
        return f"between {shown(leaf.value[0])} and {shown(leaf.value[1])}"
    return _IN_WORDS[leaf.operator].format(shown(leaf.value))


def compile_all(nodes: tuple[Node, ...]) -> Test:
    """One test for a list of conditions that must all hold; an empty list always holds."""
    if not nodes:
        return lambda _: ALWAYS
    return _compile_group(Group(False, nodes))


def _compile(node: Node) -> Test:
    return _compile_leaf(node) if isinstance(node, Leaf) else _compile_group(node)


def _compile_group(group: Group) -> Test:
    tests = tuple(_compile(member) for member in group.members)
    if len(tests) == 1 and not group.any_one:
        return tests[0]
    seen: dict[tuple[Outcome, ...], Outcome] = {}

    def judge(facts: Mapping[str, Value]) -> Outcome:
        outcomes = tuple([test(facts) for test in tests])
        try:
            return seen[outcomes]
        except KeyError:
            if len(seen) > MOST_REMEMBERED:
                seen.clear()
            found = seen[outcomes] = _joined(outcomes, group)
            return found

    return judge


def _joined(outcomes: tuple[Outcome, ...], group: Group) -> Outcome:
    """The outcome of a group from those of its members."""
    any_one = group.any_one
    decisive, other = (HOLDS, FAILS) if any_one else (FAILS, HOLDS)
    verdicts = [outcome.verdict for outcome in outcomes]
    verdict = decisive if decisive in verdicts else UNKNOWN if UNKNOWN in verdicts else other
    kept = [outcome for outcome in outcomes if outcome.verdict == verdict]
    reasons = tuple(reason for outcome in kept for reason in outcome.reasons)
    if any_one and verdict == FAILS:
        reasons = tuple(reason._replace(either=True, otherwise=group.otherwise) for reason in reasons)
    missing = tuple(path for outcome in kept for path in outcome.missing) if verdict == UNKNOWN else ()
    return Outcome(verdict, reasons, missing)


def _compile_leaf(leaf: Leaf) -> Test:
    name, rule, expected = leaf.fact, leaf.rule, expected_words(leaf)
    compare = _comparison(leaf.operator, leaf.value)
    wants_record = leaf.value if leaf.operator == "is_recorded" else None
    seen: dict[Value, Outcome] = {}

    def outcome(value: Value) -> Outcome:
        missing = isinstance(value, Missing)
        if wants_record is not None:
            verdict = HOLDS if missing != wants_record else FAILS
        else:
            verdict = UNKNOWN if missing else HOLDS if compare(value) else FAILS
        found = None if missing else shown(value)
        reason = Reason(name, expected, found, verdict, rule, otherwise=leaf.otherwise)
        unsettled = value.paths if isinstance(value, Missing) and wants_record is None else ()
        return Outcome(verdict, (reason,), unsettled)

    def judge(facts: Mapping[str, Value]) -> Outcome:
        value = facts[name]
        try:
            return seen[value]
        except KeyError:
            if len(seen) > MOST_REMEMBERED:
                seen.clear()
            found = seen[value] = outcome(value)
            return found

    return judge


def compile_holds(nodes: tuple[Node, ...]) -> Holds:
    """Whether a list of conditions holds, without reasons: stops at the first member that decides."""
    return _group_holds(Group(False, nodes))


def _node_holds(node: Node) -> Holds:
    return _leaf_holds(node) if isinstance(node, Leaf) else _group_holds(node)


def _group_holds(group: Group) -> Holds:
    tests = tuple(_node_holds(member) for member in group.members)
    if len(tests) == 1:
        return tests[0]
    any_one = group.any_one

    def judge(facts: Mapping[str, Value]) -> bool:
        for test in tests:  # a generator would cost more than what it asks
            if test(facts) is any_one:
                return any_one
        return not any_one

    return judge


def _leaf_holds(leaf: Leaf) -> Holds:
    name, compare = leaf.fact, _comparison(leaf.operator, leaf.value)
    if leaf.operator == "is_recorded":
        wanted = leaf.value
        return lambda facts: isinstance(facts[name], Missing) != wanted

    def holds(facts: Mapping[str, Value]) -> bool:
        value = facts[name]
        return not isinstance(value, Missing) and compare(value)

    return holds


def _comparison(operator: str, wanted: object) -> Callable[[object], bool]:
    """A yes/no comparison of a known value; kinds were checked when the book was read."""
    if operator == "is_not":
        return lambda value: value != wanted
    if operator == "one_of":
        allowed = frozenset(wanted) if isinstance(wanted, tuple) else frozenset((wanted,))
        return lambda value: value in allowed
    if operator == "at_least":
        return lambda value: value >= wanted  # type: ignore[operator]
    if operator == "at_most":
        return lambda value: value <= wanted  # type: ignore[operator]
    if operator == "between" and isinstance(wanted, tuple):
        low, high = wanted
        return lambda value: low <= value <= high
    return lambda value: value == wanted


def facts_used(nodes: tuple[Node, ...]) -> frozenset[str]:
    """The names of all facts that a list of conditions asks for."""
    names: set[str] = set()
    for node in nodes:
        names |= {node.fact} if isinstance(node, Leaf) else facts_used(node.members)
    return frozenset(names)


def in_words(nodes: tuple[Node, ...], labels: Mapping[str, str]) -> tuple[str, ...]:
    """The conditions as readable sentences, one per member, with fact labels instead of names."""
    return tuple(_sentence(node, labels) for node in nodes)


def _sentence(node: Node, labels: Mapping[str, str]) -> str:
    if isinstance(node, Leaf):
        return f"{labels.get(node.fact, node.fact)}: {expected_words(node)}"
    joiner = " or " if node.any_one else " and "
    return joiner.join(_sentence(member, labels) for member in node.members)
