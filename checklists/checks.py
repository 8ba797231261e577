"""Django system check: the rule book reads cleanly, or the site does not start."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from checklists.reader import RulebookRefused, built_in_book


@register()
def rule_book_reads_cleanly(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One error per mistake in the rule book, with file and line."""
    try:
        built_in_book()
    except RulebookRefused as refusal:
        return [Error(str(mistake), id="checklists.E001") for mistake in refusal.mistakes]
    return []
