"""The page of two versions: every difference in words, as `_parts/two_versions.html` shows it."""

from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from casetracker.forms.quantities import QuantityField
from casetracker.merge import DOSE, PRESENT, Differing, as_text
from casetracker.presenters.words import field_of, label_words, row_words


def versions_shown(
    differing: list[Differing], names: dict[str, str], who: str, at: datetime | None
) -> dict[str, Any]:
    """names: identity of a lesion or plan -> label, for values and rows that point to one; of a record that somebody
    chose -> its name, as `<section>.<field>=<id>` (section empty for the case)."""
    return {"theirs_by": who, "theirs_at": at, "rows": [_row(entry, names) for entry in differing]}


def _row(entry: Differing, names: dict[str, str]) -> dict[str, Any]:
    section = "" if entry.section == "case" else entry.section
    where = row_words(section, _row_name(section, entry.row, names)) if section else ""
    label = _label(section, entry, names) if entry.field else ""
    return {
        "name": entry.name,
        "label": ": ".join(part for part in (where, label) if part),
        "base": _base(section, entry, names) if entry.field else "",
        "theirs": _words(section, entry, entry.theirs, names),
        "yours": _words(section, entry, entry.mine, names),
        "clash": entry.clash,
    }


def _row_name(section: str, row: str, names: dict[str, str]) -> str:
    """A target by its lesion, images by their kind, a directive by its version: what these rows are known by."""
    if section == "directives" and row:
        return f"version {row}"
    if section == "targets":
        return f"of {names.get(row, 'a new lesion')}"
    words = (dict(getattr(field_of(section, name), "choices", ())) for name in ("kind", "relation"))
    return next((str(known[row]) for known in words if row and row in known), row)


def _label(section: str, entry: Differing, names: dict[str, str]) -> str:
    """What people call the field; a dose says of which lesion, presence whose."""
    if entry.field.startswith(DOSE):
        return f"Dose of {names.get(entry.field.removeprefix(DOSE), 'a new lesion')} in Gy"
    if entry.field.startswith(PRESENT):
        return f"{(entry.mine or entry.theirs)['clinician']}, present"
    return label_words(section, entry.field)


def _base(section: str, entry: Differing, names: dict[str, str]) -> Any:
    """What both had started from is kept as text; a moment in it is a number of seconds."""
    kinds = (entry.mine, entry.theirs)
    if entry.base and any(isinstance(value, dict) for value in kinds):
        arrived, _, left = entry.base.partition("-")
        return _presence_words(*(_moment(text) if text else None for text in (arrived, left)))
    if entry.base.isdigit() and any(isinstance(value, datetime) for value in kinds):
        return _words(section, entry, _moment(entry.base), names)
    return _words(section, entry, entry.base, names)


def _moment(seconds: str) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds.isdigit() else None


def _presence_words(arrived: datetime | None, left: datetime | None) -> str:
    times = [timezone.localtime(moment).strftime("%H:%M") if moment else "" for moment in (arrived, left)]
    if not any(times):
        return "there, times not recorded"
    return " to ".join(time or "not recorded" for time in times)


def _words(section: str, entry: Differing, value: Any, names: dict[str, str]) -> Any:
    """None for unrecorded; words of the form for stored words; records by their name."""
    if value in (None, "", []):
        return None
    if isinstance(value, dict):
        return _presence_words(value.get("arrived_at"), value.get("left_at"))
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date | bool):
        return as_text(value)
    if isinstance(value, list):
        return ", ".join(names.get(key, key) for key in value)
    field = field_of(section, entry.field) if entry.field else None
    words = {str(key): str(text) for key, text in getattr(field, "choices", ()) or ()}
    text = as_text(value) if not hasattr(value, "pk") else str(value)
    known = names.get(text) or names.get(f"{section}.{entry.field}={text}") or words.get(text, text)
    return f"{known} {field.unit}" if isinstance(field, QuantityField) and field.unit != "ratio" else known
