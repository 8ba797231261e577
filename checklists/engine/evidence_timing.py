"""Compares the times of a document with the moments of the course, one function for each timing word.

Two kinds of time are kept apart (signature rules M1, R1; late entries M3): for an item that is cured only
*before the beam* the moment of signature is the requirement; for every other item the day of the service counts,
and a late signature is a late entry. Where only the day is known and it is the same day, a person is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from .evidence_records import NOT_AFTERWARDS, CheckResult, EvidenceDocument, Item, Moment, Moments, show

LATE_AFTER_DAYS = 14  # usual setting of a department: later than this a supervisor must accept the entry
USUAL_SUMMARY = timedelta(days=14)  # where the department set no time for the summary
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
    days = _session_days(document.subject, moments)
    words = ("session date", "a day of treatment", "treatment was on {}. Add the record of that day.")
    return _on_one_of("same_day_as_session", document.service_date, days, words)


def _on_one_of(
    word: str, day: date | None, days: Collection[date], words: tuple[str, str, str]
) -> CheckResult:
    """words: what is missing without days, what the day is, and what is wrong where the days are others."""
    missing, is_one, others = words
    if day is None or not days:
        silent = "date of service" if day is None else missing
        return CheckResult(word, "unknown", f"The {silent} is not recorded, so the day cannot be compared.")
    if day in days:
        return CheckResult(word, "holds", f"Dated {day}, {is_one}.")
    shown = ", ".join(map(str, sorted(days)))
    return CheckResult(word, "fails", f"Dated {day}, but {others.format(shown)}")


def _session_days(subject: str, moments: Moments) -> set[date]:
    if subject in moments.beam_on:
        return {day_of(moments.beam_on[subject])}
    known = [*moments.beam_on.values(), moments.first_beam_on, moments.last_session_on]
    return {day_of(moment) for moment in known if moment is not None}


def _before_frame(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    """Before the head frame where one was placed, else before the beam."""
    if moments.frame_on is None:
        return replace(_before_beam(item, document, moments), check="before_frame")
    return _before(item, document, "before_frame", "the head frame", moments.frame_on)


def _before_first_service(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    """Before the day of the first line that is still on the claim; without dated lines, before the beam."""
    word, first, signed = "before_first_service", moments.first_service_on, document.signed_at
    if first is None:
        return replace(_before_beam(item, document, moments), check=word)
    if signed is None or _earlier(signed, first) is not False:
        return _before(item, document, word, "the first service on the claim", first)
    told = f"Signed {show(signed)}, after the first service on the claim ({first}). "
    return CheckResult(word, "fails", told + "Decline the lines before it, or add the order signed earlier.")


def _by_consult(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    word, day, consult = "by_consult", document.service_date, moments.consult_on
    if day is None or consult is None:
        missing = "date of this document" if day is None else "consultation"
        return CheckResult(word, "unknown", f"The {missing} is not on file, so the order cannot be checked.")
    if day <= consult:
        return CheckResult(word, "holds", f"Dated {day}, not later than the consultation ({consult}).")
    told = f"Dated {day}, after the consultation ({consult}). Add the request that led to it."
    return CheckResult(word, "fails", told)


def _recent_for_first(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    """Not after the first treatment day, and not older than the department's window before it."""
    word, day, window = "recent_for_first", document.service_date, moments.report_days
    first = day_of(moments.first_beam_on) if moments.first_beam_on else moments.planned_on
    if day is None or first is None:
        missing = "date of this document" if day is None else "first treatment day"
        return CheckResult(word, "unknown", f"The {missing} is not recorded, so its age is not known.")
    age = (first - day).days
    if age < 0:
        told = f"Dated {day}, after the first treatment day ({first}). Add the report from before treatment."
        return CheckResult(word, "fails", told)
    if age > window:
        told = f"Dated {day}, {age} days before the first treatment day ({first}); {window} are accepted. "
        return CheckResult(word, "fails", told + "Add a newer report.")
    return CheckResult(word, "holds", f"Dated {day}, {age} days before the first treatment day.")


def _on_line_day(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    words = ("date of the line", "the day of the line", "the line is of {}. One of the two is wrong.")
    return _on_one_of("on_line_day", document.service_date, moments.line_days, words)


def _after_last(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    """Signed when the last session was given; a course that still goes on has no last one."""
    word, signed, last = "after_last_session", document.signed_at, moments.last_session_on
    if signed is None or last is None or moments.more_to_come:
        missing = "signature" if signed is None else "last session"
        return CheckResult(word, "unknown", f"The {missing} is not recorded, so the order cannot be checked.")
    if signed.date() < last:
        told = f"Signed {show(signed)}, before the last session ({last}). Sign again for the whole course."
        return CheckResult(word, "fails", told)
    return CheckResult(word, "holds", f"Signed {show(signed)}, not before the last session ({last}).")


def _soon_after_last(item: Item, document: EvidenceDocument, moments: Moments) -> CheckResult:
    word, signed, last = "soon_after_last", document.signed_at, moments.last_session_on
    if signed is None or last is None:
        return CheckResult(
            word, "unknown", "Signature or last session is not recorded, so the delay is not known."
        )
    days, due = (signed.date() - last).days, moments.summary_due_on or last + USUAL_SUMMARY
    if days < 0:
        return CheckResult(
            word, "fails", f"Signed before the last session ({last}). Sign the closing version."
        )
    if signed.date() > due:
        told = f"Signed {days} days after the last session. It is late: {who_accepts(days)} must accept it."
        return CheckResult(word, "fails", told)
    return CheckResult(word, "holds", f"Signed {days} days after the last session.")


def who_accepts(days: int) -> str:
    """Who may accept an entry made that many days late: a supervisor, after 30 days compliance."""
    return "compliance" if days > COMPLIANCE_AFTER_DAYS else "a supervisor"


def _each_session(documents: Sequence[EvidenceDocument], moments: Moments) -> CheckResult:
    """One note may hold several entries, so days without a note of their own are a question, never a failure."""
    word, given = "each_session", moments.beam_on
    if not given:
        return CheckResult(word, "unknown", "No session is recorded, so the entries cannot be counted.")
    dated = {one.service_date for one in documents}
    named = {one.subject for one in documents}
    bare = sorted({day_of(at) for subject, at in given.items() if subject not in named} - dated)
    if not bare:
        return CheckResult(word, "holds", "A note is on file for every day of treatment.")
    shown = ", ".join(map(str, bare))
    return CheckResult(word, "unknown", f"No note of its own for {shown}. Confirm an entry for each session.")


SET_TIMING: dict[str, Callable[[Sequence[EvidenceDocument], Moments], CheckResult]] = {
    "each_session": _each_session
}
"""Words about all documents of an item together."""

TIMING: dict[str, Callable[[Item, EvidenceDocument, Moments], CheckResult]] = {
    "before_beam": _before_beam,
    "before_simulation": _before_simulation,
    "before_plan_approval": _before_plan_approval,
    "before_next_session": _before_next_session,
    "same_day_as_session": _same_day,
    "before_frame": _before_frame,
    "before_first_service": _before_first_service,
    "by_consult": _by_consult,
    "recent_for_first": _recent_for_first,
    "on_line_day": _on_line_day,
    "after_last_session": _after_last,
    "soon_after_last": _soon_after_last,
}
