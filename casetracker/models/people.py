"""Departments, the people who sign in, the clinicians named on cases, machines and payers.

Nothing about a patient lives here.
"""

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from casetracker import choices
from casetracker.second_look import SHARE_LEAST, SHARE_MOST


class Department(models.Model):
    """One radiation oncology department: cases, patients, machines and payers belong to exactly one."""

    name = models.CharField(max_length=120, unique=True)
    facility_name = models.CharField(
        max_length=160, blank=True, help_text="Name printed on the billing summary."
    )
    default_setting = models.CharField(
        max_length=24, choices=choices.Setting, default=choices.Setting.HOSPITAL_OUTPATIENT
    )
    place_of_service = models.CharField(max_length=2, blank=True, help_text="Two digits, for example 22.")
    off_campus = models.BooleanField(default=False, help_text="Off-campus outpatient department.")
    bills_both_components = models.BooleanField(
        default=True,
        help_text="One entity bills the professional and the technical part (freestanding centres).",
    )
    time_zone = models.CharField(max_length=64, default="America/New_York")
    billing_contact = models.CharField(
        max_length=160, blank=True, help_text="Whom billing asks: name and extension."
    )
    radiation_safety_contact = models.CharField(
        max_length=160, blank=True, help_text="Whom to call about a notice: name and extension."
    )
    attachments_allowed = models.BooleanField(default=False, help_text="Files may be attached to documents.")
    review_days = models.PositiveSmallIntegerField(
        default=2, help_text="Working days to a first look at a packet."
    )
    query_days = models.PositiveSmallIntegerField(default=3, help_text="Working days to answer a query.")
    lead_days = models.PositiveSmallIntegerField(
        default=5, help_text="Working days until an unanswered query goes to the section lead."
    )
    director_days = models.PositiveSmallIntegerField(
        default=10,
        help_text="Working days until an unanswered query goes to the medical director and compliance.",
    )
    write_off_days = models.PositiveSmallIntegerField(
        default=30,
        help_text="Days after the last session until compliance decides whether a line is written off.",
    )
    second_look_share = models.PositiveSmallIntegerField(
        default=SHARE_LEAST,
        validators=[MinValueValidator(SHARE_LEAST), MaxValueValidator(SHARE_MOST)],
        help_text="Percent of the packets of a month, 5 to 10, drawn for a second look after the handoff.",
    )
    clinical_clocks = models.JSONField(
        default=dict,
        blank=True,
        help_text="Clinical state -> {days, unit} or null for no clock; a state left out has the usual clock.",
    )
    late_entry_days = models.PositiveSmallIntegerField(
        default=14, help_text="Days after which an entry is late."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_look_share__gte=SHARE_LEAST, second_look_share__lte=SHARE_MOST),
                name="second_look_share_in_range",
            )
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """One person, one account. Clinicians need no account."""

    first_name = None
    last_name = None
    full_name = models.CharField(max_length=120, help_text="As it shall appear on approvals.")
    must_change_password = models.BooleanField(default=False)

    objects = UserManager()
    REQUIRED_FIELDS = ["email", "full_name"]

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                "email",
                condition=~Q(email=""),
                name="user_email_once",
                violation_error_message="Another account already uses this e-mail address.",
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]


class Membership(models.Model):
    """One role of one person in one department. A person can hold several."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=choices.Role)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "department", "role"], name="membership_role_once"),
        ]


class DutyAssignment(models.Model):
    """What a person does in a department, so that open items find the person who owes them."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duties")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="duties")
    duty = models.CharField(max_length=16, choices=choices.Duty)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "department", "duty"], name="duty_once")]


class Clinician(models.Model):
    """A physician, physicist or other clinician named on cases; need not be a user."""

    name = models.CharField(max_length=120)
    credential = models.CharField(max_length=20, blank=True, help_text="For example MD, PhD, RTT.")
    npi = models.CharField(
        "NPI", max_length=10, blank=True, help_text="Ten digits; needed for everybody whose lines are billed."
    )
    specialty = models.CharField(max_length=24, choices=choices.Specialty)
    group = models.CharField(
        max_length=60, blank=True, help_text="Billing group; same-physician rules compare it."
    )
    departments = models.ManyToManyField(Department, related_name="clinicians")
    user = models.OneToOneField(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="clinician",
        help_text="If this is a user.",
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["npi"],
                condition=~Q(npi=""),
                name="clinician_npi_once",
                violation_error_message="Another clinician already has this NPI.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.credential}" if self.credential else self.name


class Qualification(models.Model):
    """Privilege, training or license listing with its dates."""

    clinician = models.ForeignKey(Clinician, on_delete=models.CASCADE, related_name="qualifications")
    kind = models.CharField(max_length=24, choices=choices.QualificationKind)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True, help_text="Number or place of the certificate.")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "valid_from", "id"]


