"""When an item is due: the day its step of the course must be on file, from the department's clocks. Pure.

A missing date gives the next one that is known, and None when nothing is planned yet. Days, not moments: whether a
signature came before the beam is judged by the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

FOLLOW_UP_DAYS = 84  # twelve weeks after the last session


@dataclass(frozen=True)
class CourseDays:
    """Days of one course. sessions: subject of a session -> its day; clocks in days after the last session."""

    simulated_on: date | None = None
    first_on: date | None = None
    last_on: date | None = None
    sessions: Mapping[str, date] = field(default_factory=dict)
    summary_days: int = 14
    late_entry_days: int = 14


def due_on(step: str, cure: str, subject: str, days: CourseDays) -> date | None:
    """The day an item is due; None while no day of the course is known.

    What is cured only before the beam is due on the day of its session. Consultation is due by the simulation, the
    other steps before treatment by the first treatment day, records of a day on that day, the summary and the
    coder's work within the department's clocks after the last session, follow-up after twelve weeks.
    """
    own = days.sessions.get(subject, days.first_on)
    if cure == "before_beam":
        return own
    if step in ("consult", "simulation"):
        return days.simulated_on or days.first_on
    if step in ("planning", "pretreatment_qa"):
        return own
    if step == "delivery":
        return days.sessions.get(subject, days.last_on)
    return _after_the_course(step, days)


def _after_the_course(step: str, days: CourseDays) -> date | None:
    if days.last_on is None:
        return None
    wait = {"follow_up": FOLLOW_UP_DAYS, "completion": days.summary_days}.get(step, days.late_entry_days)
    return days.last_on + timedelta(days=wait)
