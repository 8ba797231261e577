"""Which tables of a sent file are read: a zip often holds one table in several formats, and its siblings."""

from dataclasses import dataclass
from pathlib import Path

from checklists.reference.layouts import Found, recognised
from checklists.reference.naming import Clues, clues_of
from checklists.reference.opening import Table, Unusable

PREFERRED = (".txt", ".csv", ".tsv", ".xlsx")
FEE_PREFERRED = (".csv", ".tsv", ".xlsx", ".txt")  # the text has no heading, the others name their columns


@dataclass(frozen=True)
class Chosen:
    """Tables of one kind and quarter, in the order of their parts."""

    tables: tuple[Table, ...]
    clues: tuple[Clues, ...]

    @property
    def kind(self) -> str:
        return self.clues[0].kind


def chosen_tables(tables: list[Table]) -> Chosen:
    """The tables to read. Raises Unusable when none is known, or when several kinds or quarters lie together."""
    known, refusals = _recognised(tables)
    if not known:
        raise Unusable(_nothing(refusals))
    fees = any(found.layout.key.startswith("fees") for _, found, _ in known)
    order = FEE_PREFERRED if fees else PREFERRED
    best = min((order.index(_ending(table)) for table, _, _ in known if _ending(table) in order), default=0)
    same = [
        entry for entry in known if _ending(entry[0]) not in order or order.index(_ending(entry[0])) == best
    ]
    if fees and len(same) > 1:
        same = [entry for entry in same if "nonqpp" in entry[0].name.lower()] or same
    _refuse_mixture(same)
    same.sort(key=lambda entry: (entry[2].part or 0, entry[0].name))
    return Chosen(tuple(entry[0] for entry in same), tuple(entry[2] for entry in same))


def _recognised(tables: list[Table]) -> tuple[list[tuple[Table, Found, Clues]], list[str]]:
    known, refusals = [], []
    for table in tables:
        try:
            found = recognised(table)
            known.append((table, found, clues_of(found)))
        except Unusable as problem:
            refusals.append(str(problem))
    return known, refusals


def _nothing(refusals: list[str]) -> str:
    if len(refusals) == 1:
        return refusals[0]
    return (
        f"None of the {len(refusals)} files inside is a table that is loaded here. The first: {refusals[0]}"
    )


def _refuse_mixture(known: list[tuple[Table, Found, Clues]]) -> None:
    kinds = {(clues.kind, clues.quarter) for _, _, clues in known}
    parts = [clues.part for _, _, clues in known if clues.part]
    several_fees = known[0][1].layout.key.startswith("fees") and len(known) > 1
    if len(kinds) > 1 or several_fees or len(parts) != len(set(parts)):
        names = ", ".join(table.name for table, _, _ in known)
        raise Unusable(f"The archive holds several tables ({names}). Unpack it and send one table at a time.")


def _ending(table: Table) -> str:
    return Path(table.name.lower()).suffix
