"""Rows that a plan rests on: image sets, targets, critical structures, versions of the written directive.

Plans are named by their number on the page, lesions by their name; `points_to` turns both into row numbers.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casetracker import choices
from casetracker.forms.answers import RecordField, WordField, YesNoField
from casetracker.forms.coverage import with_number_id
from casetracker.forms.moments import DayField, MomentField
from casetracker.forms.quantities import DoseField, MillimetreField, PercentField, QuantityField, WholeField
from casetracker.forms.rows import BaseRows, Row, RowForm, rows_of

MOST_PLANS = 8
MOST_TARGETS = 480


class IndexField(QuantityField):
    """A ratio without a unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(unit="ratio", factors={"ratio": 1}, most=99, example="1.25", **kwargs)


def _text(label: str, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **kwargs)


def _plan() -> WholeField:
    return WholeField(label="Plan", least=1, most=MOST_PLANS)


class ImageForm(RowForm):
    known_by = "id"

    kind = WordField(choices.SeriesKind.choices, label="Kind of images", empty="")
    series = _text("Series", 80)
    acquired_on = DayField(label="Acquired on")
    slice_mm = MillimetreField(label="Slice thickness", most=50)
    for_planning = YesNoField(label="Used for planning", select=True)
    fused = YesNoField(label="In the fusion", select=True)
    reported = YesNoField(label="Report on file", select=True)


class TargetForm(RowForm):
    """The target of one lesion in one plan."""

    known_by = "id"
    put_there = ("plan", "lesion")

    plan = _plan()
    lesion = _text("Lesion", 40)
    margin_mm = MillimetreField(label="Margin", most=50)
    approved_at = MomentField(label="Approved at")
    approved_by = RecordField(label="Approved by", empty="")
    coverage_pct = PercentField(label="Coverage")
    conformity = IndexField(label="Conformity")
    gradient = IndexField(label="Gradient")
    max_dose_gy = DoseField(label="Largest dose")

    @staticmethod
    def take_offers(fields: dict[str, Any], offers: Any) -> None:
        fields["approved_by"].offer(offers.clinicians.records, offers.clinicians.choices)


class OrganForm(RowForm):
    """One critical structure; a planned dose above the limit wants a comment."""

    known_by = "id"
    put_there = ("plan",)

    plan = _plan()
    name = _text("Critical structure", 60)
    limit_gy = DoseField(label="Limit")
    planned_gy = DoseField(label="Planned")
    comment = _text("Comment where the limit is passed", 200)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", "Name the structure, for example Chiasm.")
        return cleaned


class DirectiveForm(RowForm):
    """One version of the written directive; the first version stays when it is changed."""

    known_by = "id"
    put_there = ("version",)

    version = WholeField(label="Version", least=1, most=99)
    total_gy = DoseField(label="Total dose")
    site = _text("Site", 120)
    settings = _text("Target settings, or where they stand", 200)
    signed_at = MomentField(label="Signed at")
    signed_by = RecordField(label="Signed by", empty="")
    authorized_user = YesNoField(label="Authorized user", select=True)

    @staticmethod
    def take_offers(fields: dict[str, Any], offers: Any) -> None:
        fields["signed_by"].offer(offers.clinicians.records, offers.clinicians.choices)


class _Known(BaseRows):
    def rows(self) -> list[Row]:
        return [with_number_id(row) for row in super().rows()]


class BaseImages(_Known):
    noun = "image sets"


class BaseTargets(_Known):
    noun = "targets"


class BaseOrgans(_Known):
    noun = "critical structures"


class BaseDirectives(_Known):
    noun = "versions of the directive"


ImageRows = rows_of(ImageForm, BaseImages, 20)
TargetRows = rows_of(TargetForm, BaseTargets, MOST_TARGETS)
OrganRows = rows_of(OrganForm, BaseOrgans, 60)
DirectiveRows = rows_of(DirectiveForm, BaseDirectives, 20)
PLANNING_SETS: dict[str, type[BaseRows]] = {
    "images": ImageRows,
    "targets": TargetRows,
    "organs": OrganRows,
    "directives": DirectiveRows,
}


def points_to(form: RowForm, plans: int, names: Sequence[str]) -> Row:
    """The row numbers of the plan and the lesion this row names; a wrong name is an error of the form."""
    found: Row = {}
    if "plan" in form.fields:
        number = form.cleaned_data.get("plan")
        if number and number > max(plans, 1):
            form.add_error("plan", f"There is no plan {number}.")
        found["plan"] = number - 1 if number and number <= plans else None
    if "lesion" in form.fields:
        found["lesion"] = _lesion(form, names)
    return found


def _lesion(form: RowForm, names: Sequence[str]) -> int | None:
    name = str(form.cleaned_data.get("lesion") or "").strip().lower()
    places = {label.strip().lower(): place for place, label in enumerate(names)}
    if name not in places:
        said = f"No lesion is called {form.cleaned_data.get('lesion')}." if name else "Name the lesion."
        form.add_error("lesion", ValidationError(said))
        return None
    return places[name]
