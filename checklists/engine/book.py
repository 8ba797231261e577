"""The rule book as compiled, frozen tables. How files become a book lives in `checklists.reader`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from checklists.engine import fields
from checklists.engine.catalogue import ListedCode, OutpatientRow, in_force
from checklists.engine.conditions import Holds, Node, Test, compile_all, compile_holds, in_words
from checklists.engine.facts import FACTS, Fact
from checklists.engine.scalars import Scalar


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
    listed apart.
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


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of documentation. `all_lines`: needed by every line of the case."""

    key: str
    label: str
    accept: str
    step: str
    role: str
    signer: str
    cosigner: str | None
    scope: str
    all_lines: bool
    severity: str
    kind: str
    cure: str
    auto: str
    when: Condition
    verify: Condition
    timing: tuple[str, ...]
    author_is_line_performer: bool
    kinds: tuple[str, ...]
    source: tuple[str, ...]
    confidence: str
    asks: str


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document; `items` are the keys of the items it usually proves, in book order."""

    key: str
    label: str
    author: str
    step: str
    scope: str
    note: str | None
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsistencyCheck:
    """A check the system runs itself. `codes` is empty when `all_lines`."""

    key: str
    label: str
    passes_when: str
    all_lines: bool
    codes: tuple[str, ...]
    when: Condition
    severity: str
    role: str
    step: str
    auto: str
    fails: str
    source: tuple[str, ...]
    confidence: str


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


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Everything the engine needs to judge a case. `digest` is the sha256 of the content, not of its layout.

    `edits_release` is what the book's own edit rows follow; `releases` were published over them.
    """

    version: str
    edits_release: str
    first_day: date
    digest: str
    codes: Mapping[str, Code]
    items: Mapping[str, Item]
    kinds: Mapping[str, DocumentKind]
    checks: tuple[ConsistencyCheck, ...]
    classes: tuple[ClassRule, ...]
    spine: tuple[ClassRule, ...]
    pairs: Mapping[tuple[str, str], tuple[PairRow, ...]]
    limits: Mapping[str, tuple[LimitRow, ...]]
    parents: Mapping[str, tuple[ParentRow, ...]]
    devices: Mapping[str, Device]
    diagnoses: tuple[DiagnosisHint, ...]
    policies: Mapping[str, PolicyKey]
    conflicts: tuple[ConflictRule, ...]
    rules: Mapping[str, RuleText]
    sources: Mapping[str, Source]
    catalogue: Mapping[str, tuple[ListedCode, ...]] = field(default_factory=dict)
    outpatient: Mapping[str, tuple[OutpatientRow, ...]] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=lambda: FACTS)
    releases: tuple[EditRelease, ...] = ()
    memory: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    def remembered(self, key: object, make: Callable[[], Any]) -> Any:
        """What `make` gives for a key, kept as long as the book: look-ups that depend on the book alone."""
        found = self.memory.get(key)
        if found is None:
            if len(self.memory) > MOST_REMEMBERED:
                self.memory.clear()
            found = self.memory[key] = make()
        return found

    def edits_on(self, day: date | None) -> str:
        """Which edit facts judge services of a day: the releases that cover it, and the book's own for the rest."""
        names = [release.name for release in self.releases if day and release.covers(day)]
        if not names:
            return self.edits_release
        own = "" if len(names) == EDIT_TABLES else f"; the rest as of {self.edits_release}"
        return ", ".join(names) + own

    def parents_on(self, code: str, day: date | None) -> frozenset[str]:
        """The codes one of which an add-on code needs on a day (None: on any); empty when it is no add-on code."""
        rows = self.parents.get(code, ())
        return frozenset(
            row.parent
            for row in rows
            if day is None or (row.valid_from <= day and (row.valid_to is None or day <= row.valid_to))
        )

    def code(self, code: str) -> Code | None:
        """The entry of a billing code; None when the book does not hold it."""
        return self.codes.get(code)

    def label(self, code: str) -> str:
        """Our own short words for a code; the number itself when the book does not hold it."""
        entry = self.codes.get(code) or self.listed(code)
        return entry.label if entry else code

    def listed(self, code: str, day: date | None = None) -> ListedCode | None:
        """The catalogue row of a code on a day (None: the latest); None when there is none for the day."""
        rows = self.catalogue.get(code, ())
        if day is None:
            return rows[-1] if rows else None
        return next((row for row in rows if in_force(row, day)), None)

    def outpatient_row(self, code: str, day: date) -> OutpatientRow | None:
        """How the hospital outpatient system pays a code on a day; None when that is not known."""
        return next((row for row in self.outpatient.get(code, ()) if in_force(row, day)), None)

    def documents(self, code: str, day: date | None = None) -> tuple[str, ...]:
        """Keys of the items a line of this code needs on a day (None: latest edition); items of all lines last."""
        edition = self.edition(code, day)
        key = ("documents", code, edition.first_day if edition else None)
        known: tuple[str, ...] | None = self.memory.get(key)
        return known if known is not None else self.remembered(key, lambda: self._documents(edition))

    def edition(self, code: str, day: date | None) -> Edition | None:
        """The edition of a code on a day (None: the latest); None when the book does not hold it."""
        entry = self.codes.get(code)
        if entry is None:
            return None
        return entry.edition_on(day) if day else entry.editions[-1]

    def _documents(self, edition: Edition | None) -> tuple[str, ...]:
        shared = tuple(key for key, item in self.items.items() if item.all_lines)
        return (*edition.documents, *shared) if edition else shared

    def conditions_in_words(self, condition: Condition) -> tuple[str, ...]:
        """A condition as sentences, one per member."""
        return in_words(condition.nodes, {name: fact.label for name, fact in self.facts.items()})

    def fact_label(self, path: str) -> str:
        """The label of a document path such as `lesions[L1].region`, in plain words."""
        return fields.label_of(path)

    def device(self, name: str | None) -> Device | None:
        """The device map entry for a machine name or alias, upper and lower case alike."""
        return self.devices.get(plain(name)) if name else None

    def hint(self, icd10: str) -> DiagnosisHint | None:
        """The most specific hint for a diagnosis code."""
        found: tuple[DiagnosisHint, ...] = self.remembered(("hint", icd10), lambda: self._hints(icd10))
        return found[0] if found else None

    def _hints(self, icd10: str) -> tuple[DiagnosisHint, ...]:
        fitting = [entry for entry in self.diagnoses if fits(entry, icd10)]
        return tuple(sorted(fitting, key=lambda entry: -len(entry.code)))


MOST_REMEMBERED: Final = 20_000
EDIT_TABLES: Final = 5
"""Pairs and limits, each for practitioners and hospitals, and add-on codes."""


def plain(name: str) -> str:
    """A machine name reduced to what matters for look-up."""
    return " ".join(name.lower().replace("-", " ").split())


def fits(hint: DiagnosisHint, icd10: str) -> bool:
    """Whether a hint speaks about a diagnosis code; dots do not matter."""
    wanted, given = hint.code.replace(".", ""), icd10.replace(".", "")
    return given == wanted if hint.whole_code else given.startswith(wanted)


def amount(value: object) -> Decimal:
    """A policy or fact value as an exact number."""
    return Decimal(str(value))
