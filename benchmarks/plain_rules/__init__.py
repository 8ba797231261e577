"""The conditions of the rule book written out as plain Python: a verdict each, no reasons, no missing facts named.

The yardstick of `evaluate.py`. It stops at the first member that decides; the engine must not, it tells every one.
`agree` proves that both come to the same verdicts: a yardstick that judges less is no measure.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from checklists.engine.book import Condition, RuleBook
from checklists.engine.conditions import FAILS, HOLDS, UNKNOWN, Group, Node, facts_used
from checklists.engine.derive import Derived
from checklists.engine.values import Missing

NO, YES, OPEN = 0, 1, 2
VERDICTS = {HOLDS: YES, FAILS: NO, UNKNOWN: OPEN}
Judge = Callable[[Mapping[str, Any]], list[int]]


class Source:
    """Python text that grows by one function per condition group; values are kept beside it by name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"Missing": Missing}
        self.count = 0

    def value(self, value: object) -> str:
        name = f"v{len(self.names)}"
        self.names[name] = value
        return name

    def group(self, members: Iterable[Node], *, any_one: bool) -> str:
        """A function for the members; its name."""
        self.count += 1
        name = f"g{self.count}"
        ends = "YES" if any_one else "NO"
        body = ["    unsure = False"]
        for member in members:
            body += self.member(member, any_one=any_one)
        other = {"YES": "NO", "NO": "YES"}[ends]
        self.lines += [f"def {name}(f):", *body, f"    return OPEN if unsure else {other}"]
        return name

    def member(self, node: Node, *, any_one: bool) -> list[str]:
        decides = "YES" if any_one else "NO"
        if isinstance(node, Group):
            inner = self.group(node.members, any_one=node.any_one)
            return [
                f"    r = {inner}(f)",
                f"    if r == {decides}: return {decides}",
                "    if r == OPEN: unsure = True",
            ]
        lead = f"    x = f[{node.fact!r}]"
        if node.operator == "is_recorded":
            holds = f"(x.__class__ is not Missing) is {bool(node.value)}"
            return [lead, f"    if {holds if any_one else f'not ({holds})'}: return {decides}"]
        holds = self.comparison(node.operator, node.value)
        return [
            lead,
            "    if x.__class__ is Missing: unsure = True",
            f"    elif {holds if any_one else f'not ({holds})'}: return {decides}",
        ]

    def comparison(self, operator: str, value: Any) -> str:
        if operator == "between":
            return f"{self.value(value[0])} <= x <= {self.value(value[1])}"
        if operator == "one_of":
            return f"x in {self.value(frozenset(value if isinstance(value, tuple) else (value,)))}"
        sign = {"is": "==", "is_not": "!=", "at_least": ">=", "at_most": "<="}[operator]
        return f"x {sign} {self.value(value)}"


def compiled(conditions: Iterable[Condition]) -> Judge:
    """One function that judges all conditions on one set of facts."""
    source = Source()
    calls = [f"{source.group(condition.nodes, any_one=False)}(f)" for condition in conditions]
    text = "\n".join([f"NO, YES, OPEN = {NO}, {YES}, {OPEN}", *source.lines])
    text += f"\ndef judge(f):\n    return [{', '.join(calls)}]\n"
    exec(compile(text, "plain rules", "exec"), source.names)
    judge: Judge = source.names["judge"]
    return judge


def families(book: RuleBook) -> tuple[list[Condition], list[Condition]]:
    """The conditions judged once per case, and once per lesion; those of a line or session are left out."""
    found = [edition.when for code in book.codes.values() for edition in code.editions]
    found += [e.professional_when for code in book.codes.values() for e in code.editions]
    found += [m.when for code in book.codes.values() for e in code.editions for m in e.modifiers]
    found += [conflict.when for conflict in book.conflicts]
    found += [item.when for item in book.items.values()]
    found += [check.when for check in book.checks]
    found = [condition for condition in found if condition.nodes]
    of_lesion = [rule.when for rule in book.classes]
    of_case = []
    for condition in found:
        kinds = {name.split(".")[0] for name in facts_used(condition.nodes)}
        if "lesion" in kinds:
            of_lesion.append(condition)
        elif not kinds & {"line", "session"}:
            of_case.append(condition)
    return of_case, of_lesion


class PlainRules:
    """All case and lesion conditions of a book, compiled."""

    def __init__(self, book: RuleBook) -> None:
        self.of_case, self.of_lesion = families(book)
        self.case, self.lesion = compiled(self.of_case), compiled(self.of_lesion)

    def judge(self, derived: Derived) -> list[list[int]]:
        """The verdicts on the case, then those on each lesion."""
        return [self.case(derived.facts), *(self.lesion(facts) for facts in derived.lesion_views)]

    def with_reasons(self, derived: Derived) -> list[list[Any]]:
        """The same conditions judged by the engine, every one with its reasons."""
        facts = derived.facts
        return [
            [condition.test(facts) for condition in self.of_case],
            *([condition.test(view) for condition in self.of_lesion] for view in derived.lesion_views),
        ]

    def agree(self, derived: Derived) -> bool:
        told = [[VERDICTS[o.verdict] for o in outcomes] for outcomes in self.with_reasons(derived)]
        return told == self.judge(derived)
