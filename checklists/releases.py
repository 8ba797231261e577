"""The rule book with published releases laid over it: for the days a release covers, its rows replace the book's own.

Pure: releases come in as values, a new RuleBook goes out. A release speaks only about the codes it was read for and
only for its own kind of claim; everywhere else the rows of the book stay.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from checklists.engine.book import EditRelease, LimitRow, PairRow, ParentRow, RuleBook
from checklists.reference.records import LimitLine, Line, PairLine, ParentLine

SETTINGS: Final = {
    "pairs_practitioner": "practitioner",
    "pairs_hospital": "hospital",
    "limits_practitioner": "practitioner",
    "limits_hospital": "hospital",
}
SHORT: Final = {
    "pairs_practitioner": "PTP practitioner",
    "pairs_hospital": "PTP hospital",
    "limits_practitioner": "MUE practitioner",
    "limits_hospital": "MUE hospital",
    "add_ons": "add-on codes",
    "fees": "fee schedule",
}
OTHER: Final = {"practitioner": "hospital", "hospital": "practitioner"}
Cut = TypeVar("Cut", PairRow, LimitRow, ParentRow)


@dataclass(frozen=True)
class Published:
    """One release with its rows. valid_to None: until further notice. codes: what it was read for."""

    kind: str
    name: str
    valid_from: date
    valid_to: date | None
    codes: frozenset[str]
    digest: str
    lines: tuple[Line, ...]

    @property
    def short(self) -> str:
        return f"{SHORT[self.kind]} {self.name}".strip()


def codes_of(book: RuleBook) -> frozenset[str]:
    """Every code the book knows anything about: what is kept of a published file."""
    named = {code for pair in book.pairs for code in pair}
    add_ons = {row.parent for rows in book.parents.values() for row in rows} | set(book.parents)
    listed = book.catalogue
    return frozenset({*book.codes, *named, *book.limits, *add_ons, *listed})


def with_releases(book: RuleBook, releases: Iterable[Published]) -> RuleBook:
    """The book that judges: releases in order of their first day; its digest covers both. The book itself if none."""
    ordered = sorted(releases, key=lambda release: (release.kind, release.valid_from))
    if not ordered:
        return book
    pairs, limits, parents = dict(book.pairs), dict(book.limits), dict(book.parents)
    for release in ordered:
        if release.kind.startswith("pairs"):
            pairs = _pairs(pairs, release)
        elif release.kind.startswith("limits"):
            limits = _limits(limits, release)
        elif release.kind == "add_ons":
            parents = _parents(parents, release)
    told = [[r.kind, r.name, r.valid_from.isoformat(), str(r.valid_to), r.digest] for r in ordered]
    digest = hashlib.sha256(repr([book.digest, told]).encode()).hexdigest()
    known = tuple(
        EditRelease(r.kind, r.short, r.valid_from, r.valid_to) for r in ordered if r.kind in EDIT_KINDS
    )
    return replace(
        book, pairs=pairs, limits=limits, parents=parents, releases=known, digest=digest, memory={}
    )


EDIT_KINDS: Final = (*SETTINGS, "add_ons")


def _pairs(rows: dict[Any, tuple[PairRow, ...]], release: Published) -> dict[Any, tuple[PairRow, ...]]:
    kept = _without(rows, release, lambda pair: release.codes.issuperset(pair))
    setting = SETTINGS[release.kind]
    for line in release.lines:
        days = _common(release, line.effective_on, line.deleted_on) if isinstance(line, PairLine) else None
        if days and isinstance(line, PairLine):
            row = PairRow(line.first, line.second, line.indicator, setting, *days, release.short, "data")
            kept.setdefault((line.first, line.second), []).append(row)
    return {key: tuple(found) for key, found in kept.items() if found}


def _limits(rows: dict[Any, tuple[LimitRow, ...]], release: Published) -> dict[Any, tuple[LimitRow, ...]]:
    kept = _without(rows, release, lambda code: code in release.codes)
    setting, days = SETTINGS[release.kind], (release.valid_from, release.valid_to)
    for line in release.lines:
        if isinstance(line, LimitLine):
            absolute = line.adjudication == 2
            row = LimitRow(line.code, setting, line.units, absolute, *days, release.short, "data")
            kept.setdefault(line.code, []).append(row)
    return {key: tuple(found) for key, found in kept.items() if found}


def _parents(rows: dict[Any, tuple[ParentRow, ...]], release: Published) -> dict[Any, tuple[ParentRow, ...]]:
    kept = _without(rows, release, lambda code: code in release.codes)
    for line in release.lines:
        days = _common(release, line.effective_on, line.deleted_on) if isinstance(line, ParentLine) else None
        if days and isinstance(line, ParentLine) and line.parent:
            row = ParentRow(line.add_on, line.parent, *days, release.short, "data")
            kept.setdefault(line.add_on, []).append(row)
    return {key: tuple(found) for key, found in kept.items() if found}


def _without(
    rows: dict[Any, tuple[Cut, ...]], release: Published, speaks_of: Callable[[Any], bool]
) -> dict[Any, list[Cut]]:
    """The rows without the days and the kind of claim that the release covers."""
    return {
        key: [piece for row in found for piece in _pieces(row, release)] if speaks_of(key) else list(found)
        for key, found in rows.items()
    }


def _pieces(row: Cut, release: Published) -> Iterator[Cut]:
    setting = SETTINGS.get(release.kind)
    if setting and not isinstance(row, ParentRow):
        if row.setting == OTHER[setting]:
            yield row
            return
        if row.setting == "both":
            yield replace(row, setting=OTHER[setting])
            row = replace(row, setting=setting)
    if row.valid_from < release.valid_from:
        before = release.valid_from - timedelta(days=1)
        yield replace(row, valid_to=min(before, row.valid_to or before))
    if release.valid_to and (row.valid_to is None or row.valid_to > release.valid_to):
        yield replace(row, valid_from=max(row.valid_from, release.valid_to + timedelta(days=1)))


def _common(release: Published, first: date, last: date | None) -> tuple[date, date | None] | None:
    """The days on which both the release and its row are in force; None when there is none."""
    starts = max(release.valid_from, first)
    ends = min(release.valid_to or date.max, last or date.max)
    if ends < starts:
        return None
    return starts, None if ends == date.max else ends
