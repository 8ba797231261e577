"""What one treatment session's record amounts to: order of its moments, position, images, presence, dose.

`read_sessions` gives the facts of the course that follow from its sessions, `session_view` those of one session.
A planned session has nothing to show yet: its facts name the fields that are still to be filled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from checklists.engine.book import amount
from checklists.engine.case import CaseFacts, Lesion, Session
from checklists.engine.course import Course
from checklists.engine.planning import joined
from checklists.engine.policy import Resolved
from checklists.engine.stops import GIVEN, STOPPED
from checklists.engine.values import Missing, Value, View

# 10 CFR 35.3045: the total differs from the prescribed one by 20 percent or more, a single fraction by 50 or more.
EVENT_PERCENT: Final = 20
EVENT_SESSION_PERCENT: Final = 50
ONCOLOGIST, PHYSICIST, SURGEON = "radiation_oncologist", "physicist", "neurosurgeon"


def read_sessions(case: CaseFacts, course: Course, policies: dict[str, Resolved]) -> dict[str, Value]:
    """Facts of the course that its sessions decide together."""
    given = tuple(session for session in course.sessions if session.status in GIVEN)
    return {
        "frame.steady": _frame(given, amount(policies["frame_check_limit_mm"].value)),
        "frame.off_after_beam": _frame_off(given),
        "physicist.at_first": _there(case, given[:1], PHYSICIST),
        "surgeon.on_session": _there(case, given, SURGEON),
        "delivery.matches_prescription": _no_event(case, course, given),
        "delivery.event_excluded": _screened(given, "event_suspected"),
        "delivery.variance_screened": _variances(given),
    }


def session_view(
    session: Session,
    case: CaseFacts,
    course: Course,
    policies: dict[str, Resolved],
    known: Mapping[str, Value],
) -> View:
    """The facts of one session in front of those of the case."""
    limit = amount(policies["image_residual_limit_mm"].value)
    percent = amount(policies["session_dose_limit_percent"].value)
    own: dict[str, Value] = {
        "session.timeout_before_beam": _before(session, "timeout_at", session.beam_on_at, "beam_on_at"),
        "session.positioned": _both(session, "coordinates_noted", "collision_checked"),
        "session.images_in_limit": _at_most(session, "residual_mm", limit),
        "session.images_approved": _approved(session, case, course),
        "session.oncologist_present": _throughout(session, case, ONCOLOGIST),
        "session.physicist_present": _throughout(session, case, PHYSICIST),
        "session.cobalt_presence": _cobalt_presence(session, case),
        "session.delivery_recorded": _recorded(session),
        "session.as_planned": _as_planned(session, case, percent),
        "session.stop_explained": _stop(session),
        "session.image_guided": _told(session, "image_guidance"),
        "session.interrupted": _interrupted(session),
        "session.ends_short_course": _ends_short(session, course),
    }
    return View(own, known)


def _path(session: Session, name: str) -> str:
    return f"sessions[{session.name}].{name}"


def _missing(session: Session, *names: str) -> Missing | None:
    paths = tuple(_path(session, name) for name in names if getattr(session, name) in (None, ()))
    return Missing(paths) if paths else None


def _instant(moment: datetime) -> datetime:
    """In UTC, as in `evidence_timing`: the clocks of one zone are no order in the hour that comes twice."""
    return moment.astimezone(UTC) if moment.tzinfo else moment


def _told(session: Session, name: str) -> Value:
    value: Value | None = getattr(session, name)
    return Missing((_path(session, name),)) if value is None else value


def _interrupted(session: Session) -> Value:
    if session.stop_reason is not None:
        return True
    status = _told(session, "status")
    return status if isinstance(status, Missing) else status in STOPPED


def _ends_short(session: Session, course: Course) -> Value:
    """The course ended early with this session, fewer being given than planned."""
    return course.facts["course.short"] if session == course.sessions[-1] else False


def _before(session: Session, name: str, limit: datetime | None, limit_name: str) -> Value:
    moment: datetime | None = getattr(session, name)
    if moment is None or limit is None:
        return _missing(session, name, limit_name) or Missing((_path(session, name),))
    return _instant(moment) < _instant(limit)


def _both(session: Session, *names: str) -> Value:
    if any(getattr(session, name) is False for name in names):
        return False
    return _missing(session, *names) or True


def _at_most(session: Session, name: str, limit: Decimal) -> Value:
    value: Decimal | None = getattr(session, name)
    return Missing((_path(session, name),)) if value is None else value <= limit


def _approved(session: Session, case: CaseFacts, course: Course) -> Value:
    """Before the beam of the only session, or before the beam of the next one (ASTRO-IGRT)."""
    if session.images_approved_at is None:
        return Missing((_path(session, "images_approved_at"),))
    if (case.planned_sessions or len(course.sessions)) <= 1:
        return _before(session, "images_approved_at", session.beam_on_at, "beam_on_at")
    later = [x for x in course.sessions if x.number > session.number and x.status in GIVEN]
    if not later:
        return True
    following = later[0]
    if following.beam_on_at is not None:
        return _instant(session.images_approved_at) < _instant(following.beam_on_at)
    if following.date is None or following.date == session.images_approved_at.date():
        return Missing((_path(following, "beam_on_at"),))
    return session.images_approved_at.date() < following.date


def _people(case: CaseFacts, role: str) -> set[str]:
    return {person.id for person in case.people or () if person.role == role and person.id}


def _throughout(session: Session, case: CaseFacts, role: str) -> Value:
    """Somebody of this role from the start (else the beam) to the end of the session."""
    begins, ends = session.started_at or session.beam_on_at, session.ended_at
    there = [one for one in session.present if one.person in _people(case, role)]
    if not there:
        return False if session.present else Missing((_path(session, "present"),))
    if begins is None or ends is None:
        return Missing((_path(session, "started_at" if begins is None else "ended_at"),))
    timed = [(x.arrived_at, x.left_at) for x in there if x.arrived_at and x.left_at]
    if any(_instant(came) <= _instant(begins) and _instant(ends) <= _instant(left) for came, left in timed):
        return True
    return False if len(timed) == len(there) else Missing((_path(session, "present"),))


def _cobalt_presence(session: Session, case: CaseFacts) -> Value:
    """By the rule of the machine: physician and physicist all through, or both named with the times of their stay.

    What a license commits a site to is not known here; presence all through satisfies every rule.
    """
    throughout = [_throughout(session, case, role) for role in (ONCOLOGIST, PHYSICIST)]
    if session.presence_rule == "license":
        return joined([_stay(session, case, role) for role in (ONCOLOGIST, PHYSICIST)])
    found = joined(throughout)
    if found is False and session.presence_rule is None and session.present:
        return Missing((_path(session, "machine"),))
    return found


def _stay(session: Session, case: CaseFacts, role: str) -> Value:
    """Somebody of this role is named with the times of arrival and release."""
    there = [one for one in session.present if one.person in _people(case, role)]
    if not there:
        return False if session.present else Missing((_path(session, "present"),))
    timed = any(one.arrived_at and one.left_at for one in there)
    return timed or Missing((_path(session, "present"),))


def _recorded(session: Session) -> Value:
    missing = _missing(session, "date", "started_at", "beam_on_at", "ended_at", "doses_gy")
    return missing or session.status in GIVEN


def _planned_dose(lesion: Lesion, case: CaseFacts) -> Decimal | None:
    """As prescribed for each session, else the total over the prescribed or planned sessions."""
    sessions = lesion.prescribed_sessions or case.planned_sessions
    if lesion.session_dose_gy is not None:
        return lesion.session_dose_gy
    return lesion.dose_gy / sessions if lesion.dose_gy is not None and sessions else None


def _as_planned(session: Session, case: CaseFacts, percent: Decimal) -> Value:
    """Each target's dose of the session against its part of the prescription; a stop is explained elsewhere."""
    if session.status == "partial":
        return True
    missing = _missing(session, "doses_gy")
    if missing:
        return missing
    doses = dict(session.doses_gy)
    planned = {x.id: _planned_dose(x, case) for x in case.lesions if x.id in doses}
    silent = tuple(f"lesions[{name}].dose_gy" for name, dose in planned.items() if dose is None)
    if silent:
        return Missing(silent)
    return all(
        abs(doses[name] - dose) * 100 <= dose * percent for name, dose in planned.items() if dose is not None
    )


