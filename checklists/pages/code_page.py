"""One code on one day, ready to be shown: edition, conditions, pairs, limits, parents and what changed when."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Protocol, TypeVar

from checklists.engine.book import Code, Edition, PairRow, RuleBook
from checklists.pages.changes import edition_changes
from checklists.pages.wording import told as in_words


class _Dated(Protocol):
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


Row = TypeVar("Row", bound=_Dated)


def code_page(book: RuleBook, code: Code, day: date) -> dict[str, Any]:
    """Context of `rulebook/code.html`. `edition` is None on a day without one."""
    edition = code.edition_on(day)
    return {
        "code": code,
        "edition": edition,
        "conditions": in_words(book, edition.when) if edition else (),
        "professional": in_words(book, edition.professional_when) if edition else (),
        "modifiers": [(entry, in_words(book, entry.when)) for entry in edition.modifiers] if edition else [],
        "units": units(book, edition) if edition else "",
        "course_limit": _units(book, code.course_limit.units) if code.course_limit else "",
        "items": [book.items[key] for key in book.documents(code.code, day)] if edition else [],
        "pairs": _pairs(book, code.code, day),
        "limits": on_day(book.limits.get(code.code, ()), day),
        "parents": [(row, book.label(row.parent)) for row in on_day(book.parents.get(code.code, ()), day)],
        "add_ons": _add_ons(book, code.code, day),
        "streams": list(code.streams.items()),
        "conflicts": [entry for entry in book.conflicts if code.code in entry.codes | entry.with_codes],
        "history": _history(book, code),
    }


def units(book: RuleBook, edition: Edition) -> str:
    """How many units, as a number or as the fact that gives it."""
    return _units(book, edition.units)


def _units(book: RuleBook, units: int | str) -> str:
    return str(units) if isinstance(units, int) else book.facts[units].label


def on_day(rows: Iterable[Row], day: date) -> list[Row]:
    """The rows valid on a day."""
    return [row for row in rows if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)]


def _pairs(book: RuleBook, code: str, day: date) -> list[tuple[PairRow, str, str]]:
    """Each pair of this code with the other code and its label, sorted by the other code."""
    return sorted(_pair_rows(book, code, day), key=lambda row: (row[1], row[0].setting, row[0].first))


def _pair_rows(book: RuleBook, code: str, day: date) -> Iterator[tuple[PairRow, str, str]]:
    for row in dict.fromkeys(row for key, rows in book.pairs.items() if code in key for row in rows):
        if on_day([row], day):
            other = row.second if row.first == code else row.first
            yield row, other, book.label(other) if other in book.codes else ""


def _add_ons(book: RuleBook, code: str, day: date) -> list[tuple[str, str]]:
    rows = (row for found in book.parents.values() for row in on_day(found, day) if row.parent == code)
    return sorted((row.add_on, book.label(row.add_on)) for row in rows)


def _history(book: RuleBook, code: Code) -> list[tuple[Edition, list[Any]]]:
    """Every edition, newest first, with what it changed from the one before."""
    before = (None, *code.editions)
    told = [
        (new, edition_changes(book, old, new) if old else [])
        for old, new in zip(before, code.editions, strict=False)
    ]
    return told[::-1]
