"""A case template: technique, fixation, sessions, team, usual documents.

Never a diagnosis, size, distance, presence, time or signature.
"""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms

from casetracker import choices
from casetracker.forms.answers import RecordField, WordField, YesNoField
from casetracker.forms.quantities import WholeField
from casetracker.forms.team import STANDING
from casetracker.selectors.entry import EntryChoices

TEAM = tuple(role.value for role in STANDING)
FIXATION = ("fixation_type", "fixation_placed_by", "localization_method")


class CaseTemplateForm(forms.Form):
    """Everything but the machine and the name may stay empty."""

    machine = RecordField(label="Machine", empty="Choose", required=True)
    name = forms.CharField(
        label="Name", max_length=80, help_text="For example: Metastasis, one session, mask."
    )
    indication = forms.CharField(label="Indication", max_length=60, required=False)
    technique = WordField(choices.Technique.choices, label="Technique", empty="Left open")
    mlc_modulated = YesNoField(label="Leaves modulated during the beam")
    fixation_type = WordField(choices.Fixation.choices, label="Fixation", empty="Left open")
    fixation_placed_by = WordField(choices.FramePlacer.choices, label="Frame placed by", empty="Left open")
    localization_method = WordField(
        choices.Localization.choices, label="Target localized by", empty="Left open"
    )
    planned_sessions = WholeField(label="Planned sessions", least=1, most=45)
    custom_devices = WholeField(label="Custom devices", most=99)
    radiation_oncologist = RecordField(label="Radiation oncologist", empty="Left open")
    neurosurgeon = RecordField(label="Surgeon", empty="Left open")
    physicist = RecordField(label="Medical physicist", empty="Left open")
    dosimetrist = RecordField(label="Dosimetrist", empty="Left open")
    document_kinds = forms.MultipleChoiceField(
        label="Documents this kind of case usually has",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    active = forms.BooleanField(label="Offered when a case is started", required=False, initial=True)

    def __init__(self, *args: Any, offers: EntryChoices, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["machine"].offer(offers.machines.records, offers.machines.choices)
        for role in TEAM:
            self.fields[role].offer(offers.clinicians.records, offers.clinicians.choices)
        self.fields["document_kinds"].choices = kinds

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        yes_no = Field("mlc_modulated", template="_parts/yes_no.html")
        helper.layout = Layout(
            _section("What it is for", "machine", "name", "indication", "active"),
            _section("Plan and fixation", "technique", yes_no, *FIXATION),
            _section("Counts", "planned_sessions", "custom_devices"),
            _section("Usual team", *TEAM),
            _section("Usual documents", "document_kinds", wide=True),
        )
        return helper

    def values(self) -> dict[str, Any]:
        """What the service stores."""
        cleaned = dict(self.cleaned_data)
        chosen = [(role, cleaned.pop(role)) for role in TEAM]
        cleaned["team"] = [{"clinician": person.pk, "role": role} for role, person in chosen if person]
        return cleaned


def _section(title: str, *fields: Any, wide: bool = False) -> Fieldset:
    body = Div(*fields, css_class="section-body" if wide else "section-body field-grid")
    return Fieldset(title, body, css_class="form-section")