class Machine(models.Model):
    """A treatment unit. It decides the modality and the usual setting of its cases."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="machines")
    name = models.CharField(max_length=60, help_text="The name on the schedule.")
    device = models.CharField(max_length=60, blank=True, help_text="Device type, for example TrueBeam.")
    modality = models.CharField(max_length=20, choices=choices.Modality)
    setting = models.CharField(max_length=24, choices=choices.Setting)
    off_campus = models.BooleanField(default=False)
    presence_rule = models.CharField(
        max_length=12, choices=choices.PresenceRule, default=choices.PresenceRule.NOT_COBALT
    )
    qa_device = models.CharField(
        "usual device of plan measurements",
        max_length=60,
        blank=True,
        help_text="Offered as the device of patient-specific measurements.",
    )
    usual_technique = models.CharField(
        max_length=12, choices=choices.Technique, blank=True, help_text="Of the first plan of a case."
    )
    usual_fixation = models.CharField(max_length=16, choices=choices.Fixation, blank=True)
    usual_localization = models.CharField(max_length=20, choices=choices.Localization, blank=True)
    usual_images = models.CharField(
        max_length=12,
        choices=choices.ImageKind,
        blank=True,
        help_text="Offered as the kind of images of a session that is still to come.",
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["department", "name"], name="machine_name_once")]

    def __str__(self) -> str:
        return self.name


class MachineCheck(models.Model):
    """One dated check of a machine; the day check serves every case of that machine and day."""

    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=12, choices=choices.CheckKind)
    passed_at = models.DateTimeField(help_text="When the check was passed.")
    signed_by = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reference = models.CharField(max_length=160, blank=True, help_text="Where the record is.")
    reviewed_on = models.DateField(
        null=True, blank=True, help_text="Day of the physicist's review; needed for a monthly check."
    )
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-passed_at", "-id"]
        indexes = [models.Index(fields=["machine", "kind", "passed_at"], name="checks_of_machine")]


class Payer(models.Model):
    """A payer as the department knows it."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="payers")
    name = models.CharField(max_length=120)
    payer_class = models.CharField(max_length=20, choices=choices.PayerClass)
    profile = models.CharField(
        max_length=60, blank=True, help_text="Name of the payer profile with its own policies."
    )
    filing_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days after the last service within which a claim must be filed."
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["department", "name"], name="payer_name_once")]

    def __str__(self) -> str:
        return self.name


class PolicySetting(models.Model):
    """One override of the rule book, owned by a department or by one of its payers; superseded, never changed.

    Value, reason and dates never change. A setting that takes effect ends an older one of its key and owner by
    superseding it; for days that the new one leaves, a row that `continues` the older one holds on. An empty value
    says that this level sets nothing. Settings in force never overlap: `services.policies` checks it under a lock.
    """

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="policies")
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, null=True, blank=True, related_name="policies")
    key = models.CharField(max_length=60)
    value = models.CharField(max_length=120, blank=True, help_text="Empty: no own value of this level.")
    reason = models.TextField()
    state = models.CharField(max_length=12, choices=choices.PolicyState)
    valid_from = models.DateField(help_text="First day of service for which it holds.")
    valid_to = models.DateField(null=True, blank=True, help_text="Last day of service; empty for no end.")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(null=True)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_alone = models.BooleanField(
        default=False, help_text="The department had nobody else who could approve it."
    )
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(blank=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    continues = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="continued_by"
    )

    class Meta:
        ordering = ["valid_from", "id"]
        indexes = [models.Index(fields=["department", "state", "key"], name="policies_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="policy_ends_after_it_begins",
                violation_error_message="The last day lies before the first.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("in_force", "superseded")) | Q(approver__isnull=False),
                name="policy_in_force_has_approver",
            ),
            models.CheckConstraint(
                condition=Q(approved_alone=True)
                | Q(approver__isnull=True)
                | Q(entered_by__isnull=True)
                | ~Q(approver=F("entered_by")),
                name="policy_approved_by_another",
                violation_error_message="Somebody else approves a policy than entered it.",
            ),
            models.UniqueConstraint(
                fields=["department", "key"],
                condition=Q(state="proposed", payer__isnull=True),
                name="one_proposal_of_a_department",
            ),
            models.UniqueConstraint(
                fields=["payer", "key"],
                condition=Q(state="proposed", payer__isnull=False),
                name="one_proposal_of_a_payer",
            ),
            models.UniqueConstraint(
                fields=["department", "key", "valid_from"],
                condition=Q(state="in_force", payer__isnull=True),
                name="one_policy_of_a_department",
            ),
            models.UniqueConstraint(
                fields=["payer", "key", "valid_from"],
                condition=Q(state="in_force", payer__isnull=False),
                name="one_policy_of_a_payer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.payer or self.department}"


class NotApplicableReason(models.Model):
    """A reason of the department's own list for saying that an item does not apply."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="reasons")
    label = models.CharField(max_length=80, help_text="Short, as it shall stand in lists.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["label"]
        constraints = [models.UniqueConstraint(fields=["department", "label"], name="reason_once")]

    def __str__(self) -> str:
        return self.label
