"""Tokens with which programs ask the rules. They open no record of a patient."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from .people import Department, User


class ApiToken(models.Model):
    """One program's right to have case documents judged, in the name of one person in one department.

    Only the digest is kept. The token works while the person has a role in the department and an open account.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60, help_text="Which program uses it, for example Planning export.")
    beginning = models.CharField(max_length=12, help_text="First characters, to tell tokens apart.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token.")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="Accurate to a minute.")
    last_refused_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=models.F("made_at")),
                name="token_expires_after_made",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    @property
    def last_moment(self) -> datetime | None:
        """Just before it ends: a token that ends at midnight works through the day before."""
        return self.expires_at and self.expires_at - timedelta(microseconds=1)
