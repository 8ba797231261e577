"""The vocabulary of conditions: every fact a rule may ask for, with its kind, words, label and answering field.

`path` is the field of the case document that answers a missing fact; None for facts that are always derived.
Facts named `policy.KEY` are added by the rule book from its policies. Values are computed in `derive`.
"""

from dataclasses import dataclass
from typing import Final

from checklists.engine import words
from checklists.engine.fields import SECTIONS
from checklists.engine.scalars import DAY, DECIMAL, TEXT, TEXTS, WHOLE, WORD, YES_NO


@dataclass(frozen=True, slots=True)
class Fact:
    kind: str
    label: str
    words: tuple[str, ...] = ()
    path: str | None = None


def _yes(label: str, path: str | None = None) -> Fact:
    return Fact(YES_NO, label, path=path)


def _count(label: str, path: str | None = None) -> Fact:
    return Fact(WHOLE, label, path=path)


def _field(section: str, name: str) -> Fact:
    field = SECTIONS[section][name]
    path = f"{section}.{name}" if section else name
    return Fact(field.kind, field.label, field.words, path)


def _lesion(name: str) -> Fact:
    field = SECTIONS["lesions"][name]
    return Fact(field.kind, field.label, field.words, f"lesions[].{name}")


NO_TARGET: Final = "none"

