"""Which rules of the field the project holds: where each is carried out, which cases show it, or why it is left out.

The list of ids is `coverage.yaml` of the rule book. Where a rule is cited is found by walking the book and the
modules of the engine, which cases show it by judging them; only what neither can find is written by hand.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from checklists import engine
from checklists.citations import RULES, cited
from checklists.coverage_list import RuleListed
from checklists.engine import evaluate_document
from checklists.engine.book import RuleBook
from checklists.rule_cases import all_documents

MENTION = re.compile(r"\b([A-Z]{1,3})-(\d{2})(?: to (?:\1-)?(\d{2}))?")
MOST_SHOWN = 3
FURTHER = "Further rules of the book"
HEADER = """# Rules and where they are

Made by `python3 manage.py rulebook_coverage`; not to be edited. The list of ids, what is done outside of the rule
book's tables and what is left out stand in `fixtures/rulebook/coverage.yaml`.

- Where: a code, conflict, class or policy of `fixtures/rulebook/` that cites it, or a module of `checklists/engine/`.
- Shown by: cases of `tests/rulebook/` whose result cites it (the first ones, and how many more), or a named test.
"""


@dataclass
class Covered:
    """One rule id: what it says, where it is carried out, and which cases or tests show it."""

    listed: RuleListed
    says: str = ""
    where: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return bool(self.where)

    @property
    def stale(self) -> bool:
        """Left out with a reason, but carried out meanwhile."""
        return self.done and bool(self.listed.left_out)


def covered(rules: Iterable[RuleListed], book: RuleBook, cases: Path) -> list[Covered]:
    """Every listed rule in the order of the list. `cases` is the folder of golden scenarios and variations."""
    places, shown = citations(book), shown_by(book, cases)
    messages = {conflict.id: _plain(conflict.message) for conflict in reversed(book.conflicts)}
    found = []
    for listed in with_further(rules, book):
        where = [*places.get(listed.id, ()), *listed.by]
        cases_of = [*shown.get(listed.id, ()), *listed.shown_by]
        text = book.rules.get(listed.id)
        says = text.says if text else listed.says or messages.get(listed.id, "")
        found.append(Covered(listed, says, list(dict.fromkeys(where)), list(dict.fromkeys(cases_of))))
    return found


def with_further(rules: Iterable[RuleListed], book: RuleBook) -> list[RuleListed]:
    """The listed rules, then those that the book holds beside them."""
    found = list(rules)
    held = {*book.rules, *(conflict.id for conflict in book.conflicts)}
    further = sorted(held - {rule.id for rule in found})
    return [*found, *(RuleListed(name, FURTHER) for name in further)]


def citations(book: RuleBook) -> dict[str, list[str]]:
    """Places of the book and of the engine that cite each rule."""
    found: dict[str, list[str]] = {}
    for name, part in _parts(book):
        for rule in sorted(set(cited(part, RULES))):
            found.setdefault(rule, []).append(name)
    for conflict in book.conflicts:
        found.setdefault(conflict.id, []).append(f"conflict {conflict.id}")
    for module, text in _modules():
        for rule in sorted(set(_mentioned(text))):
            found.setdefault(rule, []).append(f"engine/{module}")
    return found


def _parts(book: RuleBook) -> Iterator[tuple[str, Any]]:
    """Everything in the book that can cite a rule, with a name people know it by."""
    for code in book.codes.values():
        yield f"code {code.code}", code
    for conflict in book.conflicts:
        yield f"conflict {conflict.id}", conflict
    for policy in book.policies.values():
        yield f"policy {policy.key}", policy
    taken = {"codes", "conflicts", "policies", "rules", "sources", "memory", "facts"}
    for part in dataclasses.fields(book):
        if part.name not in taken:
            yield part.name, getattr(book, part.name)


@cache
def _modules() -> tuple[tuple[str, str], ...]:
    folder = Path(engine.__file__).parent
    return tuple((path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py")))


def _mentioned(text: str) -> Iterator[str]:
    """Rule ids in a module, `SUR-01 to SUR-08` counting as eight."""
    for family, first, last in MENTION.findall(text):
        for number in range(int(first), int(last or first) + 1):
            yield f"{family}-{number:02d}"


def shown_by(book: RuleBook, cases: Path) -> dict[str, list[str]]:
    """The cases whose result cites each rule, or that set a policy which cites it."""
    found: dict[str, list[str]] = {}
    for name, document in all_documents(cases):
        policies = [book.policies[key].rules for key in document.get("policy") or {} if key in book.policies]
        told = {*_told(evaluate_document(document, book)), *(rule for rules in policies for rule in rules)}
        for rule in sorted(told):
            found.setdefault(rule, []).append(name)
    return found


def _told(value: object, key: str = "") -> Iterator[str]:
    """Rule ids that a result tells: in `rule` and `rules` at any depth, and the ids of conflicts."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "policies":
                yield from _told(inner, "conflict" if key == "conflicts" and name == "id" else name)
    elif isinstance(value, list):
        for entry in value:
            yield from _told(entry, key)
    elif isinstance(value, str) and value:
        if key in ("rule", "rules", "conflict"):
            yield value
        elif key == "why":
            yield from _mentioned(value)


