"""Facts in the words of the form: a path of a difference, and a stored value of it. No queries.

Paths are those of `differences.py`: `machine`, `lesions[L1].region`, `people[neurosurgeon: Dr. Frame].role`.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from casetracker import case_fields
from casetracker.choices import CaseRole
from casetracker.forms.case import CaseForm
from casetracker.forms.coverage import AuthorizationForm, OtherCourseForm
from casetracker.forms.lesions import LesionForm
from casetracker.forms.planning_rows import DirectiveForm, ImageForm, OrganForm, TargetForm
from casetracker.forms.plans import PlanForm
from casetracker.forms.progress import HaltForm, ProgressForm
from casetracker.forms.quantities import QuantityField, plain
from casetracker.forms.sessions import SessionForm
from casetracker.forms.team import MemberForm

FORMS: dict[str, Any] = {
    "lesions": LesionForm,
    "plans": PlanForm,
    "sessions": SessionForm,
    "people": MemberForm,
    "team": MemberForm,
    "authorizations": AuthorizationForm,
    "other_courses": OtherCourseForm,
    "images": ImageForm,
    "targets": TargetForm,
    "organs": OrganForm,
    "directives": DirectiveForm,
}
NOUNS = {
    "lesions": "Lesion",
    "plans": "Plan",
    "sessions": "Session",
    "authorizations": "Authorization",
    "other_courses": "Other course",
    "images": "Image set",
    "targets": "Target",
    "organs": "Critical structure",
    "directives": "Written directive",
}
ORDER: dict[str, tuple[str, ...]] = {
    "": case_fields.CASE,
    "lesions": case_fields.LESION,
    "plans": case_fields.PLAN,
    "sessions": case_fields.SESSION,
    "people": case_fields.TEAM,
    "authorizations": case_fields.AUTHORIZATION,
    "other_courses": case_fields.OTHER_COURSE,
    **case_fields.PLANNING_ROWS,
}
OTHER_LABELS = {
    "frame_on_at": "Frame on",
    "imaging_at": "Planning images",
    "frame_off_at": "Frame off",
    "started_at": "Start",
    "beam_on_at": "Beam on",
    "ended_at": "End",
    "timeout_at": "Time-out",
    "halt_reason": "Reason",
    "halted_on": "Since",
    "position": "Place in the list",
    "presences": "Present in the room",
    "confirmed": "Confirmed template values",
    "patient.birth_date": "Date of birth",
    "patient.sex": "Sex",
}
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_MOMENT_INSIDE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})\b")
_MOMENT = re.compile(rf"^{_MOMENT_INSIDE.pattern}$")
_PATH = re.compile(r"^(?P<section>\w+)(?:\[(?P<row>.*)\])?(?:\.(?P<field>\w+))?$")


def path_words(path: str) -> str:
    """`Lesion L1: Region`, `Dr. Frame: Took part in delivery`, `Machine`."""
    section, row, field = _parts(path)
    where = row_words(section, row) if row else ""
    label = label_words(section if row else "", field) if field else ""
    return ": ".join(part for part in (where, label) if part) or path


def in_form_order(paths: Iterable[str]) -> list[str]:
    """Paths as the form asks for them: the case, then its rows; the database keeps no order of its own."""
    return sorted(paths, key=_place)


def _place(path: str) -> tuple[int, list[tuple[int, str]], int]:
    """Section, row (2 before 10) and field; what no form knows stays last, as it came."""
    section, row, field = _parts(path)
    names = ORDER.get(section, ())
    if not row and field not in names:
        return len(ORDER), [], 0
    rows = [(int(digits or 0), word) for digits, word in re.findall(r"(\d*)(\D*)", row)]
    place = names.index(field) if field in names else len(names)
    return list(ORDER).index(section), rows, place if field else -1


def row_words(section: str, row: str) -> str:
    """How people call a row: `Lesion L1`, or the name of a person without the role before it."""
    for role in CaseRole:
        row = row.removeprefix(f"{role.value}: ")
    return f"{NOUNS.get(section, '')} {row}".strip()


def label_words(section: str, field: str) -> str:
    found = field_of(section, field)
    if found is not None and found.label:
        return str(found.label)
    return OTHER_LABELS.get(field) or field.replace("_", " ").capitalize()


def field_of(section: str, name: str) -> Any:
    """The form field of a fact, or None."""
    if section in FORMS:
        return FORMS[section].base_fields.get(name)
    for form in (CaseForm, ProgressForm, HaltForm):
        if name in form.base_fields:
            return form.base_fields[name]
    return None


def value_words(path: str, value: Any) -> str | None:
    """A stored value for reading; None stays None (not recorded)."""
    section, row, name = _parts(path)
    return _words(field_of(section if row else "", name), value)


def _words(field: Any, value: Any) -> str | None:
    if value in (None, "", [], {}):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list):
        return ", ".join(_words(field, entry) or "" for entry in value)
    if _DAY.match(str(value)):
        return date_format(date.fromisoformat(str(value)), "M j, Y")
    if _MOMENT.match(str(value)):
        return date_format(timezone.localtime(datetime.fromisoformat(str(value))), "M j, Y, H:i")
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(field, entry)} Gy" for name, entry in value.items())  # doses only
    words = {str(key): str(text) for key, text in getattr(field, "choices", ()) or () if key}
    unit = f" {field.unit}" if isinstance(field, QuantityField) else ""
    text = words.get(str(value), str(value))
    return f"{_MOMENT_INSIDE.sub(_clock, text)}{unit}"


def _clock(found: re.Match[str]) -> str:
    """The time of day of a moment within a longer text, such as who was present from when to when."""
    return date_format(timezone.localtime(datetime.fromisoformat(found[0])), "H:i")


def row_summary(path: str, row: dict[str, Any]) -> str:
    """A whole row in one line: what is recorded of it, in the order of the form."""
    section, _, _ = _parts(path)
    names = ("label", "number", "position", "compartment", "uuid", "lesions")
    listed = ORDER.get(section, ())
    known = sorted(row, key=lambda name: listed.index(name) if name in listed else len(listed))
    told = [_part(section, name, row[name]) for name in known if name not in names]
    return ", ".join(entry for entry in told if entry)


def _part(section: str, name: str, value: Any) -> str | None:
    """One value within a row: a yes is its question, a no and a stored "none" say nothing."""
    if isinstance(value, bool):
        return label_words(section, name).lower() if value else None
    return None if value == "none" else _words(field_of(section, name), value)


def _parts(path: str) -> tuple[str, str, str]:
    """Section, row and field; a case's own field has no row."""
    found = _PATH.match(path)
    if found is None:
        return "", "", path
    if not found["row"]:
        return "", "", path
    return found["section"], found["row"], found["field"] or ""
