"""Sessions that were stopped: without dose or partway, finished later or not, in the room, under anesthesia.

Facts only (rules SIT-08 to SIT-11). Which modifiers follow is decided by the rule book.
"""

from __future__ import annotations

from typing import Final

from checklists.engine.case import Session
from checklists.engine.values import Missing, Value

STOPPED: Final = ("partial", "stopped_without_dose")
GIVEN: Final = ("delivered", "partial")
"""Sessions that gave dose."""
NOT_STOPPED: Final = "none"


def read_stop(sessions: tuple[Session, ...]) -> dict[str, Value]:
    """The facts of a stop that no later session made good; `none` and False where there is none."""
    last = sessions[-1] if sessions else None
    stopped = last if last and last.status in STOPPED else None
    statuses = {session.status for session in sessions}
    aborted = bool(sessions) and statuses == {"stopped_without_dose"}
    return {
        "course.aborted": aborted,
        "course.unfinished": bool(stopped) and not aborted,
        "course.stop_reason": _recorded(stopped, "stop_reason"),
        "course.stop_anesthesia": _recorded(stopped, "anesthesia"),
        "course.stopped_in_room": _in_room(stopped) if aborted and stopped else False,
        "course.finished_same_day": bool(finished_same_day(sessions)),
        "course.stop_told": _told(sessions),
        "course.dose_told": _dose_told(sessions),
    }


def _told(sessions: tuple[Session, ...]) -> Value:
    """The reason of an early end is recorded: at any session, else it belongs to the last one (C19)."""
    if not sessions:
        return Missing(("sessions",))
    told = any(session.stop_reason for session in sessions)
    return told or Missing((f"sessions[{sessions[-1].name}].stop_reason",))


def _dose_told(sessions: tuple[Session, ...]) -> Value:
    """The dose of every session that gave some is recorded (C19)."""
    silent = tuple(
        f"sessions[{session.name}].doses_gy"
        for session in sessions
        if session.status in GIVEN and not session.doses_gy
    )
    return Missing(silent) if silent else True


def _recorded(stopped: Session | None, name: str) -> Value:
    if stopped is None:
        return NOT_STOPPED
    found: str | None = getattr(stopped, name)
    return found or Missing((f"sessions[{stopped.name}].{name}",))


def _in_room(stopped: Session) -> Value:
    """Prepared and brought into the room, and not called off by choice."""
    if stopped.in_room is False or stopped.stop_reason == "elective":
        return False
    silent = [name for name in ("in_room", "stop_reason") if getattr(stopped, name) is None]
    return Missing(tuple(f"sessions[{stopped.name}].{name}" for name in silent)) if silent else True


def finished_same_day(sessions: tuple[Session, ...]) -> tuple[Session, ...]:
    """The stopped sessions that a later session of the same day finished (SIT-09)."""
    return tuple(
        session
        for place, session in enumerate(sessions)
        if session.status in STOPPED
        and session.date
        and any(later.date == session.date and later.status == "delivered" for later in sessions[place + 1 :])
    )
