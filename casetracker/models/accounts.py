"""What belongs to one person alone: entries sent after a session had ended, and the reminders that were sent."""

import uuid

from django.db import models

from .people import User


class KeptPost(models.Model):
    """The fields of one form, without files and passwords, for exactly one person. Purged after an hour."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=500, help_text="The page the entries were sent to.")
    fields = models.JSONField(help_text="Pairs of field name and its values, in the order sent.")
    files_left_out = models.PositiveSmallIntegerField(default=0, help_text="Files must be chosen again.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["user", "created_at"], name="kept_post_by_person")]


class SentDigest(models.Model):
    """The reminder of one day to one person, so that nobody gets it twice. Counts only, no patient."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    overdue = models.PositiveIntegerField()
    due = models.PositiveIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day")]
