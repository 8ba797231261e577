"""Loading published billing files, and putting a release in force. Reading them is in `reference_reading`.

A file is looked at before anything is recorded: what is of the wrong kind is refused at once. What was recorded stays
in the history, whatever becomes of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.models import User
from casetracker.permissions import check_load_reference
from casetracker.services import reference_judging, reference_reading
from casetracker.services.history import audit, service
from casetracker.services.reference_store import Kept, Sent, drop, keep
from checklists import published
from checklists.models import FileState, ReferenceFile, ReferenceKind, ReferenceRelease, ReleaseState
from checklists.reference.choosing import chosen_tables
from checklists.reference.naming import Clues, first_day_of, last_day_of, with_kind
from checklists.reference.opening import Unusable, tables_in

KIND_WORDS = dict(ReferenceKind.choices)
PAIR_FILES = 4
COLLECTING, READY, PUBLISHED = ReleaseState.COLLECTING, ReleaseState.READY, ReleaseState.PUBLISHED


@dataclass(frozen=True)
class Told:
    """What the sender says of the files; empty where the files are to say it.

    valid_to None with open_end: until the next release. corrects: a corrected issue of a published release.
    """

    kind: str = ""
    name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    files_expected: int | None = None
    licence_held: bool = False
    corrects: bool = False


def load(*, sent: Sequence[Sent], told: Told, by: User | None) -> list[ReferenceRelease]:
    """Take files in and start reading them; files of one kind and quarter become one release.

    by None: loaded from the command line without a name. Returns the releases the files belong to. Raises NotAllowed
    without the role, Refused without the licence tick, for a wrong kind, an older, overlapping or known file.
    """
    if by is not None:
        check_load_reference(by)
    kept: list[Kept] = []
    try:
        if not told.licence_held:
            raise Refused(
                "Confirm that the site holds the licences that the publisher of these files asks for."
            )
        entries = []
        for one in sent:
            kept.append(keep(one))
            entries.append((kept[-1], _clues_of(kept[-1], told.kind)))
        releases = _record(entries=entries, told=told, by=by)
    except Exception as error:
        for file in kept:
            drop(file.stored_as)
        if isinstance(error, Unusable):
            audit(action="reference.loaded", by=by, outcome="refused")
            raise Refused(str(error)) from error
        raise
    for release in releases:
        release.refresh_from_db()
    return releases


def _clues_of(file: Kept, kind: str) -> Clues:
    with tables_in(file.path, file.name) as tables:
        chosen = chosen_tables(tables)
    return with_kind(chosen.clues[0], kind, file.name, KIND_WORDS)


@service("reference.loaded")
def _record(*, entries: list[tuple[Kept, Clues]], told: Told, by: User | None) -> list[ReferenceRelease]:
    releases: dict[int, ReferenceRelease] = {}
    for file, clues in entries:
        _refuse_known(file)
        release = _release_for(clues, told, by)
        releases[release.pk] = release
        ReferenceFile.objects.create(
            release=release,
            name=file.name,
            size=file.size,
            sha256=file.sha256,
            stored_as=file.stored_as,
            loaded_by=by,
            loaded_at=timezone.now(),
        )
    for release in releases.values():
        audit(action="reference.loaded", by=by, record=f"release {release.pk}")
    transaction.on_commit(reference_reading.start_reading, robust=True)
    return list(releases.values())


def _refuse_known(file: Kept) -> None:
    live = Q(release__state__in=(COLLECTING, READY, PUBLISHED)) & ~Q(state=FileState.REFUSED)
    known = ReferenceFile.objects.filter(live, sha256=file.sha256).select_related("release").first()
    if known:
        raise Refused(f"{file.name} was loaded already, as part of {known.release}. Choose another file.")


def _release_for(clues: Clues, told: Told, by: User | None) -> ReferenceRelease:
    """The release still being collected that this file belongs to, or a new one."""
    values = _days(clues, told)
    waiting = ReferenceRelease.objects.filter(
        state=COLLECTING, kind=clues.kind, valid_from=values["valid_from"]
    ).first()
    if waiting:
        return waiting
    release = ReferenceRelease(
        kind=clues.kind,
        files_expected=told.files_expected or (PAIR_FILES if clues.kind.startswith("pairs") else 1),
        licence_held=told.licence_held,
        opened_by=by,
        opened_at=timezone.now(),
        codes=sorted(reference_reading.our_codes()),
        **values,
    )
    _place(release, corrects=told.corrects)
    release.full_clean(exclude=["codes"])
    release.save()
    return release


def _days(clues: Clues, told: Told) -> dict[str, Any]:
    """Name and days of a release: what a person says wins over what the file says."""
    if told.valid_from:
        first, last = told.valid_from, told.valid_to
    elif clues.quarter:
        first = first_day_of(clues.quarter)
        last = None if clues.kind == ReferenceKind.ADD_ONS else last_day_of(clues.quarter)
    else:
        return {"name": told.name, "valid_from": None, "valid_to": None}
    return {"name": told.name or clues.name or first.isoformat(), "valid_from": first, "valid_to": last}


def _place(release: ReferenceRelease, *, corrects: bool) -> None:
    """Refuse a release that is older than what is published or shares days with it; note what it corrects."""
    first, last = release.valid_from, release.valid_to
    if first is None:
        return
    if last is not None and last < first:
        raise Refused("The last day lies before the first. Correct one of them.")
    same = ReferenceRelease.objects.filter(kind=release.kind, state=PUBLISHED).order_by("-valid_from")
    for known in same:
        if known.valid_from == first and corrects:
            release.replaces = known
            return
        if known.valid_from == first:
            raise Refused(
                f"{known} is published for these days. If the publisher corrected it, load it as a corrected issue."
            )
        if known.valid_from and known.valid_from > first:
            raise Refused(
                f"This release is older than {known}, which is published. Load quarters in their order."
            )
        if known.valid_to and known.valid_to >= first:
            raise Refused(
                f"These days overlap with {known}, which holds until {known.valid_to.isoformat()}. "
                "Correct the first day."
            )
    if corrects:
        raise Refused(
            "No published release begins on this day, so there is nothing to correct. Untick the box."
        )


@service("reference.completed")
def complete(*, release: ReferenceRelease, by: User, told: Told) -> ReferenceRelease:
    """Say what the files did not: kind of claim, days, number of files. Only while the release is being loaded."""
    check_load_reference(by)
    release = _fresh(release)
    _need_state(release, COLLECTING)
    if told.kind and release.kind == ReferenceKind.PAIRS:
        release.kind = told.kind
    if told.valid_from:
        release.valid_from, release.valid_to = told.valid_from, told.valid_to
        release.name = told.name or release.name or told.valid_from.isoformat()
    release.files_expected = told.files_expected or release.files_expected
    _place(release, corrects=told.corrects or release.replaces_id is not None)
    release.full_clean(exclude=["codes"])
    release.version += 1
    release.save()
    audit(action="reference.completed", by=by, record=f"release {release.pk}")
    reference_reading.settle(release)
    return release


@service("reference.published")
def publish(*, release: ReferenceRelease, by: User, version: int) -> ReferenceRelease:
    """Put a release in force for the days it covers. Never by a person who loaded one of its files.

    version: the version of the release this person saw. Raises NotAllowed, WrongState, Stale, Refused.
    """
    check_publish(release, by)
    release = _fresh(release)
    _need_state(release, READY)
    if not release.licence_held:
        raise Refused("Nobody has confirmed that the site holds the licences for this table.")
    _place(release, corrects=release.replaces_id is not None)
    if release.replaces_id:
        ReferenceRelease.objects.filter(pk=release.replaces_id).update(
            state=ReleaseState.SUPERSEDED, closed_by=by, closed_at=timezone.now(), version=F("version") + 1
        )
    _claim(release, version, READY, state=PUBLISHED, published_by=by, published_at=timezone.now())
    audit(action="reference.published", by=by, record=f"release {release.pk}")
    transaction.on_commit(published.forget)
    transaction.on_commit(reference_judging.start_judging, robust=True)
    return release


def check_publish(release: ReferenceRelease, by: User) -> None:
    """Raises NotAllowed when this person cannot publish this release."""
    check_load_reference(by)
    loaders = {release.opened_by_id, *release.files.values_list("loaded_by_id", flat=True)}
    if by.pk in loaders:
        raise NotAllowed("You loaded this release, so another coder or administrator publishes it.")


@service("reference.withdrawn")
def withdraw(*, release: ReferenceRelease, by: User, version: int, reason: str = "") -> ReferenceRelease:
    """Take a release back; its record stays in the history. A published one needs the reason.

    A published one no longer judges any day: the issue it corrected is in force again, else what held before it, and
    open cases are judged anew. Raises NotAllowed, Refused without the reason, WrongState, Stale.
    """
    check_load_reference(by)
    release = _fresh(release)
    if release.state == PUBLISHED:
        return _out_of_force(release, by, version, reason.strip())
    if release.state not in (COLLECTING, READY):
        raise WrongState(f"This release is {release.get_state_display().lower()}; it cannot be taken back.")
    _claim(
        release, version, release.state, state=ReleaseState.WITHDRAWN, closed_by=by, closed_at=timezone.now()
    )
    audit(action="reference.withdrawn", by=by, record=f"release {release.pk}")
    for stored_as in release.files.exclude(stored_as="").values_list("stored_as", flat=True):
        transaction.on_commit(lambda name=stored_as: drop(name))
    return release


def _out_of_force(release: ReferenceRelease, by: User, version: int, reason: str) -> ReferenceRelease:
    if not reason:
        raise Refused("Say what was wrong with this release. The reason stays in its history.")
    _claim(
        release,
        version,
        PUBLISHED,
        state=ReleaseState.WITHDRAWN,
        closed_by=by,
        closed_at=timezone.now(),
        withdrawn_because=reason[:200],
        judged_at=None,
    )
    if release.replaces_id:
        ReferenceRelease.objects.filter(pk=release.replaces_id, state=ReleaseState.SUPERSEDED).update(
            state=PUBLISHED, closed_by=None, closed_at=None, version=F("version") + 1
        )
    audit(action="reference.withdrawn", by=by, record=f"release {release.pk}")
    transaction.on_commit(published.forget)
    transaction.on_commit(reference_judging.start_judging, robust=True)
    return release


@service("reference.resumed")
def resume(*, release: ReferenceRelease, by: User) -> ReferenceRelease:
    """Go on where a reading or judging stopped, for example because the site was started anew."""
    check_load_reference(by)
    audit(action="reference.resumed", by=by, record=f"release {release.pk}")
    transaction.on_commit(reference_reading.start_reading, robust=True)
    if release.published_at:
        transaction.on_commit(reference_judging.start_judging, robust=True)
    return release


def _fresh(release: ReferenceRelease) -> ReferenceRelease:
    return ReferenceRelease.objects.select_for_update().get(pk=release.pk)


def _need_state(release: ReferenceRelease, state: str) -> None:
    if release.state != state:
        raise WrongState(f"This release is {release.get_state_display().lower()} by now. Reload the page.")


def _claim(release: ReferenceRelease, version: int, was: str, **values: object) -> None:
    moved = ReferenceRelease.objects.filter(pk=release.pk, version=version, state=was).update(
        version=F("version") + 1, **values
    )
    if not moved:
        raise Stale("Somebody else worked on this release meanwhile. Reload the page and look again.")
    release.refresh_from_db()
