"""Documents as index entries and the checklist items they prove. The chart itself stays in the record system."""

import uuid

from django.db import models
from django.db.models import Q

from casetracker import choices

from .case import Case
from .people import Clinician, User


class Document(models.Model):
    """Where a document is, who wrote it, and when it was signed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60, help_text="Kind of document, as the rule book names it.")
    title = models.CharField(max_length=200)
    subject = models.CharField(
        max_length=80, default="case", help_text="case, lesion:<id>, session:<id> or plan:<id>."
    )
    reference = models.CharField(
        max_length=200, blank=True, help_text="Where to find it in the record system."
    )
    entry_type = models.CharField(
        max_length=12, choices=choices.EntryType, default=choices.EntryType.ORIGINAL
    )
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    author = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    author_name = models.CharField(max_length=120, blank=True, help_text="If the author is not in the list.")
    author_role = models.CharField(max_length=24, choices=choices.CaseRole, blank=True)
    service_date = models.DateField(null=True, blank=True, help_text="The day of the service it describes.")
    written_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True, help_text="When the author signed it.")
    attachment = models.FileField(upload_to="documents/%Y/", blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["service_date", "id"]
        indexes = [models.Index(fields=["case", "kind"])]

    def __str__(self) -> str:
        return self.title


class ChecklistItem(models.Model):
    """One requirement for one subject of one case, with its three separate states.

    `label`, `severity`, `role`, `step` and `cure` repeat the rule book of the last rebuild, so that a retired
    item stays readable when the book changes.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, default="case")
    label = models.CharField(max_length=200)
    codes = models.JSONField(blank=True, default=list)
    streams = models.JSONField(blank=True, default=list)
    severity = models.CharField(max_length=12, choices=choices.Severity)
    lowered_because = models.TextField(
        blank=True, help_text="Why the severity is lower than in the rule book; empty where it is not."
    )
    kind = models.CharField(max_length=16, blank=True)
    role = models.CharField(max_length=24)
    step = models.CharField(max_length=24)
    cure = models.CharField(max_length=16, blank=True)
    auto = models.CharField(max_length=8, default="no")
    position = models.PositiveIntegerField(default=0)
    condition = models.CharField(max_length=8, choices=choices.Condition)
    answer = models.CharField(max_length=16, choices=choices.Answer, default=choices.Answer.OPEN)
    review = models.CharField(max_length=12, choices=choices.ItemReview, default=choices.ItemReview.NONE)
    checks = models.JSONField(
        blank=True, default=list, help_text="Results of the system's own checks: check, verdict, message."
    )
    answered_by_system = models.BooleanField(default=False)
    challenged = models.BooleanField(default=False, help_text="A person does not trust the system's answer.")
    answer_reason = models.TextField(blank=True)
    answer_because = models.CharField(
        max_length=80, blank=True, help_text="Reason of the managed list, for not applicable."
    )
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_reason = models.CharField(max_length=24, choices=choices.ReturnReason, blank=True)
    review_note = models.TextField(blank=True)
    expected_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(
        null=True, blank=True, help_text="From the clocks of the department; empty while no day is planned."
    )
    retired_because = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    documents = models.ManyToManyField(Document, through="ItemDocument", related_name="items")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key", "subject"], name="item_once_per_subject"),
            models.CheckConstraint(
                condition=~Q(answer="not_applicable") | ~Q(answer_reason=""),
                name="not_applicable_has_reason",
                violation_error_message="Say why this item does not apply.",
            ),
            models.CheckConstraint(
                condition=~Q(answer="cannot_be_met") | ~Q(answer_reason=""),
                name="cannot_be_met_has_reason",
                violation_error_message="Say why this item cannot be met.",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "condition", "answer"]),
            models.Index(fields=["role", "due_on", "id"], name="items_owed_by_day"),
        ]

    def __str__(self) -> str:
        return self.label


class ItemDocument(models.Model):
    """This document proves that item."""

    item = models.ForeignKey(ChecklistItem, on_delete=models.CASCADE, related_name="links")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="links")
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "document"], name="document_proves_item_once")]
