"""What reviewers and staff type about packets and items. Only shape is checked here; services decide."""

from typing import Any

from django import forms

from casetracker.choices import ReturnReason, Severity
from casetracker.forms.moments import DayField, not_passed

REASONS = [("", "Choose a reason"), *ReturnReason.choices]


def _words(label: str, help_text: str, *, required: bool = False, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ReturnItemForm(forms.Form):
    """Why one item goes back, to whom it must make sense, and until when."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(choices=REASONS, label="Reason")
    text = _words("What must change", "The person who owes the item reads this.")
    due_on = DayField(label="Due", validators=[not_passed])


class AcceptItemForm(forms.Form):
    """The item version that was seen; a note only for items that are not required."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(required=False, max_length=500)


class SeenItemsForm(forms.Form):
    """Several items as `id:version`, exactly as they were shown."""

    seen = forms.CharField(max_length=20000)

    def clean_seen(self) -> dict[int, int]:
        try:
            pairs = [part.split(":") for part in self.cleaned_data["seen"].split()]
            return {int(item): int(version) for item, version in pairs}
        except ValueError:
            raise forms.ValidationError(
                "The list of items was damaged on the way. Reload the page."
            ) from None


class SubmitForm(forms.Form):
    """A word to the reviewer."""

    note = _words("Note for the reviewer", "Optional: what to look at, what is held and why.")


class ReturnPacketForm(forms.Form):
    """Why the whole packet goes back; the reasons of single items stand with the items."""

    reason = forms.ChoiceField(choices=REASONS, required=False, label="Reason for the whole packet")
    text = _words("In your words", "Needed when no single item is returned.")


class ApproveForm(forms.Form):
    """The reviewer's confirmation: what was seen, each line, each warning, and the own password."""

    case_version = forms.IntegerField(widget=forms.HiddenInput)
    note = _words("Note on the approval", "Optional; printed with the sign-off.")
    password = forms.CharField(
        label="Your password",
        help_text="Entered anew for every approval: it is your signature.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(
        self, *args: Any, lines: list[tuple[str, str]], warnings: list[tuple[str, str]], **more: Any
    ):
        super().__init__(*args, **more)
        self.fields["lines"] = _ticks("Lines", lines, "Tick every line you approve.")
        self.fields["warnings"] = _ticks("Warnings", warnings, "Open every warning and tick it.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in ("lines", "warnings"):
            offered = len(self.fields[name].choices)  # type: ignore[attr-defined]
            if name in found and len(found[name]) < offered:
                self.add_error(
                    name, "Tick each one; what you do not want to approve must be held or declined."
                )
        return found


def _ticks(label: str, offered: list[tuple[str, str]], missing: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=offered,
        required=bool(offered),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": missing,
            "invalid_choice": "The list changed since you opened the page. Look at it again.",
        },
    )


class ReasonForm(forms.Form):
    """A reason for a step that needs one: reopening, withdrawing."""

    reason = _words("Reason", "It is kept with the packet.", required=True)


class WithdrawForm(forms.Form):
    """Why a submitted packet is taken back; may stay empty."""

    reason = _words("Reason", "Optional.")


class SupplementForm(forms.Form):
    """Which held lines are released now."""

    note = _words(
        "Why these lines can be released now", "For example: the signed note arrived.", required=True
    )

    def __init__(self, *args: Any, held: list[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["lines"] = _ticks("Held lines to release", held, "Choose at least one held line.")
        self.fields["lines"].required = True


class AnswerReturnForm(forms.Form):
    """What was done about a returned item."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = _words("What was done", "Say what changed, or why the item is right as it is.", required=True)


def may_note(severity: str) -> bool:
    """A note beside an acceptance is for recommended and quality items; for a required one it would be a waiver."""
    return severity != Severity.REQUIRED
