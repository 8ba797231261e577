"""Reading loaded billing files, in a background thread on the small box. Called when a file comes in, and to resume.

A file is read from its start to its end before a row is stored, and all its rows are stored at once: a file is read
or it is not. A reading that broke off is seen by its beat, and done again.
"""

import hashlib
import logging
import threading
import time

from django.conf import settings
from django.db import IntegrityError, close_old_connections, transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from casetracker.selectors.reference import LOST_AFTER
from casetracker.services.reference_store import drop, path_of
from checklists import published
from checklists.models import (
    AddOnParent,
    FeeIndicator,
    FileState,
    PairEdit,
    ReferenceFile,
    ReferenceRelease,
    ReleaseState,
    UnitLimit,
)
from checklists.reader import built_in_book, current_book
from checklists.reference.choosing import chosen_tables
from checklists.reference.differences import known_on
from checklists.reference.layouts import recognised
from checklists.reference.opening import Unusable, tables_in
from checklists.reference.plausible import Whole, check_once, check_whole
from checklists.reference.records import FeeLine, LimitLine, Line, PairLine, ParentLine, Reading
from checklists.reference.rows import read_lines
from checklists.releases import codes_of

log = logging.getLogger(__name__)
BEAT_SECONDS = 1.0
MODELS: dict[type, type] = {
    PairLine: PairEdit,
    LimitLine: UnitLimit,
    ParentLine: AddOnParent,
    FeeLine: FeeIndicator,
}
_reading = threading.Lock()


def our_codes() -> frozenset[str]:
    """The codes whose rows are kept: those the book itself knows, whatever is published over it."""
    return codes_of(built_in_book())


def start_reading() -> None:
    """Read what waits: in a background thread, or at once."""
    if settings.REFERENCE_READING == "thread":
        threading.Thread(target=_read_in_thread, name="reference-files", daemon=True).start()
    else:
        read_waiting()


def _read_in_thread() -> None:
    try:
        read_waiting()
    except Exception:
        log.exception("Reading billing files stopped; it can be resumed on the page of the release.")
    finally:
        close_old_connections()


def read_waiting() -> int:
    """Read every file that waits or whose reading broke off, one after the other. Returns how many were read."""
    count = 0
    with _reading:
        while file := _claim_next():
            _read(file)
            count += 1
    return count


def waiting_files() -> QuerySet[ReferenceFile]:
    """Files to be read: new ones, and those whose reader has not been heard of for two minutes."""
    lost = Q(state=FileState.READING) & (Q(beat_at=None) | Q(beat_at__lt=timezone.now() - LOST_AFTER))
    live = ReferenceFile.objects.filter(release__state=ReleaseState.COLLECTING)
    return live.filter(Q(state=FileState.WAITING) | lost).order_by("id")


def _claim_next() -> ReferenceFile | None:
    for file in waiting_files():
        taken = ReferenceFile.objects.filter(pk=file.pk, state=file.state, beat_at=file.beat_at).update(
            state=FileState.READING, beat_at=timezone.now(), bytes_done=0
        )
        if taken:
            return file
    return None


def _read(file: ReferenceFile) -> None:
    release = file.release
    path = path_of(file.stored_as)
    try:
        if not file.stored_as or not path.exists():
            raise Unusable("The sent file is gone, because the reading broke off. Send it again.")
        beat = _Beat(file)
        with tables_in(path, file.name, beat) as tables:
            chosen = chosen_tables(tables)
            beat.start_over()
            ours = frozenset(release.codes)
            readings = [read_lines(recognised(table), ours) for table in chosen.tables]
        for reading in readings:
            check_once(reading.lines)
        _store(file, readings, [clues.part or 0 for clues in chosen.clues])
    except Unusable as problem:
        _refuse(file, str(problem))
    except Exception:
        log.exception("A billing file could not be read.")
        _refuse(file, "The file could not be read, for a reason that stands in the log of the site.")
    drop(file.stored_as)


class _Beat:
    """Says how far the reading is, at most once a second; finding the tables is no progress yet."""

    def __init__(self, file: ReferenceFile) -> None:
        self.file = file
        self.told_at = time.monotonic()
        self.before = self.latest = 0

    def start_over(self) -> None:
        self.before = self.latest

    def __call__(self, done: int) -> None:
        self.latest = done
        now = time.monotonic()
        if now - self.told_at >= BEAT_SECONDS:
            self.told_at = now
            read = min(done - self.before, self.file.size)
            ReferenceFile.objects.filter(pk=self.file.pk).update(beat_at=timezone.now(), bytes_done=read)


