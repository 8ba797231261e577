"""What is typed into a query and about its answer. The wording is judged by the service."""

from typing import Any

from django import forms

from casetracker.forms.moments import DayField, not_passed


class QueryForm(forms.Form):
    """One question to one clinician."""

    clinician = forms.TypedChoiceField(
        label="To", coerce=int, empty_value=None, error_messages={"required": "Choose who is asked."}
    )
    facts = forms.CharField(
        label="What the record says",
        help_text="Only facts that stand in the record, with where they stand. Nothing about payment or codes.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what the record says, and where."},
    )
    question = forms.CharField(
        label="Question",
        help_text="One open question: what, which, when, how. It may not suggest its answer.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the question."},
    )
    options = forms.CharField(
        label="Answers to choose from",
        help_text="Optional, one per line, at least two. “Other” and “cannot be determined” are always added.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = DayField(
        label="Answer due",
        help_text="Empty: the usual working days of the department.",
        validators=[not_passed],
    )

    def __init__(self, *args: Any, clinicians: list[tuple[int, str]], **more: Any):
        super().__init__(*args, **more)
        self.fields["clinician"].choices = [("", "Choose a clinician"), *clinicians]  # type: ignore[attr-defined]

    def clean_options(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]


class AnswerForm(forms.Form):
    """What the clinician answered, in his or her words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        label="Answer",
        help_text="In the clinician's words. The answer must also stand in the medical record as an addendum: "
        "add that document, and the query closes when its item is satisfied.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what the clinician answered."},
    )


class CloseForm(forms.Form):
    """Why a query is withdrawn or closed by hand."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Reason", help_text="It stays with the query.", max_length=200)
