"""Which codes the facts support: one draft per code and course or session, and why the others were dropped.

Streams, modifiers and persons are added in `place`; edits between lines are in `edits`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from checklists.engine.book import Code, Edition, RuleBook
from checklists.engine.conditions import FAILS, UNKNOWN, Outcome, Reason
from checklists.engine.course import MANAGED_REMAINDER, Day
from checklists.engine.derive import Derived
from checklists.engine.fields import label_of
from checklists.engine.ledger import CEILING
from checklists.engine.ledger_spine import SPINE_CEILING
from checklists.engine.plain import plain
from checklists.engine.result import CANNOT_TELL, NOT_SUGGESTED, NotSuggested, explain, filled
from checklists.engine.values import Missing

RULE_OF_DAY = "EFF-01"


@dataclass(frozen=True, slots=True)
class Draft:
    """A supported code before it is placed. `asks` is the field for a missing date, None when the date is known."""

    code: Code
    edition: Edition
    edition_on: date | None
    units: int
    on: date | None
    asks: str | None
    session: str
    sessions: tuple[str, ...]
    lesions: tuple[str, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Considered:
    """What came of one pass over the codes of the book, in book order."""

    drafts: tuple[Draft, ...]
    dropped: tuple[NotSuggested, ...]


def suggest(derived: Derived, book: RuleBook) -> Considered:
    """Drafts for every code whose conditions hold, and one entry for every code that was dropped."""
    drafts: list[Draft] = []
    dropped: list[NotSuggested] = []
    reference = derived.case.date_of_service or derived.course.first_day
    for code in book.codes.values():
        for found in _consider(code, reference, derived, book):
            if isinstance(found, Draft):
                drafts.append(found)
            else:
                dropped.append(found)
    return Considered(tuple(drafts), tuple(dropped))


def _consider(
    code: Code, reference: date | None, derived: Derived, book: RuleBook
) -> list[Draft | NotSuggested]:
    """What each edition says about the days it covers: a course that crosses editions gets lines of both (EFF-01)."""
    if reference is None and (len(code.editions) > 1 or code.retired):
        return [_without_day(code, derived, book)]
    editions = [edition for edition in code.editions if _covers(edition, reference, derived)]
    if not editions:
        return [_no_edition(code, _own_day(code.editions[-1], reference, derived), book)]
    found = [entry for edition in editions for entry in _judged(code, edition, reference, derived, book)]
    kept = [entry for entry in found if isinstance(entry, Draft) or entry.outcome == CANNOT_TELL]
    return kept or found[-1:] or [_no_session(code, editions[-1], derived, book)]


def _days(edition: Edition, reference: date | None, derived: Derived) -> list[date | None]:
    """The days a line of this edition may stand on; undated ones count as the reference day."""
    if edition.per in ("course", "each_five_begun"):
        return [derived.days[edition.day][0] or reference]
    return [day.on or reference for day in derived.course.days] or [reference]


def _covers(edition: Edition, reference: date | None, derived: Derived) -> bool:
    return any(day is None or edition.holds_on(day) for day in _days(edition, reference, derived))


def _own_day(edition: Edition, reference: date | None, derived: Derived) -> date | None:
    return _days(edition, reference, derived)[0]


def _without_day(code: Code, derived: Derived, book: RuleBook) -> NotSuggested:
    """Before any day is known: left out when every edition leaves it out, else the day is asked for."""
    judged: list[Draft | NotSuggested] = []
    for edition in code.editions:
        found = _judged(code, edition, None, derived, book)
        judged += found[:1] or [_no_session(code, edition, derived, book)]
    left_out = [e for e in judged if isinstance(e, NotSuggested) and e.outcome == NOT_SUGGESTED]
    if len(left_out) == len(judged):
        return left_out[-1]
    return _unknown(code, Outcome(UNKNOWN, (), ("date_of_service",)), derived, book)


def _judged(
    code: Code, edition: Edition, reference: date | None, derived: Derived, book: RuleBook
) -> list[Draft | NotSuggested]:
    if edition.never:
        return [_never(code, edition, book)]
    outcome = edition.when.test(derived.facts)
    if outcome.verdict == UNKNOWN:
        return [_unknown(code, outcome, derived, book, edition)]
    if outcome.verdict == FAILS:
        return [_failed(code, outcome, book, edition)]
    units = _units(edition, derived)
    if isinstance(units, Missing):
        return [_unknown(code, _units_unknown(edition, units), derived, book, edition)]
    drafts = _drafts(code, edition, reference, units, derived, outcome)
    return [draft for draft in drafts if draft.edition_on is None or edition.holds_on(draft.edition_on)]


def _units(edition: Edition, derived: Derived) -> int | Missing:
    if isinstance(edition.units, int):
        return edition.units
    value = derived.facts[edition.units]
    return value if isinstance(value, Missing) else int(str(value))


def _units_unknown(edition: Edition, units: Missing) -> Outcome:
    name = str(edition.units)
    return Outcome(UNKNOWN, (Reason(name, "a count", None, UNKNOWN, ""),), units.paths)


def _drafts(
    code: Code, edition: Edition, reference: date | None, units: int, derived: Derived, outcome: Outcome
) -> list[Draft]:
    course = _course_draft(code, edition, reference, units, derived, outcome)
    if edition.per == "course":
        return [course]
    groups = _groups(edition.per, derived)
    drafts = [_group_draft(course, group, reference, derived) for group in groups]
    if edition.per == "each_five_begun":
        whole = [course] if len(groups) < 2 else [replace(drafts[0], session="course")]
        return [*whole, *drafts[1:]]
    return drafts


def _groups(per: str, derived: Derived) -> tuple[tuple[Day, ...], ...]:
    """The treatment days that each line of an edition stands for."""
    days = derived.course.days
    if per == "five_sessions":
        return derived.course.fives(MANAGED_REMAINDER)
    if per == "each_five_begun":
        return derived.course.fives(1)
    chosen = {"first_session": days[:1], "later_session": days[1:]}.get(per, days)
    return tuple((day,) for day in chosen)


def _course_draft(
    code: Code, edition: Edition, reference: date | None, units: int, derived: Derived, outcome: Outcome
) -> Draft:
    on, path = derived.days["last_session" if edition.day == "session" else edition.day]
    return Draft(
        code=code,
        edition=edition,
        edition_on=on or reference,
        units=units,
        on=on,
        asks=None if on else path,
        session="course",
        sessions=tuple(session.name for session in derived.course.reported),
        lesions=_lesions(code, derived),
        outcome=outcome,
    )


def _group_draft(course: Draft, days: tuple[Day, ...], reference: date | None, derived: Derived) -> Draft:
    """The draft of some treatment days; it stands on the last of them."""
    sessions, last = [session for day in days for session in day.sessions], days[-1]
    named = [session.lesions for session in sessions if session.lesions is not None]
    ids = {name for lesions in named for name in lesions} if named else set(course.lesions)
    return replace(
        course,
        edition_on=last.on or reference,
        on=last.on,
        asks=None if last.on else last.path,
        session=f"session:{last.sessions[0].name}",
        sessions=tuple(session.name for session in sessions),
        lesions=tuple(entry.lesion.id for entry in derived.classed if entry.lesion.id in ids),
    )


def _lesions(code: Code, derived: Derived) -> tuple[str, ...]:
    """The lesions a code stands for: those the ledger gave it, else every one treated or meant to be."""
    reported = derived.ledger.lesions_of(code.code)
    if reported:
        return reported
    treated = derived.course.intended
    return tuple(e.lesion.id for e in derived.classed if treated[e.lesion.id] is not False)


def _no_edition(code: Code, day: date | None, book: RuleBook) -> NotSuggested:
    shown_day = day.isoformat() if day else None
    reason = Reason("date_of_service", "a day the rule book covers", shown_day, FAILS, RULE_OF_DAY)
    return NotSuggested(
        code.code, NOT_SUGGESTED, _why_no_edition(code, day, book), explain((reason,), book), ()
    )


def _no_session(code: Code, edition: Edition, derived: Derived, book: RuleBook) -> NotSuggested:
    """The conditions hold, but no treatment day is one that a unit stands for."""
    found = str(len(derived.course.days))
    reason = Reason("course.treatment_days", "enough for one unit", found, FAILS, edition.rules[0])
    reasons = explain((reason,), book, edition.rules, edition.confidence)
    because = filled(edition.units_basis, derived.facts)
    return NotSuggested(code.code, NOT_SUGGESTED, because, reasons, ())


def _why_no_edition(code: Code, day: date | None, book: RuleBook) -> str:
    if day and day < book.first_day:
        return f"No rule book for this day: {day} lies before {book.first_day}, its first day."
    if day and code.retired and day >= code.retired:
        return f"Not valid on {day}: the code ended on {code.retired - timedelta(days=1)}."
    return f"Not valid on {day}: the code begins on {code.editions[0].first_day}."


def _never(code: Code, edition: Edition, book: RuleBook) -> NotSuggested:
    """A code that is known and checked, and stands only when a person enters it."""
    reason = Reason("line.entered", "yes", "no", FAILS, edition.rules[0])
    reasons = explain((reason,), book, edition.rules, edition.confidence)
    return NotSuggested(code.code, NOT_SUGGESTED, edition.why_not or "", reasons, ())


def _failed(code: Code, outcome: Outcome, book: RuleBook, edition: Edition) -> NotSuggested:
    reasons = explain(outcome.reasons, book, edition.rules, edition.confidence)
    return NotSuggested(code.code, NOT_SUGGESTED, edition.why_not or sentence(outcome, book), reasons, ())


def _unknown(
    code: Code, outcome: Outcome, derived: Derived, book: RuleBook, edition: Edition | None = None
) -> NotSuggested:
    rules = edition.rules if edition else (RULE_OF_DAY,)
    missing = tuple(dict.fromkeys(outcome.missing))
    reasons = explain(outcome.reasons, book, rules, edition.confidence if edition else "")
    return NotSuggested(code.code, CANNOT_TELL, waiting(missing, derived), reasons, missing)


def sentence(outcome: Outcome, book: RuleBook) -> str:
    """Why conditions failed, in words: the book's own sentences, else what was found and what would be needed."""
    own = [reason.otherwise for reason in outcome.reasons if reason.otherwise]
    others = [reason for reason in outcome.reasons if not reason.otherwise]
    told = [(_found(reason, book), reason) for reason in others]
    firm = [f"{found}, needed {plain(reason.expected)}" for found, reason in told if not reason.either]
    either = [f"{found} ({_instead(reason.expected)})" for found, reason in told if reason.either]
    parts = list(dict.fromkeys(firm))
    if either:
        parts.append(f"none of the alternatives holds: {'; '.join(dict.fromkeys(either))}")
    text = "; ".join(parts)
    rest = [f"{text[:1].upper()}{text[1:]}."] if text else []
    return " ".join((*dict.fromkeys(own), *rest)) or "The conditions do not hold."


