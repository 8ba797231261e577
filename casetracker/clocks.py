"""A clock of a department: so many days from a start, working days or calendar days. Pure."""

from datetime import date, timedelta
from typing import NamedTuple

from casetracker import working_days
from casetracker.choices import ClockUnit

DAY = timedelta(days=1)


class Clock(NamedTuple):
    """`days` of 0 is due on the day of the start itself."""

    days: int
    unit: str = ClockUnit.CALENDAR

    def due_on(self, start: date) -> date:
        """The last day in time."""
        if self.unit == ClockUnit.WORKING:
            return working_days.after(start, self.days)
        return start + self.days * DAY

    def latest_late_start(self, today: date) -> date:
        """The latest start that is overdue today: its due day was yesterday or earlier."""
        if self.unit == ClockUnit.WORKING:
            return working_days.before(today - DAY, self.days)
        return today - (self.days + 1) * DAY

    def words_from(self, start: str) -> str:
        """With what it counts from: 3 days from the consultation, the same day as the simulation."""
        return f"{self.words} {'from' if self.days else 'as'} {start}"

    @property
    def words(self) -> str:
        if self.days == 0:
            return "the same day"
        kind = "working day" if self.unit == ClockUnit.WORKING else "day"
        return f"{self.days} {kind}" if self.days == 1 else f"{self.days} {kind}s"
