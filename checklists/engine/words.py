"""The fixed words of the case document `srs-case/1`. Only words live here, no rules. Add, never rename."""

from typing import Final

PAYER_CLASSES: Final = ("medicare_ffs", "medicare_advantage", "medicaid", "commercial", "other")
SETTINGS: Final = ("hospital_outpatient", "hospital_inpatient", "freestanding")
MODALITIES: Final = ("cobalt60", "linac", "robotic_linac", "gyroscopic_linac", "proton", "other_particle")
TECHNIQUES: Final = ("forward_3d", "inverse", "cone_arc", "multisource", "proton")
FIXATIONS: Final = ("invasive_frame", "mask", "none")
LOCALIZATIONS: Final = ("frame_fiducials", "reference_ct", "cone_beam_six_axis", "xray_six_axis", "other")
FRAME_PLACERS: Final = ("surgeon", "radiation_oncologist", "other")
SESSION_STATUSES: Final = ("planned", "delivered", "partial", "stopped_without_dose")
STOP_REASONS: Final = ("patient_safety", "equipment", "elective", "other")
ANESTHESIA: Final = ("none", "planned", "given")
COMPARTMENTS: Final = ("cranial", "spinal", "body")
DIAGNOSES: Final = (
    "metastasis",
    "glioma",
    "meningioma",
    "schwannoma",
    "avm",
    "pituitary",
    "glomus",
    "pineal",
    "cavernoma",
    "dural_fistula",
    "craniopharyngioma",
    "chordoma",
    "hemangioblastoma",
    "functional",
    "spine_tumor",
    "spine_avm",
    "other",
)
REGIONS: Final = (
    "frontal",
    "parietal",
    "temporal",
    "occipital",
    "insula",
    "thalamus_basal_ganglia",
    "intraventricular",
    "cerebellum",
    "brainstem",
    "pineal",
    "cerebellopontine_angle",
    "cavernous_sinus",
    "sella",
    "parasellar",
    "optic_pathway",
    "petroclival",
    "jugular_foramen",
    "anterior_skull_base",
    "middle_skull_base",
    "skull_base",
    "convexity",
    "falx_parasagittal",
    "tentorium",
    "orbit",
    "cervical",
    "thoracic",
    "lumbar",
    "sacral",
    "other",
)
SIDES: Final = ("left", "right", "midline", "both")
THERAPEUTIC_TARGETS: Final = (
    "trigeminal",
    "thalamus",
    "pallidum",
    "capsule",
    "cingulum",
    "mesial_temporal",
    "other",
)
STATED_CLASSES: Final = ("simple", "complex")
LESION_CLASSES: Final = ("simple", "complex", "therapeutic")
SPINE_RESULTS: Final = ("reportable",)
ROLES: Final = ("radiation_oncologist", "neurosurgeon", "physicist", "dosimetrist", "therapist", "nurse")
SPECIALTIES: Final = ("radiation_oncology", "neurosurgery", "otolaryngology", "medical_physics", "other")
RELATIONS: Final = ("new_lesion", "same_lesion", "staged", "concurrent")
PERFORMERS: Final = ("neurosurgeon", "radiation_oncologist", "facility")
STREAMS: Final = ("surgeon_professional", "oncology_professional", "facility", "freestanding_global")
CONVENTIONAL_FAMILIES: Final = ("none", "cpt", "g")
FREESTANDING_KINDS: Final = ("none", "level_1", "level_2", "level_3", "leaves", "compensator")
ENERGY_BANDS: Final = ("up_to_5", "6_to_10", "11_to_19", "20_up")
SURGEON_BASES: Final = ("61796", "61798", "63620", "none")

CONFIDENCES: Final = ("data", "several_sources", "two_sources", "one_source", "inferred", "memory")
SEVERITIES: Final = ("block", "warn", "ask", "info")
COMPONENTS: Final = ("technical_only", "professional_only", "split", "none")
STEPS: Final = (
    "consult",
    "simulation",
    "planning",
    "pretreatment_qa",
    "delivery",
    "completion",
    "follow_up",
    "billing",
)
ITEM_ROLES: Final = (
    "radiation_oncologist",
    "neurosurgeon",
    "physicist",
    "dosimetrist",
    "therapist",
    "nurse",
    "coder",
)
PRESENCE_RULES: Final = ("throughout", "license")
SIGNERS: Final = (*ITEM_ROLES, "authorized_user", "author", "none")
SCOPES: Final = ("case", "lesion", "session", "plan", "unit", "line")
ITEM_SEVERITIES: Final = ("required", "recommended", "quality")
ITEM_KINDS: Final = ("payment", "legal", "professional")
CURES: Final = ("before_beam", "late_entry", "attestation", "any_time")
AUTO: Final = ("yes", "partly", "no")
TIMINGS: Final = (
    "before_beam",
    "before_simulation",
    "before_plan_approval",
    "before_next_session",
    "same_day_as_session",
    "before_frame",
    "before_first_service",
    "by_consult",
    "recent_for_first",
    "on_line_day",
    "after_last_session",
    "soon_after_last",
    "each_session",
)

PER: Final = ("course", "session", "first_session", "later_session", "five_sessions", "each_five_begun")
DAYS: Final = (
    "first_session",
    "last_session",
    "session",
    "plan",
    "simulation",
    "clinical_plan",
    "special_consult",
    "continuing_check",
)
STREAM_PLACES: Final = (*SETTINGS, "freestanding_two_entities")
PACKAGING: Final = ("comprehensive", "paid_apart", "packaged", "per_session")
CLASS_MARKS: Final = ("size", "place", "kind")
POLICY_LEVELS: Final = ("payer", "department")
POLICY_KINDS: Final = ("word", "whole_number", "yes_no", "words")
LISTED_COMPONENTS: Final = (*COMPONENTS, "professional_part")
GLOBAL_PERIODS: Final = ("000", "010", "090", "XXX", "ZZZ")
INDICATORS: Final = ("0", "1", "2", "3", "9")
LISTED_STATUSES: Final = ("active", "contractor_priced", "not_for_medicare", "bundled")
OUTPATIENT_STATUSES: Final = ("J1", "S", "N", "B", "not_read")
EDIT_SETTINGS: Final = ("practitioner", "hospital", "both")
WITHIN: Final = ("course", "claim", "physician", "day")
CHECKS: Final = (
    "add_on_parent",
    "add_on_ceiling",
    "course_units",
    "day_units",
    "code_of_day",
    "code_unknown",
    "code_listed_only",
    "line",
    "visit_in_global_period",
    "nothing_to_open",
    "pair",
    "lesion",
    "other_course",
)
SERIES_KINDS: Final = ("mri", "ct", "angiogram", "pet")
MEASURED: Final = ("passed", "failed")
EXTRACRANIAL_STATUSES: Final = ("none", "controlled", "progressing", "unstaged")
SYSTEMIC_THERAPIES: Final = ("none", "held", "continued", "retimed")
DEVICE_RISKS: Final = ("low", "medium", "high")
PREGNANCY_RESULTS: Final = ("negative", "positive", "refused", "not_applicable")
IMAGE_KINDS: Final = ("cone_beam", "orthogonal", "surface", "mri", "other")
