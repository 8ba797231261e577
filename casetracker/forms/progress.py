"""Steps of the course of care that decide no code, and putting a case on hold: small forms of the overview."""

from typing import Any

from django import forms

from casetracker import choices
from casetracker.forms.moments import BirthDayField, DayField, MomentField


class ProgressForm(forms.Form):
    """Clinical dates; they may be recorded beside an approval."""

    referred_on = DayField(label="Referred on")
    consulted_on = DayField(label="Consultation on", help_text="The day agreed on, as soon as there is one.")
    decided_on = DayField(label="Decided on", help_text="Tumor board or joint decision.")
    qa_cleared_at = MomentField(label="QA cleared at")
    follow_up_on = DayField(label="First follow-up on")
    birth_date = BirthDayField(label="Patient's date of birth", help_text="Left empty, it stays as it is.")
    sex = forms.ChoiceField(
        label="Patient's sex",
        required=False,
        choices=[("", "As recorded"), ("F", "Female"), ("M", "Male"), ("X", "Other")],
    )

    IDENTITY = ("birth_date", "sex")

    def dates(self) -> dict[str, Any]:
        """Clinical dates of the case."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.IDENTITY}

    def identity(self) -> dict[str, Any]:
        """What was told of the patient; empty values change nothing."""
        return {name: self.cleaned_data[name] for name in self.IDENTITY}


class HaltForm(forms.Form):
    """Hold, cancel, stop, or let the case go on."""

    halt = forms.ChoiceField(label="The case is", choices=choices.Halt.choices)
    reason = forms.CharField(label="Reason", required=False, max_length=200)
    on = DayField(label="Since", help_text="Today if left empty.")
