"""What compliance types about a policy: value, reason, first and last day. What a value may be asks the rule book."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer

from casetracker.errors import Refused
from casetracker.forms.coding import reason_field, says_something
from casetracker.forms.moments import DayField
from casetracker.forms.people import Laid
from casetracker.policy_values import HIGHEST, accepted, choices_of
from checklists.engine.book import PolicyKey

SALT = "policy looked at"


class PolicyForm(Laid, forms.Form):
    """One change of one key. `end`: no own value from the first day on.

    `seen` is a sign of the house that the open cases were shown for exactly these values.
    """

    value = forms.CharField(label="Value", required=False)
    end = forms.BooleanField(
        label="Set nothing here",
        required=False,
        help_text="From the first day on the level below decides again.",
    )
    valid_from = DayField(
        label="First day of service",
        required=True,
        help_text="The change holds for services from this day on.",
        error_messages={"required": "Give the first day."},
    )
    valid_to = DayField(label="Last day of service", help_text="Empty: until another setting replaces it.")
    reason = reason_field("Why", "Shown wherever the policy was used.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, entry: PolicyKey, can_end: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        self.fields["value"] = _value_field(entry)
        self.order_fields(["value", "end", "valid_from", "valid_to", "reason", "seen"])
        self.fields["reason"].error_messages["required"] = "Give a reason; it is shown with every use."
        if not can_end:
            del self.fields["end"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        ends = values.get("end")
        value = values.get("value") or ""
        value = ", ".join(value) if isinstance(value, list) else str(value).strip()
        if not value and not ends and "value" not in self.errors:
            self.add_error("value", "Choose or type a value.")
        elif value and not ends:
            try:
                value = accepted(self.entry, value)
            except Refused as refusal:
                self.add_error("value", refusal.message)
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", ValidationError("The last day lies before the first."))
        return {**values, "value": "" if ends else value}

    def proposal(self) -> dict[str, Any]:
        """What the service is told."""
        return {name: self.cleaned_data[name] for name in ("value", "reason", "valid_from", "valid_to")}

    def sign(self, owner: str) -> str:
        """The sign for the values as they stand now."""
        return Signer(salt=SALT).sign_object(self._values(owner))

    def was_seen(self, owner: str) -> bool:
        """Whether the open cases were shown for these values."""
        try:
            seen = Signer(salt=SALT).unsign_object(self.cleaned_data.get("seen") or "")
        except BadSignature:
            return False
        return bool(seen == self._values(owner))

    def _values(self, owner: str) -> list[str]:
        values = self.cleaned_data
        return [owner, values["value"], str(values["valid_from"]), str(values["valid_to"] or "")]


def _value_field(entry: PolicyKey) -> forms.Field:
    choices = choices_of(entry)
    if entry.kind == "words" and choices:
        return forms.MultipleChoiceField(
            label="Value", choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )
    if choices:
        return forms.ChoiceField(label="Value", choices=[("", "Choose"), *choices], required=False)
    help_text = f"A whole number from 0 to {HIGHEST}." if entry.kind == "whole_number" else ""
    if entry.kind == "words":
        help_text = "Separated by commas."
    return forms.CharField(label="Value", required=False, max_length=120, help_text=help_text)


class WithdrawForm(Laid, forms.Form):
    reason = reason_field("Why it is not put in force", "It stays in the history.")


class LiftForm(Laid, forms.Form):
    reason = reason_field(
        "Why it is lifted for this case",
        "Shown to the coder, the reviewer and billing, with your name.",
        validators=[says_something],
    )


class RestoreForm(Laid, forms.Form):
    reason = reason_field(
        "Why it is taken back", "The conflict stops the packet again.", validators=[says_something]
    )
