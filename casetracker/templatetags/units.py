"""Filters that write quantities with their unit, and `None` as "not recorded", never as "no" or 0.

A space that does not break keeps number and unit on one line. Nothing here rounds: the number is shown as stored.
"""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
SPACE = "\u00a0"
NOT_RECORDED = mark_safe('<span class="not-recorded">not recorded</span>')


def plain(value: object) -> str:
    """A number without trailing zeros (18.00 -> 18, 34.96 -> 34.96), anything else as text."""
    if isinstance(value, (Decimal, float)):
        text = format(Decimal(str(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def quantity(value: object, unit: str) -> SafeString:
    """`18 mm`, or the words for a missing value."""
    if value is None or value == "":
        return NOT_RECORDED
    return format_html('<span class="num">{}{}{}</span>', plain(value), SPACE, unit)


@register.filter
def mm(value: object) -> SafeString:
    """Millimetres."""
    return quantity(value, "mm")


@register.filter
def cc(value: object) -> SafeString:
    """Cubic centimetres."""
    return quantity(value, "cc")


@register.filter
def gy(value: object) -> SafeString:
    """Gray."""
    return quantity(value, "Gy")


@register.filter
def percent(value: object) -> SafeString:
    """Percent, the number already in percent."""
    return quantity(value, "%")


@register.filter
def number(value: object) -> SafeString:
    """A bare number without trailing zeros."""
    if value is None or value == "":
        return NOT_RECORDED
    return format_html('<span class="num">{}</span>', plain(value))


@register.filter
def recorded(value: object) -> object:
    """The value itself, or "not recorded" for None and empty text."""
    return NOT_RECORDED if value is None or value == "" else value


@register.filter
def yes_no(value: bool | None) -> str | SafeString:
    """Yes, No, or "not recorded"."""
    if value is None:
        return NOT_RECORDED
    return "Yes" if value else "No"


@register.filter
def times(units: object) -> SafeString:
    """Billing units: `x 3` with a real multiplication sign."""
    return format_html('<span class="num">\u00d7{}{}</span>', SPACE, plain(units))


@register.filter
def counted(count: int, words: str) -> SafeString:
    """`{{ 3|counted:"lesion,lesions" }}` -> 3 lesions."""
    one, many = words.split(",")
    return format_html('<span class="num">{}</span> {}', count, one if count == 1 else many)
