"""What the handoff tables need of the document: words stored for sorting, rows and facts that hold something."""

from collections.abc import Iterable
from typing import Any

from django import template

from casetracker.handoff.document import Fact

register = template.Library()


@register.filter
def group_word(group: str) -> str:
    """A line group without its sorting digit: '1 Simulation and planning' reads 'Simulation and planning'."""
    return group[2:] if group[:1].isdigit() else group


@register.filter
def with_any(rows: Iterable[Any], names: str) -> list[Any]:
    """The rows in which one of these fields holds something; names are separated by blanks."""
    return [row for row in rows if any(getattr(row, name) for name in names.split())]


@register.filter
def alike(rows: Iterable[Any], names: str) -> list[tuple[str, Any]]:
    """Rows that say the same in these fields joined: their labels, and one of them. The order is kept."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, name) for name in names.split()), []).append(row)
    return [(", ".join(row.label for row in same), same[0]) for same in found.values()]


@register.filter
def recorded(facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.value]


@register.filter
def unrecorded(facts: Iterable[Fact]) -> str:
    """The labels of the facts without a value, as one sentence's part."""
    return ", ".join(
        fact.label if place == 0 else fact.label[:1].lower() + fact.label[1:]
        for place, fact in enumerate(fact for fact in facts if not fact.value)
    )
