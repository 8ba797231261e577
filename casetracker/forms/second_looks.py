"""What is asked of the list of second looks, and what is typed about one. Shape only."""

import re
from datetime import date
from typing import Any

from django import forms

from casetracker.choices import SecondLookOutcome
from casetracker.forms.people import Laid


class MonthForm(forms.Form):
    """A month such as 2026-03, sent by GET; an empty one means the usual month."""

    month = forms.CharField(label="Month", help_text="Year and month, for example 2026-03.")

    def __init__(self, asked: Any, *, usual: date):
        typed = asked.get("month", "").strip() or f"{usual:%Y-%m}"
        super().__init__({"month": typed}, label_suffix="")

    def clean_month(self) -> date:
        """The first day of the month."""
        typed = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", self.cleaned_data["month"])
        if typed is None:
            raise forms.ValidationError("Write year and month, for example 2026-03.")
        return date(int(typed[1]), int(typed[2]), 1)


class SecondLookForm(Laid, forms.Form):
    outcome = forms.ChoiceField(label="Outcome", choices=[("", "Choose"), *SecondLookOutcome.choices])
    text = forms.CharField(
        label="What you found",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed for an error: which line or document, and what the record supports.",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("outcome") == SecondLookOutcome.ERROR and not values.get("text", "").strip():
            self.add_error("text", "Say what is wrong, so that it can be mended.")
        return values
