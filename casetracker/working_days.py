"""Due dates in working days (Monday to Friday). Public holidays are not known and count as working days."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from casetracker.models import Department

SATURDAY = 5


def after(day: date, count: int) -> date:
    """The day that lies `count` working days after `day`; zero gives `day` itself."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def before(day: date, count: int) -> date:
    """The latest day from which `count` working days are over by `day`; zero gives `day` itself."""
    while count > 0:
        count -= day.weekday() < SATURDAY
        day -= timedelta(days=1)
    return day


def between(first: date, last: date) -> int:
    """Working days after `first` up to and including `last`; zero when `last` is not later."""
    days = (first + timedelta(days=count) for count in range(1, (last - first).days + 1))
    return sum(day.weekday() < SATURDAY for day in days)


def local_day(moment: datetime, department: Department) -> date:
    """The calendar day of a UTC moment where the department is."""
    return moment.astimezone(ZoneInfo(department.time_zone)).date()
