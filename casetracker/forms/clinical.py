"""What the record says of the patient: status, screens before treatment, implant, decision, follow-up.

Shape only; windows and thresholds are the rule book's business. Nothing is saved here.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casetracker import choices
from casetracker.forms.answers import WordField, YesNoField
from casetracker.forms.moments import DayField
from casetracker.forms.quantities import DoseField, WholeField

_TRIAL = re.compile(r"^NCT\d{8}$")


def _text(label: str, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        **kwargs,
    )


class ClinicalFields(forms.Form):
    """The patient before and after treatment, in the order in which people fill it."""

    kps = WholeField(label="Karnofsky score", most=100, help_text="0 to 100, in tens. Or an ECOG grade.")
    ecog = WholeField(label="ECOG grade", most=5, help_text="0 to 5.")
    performance_on = DayField(label="Scored on")
    performance_by = _text("Scored by", 80)
    extracranial_status = WordField(choices.ExtracranialStatus.choices, label="Disease elsewhere")
    systemic_therapy = WordField(choices.SystemicTherapy.choices, label="Systemic therapy")
    systemic_drugs = _text("Drugs", 200, help_text="Cancer drugs, steroids, blood thinners.")
    board_specialties = _text("Decision taken by", 200, help_text="Specialties; or why there was no board.")
    trial_number = _text("Trial number", 20, help_text="NCT and eight digits.")
    device_model = _text("Implant: make and model", 120)
    device_mri_checked = YesNoField(label="MRI conditions checked")
    device_dose_gy = DoseField(label="Estimated dose to the implant", help_text="In Gy.")
    device_risk = WordField(choices.DeviceRisk.choices, label="Risk class of the implant")
    pregnancy_result = WordField(choices.PregnancyResult.choices, label="Pregnancy test")
    pregnancy_on = DayField(label="Pregnancy test on")
    contrast_agent = _text("Contrast agent and amount", 80)
    kidney_function_on = DayField(label="Kidney function checked on")
    follow_up_mri_on = DayField(
        label="First MRI planned on", help_text="6 to 12 weeks after the last session."
    )
    follow_up_reason = _text("Reason for another time", 200)
    summary_sent_on = DayField(label="Summary sent on")
    summary_sent_to = _text("Summary sent to", 200, help_text="Referring and primary clinicians.")

    def clean_kps(self) -> int | None:
        score: int | None = self.cleaned_data["kps"]
        if score is not None and score % 10:
            raise ValidationError(
                f"Karnofsky scores go in tens: {score // 10 * 10} or {score // 10 * 10 + 10}."
            )
        return score

    def clean_trial_number(self) -> str:
        number = str(self.cleaned_data["trial_number"] or "").replace(" ", "").upper()
        if number and not _TRIAL.match(number):
            raise ValidationError("A trial number is NCT and eight digits, for example NCT01234567.")
        return number
