"""The fixed words of the clinic and the billing office, as stored in the database.

Words that the engine also knows (setting, modality, diagnosis ...) are spelt as in the case document
`srs-case/1`. Only words live here: no rules about which word leads to which code.
"""

from django.db.models import TextChoices


class Role(TextChoices):
    STAFF = "staff", "Staff"
    CODER = "coder", "Coder"
    SUPERVISOR = "supervisor", "Supervisor"
    BILLING = "billing", "Billing"
    COMPLIANCE = "compliance", "Compliance"
    ADMINISTRATOR = "administrator", "Administrator"


class Duty(TextChoices):
    THERAPIST = "therapist", "Therapist"
    DOSIMETRIST = "dosimetrist", "Dosimetrist"
    PHYSICIST = "physicist", "Physicist"
    NURSE = "nurse", "Nurse"


class Setting(TextChoices):
    HOSPITAL_OUTPATIENT = "hospital_outpatient", "Hospital outpatient"
    HOSPITAL_INPATIENT = "hospital_inpatient", "Hospital inpatient"
    FREESTANDING = "freestanding", "Freestanding centre"


class PayerClass(TextChoices):
    MEDICARE_FFS = "medicare_ffs", "Medicare (fee for service)"
    MEDICARE_ADVANTAGE = "medicare_advantage", "Medicare Advantage"
    MEDICAID = "medicaid", "Medicaid"
    COMMERCIAL = "commercial", "Commercial"
    OTHER = "other", "Other"


class Modality(TextChoices):
    COBALT60 = "cobalt60", "Multi-source cobalt unit"
    LINAC = "linac", "Linac"
    ROBOTIC_LINAC = "robotic_linac", "Robotic linac"
    GYROSCOPIC_LINAC = "gyroscopic_linac", "Gyroscopic linac"
    PROTON = "proton", "Proton"
    OTHER_PARTICLE = "other_particle", "Other particle"


class PresenceRule(TextChoices):
    NOT_COBALT = "not_cobalt", "Not a cobalt unit"
    THROUGHOUT = "throughout", "User and physicist present throughout"
    LICENSE = "license", "As the site's license commitment says"


class Technique(TextChoices):
    FORWARD_3D = "forward_3d", "Forward planned (3-D conformal, conformal arcs)"
    INVERSE = "inverse", "Inverse planned (modulated)"
    CONE_ARC = "cone_arc", "Cone arcs"
    MULTISOURCE = "multisource", "Multi-source shots"
    PROTON = "proton", "Proton"


class Fixation(TextChoices):
    INVASIVE_FRAME = "invasive_frame", "Invasive head frame"
    MASK = "mask", "Mask"
    NONE = "none", "None"


class Localization(TextChoices):
    FRAME_FIDUCIALS = "frame_fiducials", "Head-frame fiducials"
    REFERENCE_CT = "reference_ct", "Stereotactic reference CT"
    CONE_BEAM_SIX_AXIS = "cone_beam_six_axis", "Cone-beam CT with six-axis registration"
    XRAY_SIX_AXIS = "xray_six_axis", "X-rays with six-axis registration"
    OTHER = "other", "Other"


class FramePlacer(TextChoices):
    SURGEON = "surgeon", "Surgeon"
    RADIATION_ONCOLOGIST = "radiation_oncologist", "Radiation oncologist"
    OTHER = "other", "Someone else"


class Compartment(TextChoices):
    CRANIAL = "cranial", "Cranial"
    SPINAL = "spinal", "Spinal"
    BODY = "body", "Body"


class Diagnosis(TextChoices):
    METASTASIS = "metastasis", "Metastasis"
    GLIOMA = "glioma", "Glioma"
    MENINGIOMA = "meningioma", "Meningioma"
    SCHWANNOMA = "schwannoma", "Schwannoma"
    AVM = "avm", "Arteriovenous malformation"
    PITUITARY = "pituitary", "Pituitary tumor"
    GLOMUS = "glomus", "Glomus tumor"
    PINEAL = "pineal", "Pineal tumor"
    CAVERNOMA = "cavernoma", "Cavernous malformation"
    DURAL_FISTULA = "dural_fistula", "Dural arteriovenous fistula"
    CRANIOPHARYNGIOMA = "craniopharyngioma", "Craniopharyngioma"
    CHORDOMA = "chordoma", "Chordoma or chondrosarcoma"
    HEMANGIOBLASTOMA = "hemangioblastoma", "Hemangioblastoma"
    FUNCTIONAL = "functional", "Functional target"
    SPINE_TUMOR = "spine_tumor", "Tumor of cord, root or spinal meninges"
    SPINE_AVM = "spine_avm", "Spinal AVM"
    OTHER = "other", "Other"