def _found(reason: Reason, book: RuleBook) -> str:
    label = book.facts[reason.fact].label if reason.fact in book.facts else reason.fact
    return f"{label}: {plain(reason.found or 'not recorded')}"


def _instead(expected: str) -> str:
    """What one alternative asked for, seen from a value that does not give it."""
    return "another is needed" if expected.startswith("not ") else f"not {plain(expected)}"


def waiting(missing: tuple[str, ...], derived: Derived) -> str:
    """What has to be recorded before a code can be judged."""
    labels = dict.fromkeys(label_of(path, derived.names) for path in missing)
    return f"Cannot tell before this is recorded: {', '.join(labels)}."


def caps(derived: Derived) -> dict[str, dict[str, int | None]]:
    """The ceilings of the course and how far they are used; None means that it cannot be told yet."""

    def count(name: str) -> int | None:
        value = derived.facts[name]
        return value if isinstance(value, int) else None

    complex_, simple = count("ledger.complex_add_ons"), count("ledger.simple_add_ons")
    used = None if complex_ is None or simple is None else complex_ + simple
    return {
        "add_ons": {"limit": CEILING, "used": used, "unreported": count("ledger.unreported")},
        "spine_add_ons": {
            "limit": SPINE_CEILING,
            "used": count("ledger.spine_add_ons"),
            "unreported": count("ledger.spine_unreported"),
        },
        "treatment_days": {"limit": 5, "used": count("course.treatment_days")},
    }
