"""The next step of the clinical track: who owes it, what its clock counts from, and when it ends. Pure.

A clock belongs to a clinical state (see `clinical.py`) and runs while the case is in it, or until the record shows
that the step is done. A day that nobody recorded starts no clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from casetracker.case_input import CaseInput, Row
from casetracker.choices import CaseRole, ClockUnit, Halt, Severity
from casetracker.clinical import GIVEN, ClinicalState
from casetracker.clocks import Clock
from casetracker.readiness import ItemView, is_open

R = CaseRole
CODER = "coder"
NO_CLOCK = (Halt.ON_HOLD, Halt.CANCELLED)


@dataclass(frozen=True)
class Step:
    """What is owed while a case is in a state.

    owed: in words; start: the day the clock counts from; until: what ends it; done: said where it ended and the
    state still holds. owners: roles of the case, and "coder". usual: the clock of a department that set none of its
    own. proof: keys of checklist items that end it, once all of them that the case has are answered.
    """

    owed: str
    start: str
    until: str
    owners: tuple[str, ...]
    usual: Clock | None = None
    proof: tuple[str, ...] = ()
    done: str = ""


STEPS: dict[str, Step] = {
    "referred": Step(
        "Arrange the consultation",
        "the referral",
        "a day of consultation is recorded, as agreed on or held",
        (CODER, R.NURSE),
        Clock(2, ClockUnit.WORKING),
    ),
    "in_consultation": Step(
        "Sign both consultation notes",
        "the consultation",
        "both notes are on file, or the decision is recorded",
        (R.RADIATION_ONCOLOGIST, R.NEUROSURGEON),
        Clock(3),
        ("radiation-oncology-consult", "neurosurgery-consult"),
        "Both consultation notes are on file.",
    ),
    "decided": Step(
        "Check the cover",
        "the decision",
        "an authorization is on file, or none is needed",
        (CODER,),
    ),
    "authorization_verified": Step(
        "Simulate",
        "the decision, where no authorization was needed",
        "the simulation is recorded, or that there is none",
        (R.THERAPIST, R.NEUROSURGEON, R.PHYSICIST),
        done="There is no separate simulation.",
    ),
    "simulated": Step(
        "Complete planning images and simulation note",
        "the simulation",
        "images and note are on file, or a plan is approved",
        (R.THERAPIST, R.NEUROSURGEON, R.PHYSICIST),
        Clock(0),
        ("simulation-note", "planning-imaging"),
        "Planning images and simulation note are on file.",
    ),
    "planned": Step(
        "Clear the plan for treatment",
        "the first approval of a plan",
        "the moment of QA clearance is recorded",
        (R.PHYSICIST, R.THERAPIST),
    ),
    "qa_cleared": Step(
        "Give the first session",
        "the QA clearance",
        "a session is given",
        (R.THERAPIST, R.RADIATION_ONCOLOGIST, R.NEUROSURGEON, R.PHYSICIST),
    ),
    "in_treatment": Step(
        "Complete the records of the sessions given",
        "the latest session given",
        "every required record of these sessions is on file",
        (R.THERAPIST, R.RADIATION_ONCOLOGIST, R.NEUROSURGEON, R.PHYSICIST),
        Clock(0),
        (),
        "The records of the sessions given are on file.",
    ),
    "treated": Step(
        "Sign the treatment summary",
        "the last session given",
        "the signed summary is on file, or the day it was sent is recorded",
        (R.RADIATION_ONCOLOGIST, R.PHYSICIST),
        Clock(14),
        ("treatment-summary",),
        "The summary and the follow-up MRI are on file.",
    ),
    "in_follow_up": Step(
        "File the follow-up MRI or visit",
        "the last session given",
        "the first follow-up is recorded, or the MRI result is on file",
        (R.RADIATION_ONCOLOGIST, R.NEUROSURGEON),
        Clock(84),
        ("follow-up-mri-result",),
        "The first follow-up is recorded.",
    ),
}
"""In the order of the course; the follow-up is owed as soon as the summary is there."""


@dataclass(frozen=True)
class Running:
    """The step whose clock runs, "" for none, and the day it counts from, None while nobody recorded it."""

    step: str = ""
    start: date | None = None


def clocks_of(stored: Mapping[str, Any]) -> dict[str, Clock | None]:
    """The clock of every step: as the department set it (None: no clock), otherwise the usual one."""
    return {
        key: (Clock(**stored[key]) if stored[key] else None) if key in stored else step.usual
        for key, step in STEPS.items()
    }


def running(state: ClinicalState, facts: CaseInput, items: Iterable[ItemView], zone: str) -> Running:
    """What is owed next in this state; nothing on hold, after a cancellation, and when it is done.

    items: the checklist items of the case whose condition holds or is not known. zone: of the department.
    """
    if state.halt in NO_CLOCK:
        return Running()
    known, key = list(items), state.key
    if key == "treated" and _is_done(key, facts, known):
        key = "in_follow_up"
    return Running() if _is_done(key, facts, known) else Running(key, _start(key, facts, zone))


def _is_done(key: str, facts: CaseInput, items: list[ItemView]) -> bool:
    recorded = {"treated": "summary_sent_on", "in_follow_up": "follow_up_on"}
    if key in recorded and facts.case.get(recorded[key]):
        return True
    if key == "authorization_verified" and facts.case.get("simulated") is False:
        return True
    asked = [item for item in items if _proves(key, item, facts)]
    return bool(asked) and not any(is_open(item) for item in asked)


def _proves(key: str, item: ItemView, facts: CaseInput) -> bool:
    """Whether this item is part of the proof; in treatment, every required record of a session given."""
    if key != "in_treatment":
        return item.key in STEPS[key].proof
    given = {f"session:{row.get('uuid')}" for row in _given(facts)}
    return item.severity == Severity.REQUIRED and item.subject in given


def since(key: str, facts: CaseInput, zone: str) -> date | None:
    """The day from which the case is in this state; None where no record says so."""
    days = _days(facts)
    if key == "in_treatment":
        return days[0] if days else None
    if key == "in_follow_up":
        return _day(facts.case.get("follow_up_on"), zone)
    return _start(key, facts, zone)


def _start(key: str, facts: CaseInput, zone: str) -> date | None:
    """The day the clock of this step counts from."""
    if key in ("in_treatment", "treated", "in_follow_up"):
        days = _days(facts)
        return days[-1] if days else None
    if key == "planned":
        approved = [row["approved_at"] for row in facts.plans or [] if row.get("approved_at")]
        return _day(min(approved, default=None), zone)
    if key == "authorization_verified":
        needed = facts.case.get("authorization_required") is not False
        return None if needed else facts.case.get("decided_on")
    dated = {
        "referred": "referred_on",
        "in_consultation": "consulted_on",
        "decided": "decided_on",
        "simulated": "simulated_on",
        "qa_cleared": "qa_cleared_at",
    }
    return _day(facts.case.get(dated[key]), zone)


def _given(facts: CaseInput) -> list[Row]:
    return [row for row in facts.sessions or [] if row.get("status") in GIVEN]


def _days(facts: CaseInput) -> list[date]:
    return sorted(row["date"] for row in _given(facts) if row.get("date"))


def _day(found: date | datetime | None, zone: str) -> date | None:
    return found.astimezone(ZoneInfo(zone)).date() if isinstance(found, datetime) else found
