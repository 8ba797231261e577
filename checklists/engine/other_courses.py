"""What courses elsewhere or earlier mean for this one: a later stage, the same lesion again, days counted together.

Facts only (rules SIT-05, SIT-06, DEL-08). Base codes within ninety days are read in `team`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from checklists.engine.book import amount
from checklists.engine.case import CaseFacts, OtherCourse
from checklists.engine.course import MOST_SESSIONS, Course
from checklists.engine.policy import Resolved
from checklists.engine.values import Missing, Value

STEREOTACTIC: Final = ("77371", "77372", "77373", "G0563", "G0339", "G0340")


def read_other_courses(case: CaseFacts, course: Course, policies: dict[str, Resolved]) -> dict[str, Value]:
    """The facts of all other courses; each is False when there is none."""
    numbered = list(enumerate(case.other_courses, 1))
    staged = [
        _later_stage(other, place, course.first_day, policies)
        for place, other in numbered
        if other.relation == "staged"
    ]
    return {
        "course.stage_of_earlier": _any(staged),
        "course.retreatment": any(other.relation == "same_lesion" for _, other in numbered),
        "course.pooled_too_many": _any([_pooled(other, place, course) for place, other in numbered]),
    }


def _pooled(other: OtherCourse, place: int, course: Course) -> Value:
    """Whether the treatment days of both courses together pass five: only prescriptions of their own count apart."""
    if other.relation != "concurrent" or other.prescribed_separately:
        return False
    own = {day.on for day in course.days}
    days = own | {line.date for line in other.lines if line.code in STEREOTACTIC}
    if len(own) > MOST_SESSIONS or len(days) <= MOST_SESSIONS:
        return False
    asked = Missing((f"other_courses[#{place}].prescribed_separately",))
    return asked if other.prescribed_separately is None else True


def _any(values: list[Value]) -> Value:
    if True in values:
        return True
    return next((value for value in values if isinstance(value, Missing)), False)


def _later_stage(
    other: OtherCourse, place: int, first_day: date | None, policies: dict[str, Resolved]
) -> Value:
    """Whether this case is a later stage of a course that has its base (SIT-05).

    The policy may read separately prescribed stages that lie far enough apart as courses of their own.
    """
    began = other.started_on
    if began and first_day and began >= first_day:
        return False
    if policies["staged_avm"].value != "separate_courses" or other.prescribed_separately is False:
        return True
    if other.prescribed_separately is None:
        return Missing((f"other_courses[#{place}].prescribed_separately",))
    ended = other.ended_on or began
    if ended is None or first_day is None:
        return Missing((f"other_courses[#{place}].ended_on" if first_day else "date_of_service",))
    return first_day - ended < timedelta(days=int(amount(policies["staged_min_gap_days"].value)))
