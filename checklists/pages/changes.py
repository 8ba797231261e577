"""What the book says differently on two days: codes come or gone, editions, pairs, limits and parents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from checklists.engine.book import Code, Edition, RuleBook
from checklists.engine.plain import plain
from checklists.pages.wording import told

DATED = (("Code pair", "pairs"), ("Unit limit", "limits"), ("Add-on parent", "parents"))


@dataclass(frozen=True, slots=True)
class Change:
    """One point of an edition: what it said before and what it says now; lists name what left and what came."""

    label: str
    before: str
    after: str


def changes(book: RuleBook, first: date, second: date) -> dict[str, Any]:
    """What differs between two days, the earlier as before. Codes in book order."""
    earlier, later = sorted((first, second))
    pairs = [(code, code.edition_on(earlier), code.edition_on(later)) for code in book.codes.values()]
    return {
        "earlier": earlier,
        "later": later,
        "added": [code for code, old, new in pairs if new and not old],
        "removed": [code for code, old, new in pairs if old and not new],
        "changed": [
            (code, new, told)
            for code, old, new in pairs
            if old and new and old is not new and (told := edition_changes(book, old, new))
        ],
        "rows": [row for label, table in DATED for row in _rows(label, getattr(book, table), earlier, later)],
    }


def edition_changes(book: RuleBook, old: Edition, new: Edition) -> list[Change]:
    """The points in which two editions differ."""
    before, after = _points(book, old), _points(book, new)
    return [_change(label, before[label], after[label]) for label in before if before[label] != after[label]]


def _change(label: str, before: tuple[str, ...], after: tuple[str, ...]) -> Change:
    gone = [entry for entry in before if entry not in after]
    come = [entry for entry in after if entry not in before]
    return Change(label, "; ".join(gone) or "none", "; ".join(come) or "none")


def _points(book: RuleBook, edition: Edition) -> dict[str, tuple[str, ...]]:
    units = edition.units if isinstance(edition.units, int) else book.facts[edition.units].label
    modifiers = (f"{entry.modifier}: {'; '.join(told(book, entry.when))}" for entry in edition.modifiers)
    return {
        "Conditions": told(book, edition.when),
        "Conditions of the physician's part": told(book, edition.professional_when),
        "Modifiers": tuple(modifiers),
        "Units": (str(units),),
        "Counting of units": (edition.units_basis,),
        "Per": (plain(edition.per),),
        "Day of the line": (plain(edition.day),),
        "Documents": tuple(book.items[key].label for key in edition.documents),
        "Reason": (edition.because,),
        "Rules": edition.rules,
        "Sources": edition.source,
        "Confidence": (plain(edition.confidence),),
    }


def _rows(label: str, table: Any, earlier: date, later: date) -> Iterable[tuple[str, str, Any]]:
    """Rows that began or ended between the days, told by the kind of table."""
    for row in (row for rows in table.values() for row in rows):
        then, now = _valid(row, earlier), _valid(row, later)
        if then != now:
            yield label, "new" if now else "gone", _told(row)


def _valid(row: Any, day: date) -> bool:
    return bool(row.valid_from <= day and (row.valid_to is None or day <= row.valid_to))


def _told(row: Any) -> str:
    if hasattr(row, "indicator"):
        return f"{row.first} with {row.second}, indicator {row.indicator} ({row.setting})"
    if hasattr(row, "limit"):
        return f"{row.code}: at most {row.limit} a day ({row.setting})"
    return f"{row.add_on} with {row.parent}"


def known_days(book: RuleBook) -> list[date]:
    """Every first day of an edition, oldest first."""
    return sorted({edition.first_day for code in book.codes.values() for edition in code.editions})


def in_force(book: RuleBook, day: date) -> list[tuple[Code, Edition | None]]:
    """Every code with its edition on a day."""
    return [(code, code.edition_on(day)) for code in book.codes.values()]
