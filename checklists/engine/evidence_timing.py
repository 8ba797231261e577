"""Compares the times of a document with the moments of the course, one function for each timing word.

Two kinds of time are kept apart (signature rules M1, R1; late entries M3): for an item that is cured only
*before the beam* the moment of signature is the requirement; for every other item the day of the service counts,
and a late signature is a late entry. Where only the day is known and it is the same day, a person is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from .evidence_records import NOT_AFTERWARDS, CheckResult, EvidenceDocument, Item, Moment, Moments, show

LATE_AFTER_DAYS = 14  # local default of the department: later than this a supervisor must accept the entry
COMPLIANCE_AFTER_DAYS = 30  # later than this it is no longer the supervisor but compliance who decides


def _earlier(moment: Moment, limit: Moment) -> bool | None:
    """True or False when the order is known; None when only the day is known and it is the same day."""
    if isinstance(moment, datetime) and isinstance(limit, datetime):
        return _instant(moment) < _instant(limit)
    if day_of(moment) == day_of(limit):
        return None
    return day_of(moment) < day_of(limit)


def _instant(moment: datetime) -> datetime:
    """In UTC: two times of one zone are compared by their clocks alone, which lie in the hour that comes twice."""
    return moment.astimezone(UTC) if moment.tzinfo else moment


def day_of(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _done_at(item: Item, document: EvidenceDocument) -> Moment | None:
    """The moment that counts: of signature where that is the requirement, else of the service."""
    if item.cure == "before_beam":
        return document.signed_at
    if document.written_at is not None and document.written_at.date() == document.service_date:
        return document.written_at
    return document.service_date


def _before(
    item: Item, document: EvidenceDocument, word: str, what: str, limit: Moment | None
) -> CheckResult:
    done = _done_at(item, document)
    if done is None:
        return CheckResult(word, "unknown", f"Record when it was signed or done; it must be before {what}.")
    if limit is None:
        return CheckResult(
            word, "unknown", f"The time of {what} is not recorded, so the order cannot be checked."
        )
    return _ordered(item, word, what, done, limit)


def _ordered(item: Item, word: str, what: str, done: Moment, limit: Moment) -> CheckResult:
    act = "Signed" if item.cure == "before_beam" else "Dated"
    order = _earlier(done, limit)
    if order is None:
        return CheckResult(
            word, "unknown", f"{act} {show(done)}, the day of {what}. Confirm which came first."
        )
    if order:
        return CheckResult(word, "holds", f"{act} {show(done)}, before {what} ({show(limit)}).")
    late = f"{act} {show(done)}, after {what} ({show(limit)}). {item.label} {NOT_AFTERWARDS}"
    return CheckResult(word, "fails", late)


def _before_beam(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    if not moments.delivered:
        return CheckResult("before_beam", "holds", "No beam has been given yet.")
    limit = moments.beam_on.get(document.subject, moments.first_beam_on)
    return _before(item, document, "before_beam", "the beam", limit)


def _before_simulation(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    return _before(item, document, "before_simulation", "the simulation", moments.simulation_on)


def _before_plan_approval(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    approvals = sorted(moments.plan_approved_at.values(), key=day_of)
    limit = moments.plan_approved_at.get(document.subject, approvals[0] if approvals else None)
    return _before(item, document, "before_plan_approval", "the plan approval", limit)


def _before_next_session(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    word, order = "before_next_session", sorted(moments.beam_on, key=lambda key: day_of(moments.beam_on[key]))
    single = (moments.planned_sessions or len(order)) <= 1
    if single:
        limit = moments.beam_on.get(document.subject, moments.first_beam_on)
        return _before(item, document, word, "the beam", limit)
    if document.subject not in order:
        return CheckResult(word, "unknown", "Say which session this document belongs to.")
    later = order[order.index(document.subject) + 1 :]
    if not later:
        return CheckResult(word, "holds", "No later session has begun.")
    return _before(item, document, word, "the next session", moments.beam_on[later[0]])


def _same_day(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    word, day = "same_day_as_session", document.service_date
    days = _session_days(document.subject, moments)
    if day is None or not days:
        missing = "date of service" if day is None else "session date"
        return CheckResult(word, "unknown", f"The {missing} is not recorded, so the day cannot be compared.")
    if day in days:
        return CheckResult(word, "holds", f"Dated {day}, a day of treatment.")
    shown = ", ".join(map(str, sorted(days)))
    return CheckResult(
        word, "fails", f"Dated {day}, but treatment was on {shown}. Add the record of that day."
    )


def _session_days(subject: str, moments: Moments) -> set[date]:
    if subject in moments.beam_on:
        return {day_of(moments.beam_on[subject])}
    known = [*moments.beam_on.values(), moments.first_beam_on, moments.last_session_on]
    return {day_of(moment) for moment in known if moment is not None}


def _within_14_days(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    word, signed, last = "within_14_days_after_last", document.signed_at, moments.last_session_on
    if signed is None or last is None:
        return CheckResult(
            word, "unknown", "Signature or last session is not recorded, so the delay is not known."
        )
    days = (signed.date() - last).days
    if days < 0:
        return CheckResult(
            word, "fails", f"Signed before the last session ({last}). Sign the closing version."
        )
    if days > LATE_AFTER_DAYS:
        told = f"Signed {days} days after the last session. It is late: {who_accepts(days)} must accept it."
        return CheckResult(word, "fails", told)
    return CheckResult(word, "holds", f"Signed {days} days after the last session.")


def who_accepts(days: int) -> str:
    """Who may accept an entry made that many days late: a supervisor, after 30 days compliance."""
    return "compliance" if days > COMPLIANCE_AFTER_DAYS else "a supervisor"


TIMING: dict[str, Callable[[Item, EvidenceDocument, Moments], CheckResult]] = {
    "before_beam": _before_beam,
    "before_simulation": _before_simulation,
    "before_plan_approval": _before_plan_approval,
    "before_next_session": _before_next_session,
    "same_day_as_session": _same_day,
    "within_14_days_after_last": _within_14_days,
}