def gaps(rules: list[Covered], known: Callable[[str], bool]) -> list[str]:
    """What is wrong with the coverage, one sentence each; empty when every rule has its place.

    `known` tells whether a name under `shown_by` is a case or a test that exists.
    """
    found = []
    for rule in (rule for rule in rules if not rule.stale):
        name = rule.listed.id
        if not rule.done and not rule.listed.left_out:
            found.append(f"{name} is cited nowhere: carry it out, or give the reason under left_out.")
        elif rule.done and not rule.shown:
            found.append(
                f"{name} is shown by no case: write one in tests/rulebook, or name its test under shown_by."
            )
        found += [
            f"{name}: {path} is no case and no test." for path in rule.listed.shown_by if not known(path)
        ]
        if rule.done and not rule.says:
            found.append(f"{name} has no words: write it in rules.yaml, or give `says` in coverage.yaml.")
    return found


def page(rules: list[Covered]) -> str:
    """The coverage as a page of docs."""
    done = [rule for rule in rules if rule.done]
    left = len(rules) - len(done)
    lines = [HEADER, f"{len(rules)} rules: {len(done)} carried out, {left} left out with the reason.", ""]
    section = ""
    for rule in rules:
        if rule.listed.section != section:
            section = rule.listed.section
            lines += [
                f"## {section}",
                "",
                "| Rule | In our words | Where | Shown by |",
                "| --- | --- | --- | --- |",
            ]
        lines.append(_row(rule))
        if rule is rules[-1] or _next(rules, rule).listed.section != section:
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _next(rules: list[Covered], rule: Covered) -> Covered:
    return rules[rules.index(rule) + 1]


def _row(rule: Covered) -> str:
    if not rule.done:
        return f"| {rule.listed.id} | {_cell(rule.says)} | **Left out.** {_cell(rule.listed.left_out)} | |"
    return f"| {rule.listed.id} | {_cell(rule.says)} | {_cell(_grouped(rule.where))} | {_cell(_first(rule.shown))} |"


def _grouped(places: list[str]) -> str:
    """Places by kind: `code 61796, 61798; conflict X-03`."""
    kinds: dict[str, list[str]] = {}
    for place in places:
        kind, _, name = place.partition(" ")
        kinds.setdefault(kind, []).append(name)
    return "; ".join(f"{kind} {', '.join(filter(None, names))}".strip() for kind, names in kinds.items())


def _first(names: list[str]) -> str:
    more = len(names) - MOST_SHOWN
    return "; ".join(names[:MOST_SHOWN]) + (f"; {more} more" if more > 0 else "")


def _plain(message: str) -> str:
    """A message without the places that a case fills in."""
    text = re.sub(r"\{[a-z_0-9.]+\}", "…", message.removeprefix("{codes}: "))
    return text[:1].upper() + text[1:]


def _cell(text: str) -> str:
    return text.replace("|", "/")
