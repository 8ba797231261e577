"""The page of two versions: every difference in words, as `_parts/two_versions.html` shows it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from casetracker.forms.case import CaseForm
from casetracker.forms.coverage import AuthorizationForm, OtherCourseForm
from casetracker.forms.lesions import LesionForm
from casetracker.forms.plans import PlanForm
from casetracker.forms.sessions import SessionForm
from casetracker.forms.team import MemberForm
from casetracker.merge import Differing, as_text

FORMS: dict[str, Any] = {
    "case": CaseForm,
    "lesions": LesionForm,
    "plans": PlanForm,
    "sessions": SessionForm,
    "team": MemberForm,
    "authorizations": AuthorizationForm,
    "other_courses": OtherCourseForm,
}
NOUNS = {
    "case": "",
    "lesions": "Lesion",
    "plans": "Plan",
    "sessions": "Session",
    "team": "",
    "authorizations": "Authorization",
    "other_courses": "Other course",
}
TIMES = {"started_at": "Start", "beam_on_at": "Beam on", "ended_at": "End"}


def versions_shown(
    differing: list[Differing], names: dict[str, str], who: str, at: datetime | None
) -> dict[str, Any]:
    """names: lesion identity -> label, for values that point to lesions."""
    return {"theirs_by": who, "theirs_at": at, "rows": [_row(entry, names) for entry in differing]}


def _row(entry: Differing, names: dict[str, str]) -> dict[str, Any]:
    where = f"{NOUNS[entry.section]} {entry.row}".strip()
    return {
        "name": entry.name,
        "label": ": ".join(part for part in (where, _label(entry)) if part),
        "base": _words(entry, entry.base, names) if entry.field else "",
        "theirs": _words(entry, entry.theirs, names),
        "yours": _words(entry, entry.mine, names),
        "clash": entry.clash,
    }


def _label(entry: Differing) -> str:
    field = FORMS[entry.section].base_fields.get(entry.field)
    return TIMES.get(entry.field) or (str(field.label) if field else "")


def _words(entry: Differing, value: Any, names: dict[str, str]) -> Any:
    """None for unrecorded; words of the form for stored words; records by their name."""
    if value in (None, "", []):
        return None
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (date, Decimal, bool)):
        return as_text(value)
    if isinstance(value, list):
        return ", ".join(names.get(key, key) for key in value)
    field = FORMS[entry.section].base_fields.get(entry.field)
    words = dict(getattr(field, "choices", ()) or ())
    return str(words.get(str(value), value))
