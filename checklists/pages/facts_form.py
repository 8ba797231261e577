"""The most important facts of a case as a form, for the try-out page. It knows nobody and saves nothing.

Words, labels and bounds are those of the case document (`engine/fields.py`); nothing typed means "not recorded".
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms

from checklists.engine.fields import SECTIONS, Field
from checklists.engine.plain import plain

MOST_LESIONS: Final = 60
FIRST_ROWS: Final = 4
MORE_ROWS: Final = 4
DAY: Final = "Year-month-day."
_BETWEEN: Final = re.compile(r"[\s,;]+")


class Words(forms.ChoiceField):
    """One word of the document's list, or nothing."""

    def __init__(self, field: Field, **more: Any):
        choices = [("", "not recorded"), *((word, plain(word)) for word in field.words)]
        super().__init__(choices=choices, required=False, label=more.pop("label", field.label), **more)


class YesNo(forms.TypedChoiceField):
    """Yes, no, or not recorded; None stands for the last."""

    def __init__(self, label: str, **more: Any):
        choices = [("", "not recorded"), ("yes", "yes"), ("no", "no")]
        super().__init__(
            choices=choices, coerce="yes".__eq__, empty_value=None, required=False, label=label, **more
        )


class Day(forms.DateField):
    """A day as text, year-month-day."""

    def __init__(self, label: str, **more: Any):
        widget = forms.TextInput(attrs={"placeholder": "2026-03-02", "autocomplete": "off"})
        said = {"invalid": "Not a day. Write it as year-month-day, for example 2026-03-02."}
        super().__init__(
            label=label,
            required=False,
            widget=widget,
            input_formats=["%Y-%m-%d"],
            error_messages=said,
            help_text=DAY,
            **more,
        )


def millimetres(field: Field) -> forms.DecimalField:
    """A length in mm within the bounds of the document."""
    return forms.DecimalField(
        label=field.label,
        required=False,
        min_value=field.minimum,
        max_value=field.maximum,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class CaseFactsForm(forms.Form):
    """The facts of the course and its team."""

    date_of_service = Day("Date of service")
    payer_class = Words(SECTIONS["payer"]["class"])
    setting = Words(SECTIONS[""]["setting"])
    off_campus = YesNo(SECTIONS[""]["off_campus"].label)
    modality = Words(SECTIONS[""]["modality"])
    planned_sessions = forms.IntegerField(
        label="Planned sessions",
        required=False,
        min_value=1,
        max_value=45,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    session_days = forms.CharField(
        label="Days of completed sessions",
        required=False,
        max_length=1000,
        help_text="One for each session, with a space or comma between: 2026-03-02, 2026-03-04.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    clinical_plan_on = Day(SECTIONS["planning"]["clinical_plan_on"].label)
    simulated = YesNo(SECTIONS["planning"]["simulated"].label)
    simulated_on = Day(SECTIONS["planning"]["simulated_on"].label)
    planned_on = Day(SECTIONS["plan"]["date"].label)
    technique = Words(SECTIONS["plan"]["technique"])
    fixation = Words(SECTIONS["fixation"]["type"])
    placed_by = Words(SECTIONS["fixation"]["placed_by"])
    surgeon_planning = YesNo("Neurosurgeon took part in planning")
    surgeon_delivery = YesNo("Neurosurgeon present at delivery")
    oncologist_planning = YesNo("Radiation oncologist took part in planning")
    oncologist_delivery = YesNo("Radiation oncologist present at delivery")

    def clean_session_days(self) -> list[date]:
        typed = [word for word in _BETWEEN.split(self.cleaned_data["session_days"]) if word]
        days = []
        for word in typed:
            try:
                days.append(date.fromisoformat(word))
            except ValueError:
                raise forms.ValidationError(
                    f"Not a day: {word[:40]}. Write each as year-month-day, for example 2026-03-02."
                ) from None
        if len(days) > 45:
            raise forms.ValidationError("At most 45 sessions are possible; leave some out.")
        return sorted(days)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("simulated") is False and cleaned.get("simulated_on"):
            self.add_error("simulated", "Not simulated, but there is a day: answer yes, or clear the day.")
        return cleaned


class LesionForm(forms.Form):
    """One lesion; a row in which nothing but `treated` stands is no lesion."""

    compartment = Words(SECTIONS["lesions"]["compartment"])
    region = Words(SECTIONS["lesions"]["region"])
    diagnosis = Words(SECTIONS["lesions"]["diagnosis"])
    max_dimension_mm = millimetres(SECTIONS["lesions"]["max_dimension_mm"])
    optic_distance_mm = millimetres(SECTIONS["lesions"]["optic_distance_mm"])
    within_brainstem = YesNo(SECTIONS["lesions"]["within_brainstem"].label)
    icd10 = forms.CharField(label="Diagnosis code (ICD-10-CM)", required=False, max_length=8)
    treated = forms.ChoiceField(
        label="Treated in these sessions",
        required=False,
        initial="yes",
        choices=[("yes", "yes"), ("no", "no")],
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.described(values) and not values.get("compartment"):
            values["compartment"] = "cranial"
        return values

    def described(self, values: dict[str, Any] | None = None) -> bool:
        """Whether anything is known of a lesion in this row."""
        found = self.cleaned_data if values is None else values
        return any(value not in (None, "") for name, value in found.items() if name != "treated")


LesionRows = forms.formset_factory(
    LesionForm, extra=0, max_num=MOST_LESIONS, absolute_max=MOST_LESIONS, validate_max=True
)


def rows(sent: Any = None, more: int = 0) -> Any:
    """The lesion rows as typed, with `more` empty ones behind; unjudged. None were sent: a few empty rows."""
    typed = [_row(sent, place) for place in range(_count(sent))] if sent else []
    wanted = min(len(typed) + more, MOST_LESIONS) or FIRST_ROWS
    return LesionRows(prefix="lesions", initial=typed + [{} for _ in range(wanted - len(typed))])


def sent_rows(sent: Any) -> Any:
    """The lesion rows that were sent, to be judged."""
    return LesionRows(sent, prefix="lesions")


def _count(sent: Any) -> int:
    told = sent.get("lesions-TOTAL_FORMS", "")
    return min(int(told), MOST_LESIONS) if told.isdecimal() and len(told) < 4 else 0


def _row(sent: Any, place: int) -> dict[str, str]:
    names = {name: f"lesions-{place}-{name}" for name in LesionForm.base_fields}
    return {name: sent[key] for name, key in names.items() if key in sent}


def number(value: Decimal) -> int | float:
    """A length as it is written in a document."""
    return int(value) if value == int(value) else float(value)