class Region(TextChoices):
    FRONTAL = "frontal", "Frontal"
    PARIETAL = "parietal", "Parietal"
    TEMPORAL = "temporal", "Temporal"
    OCCIPITAL = "occipital", "Occipital"
    INSULA = "insula", "Insula"
    THALAMUS_BASAL_GANGLIA = "thalamus_basal_ganglia", "Thalamus or basal ganglia"
    INTRAVENTRICULAR = "intraventricular", "Intraventricular"
    CEREBELLUM = "cerebellum", "Cerebellum"
    BRAINSTEM = "brainstem", "Brainstem"
    PINEAL = "pineal", "Pineal region"
    CEREBELLOPONTINE_ANGLE = "cerebellopontine_angle", "Cerebellopontine angle"
    CAVERNOUS_SINUS = "cavernous_sinus", "Cavernous sinus"
    SELLA = "sella", "Sella"
    PARASELLAR = "parasellar", "Parasellar"
    OPTIC_PATHWAY = "optic_pathway", "Optic pathway"
    PETROCLIVAL = "petroclival", "Petroclival"
    JUGULAR_FORAMEN = "jugular_foramen", "Jugular foramen"
    ANTERIOR_SKULL_BASE = "anterior_skull_base", "Anterior skull base"
    MIDDLE_SKULL_BASE = "middle_skull_base", "Middle skull base"
    SKULL_BASE = "skull_base", "Skull base (other)"
    CONVEXITY = "convexity", "Convexity"
    FALX_PARASAGITTAL = "falx_parasagittal", "Falx or parasagittal"
    TENTORIUM = "tentorium", "Tentorium"
    ORBIT = "orbit", "Orbit"
    CERVICAL = "cervical", "Cervical spine"
    THORACIC = "thoracic", "Thoracic spine"
    LUMBAR = "lumbar", "Lumbar spine"
    SACRAL = "sacral", "Sacrum"
    OTHER = "other", "Other"


class Side(TextChoices):
    LEFT = "left", "Left"
    RIGHT = "right", "Right"
    MIDLINE = "midline", "Midline"
    BOTH = "both", "Both sides"


class TherapeuticTarget(TextChoices):
    TRIGEMINAL = "trigeminal", "Trigeminal root"
    THALAMUS = "thalamus", "Thalamus"
    PALLIDUM = "pallidum", "Pallidum"
    CAPSULE = "capsule", "Internal capsule"
    CINGULUM = "cingulum", "Cingulum"
    MESIAL_TEMPORAL = "mesial_temporal", "Mesial temporal lobe"
    OTHER = "other", "Other"


class StatedClass(TextChoices):
    SIMPLE = "simple", "Simple"
    COMPLEX = "complex", "Complex"


class SessionStatus(TextChoices):
    PLANNED = "planned", "Planned"
    DELIVERED = "delivered", "Delivered"
    PARTIAL = "partial", "Part of the dose"
    STOPPED_WITHOUT_DOSE = "stopped_without_dose", "Stopped without dose"


class StopReason(TextChoices):
    PATIENT_SAFETY = "patient_safety", "Patient safety"
    EQUIPMENT = "equipment", "Equipment"
    ELECTIVE = "elective", "Patient's or team's choice"
    OTHER = "other", "Other"


class Anesthesia(TextChoices):
    NONE = "none", "None"
    PLANNED = "planned", "Planned"
    GIVEN = "given", "Given"


class ExtracranialStatus(TextChoices):
    NONE = "none", "None"
    CONTROLLED = "controlled", "Controlled"
    PROGRESSING = "progressing", "Progressing"
    UNSTAGED = "unstaged", "Not yet staged"


class SystemicTherapy(TextChoices):
    NONE = "none", "None"
    HELD = "held", "Held around treatment"
    CONTINUED = "continued", "Continued"
    RETIMED = "retimed", "Given at another time"


