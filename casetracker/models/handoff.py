"""What was approved and handed to billing: frozen content, rendered files, receipt."""

from django.db import models

from casetracker import choices

from .people import User
from .review import Packet


class Handoff(models.Model):
    """One frozen version of one packet. The snapshot carries every label and reason it shows."""

    packet = models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="handoffs")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=choices.HandoffState, default=choices.HandoffState.PENDING
    )
    supplement = models.BooleanField(default=False, help_text="Releases lines that an earlier version held.")
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    claim_reference = models.CharField(max_length=60, blank=True)
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["packet", "version"]
        constraints = [models.UniqueConstraint(fields=["packet", "version"], name="handoff_version_once")]
        indexes = [models.Index(fields=["state", "approved_at", "id"])]


class HandoffFile(models.Model):
    """A rendered file of a handoff. Lists never select `content`."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=8, choices=[("pdf", "PDF"), ("json", "JSON"), ("csv", "CSV")])
    state = models.CharField(max_length=8, choices=choices.FileState, default=choices.FileState.PENDING)
    template_version = models.CharField(max_length=20, blank=True)
    content = models.BinaryField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handoff", "format"], name="handoff_file_once")]
