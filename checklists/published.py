"""The published releases as they stand in the database, laid over the book of this process.

A process asks at most every `REFERENCE_CHECK_SECONDS` whether another one published something: one small query. After
a publication in this process `forget()` makes the next call ask at once. With None it asks after `forget()` only.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError

from checklists.engine.book import RuleBook
from checklists.reference.records import FeeLine, LimitLine, Line, PairLine, ParentLine
from checklists.releases import Published, with_releases

Signature = tuple[tuple[int, str], ...]


@dataclass
class _Shelf:
    """What this process holds: the last answer, for which book and releases it was made, and when it was checked."""

    base: RuleBook | None = None
    book: RuleBook | None = None
    signature: Signature = ()
    asked_at: float | None = None
    told: bool = False


_shelf = _Shelf()
_lock = threading.Lock()


def judging_book(base: RuleBook) -> RuleBook:
    """The book with every published release over it; the book alone while none is or no database answers."""
    if not _is_due(_shelf):
        known = _shelf.book
        return known if known is not None and _shelf.base is base else base
    with _lock:
        return _refreshed(_shelf, base)


def forget() -> None:
    """Ask again at the next call: something was published."""
    with _lock:
        _shelf.told = True


def _is_due(shelf: _Shelf) -> bool:
    every = settings.REFERENCE_CHECK_SECONDS
    if shelf.told or every is None:
        return shelf.told
    return shelf.asked_at is None or time.monotonic() - shelf.asked_at >= every


def _refreshed(shelf: _Shelf, base: RuleBook) -> RuleBook:
    if not _is_due(shelf) and shelf.book is not None and shelf.base is base:
        return shelf.book
    try:
        signature = _signature()
        if shelf.book is None or shelf.base is not base or signature != shelf.signature:
            shelf.book = with_releases(base, releases_in_force()) if signature else base
            shelf.base, shelf.signature = base, signature
    except (
        DatabaseError
    ):  # no tables yet, or no database: the book alone is right, and the next call asks again
        return base
    shelf.asked_at, shelf.told = time.monotonic(), False
    return shelf.book


def _signature() -> Signature:
    from checklists.models import ReferenceRelease, ReleaseState

    found = ReferenceRelease.objects.filter(state=ReleaseState.PUBLISHED).order_by("id")
    return tuple(found.values_list("id", "digest"))


def releases_in_force() -> list[Published]:
    """Every published release with its rows; five queries whatever their number."""
    from checklists.models import ReferenceRelease, ReleaseState

    found = ReferenceRelease.objects.filter(state=ReleaseState.PUBLISHED).order_by("kind", "valid_from")
    return as_published(list(found))


def as_published(releases: Iterable[Any]) -> list[Published]:
    """Releases with known days as values; one without a last day ends the day before the next of its kind."""
    ordered = sorted(releases, key=lambda release: (release.kind, release.valid_from))
    lines = _lines([release.pk for release in ordered])
    made = []
    for place, release in enumerate(ordered):
        following = ordered[place + 1] if place + 1 < len(ordered) else None
        last = release.valid_to
        if last is None and following is not None and following.kind == release.kind:
            last = following.valid_from - timedelta(days=1)
        made.append(
            Published(
                release.kind,
                release.name,
                release.valid_from,
                last,
                frozenset(release.codes),
                release.digest,
                tuple(lines.get(release.pk, ())),
            )
        )
    return made


def _lines(ids: list[int]) -> dict[int, list[Line]]:
    from checklists.models import AddOnParent, FeeIndicator, PairEdit, UnitLimit

    found: dict[int, list[Line]] = {}
    tables: Final[list[tuple[Any, Any]]] = [
        (PairEdit, PairLine),
        (UnitLimit, LimitLine),
        (AddOnParent, ParentLine),
        (FeeIndicator, FeeLine),
    ]
    for model, line in tables:
        names = [entry.name for entry in fields(line)]
        rows = model.objects.filter(release_id__in=ids).order_by("id")
        for release_id, *values in rows.values_list("release_id", *names):
            found.setdefault(release_id, []).append(line(*values))
    return found
