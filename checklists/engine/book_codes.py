"""Billing codes in the rule book: conditions, dated editions, limits; lesion classes and the words of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from checklists.engine.conditions import Holds, Node, Test, compile_all, compile_holds


@dataclass(frozen=True, slots=True)
class Condition:
    """A list of conditions that must all hold, as written and as compiled: with reasons, and as a plain yes or no."""

    nodes: tuple[Node, ...]
    test: Test
    holds: Holds

    @classmethod
    def of(cls, nodes: tuple[Node, ...]) -> Condition:
        """Compile a list of conditions."""
        return cls(nodes, compile_all(nodes), compile_holds(nodes))


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule of the field in our own words."""

    id: str
    says: str
    source: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Source:
    key: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class SituationModifier:
    """A modifier that a line takes when its conditions hold."""

    modifier: str
    when: Condition
    rule: str


@dataclass(frozen=True, slots=True)
class Edition:
    """How a code is suggested from `first_day` until the day before the next edition begins.

    `professional_when` holds only for the physician's part of a split code. `units` is a count or a fact name.
    `why_not` says why a code is normally left out; without conditions beside it, the code is never suggested.
    """

    first_day: date
    last_day: date | None
    when: Condition
    professional_when: Condition
    modifiers: tuple[SituationModifier, ...]
    per: str
    units: int | str
    units_basis: str
    day: str
    documents: tuple[str, ...]
    because: str
    rules: tuple[str, ...]
    source: tuple[str, ...]
    checked_on: date
    confidence: str
    why_not: str | None = None

    @property
    def never(self) -> bool:
        """Known to the book, entered by a person only."""
        return self.why_not is not None and not self.when.nodes

    def holds_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class CourseLimit:
    """The most units of a code in one course, over all its days: a count or the name of a fact that counts."""

    units: int | str
    severity: str
    rule: str


@dataclass(frozen=True, slots=True)
class Code:
    """A billing code. `streams` maps a setting to the claim streams that carry it; `course_limit` None is none.

    `usual` is False for codes of other treatments and codes that people enter: left out of a usual case, they are
    listed apart. `asked_about`: billing asks why such a code is not there, so the summary says it all the same.
    """

    code: str
    label: str
    component: str
    performer: str
    streams: Mapping[str, tuple[str, ...]]
    packaging: str | None
    course_limit: CourseLimit | None
    editions: tuple[Edition, ...]
    retired: date | None
    usual: bool = True
    asked_about: bool = False

    def edition_on(self, day: date) -> Edition | None:
        """The edition in force on a day; None before the first edition and after the code was retired."""
        for edition in self.editions:
            if edition.holds_on(day):
                return edition
        return None


@dataclass(frozen=True, slots=True)
class ClassRule:
    """One reason for a lesion class; all that hold are collected. `mark` says what kind of reason it is."""

    rule: str
    result: str
    mark: str
    when: Condition
    because: str
