"""The case form as the page shows it: what stands in front, what is folded away and how much of it is filled.

Only arrangement lives here; the fields are in `forms`, the words of a section beside its fields.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.forms import BoundField, Form, RadioSelect

from casetracker.case_fields import CIRCUMSTANCES
from casetracker.forms.quantities import QuantityField

FIELD, YES_NO = "_parts/field.html", "_parts/yes_no.html"


class Shown(NamedTuple):
    """One field with what its template needs."""

    field: BoundField
    template: str
    anchor: str = ""
    unit: str = ""
    prefilled: bool = False
    when: str = (
        ""  # it waits in a template until this holds: `technique=inverse modality=linac|robotic_linac`
    )


@dataclass
class Fold:
    """Fields that are not needed for a first suggestion."""

    label: str
    fields: list[Shown]
    open: bool = False

    @property
    def filled(self) -> int:
        return sum(1 for shown in self.fields if _has_value(shown.field))

    @property
    def asked(self) -> int:
        return sum(1 for shown in self.fields if not shown.when)


@dataclass
class Section:
    """Fields of one subject: `shown` in front, `folds` behind."""

    shown: list[Shown]
    folds: list[Fold] = field(default_factory=list)


COVERAGE = ("payer", "account_number")
COVERAGE_MORE = (
    "member_number",
    "eligibility_checked_on",
    "policy_reference",
    "policy_version",
    "filing_deadline",
    "referring_clinician",
    "ordering_clinician",
)
SETTING = ("machine", "date_of_service", "planned_sessions")
SETTING_MORE = ("setting", "modality", "off_campus")
PLANNING = ("fixation_type", "fixation_placed_by", "simulated", "simulated_on", "clinical_plan_on")
LOCALIZATION = ("localization_method", "localization_error_mm")
PHYSICS = (
    "special_consult_order",
    "special_consult_report",
    "special_consult_on",
    "continuing_check",
    "continuing_check_on",
    "final_check_at",
    "final_check_by",
)
PLAN = ("technique", "planned_on")
LEAVES = ("mlc_modulated",)
PLAN_MORE = (
    "label",
    "lesions",
    "approved_at",
    "approved_by",
    "isocenters",
    "arcs",
    "calculations",
    "custom_devices",
    "active_motion_management",
)
LINACS = ("linac", "robotic_linac", "gyroscopic_linac")
LEAFLESS, LEAFLESS_TECHNIQUES = ("cobalt60", "proton"), ("multisource", "cone_arc", "proton")
"""Machines and techniques without moving leaves; only an inverse plan is asked about them on any machine."""
FUSION = ("fusion_approved_at", "fusion_approved_by")
REVIEWS = ("isodose_reviewed_at", "isodose_reviewed_by", "dvh_reviewed_at", "dvh_reviewed_by")
INVERSE = ("goals_set_at", "optimized_at")
COBALT = ("source_output_on",)
PROTON = ("field_count", "compensator", "comparison_reference")
CHECKS = ("second_check_pct", "second_check_at", "second_check_by")
MEASURED = ("psqa_result", "psqa_device", "psqa_at")
CHART = ("chart_check_at", "chart_check_by", "transfer_check_at")


CLINICAL: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Consultation: performance, disease elsewhere, decision",
        (
            *("kps", "ecog", "performance_on", "performance_by", "extracranial_status"),
            *("systemic_therapy", "systemic_drugs", "board_specialties", "trial_number"),
        ),
    ),
    (
        "Nursing and physics: screens before treatment",
        (
            *("pregnancy_result", "pregnancy_on", "contrast_agent", "kidney_function_on"),
            *("device_model", "device_mri_checked", "device_dose_gy", "device_risk"),
        ),
    ),
    (
        "After treatment: first MRI, summary",
        ("follow_up_mri_on", "follow_up_reason", "summary_sent_on", "summary_sent_to"),
    ),
)
CALLED_FOR_BY = {
    "simulated_on": "simulated",
    "trial_number": "trial",
    "pregnancy_result": "could_be_pregnant",
    "pregnancy_on": "could_be_pregnant",
    "contrast_agent": "contrast",
    "kidney_function_on": "contrast",
    "device_model": "implanted_device",
    "device_mri_checked": "implanted_device",
    "device_dose_gy": "implanted_device",
    "device_risk": "implanted_device",
}
"""Fields that matter only where that answer does not rule them out."""


def clinical_groups(form: Form) -> list[tuple[str, list[Shown]]]:
    """Who fills what and when; a field that a recorded “no” makes pointless waits while it is empty."""
    return [(label, [_clinical(form, name) for name in names]) for label, names in CLINICAL]


def _clinical(form: Form, name: str) -> Shown:
    return _shown(form[name], when=_when(form, name))


def _when(form: Form, name: str) -> str:
    return "" if _called_for(form, name) else f"{CALLED_FOR_BY[name]}!=no"


def _called_for(form: Form, name: str) -> bool:
    circumstance = CALLED_FOR_BY.get(name)
    if circumstance is None or _has_value(form[name]) or form[name].errors:
        return True
    return form.initial.get(circumstance) is not False or str(form[circumstance].value()) not in (
        "False",
        "no",
    )


def case_sections(form: Form, unconfirmed: Iterable[str]) -> dict[str, Section]:
    """Sections of the case's own fields by name."""
    marked = set(unconfirmed)

    def shown(names: Iterable[str]) -> list[Shown]:
        return [_shown(form[name], prefilled=name in marked, when=_when(form, name)) for name in names]

    return {
        "coverage": Section(shown(COVERAGE), [_fold("Coverage, policy and referral", shown(COVERAGE_MORE))]),
        "setting": Section(
            shown(SETTING), [_fold("Setting and modality, if not as the machine", shown(SETTING_MORE))]
        ),
        "planning": Section(
            shown(PLANNING),
            [
                _fold("Localization of the target, by the physicist", shown(LOCALIZATION)),
                _fold("Physics", shown(PHYSICS)),
            ],
        ),
        "circumstances": Section(
            [],
            [
                _fold("Circumstances of this patient and course", shown(CIRCUMSTANCES)),
                *(_fold(label, fields) for label, fields in clinical_groups(form)),
            ],
        ),
    }


