"""Checks of single codes by the catalogue: valid on the day, known at all, and visits inside a global period.

Pairs, units and modifiers are in `edits`.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from checklists.engine.book import ConflictRule, RuleBook
from checklists.engine.catalogue import ListedCode, in_force
from checklists.engine.hits import Desk, Hit
from checklists.engine.lines import Checked, apart, is_visit

GLOBAL_DAYS: Final = 90


def code_of_day(rule: ConflictRule, desk: Desk) -> list[Hit]:
    hits = []
    for line in desk.lines:
        detail = _not_valid(line.code, line.date, desk.book) if line.date else ""
        if detail:
            hits.append(Hit(rule, "block", (line,), line, None, detail))
    return hits


def _not_valid(code: str, day: dt.date, book: RuleBook) -> str:
    """Why a code is not valid on a day, with the days on which it is; empty when it is, or is not known at all."""
    rows = book.catalogue.get(code, ())
    if rows and not any(in_force(row, day) for row in rows):
        return f"{code} is not valid on {day.isoformat()}: {_times(rows)} ({rows[-1].source})."
    entry = book.code(code)
    if entry and entry.edition_on(day) is None:
        return f"{code} has no edition on {day.isoformat()}."
    return ""


def _times(rows: tuple[ListedCode, ...]) -> str:
    first, last = rows[0].valid_from.isoformat(), rows[-1].valid_to
    return f"it holds from {first} to {last.isoformat()}" if last else f"it holds from {first} on"


def code_unknown(rule: ConflictRule, desk: Desk) -> list[Hit]:
    codes, catalogue = desk.book.codes, desk.book.catalogue
    unknown = [line for line in desk.lines if line.code not in codes and line.code not in catalogue]
    return [Hit(rule, rule.severity, (line,)) for line in unknown]


def code_listed_only(rule: ConflictRule, desk: Desk) -> list[Hit]:
    """Codes whose indicators are known, and for which the book holds no conditions and no documentation list."""
    codes, catalogue = desk.book.codes, desk.book.catalogue
    listed = [line for line in desk.lines if line.code in catalogue and line.code not in codes]
    return [Hit(rule, rule.severity, (line,)) for line in listed]


def visit_in_global_period(rule: ConflictRule, desk: Desk) -> list[Hit]:
    """Visits of the surgeon from the day before a code with ninety global days until they are over (PHY-08)."""
    visits = [line for line in desk.lines if is_visit(line.code) and line.date]
    bases = [line for line in desk.lines if line.date and _global_period(line, desk.book) == "090"]
    hits = []
    for visit, base in ((v, b) for v in visits for b in bases if v.same_provider(b)):
        days = (visit.date - base.date).days  # type: ignore[operator]
        wanted = "57" if days in (-1, 0) else "24" if 0 < days <= GLOBAL_DAYS else None
        if wanted and wanted not in visit.modifiers:
            detail = f"{visit.code} is {apart(days)} {base.code} and carries no {wanted}."
            hits.append(Hit(rule, rule.severity, (visit, base), detail=detail))
    return hits


def _global_period(line: Checked, book: RuleBook) -> str | None:
    listed = book.listed(line.code, line.date)
    return listed.global_period if listed else None
