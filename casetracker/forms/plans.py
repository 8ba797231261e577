"""Treatment plans of a case. Usually one; several when lesions are planned apart."""

from typing import Any

from django import forms

from casetracker import choices
from casetracker.forms.answers import RecordField, WordField, YesNoField
from casetracker.forms.lesion_names import LesionNamesField
from casetracker.forms.moments import DayField, MomentField
from casetracker.forms.quantities import WholeField
from casetracker.forms.rows import BaseRows, RowForm, rows_of

MOST_PLANS = 8


class PlanForm(RowForm):
    """One plan: technique and date decide codes, the counts decide units."""

    put_there = ("lesions",)

    technique = WordField(choices.Technique.choices, label="Technique")
    planned_on = DayField(label="Plan date", help_text="Day the plan was finished.")
    mlc_modulated = YesNoField(label="Leaves modulated during the beam")
    label = forms.CharField(label="Plan identifier", required=False, max_length=40)
    lesions = LesionNamesField(
        label="Lesions of this plan", help_text="Names as in the lesion table, or all."
    )
    approved_at = MomentField(label="Approved at", help_text="Day and time of the oncologist's approval.")
    approved_by = RecordField(label="Approved by")
    isocenters = WholeField(label="Isocenters", most=500)
    arcs = WholeField(label="Arcs, beams or shots", most=2000)
    calculations = WholeField(label="Documented dose calculations", most=999)
    custom_devices = WholeField(
        label="Custom devices", most=99, help_text="Made for this patient, a custom mask included."
    )
    active_motion_management = YesNoField(label="Active motion management")

    @staticmethod
    def take_offers(fields: dict[str, Any], offers: Any) -> None:
        fields["approved_by"].offer(offers.clinicians.records, offers.clinicians.choices)


class BasePlans(BaseRows):
    noun = "plans"


PlanRows = rows_of(PlanForm, BasePlans, MOST_PLANS)
