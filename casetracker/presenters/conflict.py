"""The page of two versions: every difference in words, as `_parts/two_versions.html` shows it."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from casetracker.merge import Differing, as_text
from casetracker.presenters.words import field_of, label_words, row_words


def versions_shown(
    differing: list[Differing], names: dict[str, str], who: str, at: datetime | None
) -> dict[str, Any]:
    """names: lesion identity -> label, for values that point to lesions."""
    return {"theirs_by": who, "theirs_at": at, "rows": [_row(entry, names) for entry in differing]}


def _row(entry: Differing, names: dict[str, str]) -> dict[str, Any]:
    section = "" if entry.section == "case" else entry.section
    where = row_words(section, entry.row) if section else ""
    label = label_words(section, entry.field) if entry.field else ""
    return {
        "name": entry.name,
        "label": ": ".join(part for part in (where, label) if part),
        "base": _words(section, entry, entry.base, names) if entry.field else "",
        "theirs": _words(section, entry, entry.theirs, names),
        "yours": _words(section, entry, entry.mine, names),
        "clash": entry.clash,
    }


def _words(section: str, entry: Differing, value: Any, names: dict[str, str]) -> Any:
    """None for unrecorded; words of the form for stored words; records by their name."""
    if value in (None, "", []):
        return None
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date | bool):
        return as_text(value)
    if isinstance(value, list):
        return ", ".join(names.get(key, key) for key in value)
    field = field_of(section, entry.field) if entry.field else None
    words = {str(key): str(text) for key, text in getattr(field, "choices", ()) or ()}
    text = as_text(value) if not hasattr(value, "pk") else str(value)
    return words.get(text, text)
