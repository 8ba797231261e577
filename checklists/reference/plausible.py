"""Whether a release as a whole can be what it says: number of rows, newest row, and what it would drop at once.

A part that is missing and a file that was cut off between two lines cannot be seen in any single row.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from checklists.reference.opening import Unusable
from checklists.reference.records import FeeLine, LimitLine, Line, PairLine, ParentLine

ROWS: Final = {
    "pairs_practitioner": (1_000_000, 9_000_000),
    "pairs_hospital": (700_000, 9_000_000),
    "limits_practitioner": (5_000, 60_000),
    "limits_hospital": (5_000, 60_000),
    "add_ons": (300, 60_000),
    "fees": (8_000, 60_000),
}
"""Fewest and most data rows of a whole table; published ones had 2.5 and 1.8 million, 14,700 and 19,100 rows."""
STALE: Final = timedelta(
    days=200
)  # each quarter begins some pairs; two quarters without a new one never happened
FEW: Final = 10
"""Below so many own rows in force, dropping half of them is no sign of a missing part."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    """A release with all its files read. known: keys of the rows in force on its first day before it."""

    kind: str
    valid_from: date
    valid_to: date | None
    rows: int
    newest: date | None
    lines: tuple[Line, ...]
    known: frozenset[Key]


def check_whole(whole: Whole) -> None:
    """Raises Unusable when the release cannot be complete, or belongs to other days than it says."""
    _check_rows(whole)
    _check_newest(whole)
    if not whole.lines:
        raise Unusable(
            "No row is about a code of the rule book, so this release would switch every check off."
        )
    lost = whole.known - keys_on(whole.lines, whole.valid_from)
    if len(whole.known) >= FEW and 2 * len(lost) > len(whole.known):
        raise Unusable(
            f"{len(lost)} of the {len(whole.known)} rows about our codes that are in force now would disappear. "
            "A part is probably missing: send all parts of the release."
        )


def check_once(lines: Iterable[Line]) -> None:
    """Raises Unusable when two rows say different things about the same codes on the same day."""
    found: dict[Key, list[tuple[date, date]]] = {}
    for line in lines:
        first = getattr(line, "effective_on", date.min)
        last = getattr(line, "deleted_on", None) or date.max
        key = key_of(line)
        if any(first <= end and begin <= last for begin, end in found.get(key, ())):
            raise Unusable(
                f"{' with '.join(filter(None, key))} stands twice for the same days. Download the file again."
            )
        found.setdefault(key, []).append((first, last))


def key_of(line: Line) -> Key:
    """What a row is about."""
    if isinstance(line, PairLine):
        return line.first, line.second
    if isinstance(line, ParentLine):
        return line.add_on, line.parent
    if isinstance(line, FeeLine):
        return line.code, line.modifier
    return (line.code,)


def lines_on(lines: Iterable[Line], day: date) -> dict[Key, Line]:
    """The rows in force on a day by what they are about; limits and indicators hold for the whole release."""
    return {key_of(line): line for line in lines if _in_force(line, day)}


def keys_on(lines: Iterable[Line], day: date) -> frozenset[Key]:
    return frozenset(lines_on(lines, day))


def _in_force(line: Line, day: date) -> bool:
    if isinstance(line, LimitLine | FeeLine):
        return True
    return line.effective_on <= day and (line.deleted_on is None or day <= line.deleted_on)


def _check_rows(whole: Whole) -> None:
    least, most = ROWS[whole.kind]
    if whole.rows < least:
        raise Unusable(
            f"{whole.rows:,} rows were read, and a whole table has at least {least:,}. "
            "It was cut off, or a part is missing: download all parts again."
        )
    if whole.rows > most:
        raise Unusable(f"{whole.rows:,} rows were read, and no published table has more than {most:,}.")


def _check_newest(whole: Whole) -> None:
    newest = whole.newest
    if newest is None:
        return
    if whole.valid_to and newest > whole.valid_to:
        raise Unusable(
            f"A row begins on {newest.isoformat()}, after the release ends on {whole.valid_to.isoformat()}: "
            "this is the table of a later quarter. Correct the days or choose the other file."
        )
    if whole.kind.startswith("pairs") and newest < whole.valid_from - STALE:
        raise Unusable(
            f"The newest row begins on {newest.isoformat()}, long before the release begins on "
            f"{whole.valid_from.isoformat()}: this is an older table. Correct the days or choose the other file."
        )


def missing_parts(found: Collection[int], expected: int) -> list[int]:
    """Numbers of the parts that were not sent, as far as the names give numbers."""
    numbered = {number for number in found if number}
    return [number for number in range(1, expected + 1) if number not in numbered] if numbered else []
