"""What the recorded sessions amount to: counted sessions, treatment days, treated lesions, single session or not.

Facts about sessions only (rules CRS-01 to CRS-05). Which code follows is decided by the rule book.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from checklists.engine.case import CaseFacts, Lesion, Session
from checklists.engine.stops import GIVEN, read_stop
from checklists.engine.values import Missing, Value

COUNTED: Final = ("planned", "delivered", "partial")
STOPPED_BEFORE: Final = "stopped_without_dose"
MOST_SESSIONS: Final = 5
MANAGED_REMAINDER: Final = 3


@dataclass(frozen=True, slots=True)
class Day:
    """One treatment day with its sessions; `on` None when the date is not recorded."""

    on: date | None
    sessions: tuple[Session, ...]

    @property
    def path(self) -> str:
        """The document field that answers a missing date."""
        return f"sessions[{self.sessions[0].name}].date"


@dataclass(frozen=True, slots=True)
class Course:
    """`sessions` includes expected ones when only the planned number is recorded; `days` counts treatment days.

    `intended` differs from `treated` where all sessions were stopped before any dose: then it names what was to be
    treated.
    """

    sessions: tuple[Session, ...]
    days: tuple[Day, ...]
    treated: dict[str, Value]
    intended: dict[str, Value]
    facts: dict[str, Value]

    @property
    def first_day(self) -> date | None:
        """The first treatment day; where every session was stopped before any dose, the day of the first of them."""
        if self.days:
            return self.days[0].on
        return next((s.date for s in self.sessions if s.status == STOPPED_BEFORE and s.date), None)

    @property
    def reported(self) -> tuple[Session, ...]:
        """The sessions that lines stand for: counted ones, or the stopped ones of a course without any dose."""
        counted = tuple(session for day in self.days for session in day.sessions)
        return counted or tuple(s for s in self.sessions if s.status == STOPPED_BEFORE)

    @property
    def without_dose(self) -> tuple[Session, ...]:
        """The sessions that were stopped before any dose and for which no line stands."""
        lined = self.reported
        return tuple(s for s in self.sessions if s.status == STOPPED_BEFORE and s not in lined)

    @property
    def last_day(self) -> date | None:
        return self.days[-1].on if self.days else self.first_day

    def fives(self, least: int) -> tuple[tuple[Day, ...], ...]:
        """The treatment days in fives; a remainder counts when it has at least `least` days."""
        return fives(self.days, least)


def fives(days: tuple[Day, ...], least: int) -> tuple[tuple[Day, ...], ...]:
    """Treatment days in fives, in order; a remainder of fewer than `least` days stands for nothing."""
    groups = [days[start : start + 5] for start in range(0, len(days), 5)]
    return tuple(group for group in groups if len(group) == 5 or len(group) >= least)


def part_of_course(per: str, on: date | None, days: tuple[Day, ...]) -> str:
    """The part of the course that a line of this day stands for: `course`, or one of its sessions by name.

    A service of each five begun belongs to the course until the first five are over.
    """
    known = days if per != "each_five_begun" else tuple(group[-1] for group in fives(days, 1)[1:])
    for day in known if per != "course" and on else ():
        if day.on == on:
            return f"session:{day.sessions[0].name}"
    return "course"


def read_course(case: CaseFacts, split_single: str) -> Course:
    """The course of a case. `split_single` is the policy for one planned session given on several days."""
    sessions = _sessions(case)
    counted, days = _counted(sessions), treatment_days(case)
    treated = {lesion.id: _treated(lesion, sessions, counted) for lesion in case.lesions}
    facts = _counts(case, sessions, days)
    facts.update(_fives(days, facts["course.treatment_days"]))
    facts["course.single_session"] = _single_session(case, sessions, days, split_single)
    facts["course.more_than_five"] = _more_than_five(case, facts)
    facts.update(_progress(case, sessions))
    facts["course.sessions_differ"] = _differ(case, days)
    facts.update(read_stop(sessions))
    facts["course.same_day_sessions"] = any(len(_whole(day)) > 1 and day.on for day in days)
    facts["course.split"] = case.planned_sessions == 1 and len(days) > 1
    intended = _intended(case, sessions) if facts["course.aborted"] is True else treated
    return Course(sessions, days, treated, intended, facts)


def treatment_days(case: CaseFacts) -> tuple[Day, ...]:
    """The days on which dose is given or planned, by date, undated ones last."""
    return _days(_counted(_sessions(case)))


def _counted(sessions: tuple[Session, ...]) -> tuple[Session, ...]:
    return tuple(session for session in sessions if session.status in COUNTED)


def _sessions(case: CaseFacts) -> tuple[Session, ...]:
    """Recorded sessions by number, or expected ones; the first borrows the date of service when it has none."""
    recorded = tuple(sorted(case.sessions, key=lambda session: session.number))
    if not recorded and case.planned_sessions:
        numbers = range(1, case.planned_sessions + 1)
        recorded = tuple(Session(number=number, status="planned") for number in numbers)
    if recorded and recorded[0].date is None and case.date_of_service:
        return (replace(recorded[0], date=case.date_of_service), *recorded[1:])
    return recorded


def _days(counted: tuple[Session, ...]) -> tuple[Day, ...]:
    by_date: dict[date, list[Session]] = {}
    undated = []
    for session in counted:
        if session.date is None:
            undated.append(Day(None, (session,)))
        else:
            by_date.setdefault(session.date, []).append(session)
    return (*(Day(on, tuple(by_date[on])) for on in sorted(by_date)), *undated)


def _treated(lesion: Lesion, sessions: tuple[Session, ...], counted: tuple[Session, ...]) -> Value:
    """A course treats all its lesions unless the sessions say which ones they treated (CRS-01)."""
    if sessions and not counted:
        unknown = tuple(f"sessions[{s.name}].status" for s in sessions if s.status is None)
        return Missing(unknown) if unknown else False
    silent = tuple(f"sessions[{s.name}].lesions" for s in counted if s.lesions is None)
    if len(silent) == len(counted):
        return True
    if any(lesion.id in (session.lesions or ()) for session in counted):
        return True
    return Missing(silent) if silent else False


def _intended(case: CaseFacts, sessions: tuple[Session, ...]) -> dict[str, Value]:
    """The lesions that the stopped sessions name; all of them when none is named."""
    named = {name for session in sessions for name in session.lesions or ()}
    return {lesion.id: not named or lesion.id in named for lesion in case.lesions}


def _whole(day: Day) -> list[Session]:
    """The sessions of a day without those that were stopped partway and finished the same day."""
    return [session for session in day.sessions if session.status != "partial"]


def _counts(case: CaseFacts, sessions: tuple[Session, ...], days: tuple[Day, ...]) -> dict[str, Value]:
    unknown = tuple(f"sessions[{s.name}].status" for s in sessions if s.status is None)
    nothing = Missing(("planned_sessions",))
    total: Value = Missing(unknown) if unknown else len(days) if sessions else nothing
    given = sum(session.status in GIVEN for session in sessions)
    return {
        "course.treatment_days": total,
        "course.sessions_delivered": Missing(unknown) if unknown else given,
        "course.sessions_planned_open": Missing(unknown)
        if unknown
        else sum(session.status == "planned" for session in sessions),
    }


def _fives(days: tuple[Day, ...], total: Value) -> dict[str, Value]:
    """How often five sessions were reached, counted as management counts them and as physics support does."""
    if isinstance(total, Missing):
        return {"course.fives_managed": total, "course.fives_begun": total}
    return {
        "course.fives_managed": len(fives(days, MANAGED_REMAINDER)),
        "course.fives_begun": max(len(fives(days, 1)), 1),
    }


def _single_session(
    case: CaseFacts, sessions: tuple[Session, ...], days: tuple[Day, ...], split_single: str
) -> Value:
    planned = case.planned_sessions
    if planned is not None and planned > 1:
        return False
    if len(days) > 1:
        return planned == 1 and split_single == "single"
    if planned is None:
        return Missing(("planned_sessions",))
    unknown = tuple(f"sessions[{s.name}].status" for s in sessions if s.status is None)
    return Missing(unknown) if unknown and len(sessions) > 1 else True


def _more_than_five(case: CaseFacts, facts: dict[str, Value]) -> Value:
    days = facts["course.treatment_days"]
    if isinstance(days, int) and days > MOST_SESSIONS:
        return True
    if case.planned_sessions is None:
        return Missing(("planned_sessions",))
    return case.planned_sessions > MOST_SESSIONS or (days if isinstance(days, Missing) else False)


def _progress(case: CaseFacts, sessions: tuple[Session, ...]) -> dict[str, Value]:
    statuses = [session.status for session in sessions]
    given, planned = sum(status in GIVEN for status in statuses), case.planned_sessions
    partial = "partial" in statuses
    stopped = "stopped_without_dose" in statuses
    whole = planned is not None and given >= planned and not partial
    return {
        "course.short": _short(case, sessions, given),
        "course.partial": partial,
        "course.stopped_without_dose": stopped,
        "course.interrupted": partial or stopped or any(session.stop_reason for session in sessions),
        "course.complete": Missing(("planned_sessions",)) if planned is None else whole,
        "course.image_guided": _image_guided(sessions),
    }


def _short(case: CaseFacts, sessions: tuple[Session, ...], given: int) -> Value:
    """Fewer sessions given than planned, and none to come."""
    if case.planned_sessions is None:
        return Missing(("planned_sessions",))
    if not case.sessions or given >= case.planned_sessions or any(s.status == "planned" for s in sessions):
        return False
    unknown = tuple(f"sessions[{s.name}].status" for s in sessions if s.status is None)
    return Missing(unknown) if unknown else True


def _differ(case: CaseFacts, days: tuple[Day, ...]) -> bool:
    """Other than planned, counted by treatment day: two sessions of one day count as one (CRS-02)."""
    return bool(case.sessions) and case.planned_sessions not in (None, len(days))


def _image_guided(sessions: tuple[Session, ...]) -> Value:
    if any(session.image_guidance for session in sessions):
        return True
    silent = tuple(f"sessions[{s.name}].image_guidance" for s in sessions if s.image_guidance is None)
    return Missing(silent or ("sessions",)) if silent or not sessions else False
