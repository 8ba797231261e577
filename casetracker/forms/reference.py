"""Forms of published billing files. They check shape and save nothing; what a file is, is judged by its content."""

from typing import Any

from django import forms
from django.conf import settings

from casetracker.forms.moments import DayField
from casetracker.forms.people import Laid
from checklists.models import ReferenceKind

ENDINGS = ".zip,.txt,.csv,.xlsx"
PAIR_KINDS = [
    ("pairs_practitioner", "Practitioner"),
    ("pairs_hospital", "Outpatient hospital"),
]
LICENCE = (
    "Our site holds the licences that the publisher of these files asks for, among them the one for the code set, "
    "and uses the files inside the organization only."
)


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; gives a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        sent = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if not sent:
            raise forms.ValidationError("Choose the files of one release.")
        return [super(FilesField, self).clean(one, initial) for one in sent]


class Days(Laid, forms.Form):
    """The days a release holds for; empty where the file says them."""

    valid_from = DayField(
        label="First day of service", help_text="Left empty: the quarter that names or title give."
    )
    valid_to = DayField(
        label="Last day of service", help_text="Left empty beside a first day: until the next release."
    )
    files_expected = forms.IntegerField(
        label="Files in the table",
        required=False,
        min_value=1,
        max_value=40,
        help_text="How many files the publisher splits the table into. Left empty: 4 for code pairs, 1 for others.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if last and not first and "valid_from" not in self.errors:
            self.add_error("valid_from", "Give the first day too.")
        if first and last and last < first:
            self.add_error("valid_to", "The last day lies before the first.")
        return cleaned


class LoadForm(Days):
    """Files of a release, and what they do not say themselves."""

    files = FilesField(
        label="Files",
        help_text=f"As published: .zip, .txt, .csv or .xlsx, at most {settings.REFERENCE_MAX_MB} MB each. "
        "All parts of a table can be chosen at once.",
        widget=ManyFiles(attrs={"accept": ENDINGS, "multiple": True}),
    )
    kind = forms.ChoiceField(
        label="Table",
        required=False,
        choices=[
            ("", "Find out from the files"),
            *(choice for choice in ReferenceKind.choices if choice[0] != ReferenceKind.PAIRS),
        ],
        help_text="The heading says most of it; practitioner or hospital pairs are told apart by the file's name.",
    )
    licence_held = forms.BooleanField(
        label=LICENCE, error_messages={"required": "Confirm the licences first."}
    )
    corrects = forms.BooleanField(
        label="This is a corrected issue of a release that is published already",
        required=False,
        help_text="It then replaces that release for the same days.",
    )
    field_order = ("files", "kind", "licence_held", "valid_from", "valid_to", "files_expected", "corrects")


class CompleteForm(Days):
    """What the files of a release did not say."""

    kind = forms.ChoiceField(label="Pairs for", required=False, choices=[("", "Choose"), *PAIR_KINDS])
    field_order = ("kind", "valid_from", "valid_to", "files_expected")

    def __init__(self, *args: Any, ask_kind: bool, **kwargs: Any) -> None:
        """ask_kind: whether the kind of claim is not known yet."""
        super().__init__(*args, **kwargs)
        if not ask_kind:
            del self.fields["kind"]