_CASE: Final = {
    "payer.class": _field("payer", "class"),
    "payer.profile": _field("payer", "profile"),
    "setting": _field("", "setting"),
    "off_campus": _field("", "off_campus"),
    "modality": _field("", "modality"),
    "date_of_service": _field("", "date_of_service"),
    "planned_sessions": _field("", "planned_sessions"),
    "planning.simulated": _field("planning", "simulated"),
    "planning.simulation_agrees": _yes("Answer about the simulation and its day agree", "planning.simulated"),
    "planning.clinical_plan_recorded": _yes("Clinical planning note exists", "planning.clinical_plan_on"),
    "fixation.type": _field("fixation", "type"),
    "fixation.placed_by": _field("fixation", "placed_by"),
    "fixation.device_only_frame": _yes("The head frame is the only fixation", "fixation.type"),
    "authorization.sessions": _field("authorization", "sessions"),
    "authorization.codes_valid": _yes(
        "Authorized codes are valid on the day of service", "authorization.codes"
    ),
    "authorization.agrees": _yes("Authorization agrees with sessions and machine", "authorization.sessions"),
    "device.agrees": _yes("Machine name and machine type agree", "modality"),
    "device.emission_guided": _yes("The machine is guided by positron emission", "modality"),
}
_PLAN: Final = {
    **{
        f"plan.{name}": _field("plan", name)
        for name in (
            "technique",
            "mlc_modulated",
            "calculations",
            "custom_devices",
            "arcs",
            "isocenters",
            "active_motion_management",
        )
    },
    "plan.several_isocenters": _yes("A plan has more than one isocenter", "plan.isocenters"),
    "plan.count": _count("Number of plans", "plan.technique"),
    "units.calculations": _count("Dose calculations to count", "plan.calculations"),
    "units.calculations_documented": _yes("Each calculation is documented", "plan.calculations"),
    "units.devices": _count("Custom devices to count", "plan.custom_devices"),
}
_PLAN_RECORDS: Final = {
    "plan.approved_before_beam": _yes("Plan approved before the beam", "plan.approved_at"),
    "plan.approved_by_oncologist": _yes("Plan approved by the radiation oncologist", "plan.approved_by"),
    "plan.delivered": _yes("The sessions name this plan as the one used", "sessions"),
    "plan.fusion_before_approval": _yes("Image fusion approved before the plan", "plan.fusion_approved_at"),
    "plan.fusion_by_clinician": _yes(
        "Image fusion approved by a physician or physicist", "plan.fusion_approved_by"
    ),
    "plan.goals_before_optimization": _yes("Goals set before optimization", "plan.goals_set_at"),
    "plan.isodose_before_beam": _yes("Isodose lines reviewed before the beam", "plan.isodose_reviewed_at"),
    "plan.isodose_by_oncologist": _yes(
        "Isodose lines reviewed by the radiation oncologist", "plan.isodose_reviewed_by"
    ),
    "plan.dvh_before_beam": _yes("Dose-volume curves reviewed before the beam", "plan.dvh_reviewed_at"),
    "plan.dvh_by_oncologist": _yes(
        "Dose-volume curves reviewed by the radiation oncologist", "plan.dvh_reviewed_by"
    ),
    "plan.organs_complete": _yes("Every critical structure has limit and planned dose", "organs"),
    "plan.limits_commented": _yes("Every passed limit has a comment", "organs"),
    "plan.quality_recorded": _yes("Plan figures recorded for every target", "targets"),
    "plan.second_check_in_limit": _yes("Second check within the limit", "plan.second_check_pct"),
    "plan.second_check_before_beam": _yes("Second check signed before the beam", "plan.second_check_at"),
    "plan.second_check_by_physicist": _yes("Second check signed by the physicist", "plan.second_check_by"),
    "plan.psqa_before_beam": _yes("Plan measured before the beam", "plan.psqa_at"),
    "plan.chart_check_before_beam": _yes("Chart checked before the beam", "plan.chart_check_at"),
    "plan.chart_check_by_physicist": _yes("Chart checked by the physicist", "plan.chart_check_by"),
    "plan.transfer_before_beam": _yes("Console compared before the beam", "plan.transfer_check_at"),
    **{
        f"plan.{name}": _field("plan", name)
        for name in (
            "source_output_on",
            "field_count",
            "compensator",
            "comparison_reference",
            "second_check_pct",
            "psqa_result",
            "psqa_device",
        )
    },
}
_PLANNING: Final = {
    "imaging.sets_complete": _yes("Every planning image set has kind, date and slice thickness", "images"),
    "imaging.mri_recent": _yes("Planning MRI recent enough at the first session", "images"),
    "imaging.fused_sets": _count("Image sets in the fusion", "images"),
    "localization.in_limit": _yes(
        "Localization of the target recorded, registration error within the limit",
        "planning.localization_error_mm",
    ),
    "directive.complete": _yes("Directive has dose, site, settings and signer", "directives"),
    "directive.before_beam": _yes("Directive signed before the beam", "directives"),
    "directive.by_authorized_user": _yes("Directive signed by an authorized user", "directives"),
    "directive.revised_in_time": _yes("Directive revised before the dose it alters", "directives"),
    "physics.final_check_after_last": _yes("Closing check after the last session", "physics.final_check_at"),
    "physics.final_check_by_physicist": _yes("Closing check by the physicist", "physics.final_check_by"),
}
_COURSE: Final = {
    "course.single_session": _yes("All lesions treated completely in one session", "planned_sessions"),
    "course.treatment_days": _count("Treatment days of the course", "sessions"),
    "course.fives_managed": _count("Fives of treatment days that management counts", "sessions"),
    "course.fives_begun": _count("Fives of treatment days begun", "sessions"),
    "course.sessions_delivered": _count("Sessions with dose delivered", "sessions"),
    "course.sessions_planned_open": _count("Sessions still planned", "sessions"),
    "course.same_day_sessions": _yes("Two sessions on one day", "sessions"),
    "course.split": _yes("One planned session was spread over several days", "sessions"),
    "course.interrupted": _yes("A session was interrupted", "sessions"),
    "course.stopped_without_dose": _yes("A session was stopped before any dose", "sessions"),
    "course.partial": _yes("A session gave only part of its dose", "sessions"),
    "course.short": _yes("Fewer sessions delivered than planned", "sessions"),
    "course.aborted": _yes("Stopped before any dose, and no session gave dose", "sessions"),
    "course.unfinished": _yes("The last session gave only part of the treatment", "sessions"),
    "course.stop_reason": Fact(WORD, "Reason of the stop", (*words.STOP_REASONS, "none"), "sessions"),
    "course.stop_anesthesia": Fact(WORD, "Anesthesia at the stop", words.ANESTHESIA, "sessions"),
    "course.stopped_in_room": _yes("Stopped in the room, not by choice", "sessions"),
    "course.finished_same_day": _yes("An interrupted session was finished the same day", "sessions"),
    "course.stop_told": _yes("Reason of the early end", "sessions"),
    "course.dose_told": _yes("Dose of each given session", "sessions"),
    "course.stage_of_earlier": _yes("Later stage of a course that has its base", "other_courses"),
    "course.retreatment": _yes("The same lesion was treated before", "other_courses"),
    "course.pooled_too_many": _yes(
        "More than five treatment days together with a course not prescribed separately", "other_courses"
    ),
    "course.before_book": _yes("A day lies before the rule book begins", "date_of_service"),
    "course.complete": _yes("All planned sessions delivered in full", "sessions"),
    "course.sessions_differ": _yes("Recorded and planned sessions differ", "sessions"),
    "course.more_than_five": _yes("More than five sessions", "planned_sessions"),
    "course.has_cranial": _yes("A cranial lesion is treated", "lesions"),
    "course.has_spinal": _yes("A spinal lesion is treated", "lesions"),
    "course.has_body": _yes("A lesion outside brain and spine is treated", "lesions"),
    "course.lesions_treated": _count("Lesions treated", "lesions"),
    "course.untreated_lesions": _count("Lesions treated in no session", "lesions"),
    "course.malignant": _yes("Malignant indication", "lesions"),
    "course.metastatic": _yes("Metastasis treated", "lesions"),
    "course.functional": _yes("Functional target treated", "lesions"),
    "course.tumor_or_vascular": _yes("Tumor or vascular malformation", "lesions"),
    "course.image_guided": _yes("Image guidance used", "sessions"),
    "course.more_lesions_than_covered": _yes("More lesions than the coverage limit", "lesions"),
    "course.earlier_surgeon_base": _yes("Same surgeon reported a base code within 90 days before"),
    "course.earlier_relation": Fact(
        WORD, "Relation of the earlier course", (*words.RELATIONS, "none"), "other_courses"
    ),
    "course.stages_apart": _yes("Treatment days lie as far apart as separate stages", "sessions"),
}
_DELIVERY: Final = {
    "delivery.conventional_family": Fact(
        WORD, "Family of conventional delivery codes", words.CONVENTIONAL_FAMILIES, "planned_sessions"
    ),
    "delivery.modulated": _yes("Inverse plan with moving leaves", "plan.mlc_modulated"),
    "delivery.freestanding_kind": Fact(
        WORD, "Kind of delivery in a freestanding centre", words.FREESTANDING_KINDS, "plan.technique"
    ),
    "delivery.energy_band": Fact(WORD, "Beam energy (MeV)", words.ENERGY_BANDS, "modality"),
}
_TEAM: Final = {
    "surgeon.reports": _yes("A surgeon reports this course", "people"),
    "surgeon.named": _yes("A neurosurgeon takes part", "people"),
    "surgeon.in_surgeon_role": _yes("The surgeon is documented in the surgeon's role", "people"),
    "surgeon.present_planning": _yes("Surgeon took part in planning", "people"),
    "surgeon.present_delivery": _yes("Surgeon took part in delivery", "people"),
    "surgeon.several": _yes("Several surgeons in one course", "people"),
    "surgeon.usual_specialty": _yes("The surgeon's specialty is on the department's list", "people"),
    "oncologist.named": _yes("A radiation oncologist is named", "people"),
    "oncologist.in_oncologist_role": _yes("The oncologist is documented in that role", "people"),
    "oncologist.present_delivery": _yes("Radiation oncologist took part in delivery", "people"),
    "oncologist.reports": _yes("A radiation oncologist reports this course", "people"),
    "one_person_both_roles": _yes("One person fills both physician roles", "people"),
    "one_person_role_documented": _yes("The single role of that person is documented", "people"),
}
_LEDGER: Final = {
    "ledger.base": Fact(WORD, "Surgeon base code", words.SURGEON_BASES, "lesions"),
    "ledger.simple_add_ons": _count("Further simple lesions reported", "lesions"),
    "ledger.complex_add_ons": _count("Further complex lesions reported", "lesions"),
    "ledger.unreported": _count("Lesions treated but not reportable", "lesions"),
    "ledger.complex": _count("Complex lesions treated", "lesions"),
    "ledger.simple": _count("Simple lesions treated", "lesions"),
    "ledger.therapeutic": _count("Functional targets treated", "lesions"),
    "ledger.reported": _count("Lesions reported", "lesions"),
    "ledger.treated": _count("Cranial lesions treated", "lesions"),
    "ledger.spine_base": _yes("A spinal lesion can carry the surgeon's base code", "lesions"),
    "ledger.spine_add_ons": _count("Further spinal lesions reported", "lesions"),
    "ledger.spine_unreported": _count("Spinal lesions above the ceiling", "lesions"),
    "ledger.spine_reported": _count("Spinal lesions reported", "lesions"),
    "ledger.spine_ineligible": _count("Spinal lesions away from dura and nerve tissue", "lesions"),
}
_PHYSICS: Final = {
    **{
        f"physics.{name}": _field("physics", name)
        for name in ("special_consult_order", "special_consult_report", "continuing_check")
    },
    "physics.check_on_planning_day": _yes(
        "The physics check is on a planning day", "physics.continuing_check_on"
    ),
}
_LESION: Final = {
    **{
        f"lesion.{name}": _lesion(name)
        for name in (
            "compartment",
            "region",
            "max_dimension_mm",
            "optic_distance_mm",
            "brainstem_distance_mm",
            "dural_contact",
            "neural_involvement",
            "intradural",
            "icd10",
            "cavity",
            "measured_on",
            "image_reference",
            "stated_class",
        )
    },
    "lesion.diagnosis": _lesion("diagnosis"),
    "lesion.size_mm": Fact(DECIMAL, "Size that counts (mm)", path="lesions[].max_dimension_mm"),
    "lesion.within_brainstem": _lesion("within_brainstem"),
    "lesion.therapeutic_target": Fact(
        WORD,
        "Functional target",
        (*words.THERAPEUTIC_TARGETS, NO_TARGET),
        "lesions[].therapeutic_target",
    ),
    "lesion.class": Fact(WORD, "Class of the lesion", words.LESION_CLASSES, "lesions[].max_dimension_mm"),
    "lesion.complex_by_size": _yes("Complex by size"),
    "lesion.complex_by_place": _yes("Complex by optic distance or brainstem"),
    "lesion.treated": _yes("Treated in this course", "sessions"),
    "lesion.intended": _yes("Treated, or to be treated when the course was called off", "sessions"),
    "lesion.spine_reportable": _yes(
        "Touches the dura or involves nerve tissue as the spinal code asks", "lesions[].dural_contact"
    ),
    "lesion.target_before_beam": _yes("Target approved before the beam", "targets[].approved_at"),
    "lesion.target_by_oncologist": _yes(
        "Target approved by the radiation oncologist", "targets[].approved_by"
    ),
    "lesion.target_margin_recorded": _yes("Margin of the target recorded", "targets[].margin_mm"),
    "lesion.prescription_adds_up": _yes(
        "Total dose is dose per session times sessions", "lesions[].session_dose_gy"
    ),
    "lesion.prescription_before_beam": _yes("Prescription signed before the beam", "lesions[].prescribed_at"),
    "lesion.prescription_by_oncologist": _yes(
        "Prescription signed by the radiation oncologist", "lesions[].prescribed_by"
    ),
    "lesion.stated_differs": _yes("The surgeon's stated class differs"),
    "lesion.icd10_expects_other": _yes("The diagnosis code fits another kind of lesion"),
}
_LINE: Final = {
    "unit.calculation_recorded": _yes(
        "The plans record a dose calculation for this unit", "plan.calculations"
    ),
    "unit.device_recorded": _yes("The plans record a custom device for this unit", "plan.custom_devices"),
    "line.code": Fact(TEXT, "Code of the line"),
    "line.units": _count("Units of the line"),
    "line.modifiers": Fact(TEXTS, "Modifiers of the line"),
    "line.situation_modifiers": Fact(TEXTS, "Modifiers other than component and site modifiers"),
    "line.stream": Fact(WORD, "Claim stream of the line", words.STREAMS),
    "line.performer": Fact(WORD, "Performer of the line", words.PERFORMERS),
    "line.date": Fact(DAY, "Date of the line"),
    "line.component_fits": _yes("Component modifier fits the claim stream"),
    "line.has_period_modifier": _yes("The line carries 58 or 79"),
    "line.entered": _yes("The line was entered by a person"),
    "line.has_reason": _yes("The line has a reason in words"),
    "line.component": Fact(WORD, "Component of the code", words.LISTED_COMPONENTS),
    "line.global_period": Fact(WORD, "Global period of the code", words.GLOBAL_PERIODS),
    "line.bilateral": Fact(WORD, "Bilateral indicator of the code", words.INDICATORS),
    "line.co_surgeon": Fact(WORD, "Co-surgeon indicator of the code", words.INDICATORS),
    "line.team": Fact(WORD, "Team indicator of the code", words.INDICATORS),
    "line.status": Fact(WORD, "Fee-schedule status of the code", words.LISTED_STATUSES),
    "line.visit": _yes("The code is a visit"),
    "line.separate_visit": _yes("The visit carries 25"),
    "line.on_treatment_day": _yes("The line stands on a treatment day"),
    "line.has_diagnosis": _yes("The line points to a diagnosis", "lesions[].icd10"),
}
_CIRCUMSTANCES: Final = {
    f"circumstances.{name}": _field("circumstances", name) for name in SECTIONS["circumstances"]
}