def _stop(session: Session) -> Value:
    if session.status in ("delivered", "planned") and session.stop_reason is None:
        return True
    wanted = ("stop_reason", "percent_delivered") if session.status == "partial" else ("stop_reason",)
    return _missing(session, *wanted) or True


def _frame(given: tuple[Session, ...], limit: Decimal) -> Value:
    values = [session.frame_check_mm for session in given if session.frame_check_mm is not None]
    if not values:
        return Missing(tuple(_path(session, "frame_check_mm") for session in given[:1]) or ("sessions",))
    return all(value <= limit for value in values)


def _frame_off(given: tuple[Session, ...]) -> Value:
    """The frame came off after the beam of its session; who records it at the last session only has said it."""
    rows = [session for session in given if session.frame_off_at is not None]
    if not rows:
        return Missing(tuple(_path(session, "frame_off_at") for session in given[-1:]) or ("sessions",))
    values = [_off_after(session) for session in rows]
    silent = tuple(path for value in values if isinstance(value, Missing) for path in value.paths)
    return False if False in values else Missing(silent) if silent else True


def _off_after(session: Session) -> Value:
    beam = session.ended_at or session.beam_on_at
    if beam is None or session.frame_off_at is None:
        return Missing((_path(session, "beam_on_at"),))
    return _instant(beam) <= _instant(session.frame_off_at)


