"""A suspected overpayment of a line already billed: identified on a day, with the clock of report and return."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from casetracker import choices

from .case import Case
from .people import User

RETURN_DAYS, SUSPENSION_DAYS = 60, 180


class Overpayment(models.Model):
    """One suspicion. A good-faith look for related errors lets the clock stand still, 180 days at most."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="overpayments")
    codes = models.CharField(max_length=120, blank=True, help_text="Billing codes it is about.")
    because = models.TextField(help_text="What is wrong with what was billed.")
    identified_on = models.DateField(help_text="The day on which it was identified; the clock starts here.")
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    suspended_on = models.DateField(null=True, blank=True)
    suspended_because = models.TextField(blank=True)
    suspended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=16, choices=choices.OverpaymentOutcome, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["identified_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(suspended_on__isnull=True)
                | (~Q(suspended_because="") & Q(suspended_on__gte=F("identified_on"))),
                name="suspension_has_reason_and_day",
                violation_error_message="A suspension needs a reason and a day after the identification.",
            ),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True) | (~Q(outcome="") & ~Q(note="")),
                name="settled_overpayment_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.codes or 'Line'} of {self.identified_on}"

    @property
    def due_on(self) -> date:
        """The last day to report and return; a suspension adds the days it may last."""
        wait = RETURN_DAYS + (SUSPENSION_DAYS if self.suspended_on else 0)
        return self.identified_on + timedelta(days=wait)
