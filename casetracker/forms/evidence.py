"""Forms of documents and items: they check shape and plausibility, and save nothing.

What is offered (kinds, subjects, people, items) is handed in by the view; item answers carry the version seen.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from casetracker.attachments import TAKEN, Unusable, checked_kind
from casetracker.choices import CaseRole, EntryType
from casetracker.document_input import DocumentInput
from casetracker.document_list import ENDINGS, UnreadableList, decode
from casetracker.forms.answers import RecordField, WordField
from casetracker.forms.moments import DayField, MomentField
from casetracker.models import Clinician
from casetracker.plausibility import NOT_YET
from casetracker.presenters.checklist import Row
from casetracker.requirements import STEPS, kinds


def kind_choices() -> list[tuple[str, Any]]:
    """Kinds of document grouped by workflow step."""
    by_step: dict[str, list[tuple[str, str]]] = {}
    for key, kind in kinds().items():
        by_step.setdefault(kind.step, []).append((key, kind.label))
    return [("", "Choose the kind"), *((STEPS.get(step, step), found) for step, found in by_step.items())]


class AttachedFileField(forms.FileField):
    """A file to keep with the document, judged by its content and never by its name; None for none."""

    widget = forms.FileInput

    def __init__(self) -> None:
        super().__init__(
            label="Attached file",
            required=False,
            allow_empty_file=True,
            help_text=f"{TAKEN}, at most {settings.UPLOAD_MAX_MB} MB. It is kept without its name.",
        )
        self.widget.attrs["accept"] = ".pdf,.png,.jpg,.jpeg"

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if not sent:
            return None
        try:
            checked_kind(sent, settings.UPLOAD_MAX_MB)
        except Unusable as problem:
            raise forms.ValidationError(str(problem)) from None
        return sent


class DocumentForm(forms.Form):
    """One index entry and the items it proves; with a file where the department keeps files."""

    kind = forms.ChoiceField(
        help_text="The items it usually proves are ticked for you.",
        error_messages={"required": "Choose the kind of document."},
    )
    title = forms.CharField(
        max_length=200, required=False, help_text="As it is called in the chart. Left empty: the kind."
    )
    subject = forms.ChoiceField(
        label="About", required=False, help_text="One session, plan or lesion, if it is only about that."
    )
    author = RecordField(label="Author", empty="Not recorded", help_text="Who wrote it and signs it.")
    author_name = forms.CharField(
        label="Author not in the list",
        max_length=120,
        required=False,
        help_text="Name, if the person is not in the list.",
    )
    author_role = WordField(
        CaseRole.choices, label="Signs as", help_text="Left empty: the author's part on this case."
    )
    service_date = DayField(label="Date of service", help_text="The day of the service it describes.")
    written_at = MomentField(label="Written at", help_text="If it was written later than the service.")
    signed_at = MomentField(label="Signed at", help_text="Day and time, as the record system shows them.")
    reference = forms.CharField(
        label="Where it is", max_length=200, required=False, help_text="Place in the record system."
    )
    entry_type = WordField(EntryType.choices, label="Type of entry", empty="Original")
    items = forms.MultipleChoiceField(
        label="Proves", required=False, widget=forms.CheckboxSelectMultiple, help_text=""
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[Clinician, str]],
        subjects: list[tuple[str, str]],
        rows: Iterable[Row],
        attach: bool = False,
        attached: bool = False,
        **kwargs: Any,
    ) -> None:
        """attach: a file may be sent along. attached: the present version has one, which may be taken off."""
        super().__init__(*args, **kwargs)
        if attach:
            self.fields["file"] = AttachedFileField()
        if attached:
            self.fields["drop_file"] = forms.BooleanField(
                label="Take the file off in the new version", required=False
            )
        self.parts = {person.pk: part for person, part in people}
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]
        self.fields["subject"].choices = subjects  # type: ignore[attr-defined]
        self.fields["items"].choices = [(row.id, row.label) for row in rows]  # type: ignore[attr-defined]
        records = {str(person.pk): person for person, _ in people}
        author: Any = self.fields["author"]
        author.offer(records, [(person.pk, str(person)) for person, _ in people])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("author") and cleaned.get("author_name"):
            self.add_error("author_name", "Choose an author from the list or type a name, not both.")
        for name in ("written_at", "signed_at"):
            if cleaned.get(name) and cleaned[name] > timezone.now():
                self.add_error(name, NOT_YET)
        signed, written = cleaned.get("signed_at"), cleaned.get("written_at")
        if signed and written and signed < written:
            self.add_error("signed_at", "The signature is earlier than the writing. Check both times.")
        if cleaned.get("file") and cleaned.get("drop_file"):
            self.add_error("drop_file", "Choose another file or take the present one off, not both.")
        return cleaned

    def entry(self) -> DocumentInput:
        """The cleaned values as one index entry."""
        data = self.cleaned_data
        author = data["author"]
        return DocumentInput(
            kind=data["kind"],
            title=data["title"].strip() or kinds()[data["kind"]].label,
            author=author,
            author_name=data["author_name"].strip(),
            author_role=data["author_role"] or (self.parts.get(author.pk, "") if author else ""),
            service_date=data["service_date"],
            written_at=data["written_at"],
            signed_at=data["signed_at"],
            reference=data["reference"].strip(),
            subject=data["subject"] or "case",
            entry_type=data["entry_type"] or EntryType.ORIGINAL,
            item_ids=tuple(int(item) for item in data["items"]),
            file=data.get("file") or None,
            drop_file=bool(data.get("drop_file")),
        )


class DocumentListForm(forms.Form):
    """A pasted or uploaded list of documents."""

    text = forms.CharField(
        label="Paste the list",
        required=False,
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "list-text"}),
        help_text="One document per line: kind, title, author, service date, signed at, reference.",
    )
    file = forms.FileField(
        label="or choose a file",
        required=False,
        allow_empty_file=True,
        help_text="CSV or tab separated text, at most 200 kB. A heading is understood.",
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )

    def clean_file(self) -> str:
        """The text of the file; "" without one."""
        chosen = self.cleaned_data.get("file")
        if not chosen:
            return ""
        if not chosen.name.lower().endswith(ENDINGS):
            raise forms.ValidationError(
                "Choose a .csv, .tsv or .txt file. A spreadsheet must be saved as CSV first."
            )
        try:
            return decode(chosen.read(400_000))
        except UnreadableList as problem:
            raise forms.ValidationError(str(problem)) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("text") or "").strip() and not cleaned.get("file"):
            self.add_error("text", "Paste a list or choose a file.")
        return cleaned

    def list_text(self) -> str:
        return self.cleaned_data["file"] or self.cleaned_data["text"]


class WordsForm(forms.Form):
    """A reason or statement about one item, with the version of the item the person saw."""

    words = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), required=False)
    because = forms.CharField(max_length=80, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class TickForm(forms.Form):
    """Several items proved by one document that is already in the index."""

    items = forms.MultipleChoiceField(required=False)
    document = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, items: Iterable[int], documents: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = [(item, item) for item in items]  # type: ignore[attr-defined]
        self.fields["document"].choices = [("", ""), *((one, one) for one in documents)]  # type: ignore[attr-defined]
