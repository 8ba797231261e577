"""Finding the heading of a published table by what it says, and its columns by their joined heading.

Preambles differ in length and headings stand in several rows; both change from year to year. A table whose heading
is not understood is refused with the columns that are missing, never read by position.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from checklists.reference.opening import Row, Table, Unusable

MOST_PREAMBLE: Final = 40
CODE: Final = re.compile(r"[0-9A-Z]{4}[0-9A-Z]")

PAIRS, LIMITS, ADD_ONS, FEES, FEES_FIXED = "pairs", "limits", "add_ons", "fees", "fees_fixed"


@dataclass(frozen=True)
class Layout:
    """How a table is known. marks: cells of the row that ends (or begins) its heading. columns: name -> pattern."""

    key: str
    words: str
    marks: tuple[str, ...]
    columns: dict[str, str]
    rows_above: int = 0
    rows_below: int = 0


LAYOUTS: Final = (
    Layout(
        PAIRS,
        "code pairs (PTP)",
        (r"column 1", r"column 2"),
        {
            "first": r"^column 1",
            "second": r"^column 2",
            "effective": r"^effective\b",
            "deletion": r"^deletion\b",
            "indicator": r"^modifier\b",
        },
        rows_below=6,
    ),
    Layout(
        LIMITS,
        "unit limits (MUE)",
        (r"hcpcs/ ?cpt code", r".*\bmue values?"),
        {
            "code": r"^hcpcs/ ?cpt code$",
            "units": r"\bmue values?$",
            "adjudication": r"mue adjudication indicator",
        },
    ),
    Layout(
        ADD_ONS,
        "add-on codes",
        (r"add on code", r"primary code"),
        {
            "add_on": r"^add on code$",
            "parent": r"^primary code$",
            "type": r"^aoc edit type$",
            "effective": r"^aoc edit effdt$",
            "deletion": r"^aoc edit deldt$",
            "add_on_deletion": r"^aoc deldt$",
            "parent_deletion": r"^primary code deldt$",
        },
    ),
    Layout(
        FEES,
        "fee schedule indicators",
        (r"hcpcs", r"mod"),
        {
            "code": r"(^|\s)hcpcs$",
            "modifier": r"(^|\s)mod$",
            "status": r"(^|\s)status code$",
            "component": r"(^|\s)pc/?tc ind$",
            "global_days": r"(^|\s)glob days$",
            "multiple": r"(^|\s)mult proc$",
            "bilateral": r"(^|\s)bilat surg$",
            "assistant": r"(^|\s)asst surg$",
            "cosurgeon": r"(^|\s)co ?-? surg$",
            "team": r"(^|\s)team surg$",
        },
        rows_above=4,
    ),
)
OTHER_TABLES: Final = (
    (r"addendum b", "Addendum B (hospital payment rates)"),
    (r"seqnum|recid", "HCPCS Level II descriptions"),
    (r"geographic practice cost|gpci", "geographic practice cost indices"),
    (r"anesthesia", "anesthesia conversion factors"),
    (r"locality", "localities"),
)


@dataclass(frozen=True)
class Found:
    """A table whose heading was understood. rows: data rows only. heading: the joined cells, in lower case."""

    source: Table
    layout: Layout
    columns: dict[str, int]
    width: int
    heading: tuple[str, ...]
    preamble: str
    rows: Iterator[Row] = field(repr=False)


def recognised(table: Table) -> Found:
    """The layout of a table and its data rows. Raises Unusable when no heading is found or a column is missing."""
    rows = table.rows()
    head = list(islice(rows, MOST_PREAMBLE))
    if head and head[0][1] and head[0][1][0].startswith("HDR "):
        return _fixed_width(table, head, rows)
    for layout in LAYOUTS:
        for place, (_, cells) in enumerate(head):
            if _marked(layout, cells):
                return _found(table, layout, head, place, rows)
    raise Unusable(_unknown(head, table.name))


def plain(cell: str) -> str:
    """A heading cell for comparison: lower case, one space, no underscores or hyphens between letters."""
    return " ".join(re.sub(r"(?<=\w)[_-](?=\w)|_", " ", cell.lower()).split())


def _marked(layout: Layout, cells: list[str]) -> bool:
    told = [plain(cell) for cell in cells]
    return all(any(re.fullmatch(mark, cell) for cell in told) for mark in layout.marks)


def _found(table: Table, layout: Layout, head: list[Row], place: int, rows: Iterator[Row]) -> Found:
    first, last = max(0, place - layout.rows_above), place
    while last < min(place + layout.rows_below, len(head) - 1) and not _is_data(head[last + 1][1]):
        last += 1
    stack = [[plain(cell) for cell in cells] for _, cells in head[first : last + 1]]
    width = max(len(cells) for cells in stack)
    heading = tuple(
        " ".join(cells[column] for cells in stack if column < len(cells) and cells[column]).strip()
        for column in range(width)
    )
    preamble = " ".join(cell for _, cells in head[:place] for cell in cells if cell)
    columns = _columns(layout, heading, table.name)
    data = chain(head[last + 1 :], rows)
    return Found(table, layout, columns, width, heading, preamble, data)


def _is_data(cells: list[str]) -> bool:
    return len(cells) > 1 and all(cell and CODE.fullmatch(cell.zfill(5)) for cell in cells[:2])


def _columns(layout: Layout, heading: tuple[str, ...], name: str) -> dict[str, int]:
    found, missing = {}, []
    for column, pattern in layout.columns.items():
        places = [place for place, told in enumerate(heading) if re.search(pattern, told)]
        if len(places) == 1:
            found[column] = places[0]
        else:
            missing.append(column.replace("_", " "))
    if missing:
        raise Unusable(
            f"{name} looks like {layout.words}, but these columns were not found once each: {', '.join(missing)}. "
            "Its layout may have changed; nothing was read."
        )
    return found


def _fixed_width(table: Table, head: list[Row], rows: Iterator[Row]) -> Found:
    preamble = " ".join(cells[0][4:] for _, cells in head if cells[0].startswith("HDR "))
    data = ((line, cells) for line, cells in chain(head, rows) if not cells[0].startswith("HDR "))
    layout = Layout(FEES_FIXED, "fee schedule indicators", (), {})
    return Found(table, layout, {}, 1, (), preamble, data)


def _unknown(head: list[Row], name: str) -> str:
    told = " ".join(cell.lower() for _, cells in head[:15] for cell in cells)
    for pattern, words in OTHER_TABLES:
        if re.search(pattern, told):
            return f"{name} holds {words}, which is not loaded here."
    return (
        f"No heading of a pair, unit-limit, add-on or fee-schedule table was found in {name}. "
        "Choose the file as it is published, without changing it in a spreadsheet."
    )
