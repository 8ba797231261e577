"""What was treated, how, when and by whom: lesions, plans, sessions and the people of a case.

`None` means "not recorded", never "no". Rows are removed by `removed_at`, never deleted.
"""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from casetracker import choices

from .case import Case
from .people import Clinician, Machine


def _moment(what: str) -> models.DateTimeField:
    return models.DateTimeField(null=True, blank=True, help_text=what)


def _clinician() -> models.ForeignKey:
    return models.ForeignKey(Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+")


class Lesion(models.Model):
    """One lesion of the course. Facts decide its class; missing evidence holds the line, never lowers the class."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lesions")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=40, help_text="Short name used in every document, for example L1.")
    compartment = models.CharField(
        max_length=8, choices=choices.Compartment, default=choices.Compartment.CRANIAL
    )
    region = models.CharField(max_length=24, choices=choices.Region, blank=True)
    side = models.CharField(max_length=8, choices=choices.Side, blank=True)
    diagnosis = models.CharField(max_length=20, choices=choices.Diagnosis, blank=True)
    icd10 = models.CharField("ICD-10-CM", max_length=8, blank=True)
    max_dimension_mm = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Largest dimension in millimetres, lesion without margin.",
    )
    original_dimension_mm = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Largest dimension in millimetres of the tumor before resection, of a cavity.",
    )
    volume_cc = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True, help_text="Volume in cc."
    )
    optic_distance_mm = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Smallest distance to optic nerve, chiasm or tract in millimetres; 0 if touching.",
    )
    within_brainstem = models.BooleanField(null=True, blank=True)
    brainstem_distance_mm = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Smallest distance to the brainstem in millimetres, of a lesion outside it.",
    )
    therapeutic_target = models.CharField(max_length=16, choices=choices.TherapeuticTarget, blank=True)
    spine_level = models.CharField(
        max_length=12, blank=True, help_text="Vertebral level or levels of a spinal lesion: T7, or T7-T8."
    )
    dural_contact = models.BooleanField(null=True, blank=True)
    neural_involvement = models.BooleanField(null=True, blank=True)
    intradural = models.BooleanField(null=True, blank=True)
    cavity = models.BooleanField(
        default=False, help_text="Resection cavity; keeps the diagnosis of the tumor."
    )
    target = models.CharField(
        max_length=40, blank=True, help_text="Target volume it shares with other lesions."
    )
    measured_on = models.DateField(null=True, blank=True)
    measured_by = models.CharField(max_length=80, blank=True)
    image_reference = models.CharField(
        max_length=120, blank=True, help_text="Series that shows the measurement."
    )
    found_on = models.DateField(null=True, blank=True)
    stated_class = models.CharField(max_length=8, choices=choices.StatedClass, blank=True)
    surgeon = models.ForeignKey(Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    dose_gy = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="Prescribed total dose in Gy."
    )
    isodose_pct = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="Prescription isodose in percent."
    )
    session_dose_gy = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="Prescribed dose per session in Gy."
    )
    prescribed_sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    prescribed_at = models.DateTimeField(null=True, blank=True, help_text="Prescription signed.")
    prescribed_by = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label


class Plan(models.Model):
    """A treatment plan; a case may have several."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=40, blank=True, help_text="Plan identifier in the planning system.")
    technique = models.CharField(max_length=12, choices=choices.Technique, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True, help_text="Radiation oncologist's approval.")
    approved_by = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    isocenters = models.PositiveSmallIntegerField(null=True, blank=True)
    arcs = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Arcs, beams or shots.")
    calculations = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Documented dose calculations."
    )
    custom_devices = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Custom devices made for this patient, a custom mask included."
    )
    mlc_modulated = models.BooleanField(null=True, blank=True)
    active_motion_management = models.BooleanField(null=True, blank=True)
    fusion_approved_at = _moment("Image fusion approved.")
    fusion_approved_by = _clinician()
    goals_set_at = _moment("Goals of an inverse plan set.")
    optimized_at = _moment("Inverse plan optimized.")
    isodose_reviewed_at = _moment("Isodose lines reviewed.")
    isodose_reviewed_by = _clinician()
    dvh_reviewed_at = _moment("Dose-volume curves reviewed.")
    dvh_reviewed_by = _clinician()
    source_output_on = models.DateField(
        null=True, blank=True, help_text="Reference date of the cobalt source output."
    )
    field_count = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Proton fields.")
    compensator = models.BooleanField(null=True, blank=True, help_text="Proton fields with compensation.")
    comparison_reference = models.CharField(
        max_length=120, blank=True, help_text="Photon plan that the proton plan was compared with."
    )
    second_check_pct = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Largest difference of the independent calculation in percent, without sign.",
    )
    second_check_at = _moment("Independent calculation signed.")
    second_check_by = _clinician()
    psqa_result = models.CharField(max_length=8, choices=choices.MeasuredResult, blank=True)
    psqa_device = models.CharField(max_length=60, blank=True, help_text="Device the plan was measured with.")
    psqa_at = _moment("Measurement signed.")
    chart_check_at = _moment("Physics plan and chart check signed.")
    chart_check_by = _clinician()
    transfer_check_at = _moment("Console compared with the plan.")
    lesions = models.ManyToManyField(Lesion, related_name="plans", blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label or "Plan"


class TreatmentSession(models.Model):
    """One calendar-day treatment encounter."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="sessions")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    date = models.DateField(null=True, blank=True)
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    status = models.CharField(
        max_length=20, choices=choices.SessionStatus, default=choices.SessionStatus.PLANNED
    )
    frame_on_at = models.DateTimeField(null=True, blank=True, help_text="Head frame fixed.")
    imaging_at = models.DateTimeField(null=True, blank=True, help_text="Planning images of the day.")
    started_at = models.DateTimeField(null=True, blank=True)
    beam_on_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    frame_off_at = models.DateTimeField(null=True, blank=True, help_text="Head frame removed.")
    percent_delivered = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    stop_reason = models.CharField(max_length=16, choices=choices.StopReason, blank=True)
    anesthesia = models.CharField(max_length=8, choices=choices.Anesthesia, blank=True)
    in_room = models.BooleanField(null=True, blank=True, help_text="The patient was brought into the room.")
    image_guidance = models.BooleanField(null=True, blank=True)
    timeout_at = models.DateTimeField(null=True, blank=True, help_text="Time-out before the beam.")
    timeout_by = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    operator = models.CharField(max_length=80, blank=True, help_text="Who operated the machine.")
    coordinates_noted = models.BooleanField(null=True, blank=True)
    collision_checked = models.BooleanField(null=True, blank=True)
    image_kind = models.CharField(max_length=12, choices=choices.ImageKind, blank=True)
    shift_mm = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Shift applied, in millimetres.",
    )
    rotation_deg = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Rotation applied, in degrees.",
    )
    residual_mm = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Deviation that was left, in millimetres.",
    )
    images_approved_at = models.DateTimeField(null=True, blank=True, help_text="Physician's approval.")
    images_approved_by = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    frame_check_mm = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Largest difference of the frame fit from planning, in millimetres.",
    )
    event_suspected = models.BooleanField(null=True, blank=True, help_text="Medical event suspected.")
    variance = models.BooleanField(null=True, blank=True, help_text="Variance or near miss.")
    incident_number = models.CharField(max_length=40, blank=True)
    lesions = models.ManyToManyField(Lesion, through="SessionLesion", related_name="sessions")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "number"], condition=Q(removed_at__isnull=True), name="session_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"Session {self.number}"


class SessionLesion(models.Model):
    """This lesion was treated in that session, with this dose."""

    session = models.ForeignKey(TreatmentSession, on_delete=models.CASCADE, related_name="treated")
    lesion = models.ForeignKey(Lesion, on_delete=models.CASCADE, related_name="treated_in")
    dose_gy = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="Delivered, in Gy."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "lesion"], name="lesion_once_per_session")]


class SessionPresence(models.Model):
    """Who was present at a session, from when to when."""

    session = models.ForeignKey(TreatmentSession, on_delete=models.CASCADE, related_name="presences")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "clinician"], name="presence_once")]


class CaseClinician(models.Model):
    """Who fills which role on the case, and what the record says of that person's part."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="team")
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="case_roles")
    role = models.CharField(max_length=24, choices=choices.CaseRole)
    documented_role = models.CharField(
        max_length=24,
        choices=choices.CaseRole,
        blank=True,
        help_text="If one person fills both physician roles: the role that the record documents.",
    )
    present_planning = models.BooleanField(null=True, blank=True)
    present_delivery = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "role", "clinician"], name="case_role_once")]
