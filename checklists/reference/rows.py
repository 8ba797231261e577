"""From the data rows of a table to our own lines: only rows about our codes, every row checked.

A row that is not understood stops the reading with its line number: nothing is skipped except what is counted.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from typing import Final

from checklists.reference.layouts import ADD_ONS, CODE, FEES, FEES_FIXED, LIMITS, PAIRS, Found
from checklists.reference.opening import Unusable
from checklists.reference.records import FeeLine, LimitLine, PairLine, ParentLine, Reading

MOST_KEPT: Final = 60_000
MOST_ENDINGS: Final = 5_000
CONTRACTOR: Final = "CCCCC"
INDICATORS: Final = frozenset("019")
DIGITS: Final = frozenset("0123456789")
FEE_VALUES: Final = {
    "status": frozenset("ABCDEFGHIJLMNPQRTX"),
    "component": DIGITS,
    "global_days": frozenset(("000", "010", "090", "MMM", "XXX", "YYY", "ZZZ")),
    **dict.fromkeys(("multiple", "bilateral", "assistant", "cosurgeon", "team"), DIGITS),
}
FIXED_WIDTH: Final = 171
FIXED: Final = {
    "code": (0, 5),
    "modifier": (5, 7),
    "status": (57, 58),
    "component": (102, 103),
    "global_days": (103, 106),
    "multiple": (115, 116),
    "bilateral": (116, 117),
    "assistant": (117, 118),
    "cosurgeon": (118, 119),
    "team": (119, 120),
}

Stop = Callable[[int, str], Unusable]


def read_lines(table: Found, ours: Collection[str]) -> Reading:
    """The lines of a table about our codes, and what was left out. Raises Unusable at the first wrong row."""
    name = table.source.name
    reading = Reading(layout=table.layout.key, heading=" | ".join(table.heading))

    def stop(line: int, told: str) -> Unusable:
        return Unusable(f"{name}, line {line}: {told} Nothing was loaded; download the file again.")

    _READERS[table.layout.key](table, frozenset(ours), reading, stop)
    if not reading.rows:
        raise Unusable(f"{name} has a heading and no rows. Download it again.")
    return reading


def _pairs(table: Found, ours: frozenset[str], reading: Reading, stop: Stop) -> None:
    first, second = table.columns["first"], table.columns["second"]
    effective, deletion = table.columns["effective"], table.columns["deletion"]
    indicator = table.columns["indicator"]
    rows = other = 0
    newest = ""
    known: dict[str, str] = {}  # some twenty thousand codes stand in millions of rows
    for line, cells in _full_rows(table, stop):
        rows += 1
        begins, mark = cells[effective], cells[indicator]
        one = known.get(cells[first]) or known.setdefault(cells[first], _code(cells[first], line, stop))
        two = known.get(cells[second]) or known.setdefault(cells[second], _code(cells[second], line, stop))
        if mark not in INDICATORS:
            raise stop(line, f"the modifier indicator is '{mark[:20]}', and only 0, 1 and 9 exist.")
        if len(begins) != 8 or not begins.isdigit():
            raise stop(line, f"the effective date is '{begins[:20]}', and YYYYMMDD is expected.")
        newest = max(newest, begins)
        if one not in ours or two not in ours:
            other += 1
        elif mark == "9":
            reading.never_in_force += 1
        else:
            ends = _day(cells[deletion], line, stop)
            reading.lines.append(PairLine(one, two, _needed_day(begins, line, stop), ends, int(mark)))
            _not_too_many(reading)
    reading.rows, reading.other_codes = rows, other
    reading.newest = _day(newest, 0, stop) if newest else None


def _limits(table: Found, ours: frozenset[str], reading: Reading, stop: Stop) -> None:
    code_at, units_at, mark_at = (table.columns[name] for name in ("code", "units", "adjudication"))
    for line, cells in _full_rows(table, stop):
        reading.rows += 1
        code, units, mark = _code(cells[code_at], line, stop), cells[units_at], cells[mark_at][:1]
        if not units.isdigit():
            raise stop(line, f"the limit of {code} is '{units[:20]}', and a whole number is expected.")
        if mark not in ("1", "2", "3"):
            raise stop(
                line, f"the adjudication indicator of {code} is '{cells[mark_at][:20]}', not 1, 2 or 3."
            )
        if code in ours:
            reading.lines.append(LimitLine(code, int(units), int(mark)))
            _not_too_many(reading)
        else:
            reading.other_codes += 1


def _add_ons(table: Found, ours: frozenset[str], reading: Reading, stop: Stop) -> None:
    at = table.columns
    for line, cells in _full_rows(table, stop):
        reading.rows += 1
        add_on = _code(cells[at["add_on"]], line, stop)
        parent = _code(cells[at["parent"]], line, stop)
        if cells[at["type"]] not in ("1", "2", "3"):
            raise stop(line, f"the edit type of {add_on} is '{cells[at['type']][:20]}', not 1, 2 or 3.")
        begins = _needed_day(cells[at["effective"]], line, stop)
        ends = [
            _day(cells[at[name]], line, stop) for name in ("deletion", "add_on_deletion", "parent_deletion")
        ]
        reading.newest = max(begins, reading.newest or begins)
        if add_on not in ours or not (parent in ours or parent == CONTRACTOR):
            reading.other_codes += 1
            continue
        last = min((day for day in ends if day), default=None)
        if last is not None and last < begins:
            reading.never_in_force += 1
            continue
        reading.lines.append(ParentLine(add_on, "" if parent == CONTRACTOR else parent, begins, last))
        _not_too_many(reading)


def _fees(table: Found, ours: frozenset[str], reading: Reading, stop: Stop) -> None:
    for line, cells in _full_rows(table, stop):
        _fee(line, {name: cells[place] for name, place in table.columns.items()}, ours, reading, stop)


def _fees_fixed(table: Found, ours: frozenset[str], reading: Reading, stop: Stop) -> None:
    for line, (text,) in table.rows:
        if len(text) != FIXED_WIDTH:
            raise stop(
                line,
                f"{len(text)} characters, and {FIXED_WIDTH} are expected: it is cut off, or the layout is newer. "
                "The .csv of the same release says its columns by name.",
            )
        _fee(line, {name: text[a:b].strip() for name, (a, b) in FIXED.items()}, ours, reading, stop)


def _fee(line: int, cells: dict[str, str], ours: frozenset[str], reading: Reading, stop: Stop) -> None:
    """One row of indicators. An empty one is tolerated for a code that is not ours, another wrong one never."""
    reading.rows += 1
    cells["code"] = code = _code(cells["code"], line, stop)
    cells["global_days"] = cells["global_days"].zfill(3) if cells["global_days"] else ""
    for name, allowed in FEE_VALUES.items():
        if cells[name] not in allowed and (cells[name] or code in ours):
            told = f"the {name.replace('_', ' ')} indicator of {code} is '{cells[name][:20]}'"
            raise stop(line, f"{told}, which is none of {' '.join(sorted(allowed))}.")
    if code in ours:
        reading.lines.append(FeeLine(**cells))
        _not_too_many(reading)
    else:
        reading.other_codes += 1


def _full_rows(table: Found, stop: Stop) -> Iterator[tuple[int, list[str]]]:
    """Rows with as many cells as the heading; a spreadsheet leaves out empty cells at the end.

    A text whose last line has no end is taken as cut off when its last cell was not seen whole in another row.
    """
    width, sheet = table.width, table.source.is_sheet
    endings: set[str] = set()
    seen = True
    line = 0
    for line, cells in table.rows:
        if len(cells) != width:
            if (len(cells) < width and not sheet) or any(cells[width:]):
                raise stop(line, f"{len(cells)} cells stand there, and the heading has {width}.")
            cells = [*cells[:width], *[""] * (width - len(cells))]
        seen = cells[-1] in endings
        if not seen and len(endings) < MOST_ENDINGS:
            endings.add(cells[-1])
        yield line, cells
    if table.source.unended and not seen:
        raise stop(line, "the last line breaks off.")


def _code(text: str, line: int, stop: Stop) -> str:
    """A code as text: a spreadsheet may have made 00100 the number 100."""
    code = text.zfill(5) if text.isdigit() else text
    if not CODE.fullmatch(code):
        raise stop(line, f"'{text[:20]}' stands where a code is expected.")
    return code


def _needed_day(text: str, line: int, stop: Stop) -> date:
    found = _day(text, line, stop)
    if found is None:
        raise stop(line, "the effective date is missing.")
    return found


def _day(text: str, line: int, stop: Stop) -> date | None:
    """YYYYMMDD, or YYYYDDD with the day of the year; `*`, nothing and 0 are no date."""
    if text in ("", "*", "0"):
        return None
    try:
        if len(text) == 8:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if len(text) == 7 and 1 <= int(text[4:]) <= 366:
            return date(int(text[:4]), 1, 1) + timedelta(days=int(text[4:]) - 1)
    except ValueError:
        pass
    raise stop(line, f"'{text[:20]}' is no date; YYYYMMDD or YYYYDDD is expected.")


def _not_too_many(reading: Reading) -> None:
    if len(reading.lines) > MOST_KEPT:
        raise Unusable(f"More than {MOST_KEPT} rows are about our codes, which no published table has.")


_READERS: Final[dict[str, Callable[[Found, frozenset[str], Reading, Stop], None]]] = {
    PAIRS: _pairs,
    LIMITS: _limits,
    ADD_ONS: _add_ons,
    FEES: _fees,
    FEES_FIXED: _fees_fixed,
}
