"""Form fields for days, times of day and moments, typed the way people write them.

Days: 2026-03-02, 3/2/2026, 3/2/26. Times: 07:30, 7:30, 0730. A moment is a day and a time in the zone that is
active for the request. Which day must come before which is checked elsewhere.
"""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

DAY_FORMATS = ["%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"]
_TIME = re.compile(r"^(\d{1,2}):?(\d{2})$")
FIRST_YEAR, LAST_YEAR = 1900, 2100


def parse_day(text: str) -> dt.date:
    """The day, or `ValidationError` with how to type one."""
    for pattern in DAY_FORMATS:
        try:
            found = dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    raise ValidationError(f"“{text}” is not a date. Type for example 2026-03-02 or 3/2/2026.")


def parse_time(text: str) -> dt.time:
    found = _TIME.match(text)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return dt.time(int(found[1]), int(found[2]))
    raise ValidationError(f"“{text}” is not a time of day. Type for example 0730 or 07:30.")


def not_passed(day: dt.date) -> None:
    """Validator of a day on which somebody shall act: today in the department, or later."""
    if day < timezone.localdate():
        raise ValidationError("This day has passed. Give today or a later day.")


class DayField(forms.Field):
    """A `date` or None."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), **kwargs)
        self.widget.attrs.update({"placeholder": "YYYY-MM-DD", "autocomplete": "off", "maxlength": 20})

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date):
            return value
        text = str(value or "").strip()
        return parse_day(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value


class BirthDayField(DayField):
    """A `date` that has passed, or None. Two digits of a year mean the last year that ended so: 1/30/57 is 1957."""

    def to_python(self, value: Any) -> dt.date | None:
        day, today = super().to_python(value), timezone.localdate()
        if day is None or day <= today:
            return day
        if str(day.year) not in str(value):
            return day.replace(year=day.year - 100)
        raise ValidationError(f"{day} is still to come. Type the day of birth, for example 1957-01-30.")


class ClockField(forms.Field):
    """A time of day or None."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), **kwargs)
        self.widget.attrs.update({"placeholder": "HH:MM", "autocomplete": "off", "maxlength": 10})

    def to_python(self, value: Any) -> dt.time | None:
        text = str(value or "").strip()
        return parse_time(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%H:%M") if isinstance(value, dt.time) else value


class MomentField(forms.Field):
    """An aware `datetime` in the active zone, or None; typed as day and time with a space between."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), **kwargs)
        self.widget.attrs.update({"placeholder": "YYYY-MM-DD HH:MM", "autocomplete": "off", "maxlength": 30})

    def to_python(self, value: Any) -> dt.datetime | None:
        text = re.sub(r"(?<=\d)T(?=\d)", " ", str(value or "").strip())
        if not text:
            return None
        day, _, rest = text.partition(" ")
        time, _, zone = rest.strip().partition(" ")
        if not time:
            raise ValidationError("Type the day and the time, for example 2026-03-02 0730.")
        return exactly(parse_day(day), parse_time(time), zone.strip().upper())

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dt.datetime):
            return value
        here = local(value)
        return here.strftime("%Y-%m-%d %H:%M %Z" if len(_readings(here)) > 1 else "%Y-%m-%d %H:%M")


def exactly(day: dt.date, time: dt.time, zone: str = "") -> dt.datetime:
    """The one moment that clock showed in the active zone. `zone` is its short name, needed where an hour came twice.

    Raises ValidationError for a time that the clocks skipped or showed twice, and for the name of another zone.
    """
    readings = _readings(dt.datetime.combine(day, time))
    found = readings.get(zone) if zone else next(iter(readings.values()), None)
    if not readings:
        raise ValidationError(
            f"{time:%H:%M} did not exist on {day}: the clocks were put forward. Type the time after."
        )
    if found is None or (len(readings) > 1 and not zone):
        known = " or ".join(f"{time:%H:%M} {name}" for name in readings)
        raise ValidationError(f"Which {time:%H:%M} on {day}? Type {known}.")
    return found.astimezone(dt.UTC)


def _readings(wall: dt.datetime) -> dict[str, dt.datetime]:
    """Moments at which clocks of the active zone show this, by the zone's short name: usually one, two or none."""
    here, plain = timezone.get_current_timezone(), wall.replace(tzinfo=None, fold=0)
    both = [plain.replace(tzinfo=here, fold=fold) for fold in (0, 1)]
    real = [one for one in both if one.astimezone(dt.UTC).astimezone(here).replace(tzinfo=None) == plain]
    return {one.tzname() or "": one for one in real}


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """That day and time in the active zone, as it is stored: in UTC."""
    return timezone.make_aware(dt.datetime.combine(day, time)).astimezone(dt.UTC)


def local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
