"""Refuses changes to items, and documents ticked for them, on which approved lines rest."""

from collections.abc import Iterable

from casetracker.choices import Stream
from casetracker.errors import WrongState
from casetracker.models import Case, ChecklistItem
from casetracker.selectors.locks import locked_items


def check_unlocked(case: Case, items: Iterable[ChecklistItem]) -> None:
    """Raise `WrongState` naming the first item an approval rests on, and the way out."""
    chosen = list(items)
    locked = locked_items(case, chosen)
    for item in chosen:
        if item.pk in locked:
            stream = Stream(locked[item.pk]).label.lower()
            raise WrongState(
                f"'{item.label}' belongs to the approved {stream} packet and is read only. "
                "A supervisor must reopen that packet first, with a reason."
            )
