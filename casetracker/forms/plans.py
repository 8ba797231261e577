"""Treatment plans of a case. Usually one; several when lesions are planned apart."""

from typing import Any

from django import forms

from casetracker import choices
from casetracker.case_fields import PLAN_PEOPLE
from casetracker.forms.answers import RecordField, WordField, YesNoField
from casetracker.forms.lesion_names import LesionNamesField
from casetracker.forms.moments import DayField, MomentField
from casetracker.forms.quantities import PercentField, WholeField
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
    fusion_approved_at = MomentField(label="Image fusion approved at", help_text="Before the plan approval.")
    fusion_approved_by = RecordField(label="Image fusion approved by")
    isodose_reviewed_at = MomentField(label="Isodose lines reviewed at")
    isodose_reviewed_by = RecordField(label="Isodose lines reviewed by")
    dvh_reviewed_at = MomentField(label="Dose-volume curves reviewed at")
    dvh_reviewed_by = RecordField(label="Dose-volume curves reviewed by")
    goals_set_at = MomentField(label="Goals set at", help_text="Before the optimization.")
    optimized_at = MomentField(label="Optimized at")
    source_output_on = DayField(label="Source output of", help_text="Reference date of the output used.")
    field_count = WholeField(label="Fields", most=99)
    compensator = YesNoField(label="Fields with compensation")
    comparison_reference = forms.CharField(label="Photon plan for comparison", required=False, max_length=120)
    second_check_pct = PercentField(
        label="Difference of the second check", help_text="Largest one, without sign."
    )
    second_check_at = MomentField(label="Second check signed at")
    second_check_by = RecordField(label="Second check signed by")
    psqa_result = WordField(choices.MeasuredResult.choices, label="Plan measurement")
    psqa_device = forms.CharField(label="Measured with", required=False, max_length=60)
    psqa_at = MomentField(label="Measurement signed at")
    chart_check_at = MomentField(label="Plan and chart check at")
    chart_check_by = RecordField(label="Plan and chart check by")
    transfer_check_at = MomentField(label="Console compared with the plan at")

    @staticmethod
    def take_offers(fields: dict[str, Any], offers: Any) -> None:
        for name in PLAN_PEOPLE:
            fields[name].offer(offers.clinicians.records, offers.clinicians.choices)


class BasePlans(BaseRows):
    noun = "plans"


PlanRows = rows_of(PlanForm, BasePlans, MOST_PLANS)