@transaction.atomic
def _store(file: ReferenceFile, readings: list[Reading], parts: list[int]) -> None:
    """All rows of a file and what was counted, in one transaction."""
    release = ReferenceRelease.objects.select_for_update().get(pk=file.release_id)
    if release.state != ReleaseState.COLLECTING:
        raise Unusable(f"The release was {release.get_state_display().lower()} while the file was read.")
    others = ReferenceFile.objects.filter(release=release, state=FileState.READ).values_list(
        "parts", flat=True
    )
    twice = {part for found in others for part in found if part} & set(parts)
    if twice:
        raise Unusable(
            f"Part {min(twice)} of this release was sent already. Send the parts that are missing."
        )
    try:
        with transaction.atomic():
            for reading in readings:
                _store_lines(release, reading.lines)
    except IntegrityError as error:
        raise Unusable(
            "Rows of this file stand in another file of the release. Send each part once."
        ) from error
    newest = [reading.newest for reading in readings if reading.newest]
    ReferenceFile.objects.filter(pk=file.pk).update(
        state=FileState.READ,
        stored_as="",
        bytes_done=F("size"),
        parts=parts,
        rows=sum(reading.rows for reading in readings),
        kept=sum(len(reading.lines) for reading in readings),
        other_codes=sum(reading.other_codes for reading in readings),
        never_in_force=sum(reading.never_in_force for reading in readings),
        newest=max(newest, default=None),
    )
    settle(release)


def _store_lines(release: ReferenceRelease, lines: list[Line]) -> None:
    for shape, model in MODELS.items():
        rows = [
            model(release=release, **{name: getattr(line, name) for name in shape.__slots__})  # type: ignore[attr-defined]
            for line in lines
            if isinstance(line, shape)
        ]
        model._default_manager.bulk_create(rows, batch_size=1000)  # type: ignore[attr-defined]


@transaction.atomic
def _refuse(file: ReferenceFile, problem: str) -> None:
    ReferenceFile.objects.filter(pk=file.pk).update(state=FileState.REFUSED, stored_as="", problem=problem)
    settle(ReferenceRelease.objects.select_for_update().get(pk=file.release_id))


def settle(release: ReferenceRelease) -> None:
    """What becomes of a release after a step: ready when it is whole and sound, refused when it cannot be.

    Called inside a transaction. A refused file leaves the release open as long as another file of it was read.
    """
    files = list(release.files.all())
    if release.state != ReleaseState.COLLECTING or any(
        file.state in (FileState.WAITING, FileState.READING) for file in files
    ):
        return
    read = [file for file in files if file.state == FileState.READ]
    if not read:
        _close(release, ReleaseState.REFUSED, files[-1].problem if files else "")
        return
    if not release.days_known or sum(len(file.parts) for file in read) < release.files_expected:
        return
    try:
        digest = _checked(release)
    except Unusable as problem:
        _close(release, ReleaseState.REFUSED, str(problem))
    else:
        _close(release, ReleaseState.READY, "", digest)


def _checked(release: ReferenceRelease) -> str:
    """The digest of the rows of a whole release. Raises Unusable when it cannot be whole."""
    as_value = published.as_published([release])[0]
    totals = release.files.filter(state=FileState.READ).aggregate(rows=Sum("rows"))
    newest = [file.newest for file in release.files.filter(state=FileState.READ) if file.newest]
    check_once(as_value.lines)
    check_whole(
        Whole(
            kind=release.kind,
            valid_from=as_value.valid_from,
            valid_to=as_value.valid_to,
            rows=totals["rows"] or 0,
            newest=max(newest, default=None),
            lines=as_value.lines,
            known=frozenset(known_on(current_book(), as_value)),
        )
    )
    told = sorted(repr(line) for line in as_value.lines)
    return hashlib.sha256("\n".join([*release.codes, *told]).encode()).hexdigest()


def _close(release: ReferenceRelease, state: str, problem: str, digest: str = "") -> None:
    ReferenceRelease.objects.filter(pk=release.pk).update(
        state=state, problem=problem, digest=digest, version=F("version") + 1
    )
    release.refresh_from_db()