def _there(case: CaseFacts, given: tuple[Session, ...], role: str) -> Value:
    """Somebody of this role is recorded at one of these sessions."""
    if any(one.person in _people(case, role) for session in given for one in session.present):
        return True
    silent = tuple(_path(session, "present") for session in given if not session.present)
    return Missing(silent or ("sessions",)) if silent or not given else False


def _no_event(case: CaseFacts, course: Course, given: tuple[Session, ...]) -> Value:
    """Total and sessions of each target against what was directed, below the differences of a medical event."""
    treated = [lesion for lesion in case.lesions if course.treated[lesion.id] is True]
    directed = {lesion.id: _directed_dose(lesion, treated, case) for lesion in treated}
    silent = tuple(f"lesions[{name}].dose_gy" for name, dose in directed.items() if dose is None)
    silent += tuple(_path(session, "doses_gy") for session in given if not session.doses_gy)
    if silent or not treated or not given:
        return Missing(silent or ("sessions",))
    wanted = {name: dose for name, dose in directed.items() if dose is not None}
    if not _sessions_near(case, given):
        return False
    totals = _totals(wanted, given)
    if all(_near(totals[name], dose, EVENT_PERCENT) for name, dose in wanted.items()):
        return True
    too_much = any(
        totals[name] > dose and not _near(totals[name], dose, EVENT_PERCENT) for name, dose in wanted.items()
    )
    ahead = any(session.status in ("planned", None) for session in case.sessions)
    return Missing(("sessions",)) if ahead and not too_much else False


def _directed_dose(lesion: Lesion, treated: list[Lesion], case: CaseFacts) -> Decimal | None:
    """By the directive's last version for the target; where no row of it is about this target, as prescribed.

    A row is about a target when its site is the target's label, or when no other target is treated.
    """
    rows = [row for row in case.directives if row.total_gy is not None]
    own = [row for row in rows if (row.site or "").strip().casefold() == lesion.shown_as.strip().casefold()]
    found = own or (rows if len(treated) == 1 else [])
    return max(found, key=lambda row: row.version or 0).total_gy if found else lesion.dose_gy


def _totals(directed: Mapping[str, Decimal], given: tuple[Session, ...]) -> dict[str, Decimal]:
    totals = dict.fromkeys(directed, Decimal(0))
    for session in given:
        for name, dose in session.doses_gy:
            totals[name] = totals.get(name, Decimal(0)) + (dose or 0)
    return totals


def _sessions_near(case: CaseFacts, given: tuple[Session, ...]) -> bool:
    """Sessions given in full; a stopped one is explained by its interruption and counts in the total."""
    planned = {lesion.id: _planned_dose(lesion, case) for lesion in case.lesions}
    whole = [session for session in given if session.status == "delivered"]
    doses = [(planned.get(name), dose) for session in whole for name, dose in session.doses_gy]
    return all(_near(dose, wanted, EVENT_SESSION_PERCENT) for wanted, dose in doses if wanted)


def _near(given: Decimal, wanted: Decimal, percent: int) -> bool:
    return abs(given - wanted) * 100 < wanted * percent


def _screened(given: tuple[Session, ...], name: str) -> Value:
    if any(getattr(session, name) for session in given):
        return False
    silent = tuple(_path(session, name) for session in given if getattr(session, name) is None)
    return Missing(silent or ("sessions",)) if silent or not given else True


def _variances(given: tuple[Session, ...]) -> Value:
    """Answered for every session; a yes carries the number of its incident."""
    silent = [_path(session, "variance") for session in given if session.variance is None]
    silent += [
        _path(session, "incident_number")
        for session in given
        if session.variance and not session.incident_number
    ]
    return Missing(tuple(silent) or ("sessions",)) if silent or not given else True
