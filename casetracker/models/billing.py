"""What the rules said about a case, and which lines a person decided to bill."""

from django.db import models
from django.db.models import Q

from casetracker import choices

from .case import Case
from .people import User


class Evaluation(models.Model):
    """The case document, the result and the book that judged it. One current row per case; copies are kept."""

    class Occasion(models.TextChoices):
        CURRENT = "current", "Current"
        DECISION = "decision", "Line decision"
        SUBMISSION = "submission", "Submission"
        APPROVAL = "approval", "Approval"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evaluations")
    occasion = models.CharField(max_length=12, choices=Occasion, default=Occasion.CURRENT)
    facts_version = models.PositiveIntegerField()
    document = models.JSONField()
    result = models.JSONField()
    policy = models.JSONField(blank=True, default=dict)
    rulebook_version = models.CharField(max_length=40)
    rulebook_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(occasion="current"), name="one_current_evaluation_per_case"
            )
        ]


class BillingLine(models.Model):
    """A line by a person's decision. The engine never writes one."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lines")
    key = models.CharField(max_length=120, help_text="code/stream/course or session/person")
    code = models.CharField(max_length=5)
    label = models.CharField(max_length=120, blank=True)
    stream = models.CharField(max_length=24, choices=choices.Stream)
    performer = models.CharField(max_length=24)
    person = models.CharField(
        max_length=20, blank=True, help_text="NPI of the person who rendered the service."
    )
    units = models.PositiveSmallIntegerField()
    modifiers = models.JSONField(blank=True, default=list)
    date = models.DateField(null=True, blank=True)
    diagnoses = models.JSONField(blank=True, default=list)
    lesions = models.JSONField(blank=True, default=list)
    sessions = models.JSONField(blank=True, default=list)
    decision = models.CharField(max_length=8, choices=choices.LineDecision)
    origin = models.CharField(max_length=10, choices=choices.LineOrigin)
    suggested = models.JSONField(
        null=True,
        blank=True,
        help_text="Units, modifiers and date that were suggested when the person decided; null if added.",
    )
    differs = models.BooleanField(
        default=False, help_text="Units, modifiers or date differ from the suggestion."
    )
    supported = models.BooleanField(default=True, help_text="The present facts still support this line.")
    unsupported_because = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    hold_owner = models.CharField(max_length=24, blank=True)
    hold_until = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["stream", "code", "date", "key"]
        indexes = [models.Index(fields=["decision", "hold_until", "id"], name="held_lines")]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="billing_line_once"),
            models.CheckConstraint(
                condition=(Q(origin="suggested") & Q(differs=False) & Q(decision="release")) | ~Q(reason=""),
                name="difference_has_reason",
                violation_error_message="Say why the line differs from the suggestion.",
            ),
        ]


class LiftedConflict(models.Model):
    """One blocking conflict of one case that compliance lets stand, with the reason. Taken back, never removed.

    It holds while the conflict reads exactly as it did when it was lifted.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lifts")
    conflict = models.CharField(max_length=20, help_text="Id of the conflict in the rule book.")
    codes = models.CharField(max_length=200, help_text="Codes concerned, in order, joined by +.")
    message = models.CharField(max_length=600, help_text="What the conflict said when it was lifted.")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "conflict", "codes", "message"],
                condition=Q(ended_at__isnull=True),
                name="conflict_lifted_once",
            )
        ]
