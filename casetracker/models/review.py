"""Packets (one per claim stream), what reviewers decided, and questions to clinicians."""

from django.db import models
from django.db.models import F, Q

from casetracker import choices

from .case import Case
from .evidence import ChecklistItem
from .people import Clinician, User


class Packet(models.Model):
    """The file of one claim stream of one case: its readiness, review and receipt."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="packets")
    stream = models.CharField(max_length=24, choices=choices.Stream)
    status = models.CharField(
        max_length=12, choices=choices.PacketStatus, default=choices.PacketStatus.COLLECTING
    )
    open_required = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    reopened_because = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["stream"]
        constraints = [
            models.UniqueConstraint(fields=["case", "stream"], name="packet_once_per_stream"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(approved_by=F("submitted_by")),
                name="nobody_approves_own_work",
                violation_error_message="Nobody approves a packet that he or she submitted.",
            ),
        ]


class ReviewDecision(models.Model):
    """One decision of a reviewer on an item or on the whole packet. Only added."""

    packet = models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(
        ChecklistItem, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    outcome = models.CharField(max_length=16, choices=choices.ReviewOutcome)
    reason = models.CharField(max_length=24, choices=choices.ReturnReason, blank=True)
    note = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    case_version = models.PositiveIntegerField()

    class Meta:
        ordering = ["at", "id"]


class Query(models.Model):
    """A question to a clinician about the record; non-leading, without payment words."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="queries")
    item = models.ForeignKey(
        ChecklistItem, on_delete=models.PROTECT, null=True, blank=True, related_name="queries"
    )
    clinician = models.ForeignKey(Clinician, on_delete=models.PROTECT, related_name="queries")
    facts = models.TextField(help_text="The facts in the record that raise the question.")
    question = models.TextField()
    options = models.JSONField(
        blank=True, default=list, help_text="Offered answers; empty for an open question."
    )
    state = models.CharField(max_length=10, choices=choices.QueryState, default=choices.QueryState.OPEN)
    answer = models.TextField(blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["asked_at", "id"]
