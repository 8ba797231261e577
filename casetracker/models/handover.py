"""One person's work handed to the next: who, to whom, when, and whether it was accepted. Never deleted."""

from django.db import models
from django.db.models import Q

from casetracker import choices

from .case import Case
from .people import User


class HandOver(models.Model):
    """One hand-over of a case.

    source: what it is about (a plan, a session, a packet), so that one event gives one hand-over; empty when a person
    made it. to_person: the user whom the case names in the receiving role; empty: everybody in that role.
    session_number: not stored; set by the selectors on those about a session.
    """

    session_number: int | None = None

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hand_overs")
    kind = models.CharField(max_length=16, choices=choices.HandOverKind)
    source = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    from_role = models.CharField(max_length=24)
    to_role = models.CharField(max_length=24)
    to_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["sent_at", "id"]
        indexes = [models.Index(fields=["to_role", "accepted_at"], name="hand_overs_by_role")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "source"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="open_hand_over_once",
                violation_error_message="This was handed over already and waits to be accepted.",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def state(self) -> str:
        """open, accepted or withdrawn."""
        if self.withdrawn_at:
            return "withdrawn"
        return "accepted" if self.accepted_at else "open"
