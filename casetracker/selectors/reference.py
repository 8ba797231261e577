"""What the pages of published billing files show. The files serve every department, so the role counts in any.

Releases and counts only; which cases one touches is in `reference_effects`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, Sum
from django.utils import timezone

from casetracker.errors import NotFound
from casetracker.models import Department, User
from casetracker.permissions import check_load_reference
from casetracker.selectors.access import access_of
from checklists import published
from checklists.models import FileState, ReferenceFile, ReferenceKind, ReferenceRelease, ReleaseState
from checklists.reader import built_in_book, current_book
from checklists.reference.differences import Change, Disagreement, changes, disagreements
from checklists.releases import codes_of

LOADED = [kind for kind in ReferenceKind if kind != ReferenceKind.PAIRS]
OPEN = (ReleaseState.COLLECTING, ReleaseState.READY)
MOST_HISTORY = 100
LOST_AFTER = timedelta(minutes=2)
"""A reading that was not heard of for so long broke off."""


@dataclass(frozen=True)
class InForce:
    """What judges services of today for one kind of table; release None: the rule book's own rows."""

    kind: ReferenceKind
    release: ReferenceRelease | None
    covered_to: date | None


def zone_of(user: User) -> str:
    """The time zone of the first department of this person, for moments on pages of no department."""
    found = Department.objects.filter(pk__in=access_of(user).roles).order_by("name").first()
    return found.time_zone if found else "UTC"


def in_force(user: User, today: date) -> list[InForce]:
    """One entry per kind, in the order of the kinds. One query."""
    check_load_reference(user)
    found = list(
        ReferenceRelease.objects.filter(state=ReleaseState.PUBLISHED, valid_from__lte=today).order_by(
            "valid_from"
        )
    )
    entries = []
    for kind in LOADED:
        last = next((one for one in reversed(found) if one.kind == kind), None)
        covers = last is not None and (last.valid_to is None or last.valid_to >= today)
        entries.append(InForce(kind, last if covers else None, last.valid_to if last else None))
    return entries


def releases_by_state(user: User) -> dict[str, list[ReferenceRelease]]:
    """{open, history}: newest first, each with what was read of it. Two queries, at most 100 of the history."""
    check_load_reference(user)
    rows = (
        ReferenceRelease.objects.select_related("opened_by", "published_by", "closed_by")
        .annotate(
            files_read=Count("files", filter=Q(files__state=FileState.READ)),
            rows_read=Sum("files__rows"),
            rows_kept=Sum("files__kept"),
        )
        .order_by("-id")
    )
    return {
        "open": list(rows.filter(state__in=OPEN)),
        "history": list(rows.exclude(state__in=OPEN)[:MOST_HISTORY]),
    }


def to_publish(user: User) -> int:
    """Releases that wait for publication and of which this person loaded no file. One query."""
    waiting = ReferenceRelease.objects.filter(state=ReleaseState.READY)
    return waiting.exclude(Q(opened_by=user) | Q(files__loaded_by=user)).count()


def release_for(user: User, release_id: int) -> ReferenceRelease:
    """A release with its files, or `NotFound`; NotAllowed without the role. Two queries."""
    check_load_reference(user)
    files = Prefetch("files", ReferenceFile.objects.select_related("loaded_by").order_by("id"))
    found = (
        ReferenceRelease.objects.select_related("opened_by", "published_by", "closed_by", "replaces")
        .prefetch_related(files)
        .filter(pk=release_id)
        .first()
    )
    if found is None:
        raise NotFound("There is no such release.")
    return found


def is_reading(release: ReferenceRelease) -> bool:
    """Whether a file of the release waits or is being read."""
    return release.state == ReleaseState.COLLECTING and any(
        file.state in (FileState.WAITING, FileState.READING) for file in release.files.all()
    )


def has_stopped(release: ReferenceRelease) -> bool:
    """Whether nothing was heard of a reading, or of the judging after a publication, for two minutes."""
    since = timezone.now() - LOST_AFTER
    if release.state == ReleaseState.PUBLISHED:
        published_at = release.published_at or timezone.now()
        return release.judged_at is None and published_at < since
    return is_reading(release) and all(
        (file.beat_at or file.loaded_at) < since
        for file in release.files.all()
        if file.state in (FileState.WAITING, FileState.READING)
    )


def changes_of(release: ReferenceRelease) -> list[Change]:
    """What this release changes for our codes against what judges its first day now."""
    value = published.as_published([release])[0]
    earlier: list[Any] = []
    if release.kind == ReferenceKind.FEES:
        before = (
            ReferenceRelease.objects.filter(
                kind=release.kind, state=ReleaseState.PUBLISHED, valid_from__lt=release.valid_from
            )
            .order_by("-valid_from")
            .first()
        )
        earlier = list(published.as_published([before])[0].lines) if before else []
    return changes(current_book(), value, earlier)


def disagreements_of(release: ReferenceRelease) -> list[Disagreement]:
    """Where a fee schedule and the rule book disagree about our codes; empty for other kinds."""
    if release.kind != ReferenceKind.FEES or release.valid_from is None:
        return []
    value = published.as_published([release])[0]
    return disagreements(current_book(), value.lines, value.valid_from)


def codes_since(release: ReferenceRelease) -> list[str]:
    """Codes that the rule book gained after the release was read; their rows were not kept."""
    return sorted(codes_of(built_in_book()) - set(release.codes))
