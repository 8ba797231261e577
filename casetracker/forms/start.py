"""The least that opens a case: whose it is, where it is treated, and when."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms

from casetracker.forms.answers import RecordField
from casetracker.forms.moments import BirthDayField, DayField
from casetracker.models import CaseTemplate, Machine


class StartForm(forms.Form):
    """`source` is a template (with its machine) or a machine alone."""

    source = RecordField(
        label="Template or machine",
        empty="Choose later",
        help_text="A template fills technique, fixation, sessions and team; its values wait for your confirmation.",
    )
    record_number = forms.CharField(
        label="Record number",
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": "Type the medical record number."},
    )
    name = forms.CharField(
        label="Patient's name",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Family name, given name. Not needed for a patient you already know.",
    )
    date_of_service = DayField(label="Date of service", help_text="First treatment day, if it is known.")
    birth_date = BirthDayField(label="Date of birth")
    sex = forms.ChoiceField(
        label="Sex",
        required=False,
        choices=[("", "Not recorded"), ("F", "Female"), ("M", "Male"), ("X", "Other")],
    )
    after = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, templates: list[CaseTemplate], machines: list[Machine], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = {f"template-{t.pk}": t for t in templates} | {f"machine-{m.pk}": m for m in machines}
        groups = [("Templates", [(f"template-{t.pk}", f"{t.machine} · {t.name}") for t in templates])]
        groups.append(("Machine only", [(f"machine-{m.pk}", m.name) for m in machines]))
        self.fields["source"].offer(known, [(name, found) for name, found in groups if found])

    @property
    def helper(self) -> FormHelper:
        """Crispy lays the fields out; the page brings the form tag and the buttons."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Field("source"),
            Div(Field("record_number"), Field("name"), Field("date_of_service"), css_class="field-grid"),
            Field("after"),
        )
        return helper

    @property
    def more(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(Div(Field("birth_date"), Field("sex"), css_class="field-grid"))
        return helper

    def chosen(self) -> tuple[CaseTemplate | None, Machine | None]:
        """The template and the machine of the choice; a template brings its own machine."""
        source = self.cleaned_data.get("source")
        if source is None:
            return None, None
        return (source, source.machine) if isinstance(source, CaseTemplate) else (None, source)

    def identity(self) -> dict[str, Any]:
        names = ("record_number", "name", "birth_date", "sex")
        return {name: self.cleaned_data.get(name) for name in names}
