"""A word of the handoff tables that is stored for sorting, not for reading."""

from django import template

register = template.Library()


@register.filter
def group_word(group: str) -> str:
    """A line group without its sorting digit: '1 Simulation and planning' reads 'Simulation and planning'."""
    return group[2:] if group[:1].isdigit() else group