def plan_sections(
    forms: Iterable[Form], unconfirmed: Iterable[str], modality: str = ""
) -> list[tuple[Form, Section]]:
    """One section per plan; the marks of the template belong to the first.

    modality: of the case; empty when not known. Fields of one technique or machine are shown where it calls for them.
    """
    marked = {name.removeprefix("plan.") for name in unconfirmed if name.startswith("plan.")}
    return [
        (form, _plan(form, number, marked if number == 1 else set(), modality))
        for number, form in enumerate(forms, 1)
    ]


def _plan(form: Form, number: int, marked: set[str], modality: str) -> Section:
    start = "plan" if number == 1 else f"plan-{number}"

    def shown(names: Iterable[str]) -> list[Shown]:
        return [_shown(form[name], anchor=f"{start}-{name}", prefilled=name in marked) for name in names]

    inverse = form["technique"].value() == "inverse"
    leaves = inverse or (modality not in LEAFLESS and form["technique"].value() not in LEAFLESS_TECHNIQUES)

    def asked(names: tuple[str, ...], called: bool, when: str) -> list[Shown]:
        """These fields where the case calls for them, or where something stands in one; else they wait."""
        waits = not called and not any(_has_value(form[name]) or form[name].errors for name in names)
        return [one._replace(when=when if waits else "") for one in shown(names)]

    reviews = [
        *shown((*FUSION, *REVIEWS)),
        *asked(INVERSE, inverse, "technique=inverse"),
        *asked(COBALT, modality == "cobalt60", "modality=cobalt60"),
        *asked(PROTON, modality == "proton", "modality=proton"),
    ]
    on_linac = f"technique=inverse modality={'|'.join(LINACS)}"
    checks = [*shown(CHECKS), *asked(MEASURED, inverse and modality in LINACS, on_linac), *shown(CHART)]
    with_leaves = (
        f"technique=inverse or technique!={'|'.join(LEAFLESS_TECHNIQUES)} modality!={'|'.join(LEAFLESS)}"
    )
    return Section(
        [*shown(PLAN), *asked(LEAVES, leaves, with_leaves)],
        [
            _fold("Approval, counts and devices", shown(PLAN_MORE)),
            _fold("Reviews of the physicians, with the plan", reviews),
            _fold("Checks of the physicist, before the beam", checks),
        ],
    )


def _shown(bound: BoundField, *, anchor: str = "", prefilled: bool = False, when: str = "") -> Shown:
    radio = isinstance(bound.field.widget, RadioSelect)
    unit = bound.field.unit if isinstance(bound.field, QuantityField) else ""
    return Shown(bound, YES_NO if radio else FIELD, anchor, unit, prefilled, when)


def _fold(label: str, fields: list[Shown]) -> Fold:
    return Fold(label, fields, any(shown.field.errors or shown.prefilled for shown in fields))


def _has_value(bound: BoundField) -> bool:
    value: Any = bound.value()
    return value not in (None, "", [], False) and not (bound.name == "lesions" and value == "all")
