"""What compliance asks of the access report: a case, a person, a period. Nothing of a patient can be typed here."""

from datetime import date, timedelta
from typing import Any

from django import forms

from casetracker.forms.moments import DayField

USUAL_DAYS = 30
EARLIEST = date(2000, 1, 1)
SHOWS = [("cases", "Cases, lists and records"), ("sign_ins", "Sign-ins and passwords")]


class AccessForm(forms.Form):
    """Sent by GET: every part of it may stand in an address."""

    case = forms.CharField(label="Case number", required=False, max_length=16)
    person = forms.TypedChoiceField(label="Person", required=False, coerce=int, empty_value=None)
    since = DayField(label="From", required=True)
    until = DayField(label="To, included", required=True)
    show = forms.ChoiceField(label="About", choices=SHOWS)

    def __init__(self, asked: Any, *, people: list[tuple[int, str]], today: date):
        usual = {
            "since": (today - timedelta(days=USUAL_DAYS)).isoformat(),
            "until": today.isoformat(),
            "show": "cases",
        }
        given = {name: asked.get(name, "").strip() for name in self.base_fields}
        super().__init__(
            {name: value or usual.get(name, "") for name, value in given.items()}, label_suffix=""
        )
        self.fields["person"].choices = [("", "Everybody"), *people]  # type: ignore[attr-defined]

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if since < EARLIEST:
            raise forms.ValidationError("There are no events before 2000.")
        return since

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until == date.max:
            raise forms.ValidationError("Choose an earlier day.")
        return until

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", "The period ends before it begins.")
        return values


class PeriodForm(forms.Form):
    """A first and a last day, sent by GET; empty ones mean the usual period."""

    since = DayField(label="From", required=True)
    until = DayField(label="To, included", required=True)

    def __init__(self, asked: Any, *, since: date, until: date):
        usual = {"since": since.isoformat(), "until": until.isoformat()}
        super().__init__(
            {name: asked.get(name, "").strip() or value for name, value in usual.items()}, label_suffix=""
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("since"), cleaned.get("until")
        if first and last and last < first:
            self.add_error("until", "The period ends before it begins.")
        return cleaned
