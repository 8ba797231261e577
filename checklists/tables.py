"""Reading the tables of the rule book (pairs, unit limits, add-on parents, catalogue, outpatient) from CSV.

Every row is checked; a wrong one is reported with file and line, never skipped.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from checklists.engine import words
from checklists.engine.book import LimitRow, PairRow, ParentRow
from checklists.engine.catalogue import ListedCode, OutpatientRow
from checklists.engine.scalars import CODE, DAY, TEXT, WHOLE, WORD, YES_NO, NotAccepted, typed
from checklists.reading import Desk

_SHAPES: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "pairs.csv": {
        "col1": (CODE, ()),
        "col2": (CODE, ()),
        "indicator": (WORD, ("0", "1")),
        "setting": (WORD, words.EDIT_SETTINGS),
    },
    "limits.csv": {
        "code": (CODE, ()),
        "setting": (WORD, words.EDIT_SETTINGS),
        "limit": (WHOLE, ()),
        "mai": (WORD, ("2", "3")),
    },
    "parents.csv": {"add_on": (CODE, ()), "parent": (CODE, ())},
    "catalogue.csv": {
        "code": (CODE, ()),
        "label": (TEXT, ()),
        "performer": (WORD, words.PERFORMERS),
        "component": (WORD, words.LISTED_COMPONENTS),
        "global_period": (WORD, words.GLOBAL_PERIODS),
        "multiple": (WORD, words.INDICATORS),
        "bilateral": (WORD, words.INDICATORS),
        "assistant": (WORD, words.INDICATORS),
        "co_surgeon": (WORD, words.INDICATORS),
        "team": (WORD, words.INDICATORS),
        "status": (WORD, words.LISTED_STATUSES),
    },
    "outpatient.csv": {
        "code": (CODE, ()),
        "status": (WORD, words.OUTPATIENT_STATUSES),
        "apc": (TEXT, ()),
        "kept_apart": (YES_NO, ()),
    },
}
_MAY_BE_EMPTY = ("valid_to", "multiple", "assistant", "apc")
_Dated = PairRow | LimitRow | ListedCode | OutpatientRow
_TAIL: dict[str, tuple[str, tuple[str, ...]]] = {
    "valid_from": (DAY, ()),
    "valid_to": (DAY, ()),
    "source": (TEXT, ()),
    "confidence": (WORD, words.CONFIDENCES),
}


def read_pairs(desk: Desk, text: str) -> dict[tuple[str, str], tuple[PairRow, ...]]:
    """Pair rows by (column 1, column 2)."""
    found: dict[tuple[str, str], tuple[PairRow, ...]] = {}
    for line, row in _rows(desk, "pairs.csv", text):
        pair = PairRow(row["col1"], row["col2"], int(row["indicator"]), row["setting"], **_validity(row))
        key = (pair.first, pair.second)
        if any(_overlap(pair, other) for other in found.get(key, ())):
            desk.refuse("pairs.csv", line, f"{key[0]} and {key[1]} stand twice for the same time and setting")
        found[key] = (*found.get(key, ()), pair)
    return found


def read_limits(desk: Desk, text: str) -> dict[str, tuple[LimitRow, ...]]:
    """Unit limits by code."""
    found: dict[str, tuple[LimitRow, ...]] = {}
    for line, row in _rows(desk, "limits.csv", text):
        limit = LimitRow(row["code"], row["setting"], row["limit"], row["mai"] == "2", **_validity(row))
        if any(_overlap(limit, other) for other in found.get(limit.code, ())):
            desk.refuse("limits.csv", line, f"{limit.code} stands twice for the same time and setting")
        found[limit.code] = (*found.get(limit.code, ()), limit)
    return found


def read_parents(desk: Desk, text: str) -> dict[str, tuple[ParentRow, ...]]:
    """Parent rows by add-on code."""
    found: dict[str, tuple[ParentRow, ...]] = {}
    for _line, row in _rows(desk, "parents.csv", text):
        parent = ParentRow(row["add_on"], row["parent"], **_validity(row))
        found[parent.add_on] = (*found.get(parent.add_on, ()), parent)
    return found


def read_catalogue(desk: Desk, text: str) -> dict[str, tuple[ListedCode, ...]]:
    """Catalogue rows by code, in order of their days."""
    found: dict[str, tuple[ListedCode, ...]] = {}
    for line, row in _rows(desk, "catalogue.csv", text):
        listed = ListedCode(**row)
        earlier = found.get(listed.code, ())
        if any(_same_time(listed, other) for other in earlier):
            desk.refuse("catalogue.csv", line, f"{listed.code} stands twice for the same time")
        found[listed.code] = tuple(sorted((*earlier, listed), key=lambda entry: entry.valid_from))
    return found


def read_outpatient(desk: Desk, text: str) -> dict[str, tuple[OutpatientRow, ...]]:
    """Rows of the hospital outpatient system by code."""
    found: dict[str, tuple[OutpatientRow, ...]] = {}
    for line, row in _rows(desk, "outpatient.csv", text):
        paid = OutpatientRow(**row)
        if any(_same_time(paid, other) for other in found.get(paid.code, ())):
            desk.refuse("outpatient.csv", line, f"{paid.code} stands twice for the same time")
        found[paid.code] = (*found.get(paid.code, ()), paid)
    return found


def _rows(desk: Desk, file: str, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    shape = {**_SHAPES[file], **_TAIL}
    reader = csv.reader(io.StringIO(text))
    header = next(reader, [])
    if header != list(shape):
        desk.refuse(file, 1, f"the first line must be: {','.join(shape)}")
        return
    for cells in reader:
        row = _row(desk, file, reader.line_num, dict(zip(shape, cells, strict=False)), shape, len(cells))
        if row is not None:
            yield reader.line_num, row


def _row(
    desk: Desk,
    file: str,
    line: int,
    cells: dict[str, str],
    shape: dict[str, tuple[str, tuple[str, ...]]],
    count: int,
) -> dict[str, Any] | None:
    if count != len(shape):
        desk.refuse(file, line, f"{count} cells found, {len(shape)} expected")
        return None
    row: dict[str, Any] = {}
    for name, (kind, allowed) in shape.items():
        if name in _MAY_BE_EMPTY and not cells[name]:
            row[name] = None
            continue
        try:
            row[name] = typed(kind, cells[name], allowed)
        except NotAccepted as refusal:
            desk.refuse(file, line, f"'{name}': '{cells[name]}' is not accepted; allowed: {refusal}")
            return None
    return row


def _validity(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _TAIL}


def _overlap(one: PairRow | LimitRow, other: PairRow | LimitRow) -> bool:
    same_place = one.setting == other.setting or "both" in (one.setting, other.setting)
    return same_place and _same_time(one, other)


def _same_time(one: _Dated, other: _Dated) -> bool:
    starts, ends = max(one.valid_from, other.valid_from), min(_end(one), _end(other))
    return starts <= ends


def _end(row: _Dated) -> date:
    return row.valid_to or date.max
