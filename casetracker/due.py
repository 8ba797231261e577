"""When an item is due: the day its step of the course must be on file, from the department's clocks. Pure.

A missing date gives the next one that is known, and None when nothing is planned yet. Days, not moments: whether a
signature came before the beam is judged by the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from casetracker.clocks import Clock


@dataclass(frozen=True)
class CourseDays:
    """Days of one course. sessions: subject of a session -> its day.

    summary, follow_up: clocks from the last session, None for no clock; late_entry_days count from there too.
    """

    simulated_on: date | None = None
    first_on: date | None = None
    last_on: date | None = None
    sessions: Mapping[str, date] = field(default_factory=dict)
    summary: Clock | None = None
    follow_up: Clock | None = None
    late_entry_days: int = 14


def due_on(step: str, cure: str, subject: str, days: CourseDays) -> date | None:
    """The day an item is due; None while no day of the course is known.

    What is cured only before the beam is due on the day of its session. Consultation is due by the simulation, the
    other steps before treatment by the first treatment day, records of a day on that day, the summary, the
    coder's work and follow-up within the department's clocks after the last session.
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
    clocks = {"follow_up": days.follow_up, "completion": days.summary}
    clock = clocks.get(step, Clock(days.late_entry_days))
    return clock.due_on(days.last_on) if clock else None
