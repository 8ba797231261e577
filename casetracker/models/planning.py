"""What a plan rests on, row by row: images, targets, critical structures, versions of the directive.

`None` means "not recorded", never "no". Rows are removed by `removed_at`, never deleted. A target or structure
without a plan belongs to the only plan of its case.
"""

from django.db import models

from casetracker import choices

from .case import Case
from .course import Lesion, Plan
from .people import Clinician


def _number(digits: int, help_text: str) -> models.DecimalField:
    return models.DecimalField(
        max_digits=digits, decimal_places=2, null=True, blank=True, help_text=help_text
    )


def _plan() -> models.ForeignKey:
    return models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="+")


def _clinician() -> models.ForeignKey:
    return models.ForeignKey(Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="+")


class ImageSet(models.Model):
    """One image series of the course."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="images")
    kind = models.CharField(max_length=12, choices=choices.SeriesKind, blank=True)
    series = models.CharField(
        max_length=80, blank=True, help_text="Sequence and series, for example T1 +C, 7."
    )
    acquired_on = models.DateField(null=True, blank=True)
    slice_mm = _number(5, "Slice thickness in millimetres.")
    for_planning = models.BooleanField(null=True, blank=True, help_text="The plan rests on this set.")
    fused = models.BooleanField(null=True, blank=True, help_text="Part of the approved image fusion.")
    reported = models.BooleanField(null=True, blank=True, help_text="A signed report is on file.")
    removed_at = models.DateTimeField(null=True, blank=True)


class Target(models.Model):
    """The target volume drawn for one lesion in one plan."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="targets")
    plan = _plan()
    lesion = models.ForeignKey(
        Lesion, on_delete=models.PROTECT, null=True, blank=True, related_name="targets"
    )
    approved_at = models.DateTimeField(null=True, blank=True, help_text="Outline approved.")
    approved_by = _clinician()
    margin_mm = _number(5, "Planning margin in millimetres; 0 for none.")
    coverage_pct = _number(5, "Part of the target within the prescription isodose, in percent.")
    conformity = _number(5, "Conformity index.")
    gradient = _number(5, "Gradient index.")
    max_dose_gy = _number(6, "Largest dose in Gy.")
    removed_at = models.DateTimeField(null=True, blank=True)


class OrganAtRisk(models.Model):
    """One critical structure of a plan with its limit and what the plan gives."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="organs")
    plan = _plan()
    name = models.CharField(max_length=60, blank=True)
    limit_gy = _number(5, "Dose limit in Gy.")
    planned_gy = _number(5, "Planned dose in Gy.")
    comment = models.CharField(max_length=200, blank=True, help_text="Needed where the limit is passed.")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "critical structure"


class Directive(models.Model):
    """One version of the written directive; a change is a version of its own."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="directives")
    version = models.PositiveSmallIntegerField(null=True, blank=True)
    total_gy = _number(5, "Total dose in Gy.")
    site = models.CharField(max_length=120, blank=True)
    settings = models.CharField(max_length=200, blank=True, help_text="Target settings, or where they stand.")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = _clinician()
    authorized_user = models.BooleanField(
        null=True, blank=True, help_text="The license lists the signer as an authorized user."
    )
    removed_at = models.DateTimeField(null=True, blank=True)
