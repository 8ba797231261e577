"""The fields of the case document: kind, label in plain words, allowed words and bounds of each.

The document reader, the questions and the pages use this one table. Paths look like `lesions[L1].region`,
`sessions[1].date`, `people[neurosurgeon].present_delivery`, `plan.technique` or `setting`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from checklists.engine import words
from checklists.engine.scalars import (
    CODE,
    DAY,
    DECIMAL,
    DIAGNOSIS_CODE,
    MOMENT,
    TEXT,
    TEXTS,
    WHOLE,
    WORD,
    YES_NO,
)


@dataclass(frozen=True, slots=True)
class Field:
    """`minimum` and `maximum` bound numbers, both included; None means no bound."""

    kind: str
    label: str
    words: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None


def _number(kind: str, label: str, minimum: int, maximum: int) -> Field:
    return Field(kind, label, minimum=Decimal(minimum), maximum=Decimal(maximum))


def _word(label: str, allowed: tuple[str, ...]) -> Field:
    return Field(WORD, label, allowed)


_CASE: Final = {
    "date_of_service": Field(DAY, "Date of service"),
    "setting": _word("Setting", words.SETTINGS),
    "off_campus": Field(YES_NO, "Off-campus department"),
    "modality": _word("Treatment machine type", words.MODALITIES),
    "device": Field(TEXT, "Machine name"),
    "planned_sessions": _number(WHOLE, "Planned sessions", 1, 45),
}
_PLAN: Final = {
    "id": Field(TEXT, "Plan identifier"),
    "lesions": Field(TEXTS, "Lesions of the plan"),
    "technique": _word("Planning technique", words.TECHNIQUES),
    "date": Field(DAY, "Plan date"),
    "approved_at": Field(MOMENT, "Plan approved at"),
    "isocenters": _number(WHOLE, "Isocenters", 0, 500),
    "arcs": _number(WHOLE, "Arcs, beams or shots", 0, 2000),
    "calculations": _number(WHOLE, "Documented dose calculations", 0, 999),
    "custom_devices": _number(WHOLE, "Custom devices made for this patient", 0, 99),
    "mlc_modulated": Field(YES_NO, "Leaves modulated during the beam"),
    "active_motion_management": Field(YES_NO, "Active motion management"),
    "approved_by": Field(TEXT, "Plan approved by"),
    "fusion_approved_at": Field(MOMENT, "Image fusion approved at"),
    "fusion_approved_by": Field(TEXT, "Image fusion approved by"),
    "goals_set_at": Field(MOMENT, "Goals set at"),
    "optimized_at": Field(MOMENT, "Plan optimized at"),
    "isodose_reviewed_at": Field(MOMENT, "Isodose lines reviewed at"),
    "isodose_reviewed_by": Field(TEXT, "Isodose lines reviewed by"),
    "dvh_reviewed_at": Field(MOMENT, "Dose-volume curves reviewed at"),
    "dvh_reviewed_by": Field(TEXT, "Dose-volume curves reviewed by"),
    "source_output_on": Field(DAY, "Date of the source output"),
    "field_count": _number(WHOLE, "Proton fields", 0, 99),
    "compensator": Field(YES_NO, "Fields with compensation"),
    "comparison_reference": Field(TEXT, "Photon plan for comparison"),
    "second_check_pct": _number(DECIMAL, "Difference of the second check (percent)", 0, 100),
    "second_check_at": Field(MOMENT, "Second check signed at"),
    "second_check_by": Field(TEXT, "Second check signed by"),
    "psqa_result": _word("Result of the plan measurement", words.MEASURED),
    "psqa_device": Field(TEXT, "Device of the plan measurement"),
    "psqa_at": Field(MOMENT, "Plan measurement signed at"),
    "chart_check_at": Field(MOMENT, "Chart check signed at"),
    "chart_check_by": Field(TEXT, "Chart check signed by"),
    "transfer_check_at": Field(MOMENT, "Transfer check at"),
}
_IMAGE: Final = {
    "kind": _word("Kind of images", words.SERIES_KINDS),
    "series": Field(TEXT, "Series"),
    "acquired_on": Field(DAY, "Images acquired on"),
    "slice_mm": _number(DECIMAL, "Slice thickness (mm)", 0, 50),
    "for_planning": Field(YES_NO, "Used for planning"),
    "fused": Field(YES_NO, "Part of the fusion"),
    "reported": Field(YES_NO, "Report on file"),
}
_TARGET: Final = {
    "plan": Field(TEXT, "Plan of the target"),
    "lesion": Field(TEXT, "Lesion of the target"),
    "approved_at": Field(MOMENT, "Target approved at"),
    "approved_by": Field(TEXT, "Target approved by"),
    "margin_mm": _number(DECIMAL, "Margin (mm)", 0, 100),
    "coverage_pct": _number(DECIMAL, "Coverage (percent)", 0, 100),
    "conformity": _number(DECIMAL, "Conformity index", 0, 99),
    "gradient": _number(DECIMAL, "Gradient index", 0, 99),
    "max_dose_gy": _number(DECIMAL, "Largest dose (Gy)", 0, 500),
}
_ORGAN: Final = {
    "plan": Field(TEXT, "Plan of the structure"),
    "name": Field(TEXT, "Critical structure"),
    "limit_gy": _number(DECIMAL, "Dose limit (Gy)", 0, 200),
    "planned_gy": _number(DECIMAL, "Planned dose (Gy)", 0, 200),
    "comment": Field(TEXT, "Comment on the limit"),
}
_DIRECTIVE: Final = {
    "version": _number(WHOLE, "Version of the directive", 1, 99),
    "total_gy": _number(DECIMAL, "Total dose of the directive (Gy)", 0, 200),
    "site": Field(TEXT, "Site of the directive"),
    "settings": Field(TEXT, "Target settings of the directive"),
    "signed_at": Field(MOMENT, "Directive signed at"),
    "signed_by": Field(TEXT, "Directive signed by"),
    "authorized_user": Field(YES_NO, "Directive signed by an authorized user"),
}
_SESSION: Final = {
    "number": _number(WHOLE, "Session number", 1, 99),
    "id": Field(TEXT, "Session identifier"),
    "date": Field(DAY, "Session date"),
    "status": _word("Session status", words.SESSION_STATUSES),
    "lesions": Field(TEXTS, "Lesions treated in this session"),
    "plan": Field(TEXT, "Plan used"),
    "machine": Field(TEXT, "Machine used"),
    "presence_rule": _word("Who stays during a cobalt treatment", words.PRESENCE_RULES),
    "started_at": Field(MOMENT, "Session started at"),
    "beam_on_at": Field(MOMENT, "First beam at"),
    "ended_at": Field(MOMENT, "Session ended at"),
    "percent_delivered": _number(DECIMAL, "Percent of the dose delivered", 0, 100),
    "stop_reason": _word("Reason for stopping", words.STOP_REASONS),
    "anesthesia": _word("Anesthesia", words.ANESTHESIA),
    "in_room": Field(YES_NO, "Patient was brought into the room"),
    "image_guidance": Field(YES_NO, "Image guidance used"),
    "present": Field(TEXTS, "People present at this session"),
    "timeout_at": Field(MOMENT, "Time-out at"),
    "operator": Field(TEXT, "Operator"),
    "coordinates_noted": Field(YES_NO, "Coordinates noted for each target"),
    "collision_checked": Field(YES_NO, "Collision check done"),
    "image_kind": _word("Kind of image guidance", words.IMAGE_KINDS),
    "shift_mm": _number(DECIMAL, "Shift applied (mm)", 0, 300),
    "rotation_deg": _number(DECIMAL, "Rotation applied (degrees)", 0, 180),
    "residual_mm": _number(DECIMAL, "Residual deviation (mm)", 0, 300),
    "images_approved_at": Field(MOMENT, "Images approved at"),
    "frame_check_mm": _number(DECIMAL, "Frame fit, largest difference (mm)", 0, 300),
    "frame_off_at": Field(MOMENT, "Frame off at"),
    "event_suspected": Field(YES_NO, "Medical event suspected"),
    "variance": Field(YES_NO, "Variance or near miss"),
    "incident_number": Field(TEXT, "Incident number"),
}
_LESION: Final = {
    "id": Field(TEXT, "Lesion identifier"),
    "label": Field(TEXT, "Lesion label"),
    "compartment": _word("Compartment", words.COMPARTMENTS),
    "diagnosis": _word("Diagnosis", words.DIAGNOSES),
    "region": _word("Region", words.REGIONS),
    "side": _word("Side", words.SIDES),
    "max_dimension_mm": _number(DECIMAL, "Largest dimension (mm)", 0, 300),
    "original_dimension_mm": _number(DECIMAL, "Largest dimension of the tumor before resection (mm)", 0, 300),
    "volume_cc": _number(DECIMAL, "Volume (cc)", 0, 9999),
    "optic_distance_mm": _number(DECIMAL, "Distance to the optic pathway (mm)", 0, 300),
    "brainstem_distance_mm": _number(DECIMAL, "Distance to the brainstem (mm)", 0, 300),
    "within_brainstem": Field(YES_NO, "Lies within the brainstem"),
    "therapeutic_target": _word("Functional target", words.THERAPEUTIC_TARGETS),
    "spine_level": Field(TEXT, "Vertebral level"),
    "dural_contact": Field(YES_NO, "Touches the dura"),
    "neural_involvement": Field(YES_NO, "Involves neural tissue"),
    "intradural": Field(YES_NO, "Lies below the dura"),
    "icd10": Field(DIAGNOSIS_CODE, "Diagnosis code (ICD-10-CM)"),
    "cavity": Field(YES_NO, "Resection cavity"),
    "target": Field(TEXT, "Shared target volume"),
    "found_on": Field(DAY, "Found on"),
    "measured_on": Field(DAY, "Measured on"),
    "measured_by": Field(TEXT, "Measured by"),
    "image_reference": Field(TEXT, "Image that shows the measurement"),
    "stated_class": _word("Class stated by the surgeon", words.STATED_CLASSES),
    "surgeon": Field(TEXT, "Surgeon of this lesion"),
    "dose_gy": _number(DECIMAL, "Prescribed total dose (Gy)", 0, 200),
    "isodose_pct": _number(DECIMAL, "Prescription isodose (percent)", 0, 100),
    "session_dose_gy": _number(DECIMAL, "Prescribed dose per session (Gy)", 0, 200),
    "prescribed_sessions": _number(WHOLE, "Prescribed sessions", 1, 45),
    "prescribed_at": Field(MOMENT, "Prescription signed at"),
    "prescribed_by": Field(TEXT, "Prescription signed by"),
}
_PERSON: Final = {
    "role": _word("Role on the case", words.ROLES),
    "id": Field(TEXT, "Identifier (NPI)"),
    "name": Field(TEXT, "Name"),
    "specialty": _word("Specialty", words.SPECIALTIES),
    "group": Field(TEXT, "Group practice"),
    "documented_role": _word("Role that the record documents", words.ROLES),
    "present_planning": Field(YES_NO, "Took part in planning"),
    "present_delivery": Field(YES_NO, "Took part in delivery"),
}
_PHYSICS: Final = {
    "special_consult_order": Field(YES_NO, "Written request for a special physics consult"),
    "special_consult_report": Field(YES_NO, "Physicist's special consult report"),
    "special_consult_on": Field(DAY, "Date of the special physics consult"),
    "continuing_check": Field(YES_NO, "Signed physics check during the course"),
    "continuing_check_on": Field(DAY, "Date of the physics check"),
    "final_check_at": Field(MOMENT, "Closing physics check at"),
    "final_check_by": Field(TEXT, "Closing physics check by"),
}
_ENTERED: Final = {
    "code": Field(CODE, "Billing code"),
    "units": _number(WHOLE, "Units", 1, 999),
    "date": Field(DAY, "Date of the line"),
    "performer": _word("Performer", words.PERFORMERS),
    "person": Field(TEXT, "Person"),
    "stream": _word("Claim stream", words.STREAMS),
    "lesions": Field(TEXTS, "Lesions of the line"),
    "reason": Field(TEXT, "Reason"),
}
_CIRCUMSTANCES: Final = {
    name: Field(YES_NO, label)
    for name, label in {
        "authorization_required": "Prior authorization required",
        "outside_coverage_policy": "Indication outside the coverage policy",
        "trial": "Part of a clinical trial",
        "resident_involved": "A resident took part",
        "implanted_device": "Implanted electronic device",
        "could_be_pregnant": "Could be pregnant",
        "contrast": "Contrast given at simulation",
        "sedation": "Sedation or anesthesia given",
        "prior_radiation": "Earlier radiation",
        "prior_radiation_overlap": "Earlier radiation overlaps the target",
        "prescription_changed": "Prescription changed during the course",
        "images_fused": "Several image sets fused",
        "visit_within_one_day": "A visit is billed within one day of the procedure or planning",
        "addendum_used": "An addendum, correction or late entry was used",
        "signature_missing": "A signature is missing or unreadable",
        "record_requested": "A payer or auditor asked for the record",
    }.items()
}

_CLINICAL: Final = {
    "kps": _number(WHOLE, "Karnofsky score", 0, 100),
    "ecog": _number(WHOLE, "ECOG grade", 0, 5),
    "performance_on": Field(DAY, "Performance status scored on"),
    "performance_by": Field(TEXT, "Performance status scored by"),
    "extracranial_status": _word("Disease elsewhere", words.EXTRACRANIAL_STATUSES),
    "systemic_therapy": _word("Systemic therapy", words.SYSTEMIC_THERAPIES),
    "trial_number": Field(TEXT, "Trial number"),
    "decided_on": Field(DAY, "Tumor board or joint decision on"),
    "board_specialties": Field(TEXT, "Specialties at the decision"),
    "device_model": Field(TEXT, "Make and model of the implant"),
    "device_dose_gy": _number(DECIMAL, "Estimated dose to the implant (Gy)", 0, 200),
    "device_risk": _word("Risk class of the implant", words.DEVICE_RISKS),
    "device_mri_checked": Field(YES_NO, "MRI conditions of the implant checked"),
    "pregnancy_result": _word("Pregnancy test", words.PREGNANCY_RESULTS),
    "pregnancy_on": Field(DAY, "Pregnancy test on"),
    "contrast_agent": Field(TEXT, "Contrast agent and amount"),
    "kidney_function_on": Field(DAY, "Kidney function checked on"),
    "follow_up_mri_on": Field(DAY, "First follow-up MRI planned on"),
    "follow_up_reason": Field(TEXT, "Reason for another time of the first MRI"),
    "summary_sent_on": Field(DAY, "Summary sent on"),
    "summary_sent_to": Field(TEXT, "Summary sent to"),
    "eligibility_checked_on": Field(DAY, "Eligibility checked on"),
    "policy_reference": Field(TEXT, "Coverage policy"),
}

SECTIONS: Final[dict[str, dict[str, Field]]] = {
    "": _CASE,
    "payer": {
        "class": _word("Payer class", words.PAYER_CLASSES),
        "profile": Field(TEXT, "Payer profile"),
    },
    "authorization": {
        "sessions": _number(WHOLE, "Authorized sessions", 0, 99),
        "modality": _word("Authorized machine type", words.MODALITIES),
        "valid_from": Field(DAY, "Authorization valid from"),
        "valid_to": Field(DAY, "Authorization valid to"),
    },
    "planning": {
        "clinical_plan_on": Field(DAY, "Date of the clinical planning note"),
        "simulated": Field(YES_NO, "Patient was simulated"),
        "simulated_on": Field(DAY, "Simulation date"),
        "localization_method": _word("Localization of the target", words.LOCALIZATIONS),
        "localization_error_mm": _number(DECIMAL, "Registration error of the localization (mm)", 0, 50),
    },
    "fixation": {
        "type": _word("Fixation", words.FIXATIONS),
        "placed_by": _word("Frame placed by", words.FRAME_PLACERS),
    },
    "plan": _PLAN,
    "plans": _PLAN,
    "sessions": _SESSION,
    "lesions": _LESION,
    "people": _PERSON,
    "physics": _PHYSICS,
    "other_courses": {
        "started_on": Field(DAY, "Other course started on"),
        "ended_on": Field(DAY, "Other course ended on"),
        "surgeon": Field(TEXT, "Surgeon of the other course"),
        "group": Field(TEXT, "Group of that surgeon"),
        "relation": _word("Relation of the other course", words.RELATIONS),
        "prescribed_separately": Field(YES_NO, "Prescribed separately"),
        "body_site": Field(TEXT, "Site that was irradiated"),
        "dose_gy": _number(DECIMAL, "Total dose (Gy)", 0, 200),
        "fractions": _number(WHOLE, "Fractions", 1, 99),
        "records_obtained": Field(YES_NO, "Earlier records obtained, or the attempt documented"),
    },
    "images": _IMAGE,
    "targets": _TARGET,
    "organs": _ORGAN,
    "directives": _DIRECTIVE,
    "entered_lines": _ENTERED,
    "circumstances": _CIRCUMSTANCES,
    "clinical": _CLINICAL,
}

_WHOLE_SECTIONS: Final = {
    "lesions": Field(TEXTS, "Lesions of the course"),
    "sessions": Field(TEXTS, "Treatment sessions"),
    "people": Field(TEXTS, "People on the case"),
    "other_courses": Field(TEXTS, "Other courses"),
    "images": Field(TEXTS, "Image sets"),
    "targets": Field(TEXTS, "Target volumes"),
    "organs": Field(TEXTS, "Critical structures"),
    "directives": Field(TEXTS, "Written directive"),
}
_PATH = re.compile(r"(?:(?P<section>[a-z_]+)(?:\[(?P<subject>[^\]]*)\])?)(?:\.(?P<name>[a-z_0-9]+))?")


def describe(path: str) -> Field:
    """The field behind a document path such as `lesions[L1].region`; a plain text field when it is unknown."""
    found = _PATH.fullmatch(path)
    if not found:
        return Field(TEXT, path)
    section, name = found["section"], found["name"]
    if name is None:
        if found["subject"]:
            return Field(TEXTS, found["subject"].replace("_", " ").capitalize())
        return _CASE.get(section) or _WHOLE_SECTIONS.get(section) or Field(TEXT, section)
    return SECTIONS.get(section, {}).get(name) or Field(TEXT, path)


def label_of(path: str, names: Mapping[str, str] | None = None) -> str:
    """The label of a path with its subject in front, for example `Lesion L1: Region`.

    `names` maps identifiers to the names people know the subjects by; without it the identifier is shown.
    """
    found = _PATH.fullmatch(path)
    field = describe(path)
    if not found or not found["subject"] or found["name"] is None:
        return field.label
    subject = (names or {}).get(found["subject"], found["subject"].replace("_", " "))
    lead = {
        "lesions": f"Lesion {subject}",
        "sessions": f"Session {subject}",
        "plans": f"Plan {subject}",
        "other_courses": f"Other course {subject.removeprefix('#')}",
    }
    return f"{lead.get(found['section'], subject[:1].upper() + subject[1:])}: {field.label}"
