"""Two kinds of history: clinical differences per case, and the append-only audit chain without clinical values."""

from django.db import models

from .case import Case
from .people import Department, User


class CaseRevision(models.Model):
    """What changed in a case. Clinical; purged with the case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    action = models.CharField(max_length=40)
    summary = models.CharField(max_length=300)
    difference = models.JSONField(blank=True, default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="revision_once")]


class AuditEvent(models.Model):
    """Who did what, when, with which outcome. Append-only by database triggers, chained by hash."""

    at = models.DateTimeField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    username = models.CharField(max_length=150, blank=True)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=60)
    record = models.CharField(
        max_length=80, blank=True, help_text="Kind and number of the record, no clinical value."
    )
    revision_digest = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=12, default="done")
    source = models.CharField(max_length=45, blank=True, help_text="Source address.")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["record", "id"]),
            models.Index(fields=["user", "id"]),
            models.Index(fields=["department", "at", "id"], name="audit_by_department"),
        ]


class AuditHead(models.Model):
    """The end of the audit chain: one row, locked as the last statement before commit."""

    digest = models.CharField(max_length=64)
