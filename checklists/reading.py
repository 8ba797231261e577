"""Typed reading of one mapping of a rule-book file: every key is asked for by name, every other key is refused.

Mistakes are collected with file, line and the accepted words, so that one run shows all of them.
"""

import difflib
import re
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from checklists.engine import scalars, words
from checklists.engine.book import Condition
from checklists.engine.conditions import OPERATORS, Group, Leaf, Node
from checklists.engine.facts import Fact
from checklists.engine.values import Found
from checklists.yaml_source import Mapping, Sequence, Text

TOKEN = re.compile(r"\{([a-z_0-9.]+)\}")


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in the rule book; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def meant(word: object, allowed: Iterable[str]) -> str:
    """The allowed word nearest to a misspelt one, as the end of a message; empty when none is near."""
    near = difflib.get_close_matches(str(word), list(allowed), n=1, cutoff=0.7)
    return f". Did you mean '{near[0]}'?" if near else ""


class RulebookRefused(ValueError):
    """The rule book does not read cleanly. `mistakes` holds all of them in file order."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass
class Desk:
    """What every reader shares: the collected mistakes, the vocabulary of facts (policies included), the rule ids."""

    facts: dict[str, Fact]
    rules: set[str] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)

    def refuse(self, file: str, line: int, message: str) -> None:
        self.mistakes.append(Mistake(file, line, message))


class Entry:
    """One mapping of a file. Reading a key marks it as known; `close` refuses what nobody asked for."""

    def __init__(self, desk: Desk, file: str, source: object, line: int = 1) -> None:
        self.desk, self.file = desk, file
        self.source: AnyMapping[str, Any] = source if isinstance(source, Mapping) else Mapping()
        self.line = source.line if isinstance(source, Mapping) else line
        self.known: set[str] = set()
        self.usual_rule = ""
        if not isinstance(source, Mapping):
            self.refuse("a mapping of keys and values is expected here")

    def refuse(self, message: str, key: str | None = None) -> None:
        lines = getattr(self.source, "lines", {})
        self.desk.refuse(self.file, lines.get(key, self.line), message)

    def raw(self, key: str) -> Any:
        self.known.add(key)
        return self.source.get(key)

    def close(self) -> None:
        for key in self.source:
            if key not in self.known:
                near = meant(key, self.known)
                self.refuse(f"unknown key '{key}'; allowed: {', '.join(sorted(self.known))}{near}", key)

    def value(self, key: str, kind: str, allowed: tuple[str, ...] = (), *, needed: bool = True) -> Any:
        """The typed value of a key; None when it is absent, refused when it is needed or does not fit."""
        raw = self.raw(key)
        if raw is None:
            if needed:
                self.refuse(f"'{key}' is missing")
            return None
        try:
            return scalars.typed(kind, raw, allowed)
        except scalars.NotAccepted as refusal:
            self.refuse(f"'{key}': '{raw}' is not accepted; allowed: {refusal}{meant(raw, allowed)}", key)
            return None

    def text(self, key: str) -> str:
        raw = self.raw(key)
        if isinstance(raw, str) and raw.strip():
            return " ".join(raw.split())
        self.refuse(f"'{key}' needs a text", key)
        return ""

    def maybe_text(self, key: str) -> str | None:
        return self.text(key) if self.raw(key) is not None else None

    def word(self, key: str, allowed: tuple[str, ...]) -> str:
        return self.value(key, scalars.WORD, allowed) or allowed[0]

    def maybe_word(self, key: str, allowed: tuple[str, ...]) -> str | None:
        found: str | None = self.value(key, scalars.WORD, allowed, needed=False)
        return found

    def yes(self, key: str) -> bool:
        return bool(self.value(key, scalars.YES_NO, needed=False))

    def day(self, key: str) -> date:
        return self.value(key, scalars.DAY) or date.min

    def maybe_day(self, key: str) -> date | None:
        found: date | None = self.value(key, scalars.DAY, needed=False)
        return found

    def number(self, key: str) -> int | None:
        found: int | None = self.value(key, scalars.WHOLE, needed=False)
        return found

    def listed(self, key: str, allowed: tuple[str, ...] = (), *, needed: bool = False) -> tuple[str, ...]:
        """A list of words; a single word stands for a list of one."""
        raw = self.raw(key)
        if raw is None:
            if needed:
                self.refuse(f"'{key}' is missing")
            return ()
        entries = [raw] if isinstance(raw, str) else raw
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            self.refuse(f"'{key}' needs a list of words", key)
            return ()
        for entry in entries:
            if allowed and entry not in allowed:
                told = f"'{key}': '{entry}' is not accepted; allowed: {', '.join(allowed)}"
                self.refuse(told + meant(entry, allowed), key)
        return tuple(str(entry) for entry in entries)

    def entries(self, key: str) -> list["Entry"]:
        """The mappings of a list."""
        raw = self.raw(key)
        if raw is None:
            return []
        if not isinstance(raw, Sequence):
            self.refuse(f"'{key}' needs a list", key)
            return []
        return [Entry(self.desk, self.file, entry, raw.line) for entry in raw]

    def confidence(self) -> str:
        return self.word("confidence", words.CONFIDENCES)

    def template(self, key: str) -> str:
        """A sentence that may name facts in braces; unknown names are refused."""
        sentence = self.text(key)
        for name in TOKEN.findall(sentence):
            if name not in self.desk.facts and name not in ("codes", "lesion"):
                self.refuse(f"'{key}': the fact '{name}' is unknown{meant(name, self.desk.facts)}", key)
        return sentence

    def condition(self, key: str, *, scopes: tuple[str, ...] = (), rule: str = "") -> Condition:
        """A list of conditions that must all hold. `scopes` names the fact families allowed beside course facts.

        `rule` stands behind every comparison that names no rule of its own.
        """
        self.usual_rule = rule
        raw = self.raw(key)
        if raw is None:
            return Condition.of(())
        if not isinstance(raw, Sequence):
            self.refuse(f"'{key}' needs a list of conditions", key)
            return Condition.of(())
        read = [self._node(member, raw.line, scopes) for member in raw]
        nodes = tuple(node for node in read if node is not None)
        return Condition.of(nodes)

    def _node(self, raw: object, line: int, scopes: tuple[str, ...]) -> Node | None:
        entry = Entry(self.desk, self.file, raw, line)
        entry.usual_rule = self.usual_rule
        for name, any_one in (("any_of", True), ("all_of", False)):
            if name in entry.source:
                members = entry.raw(name)
                otherwise = str(entry.raw("otherwise") or "") if any_one else ""
                entry.close()
                if not isinstance(members, Sequence) or not members:
                    entry.refuse(f"'{name}' needs a list of conditions", name)
                    return None
                read = [entry._node(member, members.line, scopes) for member in members]
                return Group(any_one, tuple(node for node in read if node is not None), otherwise)
        return entry.leaf(scopes)

    def leaf(self, scopes: tuple[str, ...]) -> Leaf | None:
        name = self.raw("fact")
        rule = str(self.raw("rule") or self.usual_rule)
        if rule and rule not in self.desk.rules:
            self.refuse(f"the rule '{rule}' is not in the book{meant(rule, self.desk.rules)}", "rule")
        otherwise = str(self.raw("otherwise") or "")
        given = [word for word in OPERATORS if word in self.source]
        self.known.update(OPERATORS)
        self.close()
        if not isinstance(name, str) or name not in self.desk.facts:
            allowed = ", ".join(sorted(self.desk.facts))
            near = meant(name, self.desk.facts)
            self.refuse(f"the fact '{name}' is unknown; allowed: {allowed}{near}", "fact")
            return None
        family = name.split(".")[0]
        if family in ("lesion", "session", "line") and family not in scopes:
            self.refuse(f"the fact '{name}' is not available here", "fact")
        if len(given) != 1:
            self.refuse(f"one comparison is needed; allowed: {', '.join(OPERATORS)}", "fact")
            return None
        value = self.operand(given[0], self.desk.facts[name])
        return None if value is None else Leaf(str(name), given[0], value, rule, self.line, otherwise)

    def operand(self, operator: str, fact: Fact) -> Found | tuple[Found, ...] | None:
        raw = self.source[operator]
        if operator == "is_recorded":
            return self._typed(operator, scalars.YES_NO, raw, ())
        if operator not in ("one_of", "between"):
            return self._typed(operator, fact.kind, raw, fact.words)
        if not isinstance(raw, Sequence) or not raw or (operator == "between" and len(raw) != 2):
            self.refuse(f"'{operator}' needs a list", operator)
            return None
        typed = [self._typed(operator, fact.kind, entry, fact.words) for entry in raw]
        return tuple(entry for entry in typed if entry is not None)

    def _typed(self, operator: str, kind: str, raw: object, allowed: tuple[str, ...]) -> Found | None:
        try:
            value = scalars.typed(kind, raw, allowed)
        except scalars.NotAccepted as refusal:
            told = f"'{operator}': '{raw}' is not accepted; allowed: {refusal}"
            self.refuse(told + meant(raw, allowed), operator)
            return None
        return str(value) if isinstance(value, Text) else value
