"""What somebody beside the reviewer has to see to: notices to radiation safety. Never deleted."""

from django.db import models
from django.db.models import Q

from casetracker import choices

from .case import Case
from .people import User


class SafetyNotice(models.Model):
    """One thing of a case that radiation safety must hear of: raised, acknowledged, settled with a note.

    raised_by: who did what raised it, or who wrote it. source: the item or session behind it; empty when a person
    wrote it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=16, choices=choices.NoticeKind)
    source = models.CharField(max_length=210, blank=True)
    because = models.TextField(help_text="What happened, and when.")
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="How it was settled: who was told, and what was decided.")

    class Meta:
        ordering = ["raised_at", "id"]
        indexes = [models.Index(fields=["case", "settled_at"], name="notices_of_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "source"], condition=~Q(source=""), name="notice_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | (~Q(note="") & Q(acknowledged_at__isnull=False)),
                name="settled_notice_has_note",
                violation_error_message="Acknowledge the notice and say how it was settled.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def state(self) -> str:
        """raised, acknowledged or settled."""
        if self.settled_at:
            return "settled"
        return "acknowledged" if self.acknowledged_at else "raised"
