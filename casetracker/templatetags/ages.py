"""Days, moments and ages. Moments are stored in UTC and shown in the zone that is active for the request.

Ages are computed on reading and never stored. No clock is read where a day can be passed in.
"""

import datetime as dt
import re

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casetracker.templatetags.units import NOT_RECORDED

register = template.Library()
DAY = "M j, Y"
MOMENT = "M j, Y, H:i"
_BETWEEN_TAGS = re.compile(r">[^<>]+<")
_WRITTEN = re.compile(r"\b(\d{4}-\d\d-\d\d)(?: (?=\d\d:\d\d\b))?")


def as_day(value: dt.date | dt.datetime) -> dt.date:
    """The calendar day of a day or moment, in the active zone."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day(value: dt.date | dt.datetime | None) -> SafeString:
    """`Mar 2, 2026` as a <time> element."""
    if not value:
        return NOT_RECORDED
    shown = as_day(value)
    return format_html('<time datetime="{}">{}</time>', shown.isoformat(), date_format(shown, DAY))


@register.filter
def moment(value: dt.datetime | None) -> SafeString:
    """`Mar 2, 2026, 09:14` as a <time> element, in the active zone."""
    if not value:
        return NOT_RECORDED
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), date_format(local, MOMENT))


@register.filter
def dated(text: str | None) -> str:
    """A sentence of the rule book with its days as pages write them: 2026-03-02 07:45 reads Mar 2, 2026, 07:45."""
    return _WRITTEN.sub(_as_written, text or "")


@register.filter(is_safe=True)
def dated_text(html: str) -> str:
    """Part of a page with the days in its text as pages write them; addresses and attributes stay as they are."""
    return _BETWEEN_TAGS.sub(lambda found: dated(found[0]), html)


def _as_written(found: re.Match[str]) -> str:
    try:
        shown = date_format(dt.date.fromisoformat(found[1]), DAY)
    except ValueError:
        return found[0]
    return f"{shown}, " if found[0].endswith(" ") else shown


@register.filter
def days_since(value: dt.date | dt.datetime | None, today: dt.date | None = None) -> int | None:
    """Whole days from `value` to `today` (default: the day in the active zone); None stays None."""
    if not value:
        return None
    return ((today or timezone.localdate()) - as_day(value)).days


def age_words(days: int) -> str:
    """Days in words short enough for a table column."""
    if days == 0:
        return "today"
    if days < 0:
        return "tomorrow" if days == -1 else f"in {-days} days"
    return "1 day" if days == 1 else f"{days} days"


@register.filter
def age(value: dt.date | dt.datetime | None, today: dt.date | None = None) -> SafeString:
    """`3 days`, with the day itself as a tooltip."""
    days = days_since(value, today)
    if days is None or not value:
        return NOT_RECORDED
    shown = as_day(value)
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>',
        shown.isoformat(),
        date_format(shown, DAY),
        age_words(days),
    )
