"""The unit ledger of the spinal surgeon codes: one base, at most two add-ons, and what each lesion is reported as.

Rules SUR-13 to SUR-15. Which lesion may be reported at all is a fact of the lesion, judged in `classify`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from checklists.engine.classify import Classed
from checklists.engine.ledger import UNREPORTED, Entry, Ledger, Target, targets_of
from checklists.engine.values import Missing, Value

SPINE_BASE: Final = "63620"
SPINE_ADD_ON: Final = "63621"
SPINE_CEILING: Final = 2
_WAITING: Final = "What this lesion is reported as cannot be told before the missing facts are recorded."
_NAMES: Final = ("spine_base", "spine_add_ons", "spine_unreported", "spine_reported", "spine_ineligible")


def build_spine_ledger(classed: Iterable[Classed]) -> Ledger:
    """The ledger of all spinal lesions of a course; `entries` holds treated spinal lesions only."""
    rows = [row for row in classed if row.facts["lesion.treated"] is not False]
    open_ = {row.lesion.id: _open(row) for row in rows}
    unsure = tuple(dict.fromkeys(path for paths in open_.values() for path in paths))
    spinal = [row for row in rows if row.lesion.compartment == "spinal"]
    sure = [row for row in spinal if not open_[row.lesion.id]]
    targets = targets_of([row for row in sure if row.facts["lesion.spine_reportable"] is True])
    entries = {row.lesion.id: Entry(row.lesion.id, None, _WAITING) for row in spinal}
    if not unsure:
        entries.update(_assign(targets))
        entries.update({row.lesion.id: _ineligible(row) for row in sure if _speaks_against(row)})
    waiting = sum(bool(paths) for paths in open_.values())
    facts = _facts(len(targets), waiting, sum(map(_speaks_against, sure)), unsure)
    return Ledger(facts, entries)


def _open(row: Classed) -> tuple[str, ...]:
    """The fields that must be known before it is known whether this lesion counts; none for other places."""
    if row.lesion.compartment is None:
        return (f"lesions[{row.lesion.id}].compartment",)
    if row.lesion.compartment != "spinal":
        return ()
    asked = (row.facts["lesion.treated"], row.facts["lesion.spine_reportable"])
    return tuple(path for value in asked if isinstance(value, Missing) for path in value.paths)


def _speaks_against(row: Classed) -> bool:
    return row.facts["lesion.spine_reportable"] is False


def _ineligible(row: Classed) -> Entry:
    return Entry(row.lesion.id, UNREPORTED, "Neither the dura nor nerve tissue is involved (SUR-14).")


def _units(reportable: int) -> tuple[Value, ...]:
    add_ons = min(max(reportable - 1, 0), SPINE_CEILING)
    reported = add_ons + 1 if reportable else 0
    return bool(reportable), add_ons, reportable - reported, reported


def _facts(sure: int, waiting: int, ineligible: int, unsure: tuple[str, ...]) -> dict[str, Value]:
    """What all possible numbers of reportable lesions agree on is known."""
    settled = Missing(unsure)
    possible = [_units(sure + more) for more in range(waiting + 1)]
    values = [same[0] if len(set(same)) == 1 else settled for same in zip(*possible, strict=True)]
    return dict(
        zip((f"ledger.{name}" for name in _NAMES), (*values, settled if waiting else ineligible), strict=True)
    )


def _assign(targets: list[Target]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for place, target in enumerate(targets):
        head, *others = target.lesions
        entries[head.lesion.id] = _reported(head, place)
        for row in others:
            together = f"Treated in one volume with {head.lesion.shown_as}, which counts once (CLS-12)."
            entries[row.lesion.id] = Entry(row.lesion.id, UNREPORTED, together)
    return entries


def _reported(row: Classed, place: int) -> Entry:
    if place == 0:
        return Entry(row.lesion.id, SPINE_BASE, "The spinal lesion that carries the base code.")
    if place <= SPINE_CEILING:
        return Entry(row.lesion.id, SPINE_ADD_ON, "A further spinal lesion.")
    above = f"Above the ceiling of {SPINE_CEILING} spinal add-on units per course (SUR-13)."
    return Entry(row.lesion.id, UNREPORTED, above)
