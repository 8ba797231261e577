"""The unit ledger of the cranial surgeon codes: base, add-ons, ceiling, and what each lesion is reported as.

Rules SUR-01 to SUR-08; the spine has its own ledger in `ledger_spine`. Unknown classes are handled by trying every
possibility: what all of them share is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from checklists.engine.classify import COMPLEX, SIMPLE, THERAPEUTIC, Classed
from checklists.engine.values import Missing, Value

CEILING: Final = 4
NO_BASE: Final = "none"
UNREPORTED: Final = "unreported"


class Units(NamedTuple):
    """Units of one mix of lesions; `unreported` counts the lesions that no unit stands for."""

    base: str
    complex_add_ons: int
    simple_add_ons: int
    unreported: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What one lesion is reported as: a code, `unreported`, or None when it cannot be told yet."""

    lesion: str
    reported_as: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Ledger:
    facts: dict[str, Value]
    entries: dict[str, Entry]

    def lesions_of(self, code: str) -> tuple[str, ...]:
        """The lesions that a surgeon code stands for, in the order of their labels."""
        return tuple(entry.lesion for entry in self.entries.values() if entry.reported_as == code)


@dataclass(frozen=True, slots=True)
class Target:
    """One treated volume: a lesion, or several lesions treated as one."""

    lesions: tuple[Classed, ...]
    result: str | None

    @property
    def order(self) -> tuple[Decimal, tuple[object, ...]]:
        size = max((entry.lesion.max_dimension_mm or Decimal(0)) for entry in self.lesions)
        return (-size, self.lesions[0].lesion.order)


def units_for(
    complex_count: int, simple_count: int, therapeutic_count: int, *, each: bool, simple_first: bool
) -> Units:
    """Units for a mix of treated lesions.

    `each`: every further functional target is an add-on too; `simple_first`: simple add-ons fill the ceiling first.
    """
    if not (complex_count or simple_count or therapeutic_count):
        return Units(NO_BASE, 0, 0, 0)
    if therapeutic_count or complex_count:
        base = "61798"
        more_complex = complex_count if therapeutic_count else complex_count - 1
        more_complex += therapeutic_count - 1 if each and therapeutic_count else 0
        more_simple = simple_count
    else:
        base, more_complex, more_simple = "61796", 0, simple_count - 1
    if simple_first:
        simple = min(more_simple, CEILING)
        complex_ = min(more_complex, CEILING - simple)
    else:
        complex_ = min(more_complex, CEILING)
        simple = min(more_simple, CEILING - complex_)
    left_out = more_complex + more_simple - complex_ - simple
    left_out += 0 if each else max(therapeutic_count - 1, 0)
    return Units(base, complex_, simple, left_out)


def build_ledger(classed: Iterable[Classed], *, each: bool, simple_first: bool) -> Ledger:
    """The ledger of all lesions of a course; lesions that were not treated or lie elsewhere get an entry too.

    The lesions come in their own order (`Lesion.order`), and so do the entries.
    """
    rows = list(classed)
    entries = {row.lesion.id: entry for row in rows if (entry := _elsewhere(row))}
    cranial = [row for row in rows if row.lesion.id not in entries]
    unsure = tuple(path for row in cranial for path in _unsure(row))
    if not rows:
        return Ledger(_unknown_facts(("lesions",)), {})
    targets = targets_of(cranial)
    facts = _facts(targets, unsure, each=each, simple_first=simple_first)
    if unsure:
        waiting = "What this lesion is reported as cannot be told before the missing facts are recorded."
        entries.update({row.lesion.id: Entry(row.lesion.id, None, waiting) for row in cranial})
    else:
        entries.update(_assign(targets, each=each, simple_first=simple_first))
    return Ledger(facts, {row.lesion.id: entries[row.lesion.id] for row in rows})


def _elsewhere(row: Classed) -> Entry | None:
    if row.facts["lesion.treated"] is False:
        return Entry(row.lesion.id, UNREPORTED, "Treated in no session of this course.")
    if row.lesion.compartment == "spinal":
        return Entry(
            row.lesion.id, UNREPORTED, "A spinal lesion; the spinal ledger says what it is reported as."
        )
    if row.lesion.compartment == "body":
        return Entry(
            row.lesion.id, UNREPORTED, "No surgeon code for targets outside brain and spine (SUR-15)."
        )
    return None


def _unsure(row: Classed) -> tuple[str, ...]:
    paths = list(row.missing)
    treated = row.facts["lesion.treated"]
    if isinstance(treated, Missing):
        paths += treated.paths
    if row.lesion.compartment is None:
        paths.append(f"lesions[{row.lesion.id}].compartment")
    return tuple(paths)


