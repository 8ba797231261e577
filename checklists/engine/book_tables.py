"""Dated tables of the rule book: pairs, limits, parents, releases, machines, diagnoses, policies, conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checklists.engine.book_codes import Condition
from checklists.engine.scalars import Scalar


@dataclass(frozen=True, slots=True)
class PairRow:
    """Column 1 pays; indicator 0: never together, 1: a documented modifier may open the pair."""

    first: str
    second: str
    indicator: int
    setting: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class LimitRow:
    """Units per day; `absolute` limits cannot be appealed."""

    code: str
    setting: str
    limit: int
    absolute: bool
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ParentRow:
    add_on: str
    parent: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class EditRelease:
    """A published release of an edit table that replaces the book's own rows on these days of service."""

    kind: str
    name: str
    valid_from: date
    valid_to: date | None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    aliases: tuple[str, ...]
    modality: str
    presence: str | None
    compartments: tuple[str, ...]
    note: str | None
    source: tuple[str, ...]
    confidence: str
    emission_guided: bool = False


@dataclass(frozen=True, slots=True)
class DiagnosisHint:
    code: str
    whole_code: bool
    title: str
    diagnoses: tuple[str, ...]
    implies: str
    compartment: str | None
    secondary: bool
    note: str | None
    source: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """A point that a department or payer may decide. `default` is typed by `kind`."""

    key: str
    label: str
    kind: str
    words: tuple[str, ...]
    default: Scalar
    text: str
    levels: tuple[str, ...]
    rules: tuple[str, ...]
    source: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class ConflictRule:
    """A message about lines. `check` names a mechanism of `edits`; without it the fields say when it applies.

    `codes`, `modifiers`, `components` and `performer` choose lines, `with_codes` asks for another line, `within`
    says how near it must be, `without_codes` asks that no such line stands in the course.
    """

    id: str
    severity: str
    codes: frozenset[str]
    modifiers: frozenset[str]
    components: frozenset[str]
    with_codes: frozenset[str]
    without_codes: frozenset[str]
    within: str
    performer: str | None
    when: Condition
    check: str | None
    keep: str | None
    message: str
    way_out: str | None
    rules: tuple[str, ...]
    source: tuple[str, ...]
    confidence: str
