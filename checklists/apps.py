"""The Django application of the rule book; registers the check that the book reads cleanly."""

from django.apps import AppConfig


class ChecklistsConfig(AppConfig):
    name = "checklists"
    verbose_name = "Rule book"

    def ready(self) -> None:
        from checklists import checks  # noqa: F401
