"""How Medicare's hospital outpatient system pays a line, suggested or entered alike (FAC-01 to FAC-03, FAC-05).

Facts for people who read a claim, payment groups of 2026 among them (FAC-11); no line is taken or given here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final, Protocol

from checklists.engine.book import RuleBook
from checklists.engine.derive import Derived
from checklists.engine.words import STREAMS

FACILITY: Final = STREAMS[2]


class Paid(Protocol):
    """What a line of either kind tells here."""

    @property
    def key(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def stream(self) -> str: ...
    @property
    def date(self) -> dt.date | None: ...


def packaging(code: str, stream: str, day: dt.date | None, derived: Derived, book: RuleBook) -> str | None:
    """How a hospital line is paid beside the other lines of its claim; None elsewhere and where nothing is known.

    One of `comprehensive`, `paid_apart`, `packaged`, `per_session`. A code with a file is read from it, another from
    the hospital table. Outside of one-session courses nothing but what is always packaged is inside other services.
    """
    case = derived.case
    medicare = case.payer.payer_class == "medicare_ffs"
    if stream != FACILITY or not medicare or case.setting != "hospital_outpatient":
        return None
    row = book.outpatient_row(code, day or case.date_of_service or book.first_day)
    known = book.code(code)
    by_table = _by_table(row.status, row.kept_apart) if row else None
    said = (known.packaging if known else None) or by_table
    always = row is not None and row.status == "N"
    if said == "packaged" and not always and derived.facts["course.single_session"] is not True:
        return "paid_apart"
    return said


def _by_table(status: str, kept_apart: bool) -> str | None:
    if status == "J1":
        return "comprehensive"
    if kept_apart and status != "N":
        return "paid_apart"
    return "packaged" if status in ("N", "S") else None


def hospital_payment(lines: Iterable[Paid], derived: Derived, book: RuleBook) -> tuple[dict[str, Any], ...]:
    """One entry per hospital line that stands, in the given order, with payment group and how sure each fact is.

    `status` and `group` are None where the hospital table does not hold the code on the day.
    """
    found = []
    for line in lines:
        said = packaging(line.code, line.stream, line.date, derived, book)
        if said is None:
            continue
        day = line.date or derived.case.date_of_service or book.first_day
        row = book.outpatient_row(line.code, day)
        found.append(
            {
                "key": line.key,
                "code": line.code,
                "date": line.date.isoformat() if line.date else None,
                "packaging": said,
                "status": row.status if row and row.status != "not_read" else None,
                "group": row.apc if row else None,
                "source": row.source if row else "",
                "confidence": row.confidence if row else "memory",
            }
        )
    return tuple(found)
