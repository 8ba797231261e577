"""Moments on a department's wall clock."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from casetracker.models import Department


def at(day: date, clock: str, department: Department) -> datetime:
    """A moment of that day on the department's wall clock."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(department.time_zone))
