"""Which codes the facts support: one draft per code and course or session, and why the others were dropped.

Streams, modifiers and persons are added in `place`; edits between lines are in `edits`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from checklists.engine.book import Code, Edition, RuleBook
from checklists.engine.conditions import FAILS, HOLDS, UNKNOWN, Outcome, Reason
from checklists.engine.course import Day
from checklists.engine.derive import Derived
from checklists.engine.facts import FACTS, Missing
from checklists.engine.fields import label_of
from checklists.engine.ledger import CEILING
from checklists.engine.ledger_spine import SPINE_CEILING
from checklists.engine.result import CANNOT_TELL, NOT_SUGGESTED, NotSuggested, explain

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
        found = _consider(code, reference, derived, book)
        if isinstance(found, NotSuggested):
            dropped.append(found)
        else:
            drafts.extend(found)
    return Considered(tuple(drafts), tuple(dropped))


def _consider(
    code: Code, reference: date | None, derived: Derived, book: RuleBook
) -> list[Draft] | NotSuggested:
    if reference is None and (len(code.editions) > 1 or code.retired):
        return _unknown(code, Outcome(UNKNOWN, (), ("date_of_service",)), derived, book)
    edition = code.edition_on(reference) if reference else code.editions[0]
    if edition is None:
        return _no_edition(code, reference, book)
    outcome = edition.when.test(derived.facts)
    if outcome.verdict == UNKNOWN:
        return _unknown(code, outcome, derived, book, edition)
    if outcome.verdict == FAILS:
        return _failed(code, outcome, book, edition)
    units = _units(edition, derived)
    if isinstance(units, Missing):
        return _unknown(code, _units_unknown(edition, units), derived, book, edition)
    drafts = _drafts(code, edition, reference, units, derived, outcome)
    kept = [draft for draft in (_of_its_day(draft, derived) for draft in drafts) if draft]
    return kept or _no_edition(code, drafts[0].on if drafts else reference, book)


def _of_its_day(draft: Draft, derived: Derived) -> Draft | None:
    """The draft under the edition of its own day, which may differ from the edition of the reference day."""
    edition = draft.code.edition_on(draft.on) if draft.on else draft.edition
    if edition is draft.edition or edition is None:
        return draft if edition else None
    outcome = edition.when.test(derived.facts)
    return replace(draft, edition=edition, outcome=outcome) if outcome.verdict == HOLDS else None


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
    if edition.per == "session":
        return [
            _session_draft(code, edition, reference, units, day, derived, outcome)
            for day in derived.course.days
        ]
    on, path = derived.days()[edition.day]
    sessions = tuple(session.name for day in derived.course.days for session in day.sessions)
    lesions = _lesions(code, derived)
    return [
        Draft(
            code=code,
            edition=edition,
            edition_on=on or reference,
            units=units,
            on=on,
            asks=None if on else path,
            session="course",
            sessions=sessions,
            lesions=lesions,
            outcome=outcome,
        )
    ]


def _session_draft(
    code: Code,
    edition: Edition,
    reference: date | None,
    units: int,
    day: Day,
    derived: Derived,
    outcome: Outcome,
) -> Draft:
    named = [session.lesions for session in day.sessions if session.lesions is not None]
    ids = {name for lesions in named for name in lesions} if named else set(_lesions(code, derived))
    return Draft(
        code=code,
        edition=edition,
        edition_on=day.on or reference,
        units=units,
        on=day.on,
        asks=None if day.on else day.path,
        session=f"session:{day.sessions[0].name}",
        sessions=tuple(session.name for session in day.sessions),
        lesions=tuple(entry.lesion.id for entry in derived.classed if entry.lesion.id in ids),
        outcome=outcome,
    )


def _lesions(code: Code, derived: Derived) -> tuple[str, ...]:
    """The lesions a code stands for: those the ledger gave it, else every treated one."""
    reported = derived.ledger.lesions_of(code.code)
    if reported:
        return reported
    treated = derived.course.treated
    return tuple(e.lesion.id for e in derived.classed if treated[e.lesion.id] is not False)


def _no_edition(code: Code, day: date | None, book: RuleBook) -> NotSuggested:
    shown_day = day.isoformat() if day else None
    reason = Reason("date_of_service", "a day the rule book covers", shown_day, FAILS, RULE_OF_DAY)
    because = f"The rule book holds no edition of this code for {shown_day}."
    return NotSuggested(code.code, NOT_SUGGESTED, because, explain((reason,), book), ())


def _failed(code: Code, outcome: Outcome, book: RuleBook, edition: Edition) -> NotSuggested:
    reasons = explain(outcome.reasons, book, edition.rules, edition.confidence)
    return NotSuggested(code.code, NOT_SUGGESTED, sentence(outcome), reasons, ())


def _unknown(
    code: Code, outcome: Outcome, derived: Derived, book: RuleBook, edition: Edition | None = None
) -> NotSuggested:
    rules = edition.rules if edition else (RULE_OF_DAY,)
    missing = tuple(dict.fromkeys(outcome.missing))
    reasons = explain(outcome.reasons, book, rules, edition.confidence if edition else "")
    return NotSuggested(code.code, CANNOT_TELL, waiting(missing, derived), reasons, missing)


def sentence(outcome: Outcome) -> str:
    """Why conditions failed, in words: what was found and what would be needed."""
    firm = [f"{_found(reason)}, needed {reason.expected}" for reason in outcome.reasons if not reason.either]
    either = [f"{_found(reason)} (not {reason.expected})" for reason in outcome.reasons if reason.either]
    parts = list(dict.fromkeys(firm))
    if either:
        parts.append(f"none of the alternatives holds: {'; '.join(dict.fromkeys(either))}")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else "The conditions do not hold."


def _found(reason: Reason) -> str:
    label = FACTS[reason.fact].label if reason.fact in FACTS else reason.fact
    return f"{label}: {reason.found or 'not recorded'}"


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
