"""What a check needs and what it finds, shared by all modules of edits."""

from __future__ import annotations

from dataclasses import dataclass

from checklists.engine.book import ConflictRule, RuleBook
from checklists.engine.derive import Derived
from checklists.engine.lines import Checked


@dataclass(frozen=True, slots=True)
class Hit:
    """One conflict found. `loser` is the line that gives way; None when nobody does."""

    rule: ConflictRule
    severity: str
    lines: tuple[Checked, ...]
    loser: Checked | None = None
    winner: Checked | None = None
    detail: str = ""
    text: str = ""
    rules: tuple[str, ...] = ()
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every check needs: the lines, what is known of the case, and the book."""

    lines: tuple[Checked, ...]
    derived: Derived
    book: RuleBook
