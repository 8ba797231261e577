"""The rule book as compiled, frozen tables, with its look-ups. How files become a book lives in `checklists.reader`.

Its parts are in `book_codes`, `book_documents` and `book_tables`; they are imported from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from checklists.engine import fields
from checklists.engine.book_codes import (
    ClassRule,
    Code,
    Condition,
    CourseLimit,
    Edition,
    RuleText,
    SituationModifier,
    Source,
)
from checklists.engine.book_documents import ConsistencyCheck, DocumentKind, Item
from checklists.engine.book_tables import (
    ConflictRule,
    Device,
    DiagnosisHint,
    EditRelease,
    LimitRow,
    PairRow,
    ParentRow,
    PolicyKey,
)
from checklists.engine.catalogue import ListedCode, OutpatientRow, in_force
from checklists.engine.conditions import in_words
from checklists.engine.facts import FACTS, Fact

__all__ = [
    "ClassRule",
    "Code",
    "Condition",
    "ConflictRule",
    "ConsistencyCheck",
    "CourseLimit",
    "Device",
    "DiagnosisHint",
    "DocumentKind",
    "EditRelease",
    "Edition",
    "Item",
    "LimitRow",
    "PairRow",
    "ParentRow",
    "PolicyKey",
    "RuleBook",
    "RuleText",
    "SituationModifier",
    "Source",
    "amount",
    "fits",
    "plain",
]


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
