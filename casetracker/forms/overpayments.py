"""What is typed about a suspected overpayment. Shape only."""

from django import forms

from casetracker.choices import OverpaymentOutcome
from casetracker.forms.coding import reason_field
from casetracker.forms.moments import DayField
from casetracker.forms.people import Laid


class FlagForm(Laid, forms.Form):
    identified_on = DayField(
        label="Identified on",
        required=True,
        help_text="The 60 days to report and return begin on this day.",
        error_messages={"required": "Give the day on which it was identified."},
    )
    codes = forms.CharField(label="Codes", required=False, max_length=120, help_text="For example 77470.")
    because = reason_field("What is wrong", "What was billed, and what the record supports.")


class SuspendForm(Laid, forms.Form):
    because = reason_field("What is looked for", "Related errors that are looked for in good faith.")


class SettleOverpaymentForm(Laid, forms.Form):
    outcome = forms.ChoiceField(label="Outcome", choices=[("", "Choose"), *OverpaymentOutcome.choices])
    note = reason_field("How it was settled", "When and to whom it was reported, or why there was none.")
