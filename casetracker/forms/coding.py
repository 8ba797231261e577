"""What a coder types about a line: units, modifiers, day, reason, who acts on a held line. Shape only."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casetracker import choices, free_reason
from casetracker.forms.moments import DayField, not_passed

MODIFIER = re.compile(r"^[A-Z0-9]{2}$")
CODE = re.compile(r"^[A-Z0-9]\d{3}[A-Z0-9]$")


class ModifiersField(forms.CharField):
    """Two letters or digits each, separated by spaces or commas; the value is a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, empty_value="", **kwargs)

    def clean(self, value: Any) -> list[str]:
        found = super().clean(value).replace(",", " ").upper().split()
        wrong = [word for word in found if not MODIFIER.match(word)]
        if wrong:
            raise ValidationError(
                f"“{wrong[0]}” is not a modifier. Type two letters or digits, for example 59."
            )
        if len(found) > 4:
            raise ValidationError("A line carries at most four modifiers.")
        return list(dict.fromkeys(found))

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


def says_something(text: str) -> None:
    """Validator of a reason that others act on: what a service would refuse as too short."""
    if not free_reason.says_something(text):
        raise ValidationError(free_reason.TOO_SHORT)


def reason_field(
    label: str, help_text: str = "", required: bool = True, validators: Sequence[Any] = ()
) -> forms.CharField:
    field = forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=1000,
        validators=validators,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give a reason; it stays with the line."},
    )
    field.wrapper = "span-all"  # type: ignore[attr-defined]
    return field


class DecisionForm(forms.Form):
    """`version`: of the decided line that the person saw; empty while nobody had decided it."""

    key = forms.CharField(max_length=120, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AcceptForm(DecisionForm):
    reason = reason_field("Why the line is right in spite of the warning")


class ChangeForm(DecisionForm):
    units = forms.IntegerField(label="Units", min_value=1, max_value=999)
    modifiers = ModifiersField(label="Modifiers", help_text="Separated by spaces; empty for none.")
    date = DayField(label="Day of service")
    reason = reason_field("Why it differs from the suggestion", "Shown to the reviewer and to billing.")


class HoldForm(DecisionForm):
    reason = reason_field("Why it is held", "What is missing, in words that billing understands.")
    owner = forms.ChoiceField(label="Who acts", choices=list(choices.HOLD_OWNERS.items()))
    until = DayField(
        label="Look again on",
        required=True,
        validators=[not_passed],
        error_messages={"required": "Give a day."},
    )


class DeclineForm(DecisionForm):
    reason = reason_field("Why it is not billed", validators=[says_something])


class AddForm(forms.Form):
    """A line that is not suggested."""

    code = forms.CharField(label="Code", max_length=5, help_text="Five characters, for example 77370.")
    stream = forms.ChoiceField(label="Claim", choices=choices.Stream.choices)
    units = forms.IntegerField(label="Units", min_value=1, max_value=999, initial=1)
    modifiers = ModifiersField(label="Modifiers", help_text="Separated by spaces; empty for none.")
    date = DayField(label="Day of service")
    person = forms.ChoiceField(label="Rendered by", required=False)
    reason = reason_field("Why it is added", "The rules do not suggest it; say what they do not know.")
    hold_until = DayField(
        label="Hold for compliance until",
        validators=[not_passed],
        help_text="Only when a block stands against it: compliance can lift the block for this case.",
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Nobody by name (facility)"), *people]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip().upper()
        if not CODE.match(code):
            raise ValidationError(
                f"“{code}” is not a billing code: five characters, for example 77372 or G0339."
            )
        return code
