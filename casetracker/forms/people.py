"""Forms of the administrator: department, clinician, machine, payer, account. They save nothing."""

import re
from typing import ClassVar
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from django import forms

from casetracker.choices import Duty, Role
from casetracker.models import Clinician, Department, Machine, NotApplicableReason, Payer
from checklists.engine.consistency_file import valid_npi


class Laid(forms.BaseForm):
    """Crispy draws the fields; the page writes the form element and the buttons."""

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper


class DepartmentForm(Laid, forms.ModelForm):
    class Meta:
        model = Department
        fields = (
            "name",
            "facility_name",
            "default_setting",
            "place_of_service",
            "off_campus",
            "bills_both_components",
            "time_zone",
            "billing_contact",
            "radiation_safety_contact",
            "attachments_allowed",
            "review_days",
            "query_days",
            "lead_days",
            "director_days",
            "write_off_days",
            "second_look_share",
            "late_entry_days",
        )

    def clean_place_of_service(self) -> str:
        """Two digits, or empty: the code stands on every line that goes to billing."""
        place = self.cleaned_data["place_of_service"].strip()
        if place and not re.fullmatch("[0-9]{2}", place):
            raise forms.ValidationError("A place of service has two digits, for example 22.")
        return place

    def clean_time_zone(self) -> str:
        """A zone this machine knows, such as America/Chicago: every moment of the department is shown in it."""
        zone = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(f"{zone} is no time zone. Write it like America/New_York.")
        return zone


class ClinicianForm(Laid, forms.ModelForm):
    class Meta:
        model = Clinician
        fields = ("name", "credential", "npi", "specialty", "group", "active")

    def clean_npi(self) -> str:
        """Ten digits with the right check digit, or empty."""
        npi = self.cleaned_data["npi"].strip()
        if npi and not valid_npi(npi):
            raise forms.ValidationError(
                "An NPI has ten digits and a check digit; this one does not fit. Look it up."
            )
        return npi


class MachineForm(Laid, forms.ModelForm):
    class Meta:
        model = Machine
        fields = (
            "name",
            "device",
            "modality",
            "setting",
            "off_campus",
            "presence_rule",
            "qa_device",
            "active",
        )
        labels: ClassVar = {"presence_rule": "Who stays during a cobalt treatment"}
        help_texts: ClassVar = {"presence_rule": "By the unit's license; of no effect on other machines."}


class PayerForm(Laid, forms.ModelForm):
    class Meta:
        model = Payer
        fields = ("name", "payer_class", "profile", "filing_days", "active")


class AccountForm(Laid, forms.Form):
    """A new personal account."""

    username = forms.CharField(max_length=150, help_text="Personal; nobody shares an account.")
    full_name = forms.CharField(max_length=120, help_text="As it shall appear on approvals.")
    email = forms.EmailField(required=False)
    password = forms.CharField(
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        label="First password",
        help_text="At least 12 characters. The person chooses an own one at the first sign-in.",
    )


DOES = {
    Role.STAFF: "enters cases and evidence",
    Role.CODER: "decides billing lines, answers warnings",
    Role.SUPERVISOR: "reviews and approves, never own work",
    Role.BILLING: "receives approved summaries, sees no charts",
    Role.COMPLIANCE: "reads charts and who saw them, lifts edits",
    Role.ADMINISTRATOR: "keeps people and machines, sees no charts",
}


class RolesForm(Laid, forms.Form):
    """Roles and duties of one person in the department."""

    roles = forms.MultipleChoiceField(
        choices=[(role.value, f"{role.label}: {does}") for role, does in DOES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    duties = forms.MultipleChoiceField(
        choices=Duty.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Open items find the people who owe them by their duty.",
    )


class FirstPasswordForm(Laid, forms.Form):
    password = forms.CharField(
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        label="New first password",
    )


class ReasonForm(Laid, forms.ModelForm):
    class Meta:
        model = NotApplicableReason
        fields = ("label", "active")


RECORD_FORMS = {
    "clinicians": ClinicianForm,
    "machines": MachineForm,
    "payers": PayerForm,
    "reasons": ReasonForm,
}
