"""Pages of published billing files: releases in words, how far a reading is, and what can be done next."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format

from casetracker.errors import Refused
from casetracker.models import User
from casetracker.permissions import allowed
from casetracker.selectors.reference import InForce, has_stopped, is_reading
from casetracker.services.reference import check_publish
from casetracker.templatetags.ages import DAY
from checklists.models import FileState, ReferenceFile, ReferenceKind, ReferenceRelease, ReleaseState
from checklists.reader import built_in_book
from checklists.reference.differences import Change
from checklists.reference.plausible import missing_parts

COLLECTING, READY, PUBLISHED = ReleaseState.COLLECTING, ReleaseState.READY, ReleaseState.PUBLISHED


def days_words(release: ReferenceRelease) -> str:
    """`Oct 1, 2026 to Dec 31, 2026`, `from Oct 1, 2026`, or "" while the days are not known."""
    if release.valid_from is None:
        return ""
    first = date_format(release.valid_from, DAY)
    return f"{first} to {date_format(release.valid_to, DAY)}" if release.valid_to else f"from {first}"


def force_rows(entries: list[InForce]) -> list[dict[str, Any]]:
    """What judges services of today, per kind of table."""
    own = built_in_book().edits_release
    rows = []
    for entry in entries:
        if entry.kind == ReferenceKind.FEES:
            fallback = "Not loaded; used for the comparison with the rule book only"
        else:
            fallback = f"Edit facts of {own} applied, the rows of the rule book"
        ended = entry.release is None and entry.covered_to is not None
        rows.append(
            {
                "kind": entry.kind.label,
                "release": entry.release,
                "days": days_words(entry.release) if entry.release else "",
                "fallback": fallback,
                "ended": date_format(entry.covered_to, DAY) if ended and entry.covered_to else "",
            }
        )
    return rows


def listed(releases: list[ReferenceRelease]) -> list[dict[str, Any]]:
    """Releases with the counts that `releases_by_state` added to them."""
    return [
        {
            "release": release,
            "days": days_words(release),
            "rows": f"{getattr(release, 'rows_read', 0) or 0:,}",
            "kept": f"{getattr(release, 'rows_kept', 0) or 0:,}",
        }
        for release in releases
    ]


def progress_context(release: ReferenceRelease) -> dict[str, Any]:
    """How far the reading of each file is. percent is 0 to 100; the last step, storing, counts as 100."""
    files = [
        {
            "file": file,
            "size": size_words(file.size),
            "rows": f"{file.rows:,}",
            "kept": f"{file.kept:,}",
            "percent": 100 if file.state == FileState.READ else _percent(file),
            "shows_bar": file.state in (FileState.WAITING, FileState.READING),
        }
        for file in release.files.all()
    ]
    return {
        "release": release,
        "files": files,
        "reading": is_reading(release),
        "stopped": has_stopped(release),
    }


def _percent(file: ReferenceFile) -> int:
    return min(99, 100 * file.bytes_done // max(file.size, 1))


def size_words(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"


def release_facts(release: ReferenceRelease) -> list[dict[str, Any]]:
    """Everything kept about a release that is no list."""
    files = list(release.files.all())
    facts: list[dict[str, Any]] = [
        {"label": "Table", "value": release.get_kind_display()},
        {"label": "Release", "value": release.name or None},
        {"label": "Days of service", "value": days_words(release) or None},
        {"label": "Data rows read", "value": f"{sum(file.rows for file in files):,}"},
        {"label": "Rows about our codes", "value": f"{sum(file.kept for file in files):,}"},
        {
            "label": "Rows about other codes, left out",
            "value": f"{sum(file.other_codes for file in files):,}",
        },
        {"label": "Licences", "value": "confirmed" if release.licence_held else None},
    ]
    if never := sum(file.never_in_force for file in files):
        facts.insert(6, {"label": "Rows never in force, left out", "value": f"{never:,}"})
    if release.replaces_id:
        facts.append({"label": "Corrected issue of", "value": str(release.replaces)})
    if release.digest:
        facts.append({"label": "Digest of the rows", "value": release.digest[:16]})
    return facts


def waits_for(release: ReferenceRelease) -> str:
    """What a release that is being loaded still needs, in one sentence; "" when nothing is missing."""
    if release.state != COLLECTING or is_reading(release):
        return ""
    if release.kind == ReferenceKind.PAIRS:
        return (
            "The files do not say whether these pairs are for practitioners or for hospitals. Say it below."
        )
    if release.valid_from is None:
        return "The files do not say which days they hold for. Give the days below."
    parts = [part for file in release.files.all() for part in file.parts]
    missing = missing_parts(parts, release.files_expected)
    if missing:
        named = f"Part {missing[0]} is" if len(missing) == 1 else f"Parts {', '.join(map(str, missing))} are"
        return f"{named} still to be sent; the table has {release.files_expected} files."
    return f"{len(parts)} of {release.files_expected} files were read. Send the others, or correct the number below."


def actions(release: ReferenceRelease, user: User) -> dict[str, Any]:
    """{primary, secondary} of the page head; a step that is not possible now says why."""
    fields = [("version", release.version)]
    secondary: list[dict[str, Any]] = []
    primary = None
    if release.state == READY:
        primary = {
            "label": "Publish",
            "icon": "check",
            "url": reverse("reference-publish", args=[release.pk]),
            "post": True,
            "fields": fields,
            "reason": _why_not(release, user),
        }
    if release.state in (COLLECTING, READY):
        withdraw = reverse("reference-withdraw", args=[release.pk])
        secondary.append(
            {"label": "Take back", "icon": "undo", "url": withdraw, "post": True, "fields": fields}
        )
    if has_stopped(release):
        resume = reverse("reference-resume", args=[release.pk])
        secondary.append({"label": "Go on", "icon": "arrow-right", "url": resume, "post": True, "fields": []})
    return {"primary": primary, "secondary": secondary}


def _why_not(release: ReferenceRelease, user: User) -> str:
    if allowed(check_publish, release, user):
        return ""
    try:
        check_publish(release, user)
    except Refused as refusal:
        return refusal.message
    return ""


def counted(found: list[Change]) -> dict[str, int]:
    """Rows added, removed and changed."""
    return {kind: sum(change.kind == kind for change in found) for kind in ("added", "removed", "changed")}
