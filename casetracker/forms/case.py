"""The facts of a case that are not rows: coverage, setting, dates, fixation, physics, circumstances.

Shape only; which facts matter together is judged by `case_entry.py` and `plausibility.py`. Nothing is saved here.
"""

from typing import Any

from django import forms

from casetracker import choices
from casetracker.forms.answers import RecordField, WordField, YesNoField
from casetracker.forms.clinical import ClinicalFields
from casetracker.forms.moments import DayField, MomentField
from casetracker.forms.quantities import MillimetreField, WholeField
from casetracker.selectors.entry import EntryChoices

FROM_MACHINE = ("setting", "modality", "off_campus")


def _text(label: str, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        **kwargs,
    )


def _yes_no(label: str, help_text: str = "") -> YesNoField:
    return YesNoField(label=label, help_text=help_text)


class CoverageFields(forms.Form):
    """Who pays, and under which number."""

    payer = RecordField(label="Payer")
    account_number = _text("Account number", 32, help_text="Account or encounter number of this course.")
    member_number = _text("Member number", 40, help_text="As printed on the card.")
    eligibility_checked_on = DayField(label="Eligibility checked on")
    policy_reference = _text("Coverage policy", 80, help_text="Number of the policy used, or “none found”.")
    policy_version = _text("Version of the policy", 40)
    filing_deadline = DayField(label="Filing deadline", help_text="Last day on which the claim may be filed.")
    referring_clinician = RecordField(label="Referring clinician")
    ordering_clinician = RecordField(label="Ordering clinician")


class SettingFields(forms.Form):
    """Where and on what the course is treated."""

    machine = RecordField(label="Machine", help_text="Brings setting and modality along.")
    date_of_service = DayField(
        label="Date of service",
        help_text="First treatment day, planned or done. It picks the rules in force.",
    )
    planned_sessions = WholeField(label="Planned sessions", least=1, most=45)
    setting = WordField(choices.Setting.choices, label="Setting", empty="As the machine")
    modality = WordField(choices.Modality.choices, label="Modality", empty="As the machine")
    off_campus = _yes_no("Off-campus department")


class PlanningFields(forms.Form):
    """Dates before the plan, fixation, localization, physics."""

    clinical_plan_on = DayField(label="Clinical planning note on", help_text="Date of the physician's note.")
    simulated = _yes_no(
        "Patient was simulated",
        "No where the images were taken in the frame on the treatment day: usual there, and nothing is missing.",
    )
    simulated_on = DayField(label="Simulated on", help_text="A day says that the patient was simulated.")
    fixation_type = WordField(choices.Fixation.choices, label="Fixation")
    fixation_placed_by = WordField(choices.FramePlacer.choices, label="Frame placed by")
    localization_method = WordField(
        choices.Localization.choices,
        label="Target localized by",
        help_text="What ties the target to a coordinate system.",
    )
    localization_error_mm = MillimetreField(
        label="Registration error", most=50, example="0.4", help_text="The largest one recorded."
    )
    special_consult_order = _yes_no(
        "Special physics consult requested", "A written request is in the record."
    )
    special_consult_report = _yes_no("Special physics report written")
    special_consult_on = DayField(label="Special physics consult on")
    continuing_check = _yes_no("Physics check during the course", "Reviewed and signed by the physicist.")
    continuing_check_on = DayField(label="Physics check on")
    final_check_at = MomentField(label="Closing physics check signed at", help_text="After the last session.")
    final_check_by = RecordField(label="Closing physics check by")


class CircumstanceFields(forms.Form):
    """Yes, no, or not recorded: each decides whether some documentation is needed."""

    authorization_required = _yes_no("Prior authorization required")
    outside_coverage_policy = _yes_no("Indication outside the coverage policy")
    trial = _yes_no("Part of a clinical trial")
    resident_involved = _yes_no("A resident took part")
    implanted_device = _yes_no("Implanted electronic device", "Pacemaker, stimulator, pump.")
    could_be_pregnant = _yes_no("Could be pregnant")
    contrast = _yes_no("Contrast given at simulation")
    sedation = _yes_no("Sedation or anesthesia given")
    prior_radiation = _yes_no("Earlier radiation")
    prior_radiation_overlap = _yes_no("Earlier radiation overlaps the target")
    prescription_changed = _yes_no("Prescription changed during the course")
    images_fused = _yes_no("Several image sets fused")
    visit_within_one_day = _yes_no("Visit billed within one day", "Of the procedure or the planning.")
    addendum_used = _yes_no("Addendum or late entry used")
    signature_missing = _yes_no("A signature is missing or unreadable")
    record_requested = _yes_no("Record requested", "A payer or auditor asked for it, or an appeal is open.")


class CaseForm(CoverageFields, SettingFields, PlanningFields, CircumstanceFields, ClinicalFields):
    """All of them on one page. `recorded` are the saved values, to see whether the machine changed."""

    def __init__(self, *args: Any, offers: EntryChoices, recorded: dict[str, Any], **kwargs: Any) -> None:
        self.recorded = recorded
        super().__init__(*args, initial=recorded, **kwargs)
        for name, offer in (
            ("payer", offers.payers),
            ("machine", offers.machines),
            ("referring_clinician", offers.clinicians),
            ("ordering_clinician", offers.clinicians),
            ("final_check_by", offers.clinicians),
        ):
            self.fields[name].offer(offer.records, offer.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._follow_machine(cleaned)
        return cleaned

    def _follow_machine(self, cleaned: dict[str, Any]) -> None:
        """A newly chosen machine brings its own setting, where nobody chose another one by hand."""
        before, now = self.recorded.get("machine"), cleaned.get("machine")
        if now is None or before == now:
            return
        for name in FROM_MACHINE:
            usual = getattr(before, name) if before else self.recorded.get(name)
            if cleaned.get(name) == self.recorded.get(name) == usual:
                cleaned[name] = getattr(now, name)
