"""The case record: one course of treatment of one patient. What was treated, when and by whom is in `course.py`.

`None` means "not recorded", never "no". Rows are removed by `removed_at`, never deleted.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from casetracker import choices

from .people import Clinician, Department, Machine, Payer, User


class Patient(models.Model):
    """The least that identifies a patient on a claim."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="patients")
    record_number = models.CharField(max_length=32, help_text="Medical record number.")
    name = models.CharField(max_length=120, help_text="Family name, given name.")
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=[("F", "Female"), ("M", "Male"), ("X", "Other")], blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "record_number"],
                name="record_number_once",
                violation_error_message="A patient with this record number is already known.",
            )
        ]
        indexes = [models.Index(fields=["department", "name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Initials for pages that must not show the full name."""
        family, _, given = self.name.partition(",")
        return "".join(part.strip()[:1].upper() for part in (given, family) if part.strip())


class CaseTemplate(models.Model):
    """Usual technique, fixation, sessions and team for a machine and an indication.

    Never holds diagnosis facts, sizes, distances, presence, times, signatures or reasons.
    """

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="templates")
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="templates")
    name = models.CharField(max_length=80, help_text="For example: Metastasis, one session, mask.")
    indication = models.CharField(max_length=60, blank=True)
    technique = models.CharField(max_length=12, choices=choices.Technique, blank=True)
    mlc_modulated = models.BooleanField(null=True, blank=True)
    fixation_type = models.CharField(max_length=16, choices=choices.Fixation, blank=True)
    fixation_placed_by = models.CharField(max_length=24, choices=choices.FramePlacer, blank=True)
    localization_method = models.CharField(max_length=20, choices=choices.Localization, blank=True)
    planned_sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    custom_devices = models.PositiveSmallIntegerField(null=True, blank=True)
    team = models.JSONField(blank=True, default=list, help_text="Clinician id and role pairs.")
    document_kinds = models.JSONField(
        blank=True, default=list, help_text="Documents this kind of case usually has."
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["machine", "name"]
        constraints = [models.UniqueConstraint(fields=["machine", "name"], name="template_name_once")]

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    """One course: all lesions accepted for treatment together under one planning effort."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="cases")
    number = models.CharField(
        max_length=16, help_text="Case number of the department; carries no patient data."
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cases")
    account_number = models.CharField(max_length=32, blank=True, help_text="Account or encounter number.")
    demo = models.BooleanField(default=False, help_text="Invented demonstration case.")

    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    member_number = models.CharField(max_length=40, blank=True, help_text="Member number on the card.")
    eligibility_checked_on = models.DateField(null=True, blank=True)
    policy_reference = models.CharField(
        max_length=80, blank=True, help_text="Coverage policy used, or 'none found'."
    )
    policy_version = models.CharField(max_length=40, blank=True)
    filing_deadline = models.DateField(null=True, blank=True)

    setting = models.CharField(max_length=24, choices=choices.Setting, blank=True)
    off_campus = models.BooleanField(null=True, blank=True)
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    modality = models.CharField(max_length=20, choices=choices.Modality, blank=True)
    date_of_service = models.DateField(
        null=True, blank=True, help_text="First treatment day, planned or done."
    )
    planned_sessions = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(45)]
    )
    fixation_type = models.CharField(max_length=16, choices=choices.Fixation, blank=True)
    fixation_placed_by = models.CharField(max_length=24, choices=choices.FramePlacer, blank=True)

    referred_on = models.DateField(null=True, blank=True)
    consulted_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True, help_text="Tumor board or joint decision.")
    clinical_plan_on = models.DateField(
        null=True, blank=True, help_text="Date of the clinical planning note."
    )
    simulated = models.BooleanField(
        null=True,
        blank=True,
        help_text="No: there was no separate simulation. A day of simulation counts more.",
    )
    simulated_on = models.DateField(null=True, blank=True)
    localization_method = models.CharField(
        max_length=20,
        choices=choices.Localization,
        blank=True,
        help_text="How the target was tied to a three-dimensional coordinate system.",
    )
    localization_error_mm = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(50)],
        help_text="Error of that registration in millimetres, the largest one recorded.",
    )
    qa_cleared_at = models.DateTimeField(null=True, blank=True)
    follow_up_on = models.DateField(null=True, blank=True, help_text="First follow-up visit or MRI done.")
    halt = models.CharField(max_length=10, choices=choices.Halt, default=choices.Halt.NONE)
    halt_reason = models.CharField(max_length=200, blank=True)
    halted_on = models.DateField(null=True, blank=True)

    special_consult_order = models.BooleanField(null=True, blank=True)
    special_consult_report = models.BooleanField(null=True, blank=True)
    special_consult_on = models.DateField(null=True, blank=True)
    continuing_check = models.BooleanField(null=True, blank=True)
    continuing_check_on = models.DateField(null=True, blank=True)
    final_check_at = models.DateTimeField(null=True, blank=True, help_text="Closing physics check signed.")
    final_check_by = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    authorization_required = models.BooleanField(null=True, blank=True)
    outside_coverage_policy = models.BooleanField(null=True, blank=True)
    trial = models.BooleanField(null=True, blank=True)
    resident_involved = models.BooleanField(null=True, blank=True)
    implanted_device = models.BooleanField(null=True, blank=True)
    could_be_pregnant = models.BooleanField(null=True, blank=True)
    contrast = models.BooleanField(null=True, blank=True)
    sedation = models.BooleanField(null=True, blank=True)
    prior_radiation = models.BooleanField(null=True, blank=True)
    prior_radiation_overlap = models.BooleanField(null=True, blank=True)
    prescription_changed = models.BooleanField(null=True, blank=True)
    images_fused = models.BooleanField(null=True, blank=True)
    visit_within_one_day = models.BooleanField(null=True, blank=True)
    addendum_used = models.BooleanField(null=True, blank=True)
    signature_missing = models.BooleanField(null=True, blank=True)
    record_requested = models.BooleanField(
        null=True, blank=True, help_text="A payer or auditor asked for the record, or an appeal is open."
    )
    kps = models.PositiveSmallIntegerField(
        "Karnofsky score", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    performance_on = models.DateField(null=True, blank=True)
    ecog = models.PositiveSmallIntegerField(
        "ECOG grade", null=True, blank=True, validators=[MaxValueValidator(5)]
    )
    performance_by = models.CharField(max_length=80, blank=True, help_text="Who scored it.")
    extracranial_status = models.CharField(max_length=12, choices=choices.ExtracranialStatus, blank=True)
    systemic_therapy = models.CharField(max_length=12, choices=choices.SystemicTherapy, blank=True)
    systemic_drugs = models.CharField(max_length=200, blank=True, help_text="Cancer drugs, steroids.")
    trial_number = models.CharField(max_length=20, blank=True, help_text="NCT and eight digits.")
    board_specialties = models.CharField(
        max_length=200, blank=True, help_text="Specialties at the decision; or why there was none."
    )
    device_model = models.CharField(max_length=120, blank=True, help_text="Make and model of the implant.")
    device_dose_gy = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Estimated dose to the implant in Gy.",
    )
    device_risk = models.CharField(max_length=8, choices=choices.DeviceRisk, blank=True)
    device_mri_checked = models.BooleanField(null=True, blank=True, help_text="MRI conditions checked.")
    pregnancy_result = models.CharField(max_length=16, choices=choices.PregnancyResult, blank=True)
    pregnancy_on = models.DateField(null=True, blank=True)
    contrast_agent = models.CharField(max_length=80, blank=True, help_text="Agent and amount.")
    kidney_function_on = models.DateField(null=True, blank=True)
    follow_up_mri_on = models.DateField(null=True, blank=True, help_text="First MRI, as planned.")
    follow_up_reason = models.CharField(
        max_length=200, blank=True, help_text="Why the first MRI is not 6 to 12 weeks after treatment."
    )
    summary_sent_on = models.DateField(null=True, blank=True)
    summary_sent_to = models.CharField(max_length=200, blank=True, help_text="Clinicians it went to.")

    referring_clinician = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ordering_clinician = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    template = models.ForeignKey(
        CaseTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    unconfirmed = models.JSONField(
        blank=True, default=list, help_text="Fields whose template values nobody has confirmed yet."
    )
    facts_version = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    missing_required = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(
        null=True, blank=True, help_text="Null unless the case needs work or review."
    )
    queue_state = models.CharField(
        max_length=12,
        choices=choices.PacketStatus,
        blank=True,
        help_text="The most urgent packet state, for filters.",
    )
    queue_physician = models.ForeignKey(
        Clinician,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="For the queue filter.",
    )
    clinical_step = models.CharField(
        max_length=24, blank=True, help_text="Clinical state whose clock runs; empty when none does."
    )
    clinical_from = models.DateField(
        null=True, blank=True, help_text="Day that clock counts from; null while it is not recorded."
    )
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["department", "number"], name="case_number_once")]
        indexes = [
            models.Index(fields=["department", "queued_at", "id"]),
            models.Index(fields=["department", "queue_state", "queued_at", "id"], name="queue_by_state"),
            models.Index(fields=["department", "modality", "queued_at", "id"], name="queue_by_modality"),
            models.Index(
                fields=["department", "queue_physician", "queued_at", "id"], name="queue_by_physician"
            ),
            models.Index(fields=["department", "opened_at", "id"], name="case_by_age"),
            models.Index(fields=["department", "clinical_step", "clinical_from"], name="case_by_clock"),
        ]

    def __str__(self) -> str:
        return self.number


class QueueCode(models.Model):
    """Codes of the cases in the queue, so that the queue filters by code without reading results."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="queue_codes")
    code = models.CharField(max_length=5)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="queue_code_once")]
        indexes = [models.Index(fields=["code", "case"])]


class Authorization(models.Model):
    """What the payer approved."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="authorizations")
    number = models.CharField(max_length=40)
    codes = models.CharField(max_length=120, blank=True, help_text="Approved codes, separated by spaces.")
    sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    modality = models.CharField(max_length=20, choices=choices.Modality, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)


class OtherCourse(models.Model):
    """Another course that matters for this one: linked in this department, or treated elsewhere and typed in."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="other_courses")
    linked = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    relation = models.CharField(max_length=12, choices=choices.Relation)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    surgeon = models.CharField(max_length=20, blank=True, help_text="NPI of the surgeon of that course.")
    group = models.CharField(max_length=60, blank=True)
    prescribed_separately = models.BooleanField(null=True, blank=True)
    body_site = models.CharField(max_length=80, blank=True, help_text="Site that was irradiated.")
    dose_gy = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Total dose in Gy.",
    )
    fractions = models.PositiveSmallIntegerField(null=True, blank=True)
    records_obtained = models.BooleanField(
        null=True, blank=True, help_text="Records obtained, or the attempt documented."
    )
    note = models.CharField(max_length=200, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
