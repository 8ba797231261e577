"""Approvals of the payer and other courses of the same patient."""

from typing import Any

from django import forms

from casetracker import choices
from casetracker.forms.answers import WordField, YesNoField
from casetracker.forms.moments import DayField
from casetracker.forms.quantities import DoseField, WholeField
from casetracker.forms.rows import BaseRows, Row, RowForm, rows_of


def _text(label: str, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **kwargs)


class AuthorizationForm(RowForm):
    """What the payer approved."""

    known_by = "id"

    number = _text("Authorization number", 40)
    codes = _text("Approved codes", 120, help_text="Separated by spaces.")
    sessions = WholeField(label="Sessions", most=99)
    modality = WordField(choices.Modality.choices, label="Modality", empty="")
    valid_from = DayField(label="Valid from")
    valid_to = DayField(label="Valid to")

    def clean(self) -> dict[str, Any]:
        return _in_order(self, "valid_from", "valid_to")


class OtherCourseForm(RowForm):
    """A course treated elsewhere, or earlier here, that matters for this one."""

    known_by = "id"

    relation = WordField(choices.Relation.choices, label="Relation", empty="")
    started_on = DayField(label="Started on")
    ended_on = DayField(label="Ended on")
    surgeon = forms.RegexField(
        regex=r"^\d{10}$",
        label="Surgeon's NPI",
        required=False,
        error_messages={"invalid": "An NPI has ten digits."},
    )
    group = _text("Surgeon's group", 60)
    prescribed_separately = YesNoField(label="Prescribed separately", select=True)
    body_site = _text("Body site", 80)
    dose_gy = DoseField(label="Total dose (Gy)")
    fractions = WholeField(label="Fractions", least=1, most=99)
    records_obtained = YesNoField(label="Records obtained, or tried", select=True)
    note = _text("Note", 200)

    def clean(self) -> dict[str, Any]:
        cleaned = _in_order(self, "started_on", "ended_on")
        if not self.blank and not cleaned.get("relation") and "relation" not in self.errors:
            self.add_error("relation", "Say how that course is related to this one.")
        return cleaned


def _in_order(form: forms.Form, first: str, last: str) -> dict[str, Any]:
    cleaned = form.cleaned_data
    if cleaned.get(first) and cleaned.get(last) and cleaned[last] < cleaned[first]:
        form.add_error(last, f"This is before {cleaned[first]:%Y-%m-%d}. The dates look exchanged.")
    return cleaned


class BaseAuthorizations(BaseRows):
    noun = "authorizations"

    def rows(self) -> list[Row]:
        return [with_number_id(row) for row in super().rows()]


class BaseCourses(BaseRows):
    noun = "other courses"

    def rows(self) -> list[Row]:
        return [with_number_id(row) for row in super().rows()]


def with_number_id(row: Row) -> Row:
    known = str(row["id"] or "")
    return {**row, "id": int(known) if known.isdigit() else None}


AuthorizationRows = rows_of(AuthorizationForm, BaseAuthorizations, 10)
CourseRows = rows_of(OtherCourseForm, BaseCourses, 10)
