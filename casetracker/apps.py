"""The Django application of the case tracker."""

from django.apps import AppConfig


class CaseTrackerConfig(AppConfig):
    name = "casetracker"
    verbose_name = "SRS Case Tracker"
    default_auto_field = "django.db.models.BigAutoField"
