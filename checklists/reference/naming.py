"""Which release a file belongs to: kind of claim, quarter and part, from its names and from what it says inside.

What neither says is None, and a person is asked. Names and content that disagree are refused.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from checklists.reference.layouts import ADD_ONS, LIMITS, PAIRS, Found
from checklists.reference.opening import Unusable

MONTHS: Final = {"jan": 1, "apr": 2, "jul": 3, "oct": 4}
_PAIR_NAME = re.compile(r"cci(pra|oph)-?v(\d\d)(\d)(?:r\d+)?(?:-f(\d+))?", re.I)
_QUARTER = re.compile(r"(20\d\d)[-_ ]?q([1-4])", re.I)
_FIRST_DAY = re.compile(r"eff(?:ective)?[-_ ]?(\d\d)[-_](\d\d)[-_](20\d\d)", re.I)
_FEE_NAME = re.compile(r"pprrvu(?:20)?(\d\d)[-_ ]?(jan|apr|jul|oct)", re.I)
_FEE_ARCHIVE = re.compile(r"rvu(\d\d)([a-d])(?![a-z])", re.I)
_FEE_TITLE = re.compile(
    r"(20\d\d) national physician fee schedule relative value file(?: (jan|apr|jul|oct))?", re.I
)


@dataclass(frozen=True)
class Clues:
    """What is known of a file. kind: as in `ReferenceKind`, "pairs" while the kind of claim is not known.

    quarter: (year, 1 to 4). part: as in -f2.
    """

    kind: str
    quarter: tuple[int, int] | None = None
    part: int | None = None

    @property
    def name(self) -> str:
        return f"{self.quarter[0]}Q{self.quarter[1]}" if self.quarter else ""


def clues_of(table: Found) -> Clues:
    """What names and content of a recognised table say. Raises Unusable when they contradict each other."""
    names = " ".join(table.source.names)
    kind = _kind(table, names)
    quarters = {found for found in (_from_names(names), _from_title(table.preamble)) if found}
    if len({year for year, _ in quarters}) > 1 or len({q for _, q in quarters if q}) > 1:
        told = " and ".join(f"{year}Q{q}" if q else str(year) for year, q in sorted(quarters))
        raise Unusable(
            f"The name and the title of {table.source.name} speak of {told}. Choose the file as published."
        )
    complete = next(((year, q) for year, q in quarters if q), None)
    part = next((int(match[4]) for match in _PAIR_NAME.finditer(names) if match[4]), None)
    return Clues(kind, complete, part)


def with_kind(clues: Clues, chosen: str, file: str, words: dict[str, str]) -> Clues:
    """The clues with the kind a person chose; "" for none. Raises Unusable when the file is of another kind."""
    if not chosen or chosen == clues.kind:
        return clues
    if clues.kind == PAIRS and chosen.startswith(PAIRS):
        return replace(clues, kind=chosen)
    raise Unusable(
        f"{file} holds {words[clues.kind].lower()}, and {words[chosen].lower()} was chosen. "
        "Choose the other kind, or the other file."
    )


def first_day_of(quarter: tuple[int, int]) -> date:
    return date(quarter[0], 3 * quarter[1] - 2, 1)


def last_day_of(quarter: tuple[int, int]) -> date:
    year, number = quarter
    return (date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)) - timedelta(days=1)


def _kind(table: Found, names: str) -> str:
    heading, layout = " ".join(table.heading), table.layout.key
    if layout == PAIRS:
        return _pair_kind(names)
    if layout == LIMITS:
        if "practitioner" in heading:
            return "limits_practitioner"
        if "outpatient hospital" in heading:
            return "limits_hospital"
        raise Unusable(f"{table.source.name} holds unit limits of suppliers, which are not loaded here.")
    return "add_ons" if layout == ADD_ONS else "fees"


def _pair_kind(names: str) -> str:
    told = names.lower()
    practitioner = "ccipra" in told or "practitioner" in told
    hospital = "ccioph" in told or "hospital" in told
    if practitioner == hospital:
        return PAIRS
    return "pairs_practitioner" if practitioner else "pairs_hospital"


def _from_names(names: str) -> tuple[int, int] | None:
    """The quarter that the names give; the innermost name wins because archives are renamed more often."""
    if match := _last(_PAIR_NAME, names):
        quarter = int(match[3]) + 1
        return (1994 + int(match[2]), quarter) if quarter <= 4 else None
    if match := _last(_FIRST_DAY, names):
        month = int(match[1])
        return (int(match[3]), (month + 2) // 3) if month % 3 == 1 and match[2] == "01" else None
    if match := _last(_FEE_NAME, names):
        return 2000 + int(match[1]), MONTHS[match[2].lower()]
    if match := _last(_FEE_ARCHIVE, names):
        return 2000 + int(match[1]), "abcd".index(match[2].lower()) + 1
    if match := _last(_QUARTER, names):
        return int(match[1]), int(match[2])
    return None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(iter(reversed(list(pattern.finditer(text)))), None)


def _from_title(preamble: str) -> tuple[int, int] | None:
    """Year and quarter in the title of a fee-schedule file; quarter 0 when the title gives only the year."""
    match = _FEE_TITLE.search(preamble)
    return (int(match[1]), MONTHS.get((match[2] or "").lower(), 0)) if match else None