_CLINICAL: Final = {
    f"clinical.{name}": _field("clinical", name)
    for name in (
        "performance_by",
        "extracranial_status",
        "systemic_therapy",
        "decided_on",
        "device_model",
        "device_dose_gy",
        "device_risk",
        "device_mri_checked",
        "contrast_agent",
        "kidney_function_on",
        "summary_sent_on",
        "summary_sent_to",
        "eligibility_checked_on",
        "policy_reference",
    )
} | {
    "performance.in_window": _yes(
        "Performance status scored within the department's time before treatment", "clinical.performance_on"
    ),
    "performance.meets_threshold": _yes("Performance status meets the threshold", "clinical.kps"),
    "trial.number_valid": _yes("Trial number has its form (NCT and eight digits)", "clinical.trial_number"),
    "pregnancy.screened": _yes(
        "Pregnancy question answered in time before treatment", "clinical.pregnancy_result"
    ),
    "device.described": _yes("Implant described, MRI conditions checked", "clinical.device_model"),
    "device.screened": _yes(
        "Implant question answered; an implant is described and its MRI conditions checked",
        "circumstances.implanted_device",
    ),
    "contrast.screened": _yes(
        "Contrast agent and kidney function recorded, kidneys checked no later than the simulation, or "
        "where there was none than the first treatment day",
        "clinical.kidney_function_on",
    ),
    "simulation.described": _yes("Simulation date, fixation and contrast recorded", "planning.simulated_on"),
    "simulation.complexity_supported": _yes(
        "Contrast, custom fixation, three lesions or special beams support a complex simulation",
        "fixation.type",
    ),
    "planning.complexity_supported": _yes(
        "Three targets, special beams, drugs around treatment or limits of structures support complex planning",
        "plan.technique",
    ),
    "spine.described": _yes("Level and relation to the dura of each spinal lesion recorded", "lesions"),
    "lesions.coded": _yes("Each treated lesion has its diagnosis code", "lesions"),
    "summary.sent": _yes(
        "Summary sent to a named addressee, not before the last session", "clinical.summary_sent_on"
    ),
    "prior.described": _yes("Earlier courses described", "other_courses"),
    "follow_up.in_window": _yes(
        "First MRI planned 6 to 12 weeks after the last session, or a reason", "clinical.follow_up_mri_on"
    ),
    "authorization.in_dates": _yes("Treatment days lie within the authorization", "authorization.valid_from"),
    "authorization.covers_delivery": _yes("Delivered codes are approved", "authorization.codes"),
    "visit.near_lines": Fact(
        TEXT, "Visit lines within one day of the surgeon's or the planning line", path="entered_lines"
    ),
    "authorization.recorded": _yes("An authorization is recorded", "authorization.sessions"),
    "frame.steady": _yes("Frame fit within the limit", "sessions"),
    "frame.off_after_beam": _yes("Frame taken off after the beam", "sessions"),
    "physicist.at_first": _yes("Physicist present at the first session", "sessions"),
    "surgeon.on_session": _yes("Surgeon recorded as present on a treatment day", "sessions"),
    "delivery.matches_prescription": _yes(
        "Total within 20 percent and each session within 50 percent of the directed dose of each target",
        "sessions",
    ),
    "delivery.event_excluded": _yes("No medical event suspected", "sessions"),
    "delivery.variance_screened": _yes("Variance screened; an incident has its number", "sessions"),
}
_SESSION: Final = {
    "session.timeout_before_beam": _yes("Time-out before the beam", "sessions[].timeout_at"),
    "session.positioned": _yes("Coordinates noted, collision check done", "sessions[].coordinates_noted"),
    "session.images_in_limit": _yes("Residual deviation within the limit", "sessions[].residual_mm"),
    "session.images_approved": _yes("Images approved in time", "sessions[].images_approved_at"),
    "session.oncologist_present": _yes(
        "Radiation oncologist present from start to end", "sessions[].present"
    ),
    "session.physicist_present": _yes("Physicist present from start to end", "sessions[].present"),
    "session.cobalt_presence": _yes(
        "Authorized user and physicist there as the presence rule of the machine says", "sessions[].present"
    ),
    "session.delivery_recorded": _yes(
        "Date, machine time, dose of each target and status recorded", "sessions[].doses_gy"
    ),
    "session.as_planned": _yes("Dose of each target as planned for the session", "sessions[].doses_gy"),
    "session.stop_explained": _yes("The stop is explained", "sessions[].stop_reason"),
    "session.image_guided": _yes("Image guidance used in this session", "sessions[].image_guidance"),
    "session.interrupted": _yes("This session was interrupted", "sessions[].status"),
    "session.ends_short_course": _yes("The course ended early with this session", "planned_sessions"),
}

FACTS: Final[dict[str, Fact]] = {
    **_CASE,
    **_PLAN,
    **_PLAN_RECORDS,
    **_PLANNING,
    **_COURSE,
    **_DELIVERY,
    **_TEAM,
    **_LEDGER,
    **_PHYSICS,
    **_LESION,
    **_LINE,
    **_CIRCUMSTANCES,
    **_CLINICAL,
    **_SESSION,
}
PLAN_FACTS: Final = _PLAN_RECORDS
SESSION_FACTS: Final = frozenset(_SESSION)
LESION_FACTS: Final = frozenset(_LESION)
LINE_FACTS: Final = frozenset(_LINE)
