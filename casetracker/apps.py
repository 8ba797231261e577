"""The Django application of the case tracker."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class CaseTrackerConfig(AppConfig):
    name = "casetracker"
    verbose_name = "SRS Case Tracker"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the audit table append-only: install its triggers after each migration, and miss none."""
        from casetracker import audit_triggers

        post_migrate.connect(audit_triggers.after_migrate, sender=self, dispatch_uid="audit triggers")
        checks.register(audit_triggers.check_triggers, checks.Tags.database)
