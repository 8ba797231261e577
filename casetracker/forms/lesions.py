"""Lesion rows, 1 to 60. Sizes and distances are typed in mm or cm and never come from a template."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casetracker import choices
from casetracker.forms.answers import RecordField, WordField, YesNoField
from casetracker.forms.moments import DayField, MomentField
from casetracker.forms.quantities import DoseField, MillimetreField, PercentField, VolumeField, WholeField
from casetracker.forms.rows import BaseRows, Row, RowForm, rows_of

MOST_LESIONS = 60
ICD_PATTERN = r"^[A-Za-z]\d[0-9A-Za-z](\.?[0-9A-Za-z]{0,4})?$"
_VERTEBRA = r"(C[1-7]|T([1-9]|1[0-2])|L[1-5]|S[1-5])"
SPINE_LEVEL = rf"^{_VERTEBRA}(-{_VERTEBRA})?$"


def _text(label: str, most: int) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=most, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class LesionForm(RowForm):
    """One lesion. The first nine fields stand in the row, the rest under it."""

    put_there = ("label", "compartment")

    label = _text("Lesion", 40)
    diagnosis = WordField(choices.Diagnosis.choices, label="Diagnosis", empty="")
    region = WordField(choices.Region.choices, label="Region", empty="")
    side = WordField(choices.Side.choices, label="Side", empty="")
    max_dimension_mm = MillimetreField(label="Largest size")
    optic_distance_mm = MillimetreField(label="Distance to optic pathway")
    within_brainstem = YesNoField(label="In brainstem", select=True)
    icd10 = _text("ICD-10-CM", 8)
    dose_gy = DoseField(label="Dose")

    compartment = WordField(choices.Compartment.choices, label="Compartment", empty="Cranial")
    therapeutic_target = WordField(choices.TherapeuticTarget.choices, label="Functional target", empty="")
    brainstem_distance_mm = MillimetreField(label="Distance to brainstem")
    cavity = forms.BooleanField(label="Resection cavity", required=False)
    original_dimension_mm = MillimetreField(label="Size before resection")
    found_on = DayField(label="Found on")
    volume_cc = VolumeField(label="Volume")
    isodose_pct = PercentField(label="Prescription isodose")
    session_dose_gy = DoseField(label="Dose per session")
    prescribed_sessions = WholeField(label="Prescribed sessions", least=1, most=45)
    prescribed_at = MomentField(label="Prescription signed at")
    prescribed_by = RecordField(label="Prescription signed by", empty="")
    measured_on = DayField(label="Measured on")
    measured_by = _text("Measured by", 80)
    image_reference = _text("Image that shows it", 120)
    target = _text("Shared target volume", 40)
    stated_class = WordField(choices.StatedClass.choices, label="Class the surgeon stated", empty="")
    surgeon = RecordField(label="Surgeon of this lesion", empty="")
    spine_level = _text("Vertebral level", 12)
    dural_contact = YesNoField(label="Touches the dura", select=True)
    neural_involvement = YesNoField(label="Involves neural tissue", select=True)
    intradural = YesNoField(label="Below the dura", select=True)

    @staticmethod
    def take_offers(fields: dict[str, Any], offers: Any) -> None:
        for name in ("surgeon", "prescribed_by"):
            fields[name].offer(offers.clinicians.records, offers.clinicians.choices)

    def clean_icd10(self) -> str:
        code = self.cleaned_data["icd10"].strip().upper()
        if code:
            forms.RegexField(regex=ICD_PATTERN, error_messages={"invalid": _ICD_PROBLEM.format(code)}).clean(
                code
            )
        return code if "." in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"

    def clean_spine_level(self) -> str:
        level = self.cleaned_data["spine_level"].replace(" ", "").replace("\N{EN DASH}", "-").upper()
        if level:
            problem = {"invalid": _LEVEL_PROBLEM.format(level)}
            forms.RegexField(regex=SPINE_LEVEL, error_messages=problem).clean(level)
        return level

    def row(self) -> Row:
        found = super().row()
        found["compartment"] = found["compartment"] or choices.Compartment.CRANIAL
        found["cavity"] = bool(found["cavity"])
        return found


_LEVEL_PROBLEM = "“{}” is no vertebral level. Write T7, or T7-T8 for several (C1-C7, T1-T12, L1-L5, S1-S5)."
_ICD_PROBLEM = "“{}” is not written like a diagnosis code, for example C79.31."


class BaseLesions(BaseRows):
    noun = "lesions"

    def clean(self) -> None:
        super().clean()
        named: set[str] = set()
        for form in self.live():
            label = str(form.data.get(form.add_prefix("label")) or "").strip().lower()
            if label and label in named:
                form.add_error("label", ValidationError("Another lesion has this name already."))
            named.add(label)

    def rows(self) -> list[Row]:
        """Rows with a name each: an unnamed lesion takes the next free L number."""
        rows = super().rows()
        taken = {row["label"] for row in rows if row["label"]}
        for row in rows:
            row["label"] = row["label"] or next_label(taken)
            taken.add(row["label"])
        return rows


def next_label(taken: set[str]) -> str:
    """L1, L2 ... whichever is free first."""
    number = 1
    while f"L{number}" in taken:
        number += 1
    return f"L{number}"


LesionRows = rows_of(LesionForm, BaseLesions, MOST_LESIONS)