class DeviceRisk(TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class PregnancyResult(TextChoices):
    NEGATIVE = "negative", "Negative"
    POSITIVE = "positive", "Positive"
    REFUSED = "refused", "Test refused in writing"
    NOT_APPLICABLE = "not_applicable", "The question does not apply"


class ImageKind(TextChoices):
    CONE_BEAM = "cone_beam", "Cone-beam CT"
    ORTHOGONAL = "orthogonal", "Orthogonal X-rays"
    SURFACE = "surface", "Surface imaging"
    MRI = "mri", "MRI"
    OTHER = "other", "Other"


class CaseRole(TextChoices):
    RADIATION_ONCOLOGIST = "radiation_oncologist", "Radiation oncologist"
    NEUROSURGEON = "neurosurgeon", "Surgeon"
    PHYSICIST = "physicist", "Medical physicist"
    DOSIMETRIST = "dosimetrist", "Dosimetrist"
    THERAPIST = "therapist", "Radiation therapist"
    NURSE = "nurse", "Nurse"


class Specialty(TextChoices):
    RADIATION_ONCOLOGY = "radiation_oncology", "Radiation oncology"
    NEUROSURGERY = "neurosurgery", "Neurosurgery"
    OTOLARYNGOLOGY = "otolaryngology", "Otolaryngology"
    MEDICAL_PHYSICS = "medical_physics", "Medical physics"
    OTHER = "other", "Other"


class Relation(TextChoices):
    NEW_LESION = "new_lesion", "New lesion"
    SAME_LESION = "same_lesion", "Same lesion again"
    STAGED = "staged", "Stage of one treatment"
    CONCURRENT = "concurrent", "At the same time"


class Halt(TextChoices):
    NONE = "none", "Going on"
    ON_HOLD = "on_hold", "On hold"
    CANCELLED = "cancelled", "Cancelled before delivery"
    STOPPED = "stopped", "Stopped during delivery"


class ClockUnit(TextChoices):
    WORKING = "working", "working days"
    CALENDAR = "calendar", "calendar days"


class Stream(TextChoices):
    SURGEON_PROFESSIONAL = "surgeon_professional", "Surgeon"
    ONCOLOGY_PROFESSIONAL = "oncology_professional", "Oncology"
    FACILITY = "facility", "Facility"
    FREESTANDING_GLOBAL = "freestanding_global", "Freestanding"


class LineDecision(TextChoices):
    RELEASE = "release", "Release"
    HOLD = "hold", "Hold"
    DECLINE = "decline", "Decline"


class LineOrigin(TextChoices):
    SUGGESTED = "suggested", "Suggested"
    ADDED = "added", "Added by a person"


class Condition(TextChoices):
    TRUE = "true", "Needed"
    FALSE = "false", "Not needed by rule"
    UNKNOWN = "unknown", "Cannot tell yet"
    RETIRED = "retired", "No longer needed"


class Answer(TextChoices):
    OPEN = "open", "Open"
    SATISFIED = "satisfied", "Satisfied"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    CANNOT_BE_MET = "cannot_be_met", "Cannot be met"


class ItemReview(TextChoices):
    NONE = "none", "Not reviewed"
    ACCEPTED = "accepted", "Accepted"
    RETURNED = "returned", "Returned"


class Severity(TextChoices):
    REQUIRED = "required", "Required"
    RECOMMENDED = "recommended", "Recommended"
    QUALITY = "quality", "Quality"


class EntryType(TextChoices):
    ORIGINAL = "original", "Original"
    ADDENDUM = "addendum", "Addendum"
    LATE_ENTRY = "late_entry", "Late entry"
    CORRECTION = "correction", "Correction"
    ATTESTATION = "attestation", "Signature attestation"


class PacketStatus(TextChoices):
    COLLECTING = "collecting", "Collecting"
    READY = "ready", "Ready for review"
    IN_REVIEW = "in_review", "In review"
    RETURNED = "returned", "Returned"
    APPROVED = "approved", "Approved"
    HANDED_OFF = "handed_off", "Handed off"
    CLOSED = "closed", "Closed"


class ReviewOutcome(TextChoices):
    ACCEPT = "accept", "Accept"
    ACCEPT_WITH_NOTE = "accept_with_note", "Accept with note"
    RETURN = "return", "Return"
    APPROVE = "approve", "Approve packet"


class ReturnReason(TextChoices):
    MISSING = "missing", "Missing"
    UNSIGNED = "unsigned", "Unsigned"
    SIGNATURE_UNREADABLE = "signature_unreadable", "Signature unreadable"
    SIGNED_AFTER_BEAM = "signed_after_beam", "Signed after the beam"
    WRONG_PATIENT = "wrong_patient", "Wrong patient"
    WRONG_DATE = "wrong_date", "Wrong date"
    WRONG_AUTHOR = "wrong_author", "Wrong author"
    CONTRADICTS = "contradicts", "Contradicts another document"
    NOT_PATIENT_SPECIFIC = "not_patient_specific", "Not specific to this patient"
    COUNT_DIFFERS = "count_differs", "Count does not match units"
    LESIONS_DIFFER = "lesions_differ", "Lesion list differs"
    PLAN_DIFFERS = "plan_differs", "Plan identifier differs"
    UNAPPROVED_CHANGE = "unapproved_change", "Unapproved change"
    CONDITION_WRONG = "condition_wrong", "Condition set wrongly"
    OTHER = "other", "Other"


class QueryState(TextChoices):
    OPEN = "open", "Waiting for the clinician"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class HandoffState(TextChoices):
    PENDING = "pending", "Waiting for the file"
    READY = "ready", "File ready"
    RECEIVED = "received", "Received by billing"
    RETURNED = "returned", "Returned by billing"
    REPLACED = "replaced", "Replaced by a newer version"


class FileState(TextChoices):
    PENDING = "pending", "Waiting"
    STORED = "stored", "Stored"
    FAILED = "failed", "Failed"


class DeniedBecause(TextChoices):
    """Why a condition does not hold; a department keeps further reasons of its own."""

    NOT_PERFORMED = "not_performed", "The service was not performed"
    NOT_THIS_PATIENT = "not_this_patient", "It does not concern this patient"
    RECORDED_WRONGLY = "recorded_wrongly", "The fact behind it was recorded wrongly"
    NOT_ASKED = "not_asked", "This payer or policy does not ask for it"
    OTHER = "other", "Other"


class SeriesKind(TextChoices):
    MRI = "mri", "MRI"
    CT = "ct", "CT"
    ANGIOGRAM = "angiogram", "Angiogram"
    PET = "pet", "PET"


class MeasuredResult(TextChoices):
    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"


class CheckKind(TextChoices):
    DAILY = "daily", "Day check"
    MONTHLY = "monthly", "Monthly check"
    ANNUAL = "annual", "Full calibration"
    END_TO_END = "end_to_end", "End-to-end test"


class QualificationKind(TextChoices):
    PRIVILEGES = "privileges", "Privileges"
    LICENSE = "license", "Professional license"
    SRS_TRAINING = "srs_training", "Stereotactic training"
    AUTHORIZED_USER = "authorized_user", "Authorized user (cobalt)"
    AUTHORIZED_PHYSICIST = "authorized_physicist", "Authorized medical physicist (cobalt)"


class HandOverKind(TextChoices):
    """What one role hands to the next."""

    TECHNIQUE = "technique", "Planned technique and session count"
    INTENT = "intent", "Lesion list and prescription intent"
    PLAN_READY = "plan_ready", "Plan ready for the check"
    CLEARED = "cleared", "Cleared for treatment"
    FRAME_ON = "frame_on", "Frame on, fit recorded"
    SESSION_OVER = "session_over", "Session finished or stopped"
    FINAL_LIST = "final_list", "Final lesion list and session count"
    FOR_REVIEW = "for_review", "Packet for review"
    FOR_BILLING = "for_billing", "Packet for billing"


class OverpaymentOutcome(TextChoices):
    RETURNED = "returned", "Reported and returned"
    CORRECTED = "corrected", "Corrected claim sent"
    NONE = "none", "No overpayment"


class SecondLookOutcome(TextChoices):
    AGREES = "agrees", "Agrees"
    ERROR = "error", "Error found"


class NoticeKind(TextChoices):
    """What radiation safety must hear of."""

    DIRECTIVE = "directive", "Written directive failed"
    MEDICAL_EVENT = "medical_event", "Suspected medical event"


class PolicyState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    IN_FORCE = "in_force", "In force"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


HOLD_OWNERS = {"coder": "Coder", "compliance": "Compliance", **dict(CaseRole.choices), "payer": "Payer"}
"""Who can be waited for while a billing line is held."""
