"""What a second person found when a packet that billing has was looked at once more. Only added."""

from django.db import models
from django.db.models import Q

from casetracker import choices

from .people import User
from .review import Packet


class SecondLook(models.Model):
    """The outcome for one packet, recorded once. `reasons`: why it was in the list, as it stood on that day."""

    packet = models.OneToOneField(Packet, on_delete=models.PROTECT, related_name="second_look")
    version = models.PositiveSmallIntegerField(help_text="Version of the handoff that was looked at.")
    reasons = models.JSONField(default=list)
    outcome = models.CharField(max_length=8, choices=choices.SecondLookOutcome)
    text = models.TextField(blank=True, help_text="What was found; needed for an error.")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="error") | ~Q(text=""),
                name="second_look_error_has_text",
                violation_error_message="Say what is wrong.",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())