def targets_of(rows: list[Classed]) -> list[Target]:
    """The treated volumes of these lesions, the largest first."""
    groups: dict[str, list[Classed]] = {}
    for row in rows:
        name = f"target:{row.lesion.target}" if row.lesion.target else f"lesion:{row.lesion.id}"
        groups.setdefault(name, []).append(row)
    return sorted((_target(group) for group in groups.values()), key=lambda target: target.order)


def _target(group: list[Classed]) -> Target:
    if len(group) == 1:
        return Target((group[0],), group[0].result)
    results = {row.result for row in group}
    result: str | None = next((name for name in (THERAPEUTIC, COMPLEX) if name in results), None)
    if result is None and None not in results:
        result = SIMPLE
    ordered = sorted(group, key=lambda row: (-(row.lesion.max_dimension_mm or 0), row.lesion.order))
    return Target(tuple(ordered), result)


def _facts(
    targets: list[Target], unsure: tuple[str, ...], *, each: bool, simple_first: bool
) -> dict[str, Value]:
    results = [target.result for target in targets]
    counts = (results.count(COMPLEX), results.count(SIMPLE), results.count(THERAPEUTIC))
    open_ = results.count(None)
    if _place_unsure(targets):
        return _unknown_facts(unsure)
    possible = {
        units_for(counts[0] + more, counts[1] + open_ - more, counts[2], each=each, simple_first=simple_first)
        for more in range(open_ + 1)
    }
    possible.add(units_for(counts[0], counts[1], counts[2] + open_, each=each, simple_first=simple_first))
    settled = Missing(tuple(dict.fromkeys(unsure)))
    facts: dict[str, Value] = {}
    for name in Units._fields:
        values = {getattr(units, name) for units in possible}
        facts[f"ledger.{name}"] = values.pop() if len(values) == 1 else settled
    known: dict[str, Value] = {
        "ledger.complex": counts[0],
        "ledger.simple": counts[1],
        "ledger.therapeutic": counts[2],
    }
    facts.update(dict.fromkeys(known, settled) if open_ else known)
    unreported = facts["ledger.unreported"]
    facts["ledger.treated"] = len(targets)
    facts["ledger.reported"] = (
        unreported if isinstance(unreported, Missing) else len(targets) - int(str(unreported))
    )
    return facts


def _place_unsure(targets: list[Target]) -> bool:
    return any(
        row.lesion.compartment is None or isinstance(row.facts["lesion.treated"], Missing)
        for target in targets
        for row in target.lesions
    )


def _unknown_facts(paths: tuple[str, ...]) -> dict[str, Value]:
    names = (*Units._fields, "complex", "simple", "therapeutic", "treated", "reported")
    return {f"ledger.{name}": Missing(tuple(dict.fromkeys(paths))) for name in names}


def _assign(targets: list[Target], *, each: bool, simple_first: bool) -> dict[str, Entry]:
    by_class = {name: [t for t in targets if t.result == name] for name in (THERAPEUTIC, COMPLEX, SIMPLE)}
    units = units_for(
        len(by_class[COMPLEX]),
        len(by_class[SIMPLE]),
        len(by_class[THERAPEUTIC]),
        each=each,
        simple_first=simple_first,
    )
    complex_like = by_class[THERAPEUTIC] + by_class[COMPLEX] if each else by_class[COMPLEX]
    simple_like = list(by_class[SIMPLE])
    entries: dict[str, Entry] = {}
    first = next(iter(by_class[THERAPEUTIC] or by_class[COMPLEX] or by_class[SIMPLE]), None)
    if first:
        _enter(entries, first, units.base, f"The {_called(first)} that carries the base code.")
    for target in by_class[THERAPEUTIC][1:] if not each else ():
        _enter(entries, target, UNREPORTED, "A functional target is reported once per course (SUR-06).")
    _add_ons(entries, [t for t in complex_like if t is not first], "61799", units.complex_add_ons)
    _add_ons(entries, [t for t in simple_like if t is not first], "61797", units.simple_add_ons)
    return entries


def _add_ons(entries: dict[str, Entry], targets: list[Target], code: str, units: int) -> None:
    for place, target in enumerate(targets):
        if place < units:
            _enter(entries, target, code, f"A further {_called(target)}.")
        else:
            why = f"Above the ceiling of {CEILING} add-on units per course (SUR-04)."
            _enter(entries, target, UNREPORTED, why)


def _enter(entries: dict[str, Entry], target: Target, reported_as: str, why: str) -> None:
    head, *others = target.lesions
    entries[head.lesion.id] = Entry(head.lesion.id, reported_as, why)
    for row in others:
        together = f"Treated in one volume with {head.lesion.shown_as}, which counts once (CLS-12)."
        entries[row.lesion.id] = Entry(row.lesion.id, UNREPORTED, together)


def _called(target: Target) -> str:
    return "functional target" if target.result == THERAPEUTIC else f"{target.result} lesion"
