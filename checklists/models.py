"""Published reference tables as they were loaded: releases, the files they came from, and their rows about our codes.

No case data live here, and no licensed text: codes, numbers, days and indicators only. Rows are written by services
of the application and never change; a release that is no longer used keeps its rows and its history.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ReferenceKind(models.TextChoices):
    PAIRS = "pairs", "Code pairs, kind of claim not known"
    PAIRS_PRACTITIONER = "pairs_practitioner", "Code pairs (PTP), practitioner"
    PAIRS_HOSPITAL = "pairs_hospital", "Code pairs (PTP), outpatient hospital"
    LIMITS_PRACTITIONER = "limits_practitioner", "Unit limits (MUE), practitioner"
    LIMITS_HOSPITAL = "limits_hospital", "Unit limits (MUE), outpatient hospital"
    ADD_ONS = "add_ons", "Add-on codes"
    FEES = "fees", "Fee schedule indicators"


class ReleaseState(models.TextChoices):
    COLLECTING = "collecting", "Being loaded"
    READY = "ready", "Waits for publication"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Replaced by a corrected issue"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class FileState(models.TextChoices):
    WAITING = "waiting", "Waits to be read"
    READING = "reading", "Being read"
    READ = "read", "Read"
    REFUSED = "refused", "Refused"


_USER: dict[str, Any] = {
    "to": settings.AUTH_USER_MODEL,
    "on_delete": models.PROTECT,
    "null": True,
    "blank": True,
    "related_name": "+",
}


class ReferenceRelease(models.Model):
    """One published release of one table. Judges services from `valid_from` to `valid_to` once it is published.

    valid_to None: until the next release of its kind. codes: the codes it was read for; for others it says nothing.
    """

    kind = models.CharField(max_length=20, choices=ReferenceKind)
    name = models.CharField(max_length=30, blank=True, help_text="As the publisher calls it, such as 2026Q4.")
    valid_from = models.DateField(null=True, blank=True, help_text="First day of service it holds for.")
    valid_to = models.DateField(
        null=True, blank=True, help_text="Last day of service. Left empty: until the next release."
    )
    files_expected = models.PositiveSmallIntegerField(default=1, help_text="Files the table is published in.")
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    licence_held = models.BooleanField(
        default=False, help_text="The site holds the licences that the publisher asks for."
    )
    state = models.CharField(max_length=10, choices=ReleaseState, default=ReleaseState.COLLECTING)
    problem = models.TextField(blank=True)
    codes = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    opened_by = models.ForeignKey(**_USER)
    opened_at = models.DateTimeField()
    published_by = models.ForeignKey(**_USER)
    published_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(**_USER)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(
        max_length=200, blank=True, help_text="Why a release was taken out of force."
    )
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(published_by=F("opened_by")),
                name="reference_published_by_another",
                violation_error_message="A release is published by another person than the one who loaded it.",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="reference_days_in_order"
            ),
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                condition=Q(state="published"),
                name="reference_published_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "kind"], name="reference_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}".strip()

    @property
    def days_known(self) -> bool:
        """Whether kind of claim and days are known, so that the release can be judged."""
        return self.kind != ReferenceKind.PAIRS and self.valid_from is not None


class ReferenceFile(models.Model):
    """One file as it was sent. The file itself is removed once it was read; what it was stays here for good."""

    release = models.ForeignKey(ReferenceRelease, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=FileState, default=FileState.WAITING)
    problem = models.TextField(blank=True)
    bytes_done = models.PositiveBigIntegerField(default=0)
    beat_at = models.DateTimeField(null=True, blank=True)
    parts = models.JSONField(
        default=list, help_text="Numbers of the parts inside, 0 where the name gives none."
    )
    rows = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    other_codes = models.PositiveIntegerField(default=0)
    never_in_force = models.PositiveIntegerField(default=0)
    newest = models.DateField(null=True, blank=True)
    loaded_by = models.ForeignKey(**_USER)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "id"], name="reference_file_state")]

    def __str__(self) -> str:
        return self.name


class PairEdit(models.Model):
    """Column 1 pays; indicator 0: never together, 1: a modifier may open the pair."""

    release = models.ForeignKey(ReferenceRelease, on_delete=models.PROTECT, related_name="pairs")
    first = models.CharField(max_length=5)
    second = models.CharField(max_length=5)
    effective_on = models.DateField()
    deleted_on = models.DateField(null=True, blank=True)
    indicator = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "first", "second", "effective_on"], name="pair_edit_once"
            ),
            models.CheckConstraint(condition=Q(indicator__in=(0, 1)), name="pair_edit_indicator"),
        ]

    def __str__(self) -> str:
        return f"{self.first}/{self.second}"


class UnitLimit(models.Model):
    """Units per day; adjudication 1 per claim line, 2 absolute, 3 may be appealed."""

    release = models.ForeignKey(ReferenceRelease, on_delete=models.PROTECT, related_name="limits")
    code = models.CharField(max_length=5)
    units = models.PositiveIntegerField()
    adjudication = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="unit_limit_once"),
            models.CheckConstraint(condition=Q(adjudication__in=(1, 2, 3)), name="unit_limit_adjudication"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.units}"


class AddOnParent(models.Model):
    """A code an add-on code may stand beside; parent "" where the contractor decides."""

    release = models.ForeignKey(ReferenceRelease, on_delete=models.PROTECT, related_name="parents")
    add_on = models.CharField(max_length=5)
    parent = models.CharField(max_length=5, blank=True)
    effective_on = models.DateField()
    deleted_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "add_on", "parent", "effective_on"], name="add_on_parent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.add_on} with {self.parent or 'what the contractor decides'}"


class FeeIndicator(models.Model):
    """Payment indicators of a code, or of its 26, TC or 53 part. No amounts and no texts."""

    release = models.ForeignKey(ReferenceRelease, on_delete=models.PROTECT, related_name="fees")
    code = models.CharField(max_length=5)
    modifier = models.CharField(max_length=2, blank=True)
    status = models.CharField(max_length=1)
    component = models.CharField(max_length=1)
    global_days = models.CharField(max_length=3)
    multiple = models.CharField(max_length=1)
    bilateral = models.CharField(max_length=1)
    assistant = models.CharField(max_length=1)
    cosurgeon = models.CharField(max_length=1)
    team = models.CharField(max_length=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "code", "modifier"], name="fee_indicator_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.modifier}".strip()
