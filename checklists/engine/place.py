"""Where supported codes go: claim stream by setting, component modifier, performer and person (rules CMP-*).

Drops lines that a setting does not carry. Conflicts between placed lines are in `edits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from checklists.engine.book import Code, RuleBook
from checklists.engine.conditions import FAILS, HOLDS, UNKNOWN, Outcome, Reason
from checklists.engine.derive import Derived
from checklists.engine.hospital import packaging
from checklists.engine.result import CANNOT_TELL, NOT_SUGGESTED, Line, NotSuggested, explain, filled
from checklists.engine.suggest import Considered, Draft, sentence, waiting
from checklists.engine.team import ONCOLOGIST
from checklists.engine.words import STREAM_PLACES, STREAMS

SURGEON_STREAM, ONCOLOGY_STREAM, FACILITY_STREAM, GLOBAL_STREAM = STREAMS
PROFESSIONAL: Final = "26"
TECHNICAL: Final = "TC"
_PERFORMER: Final = {
    SURGEON_STREAM: "neurosurgeon",
    ONCOLOGY_STREAM: ONCOLOGIST,
    FACILITY_STREAM: "facility",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """Lines in stable order, what the setting or the team dropped, the fields that undated lines ask for, and those
    that lines ask for whose situation modifier cannot be told yet."""

    lines: tuple[Line, ...]
    dropped: tuple[NotSuggested, ...]
    undated: tuple[tuple[str, str, tuple[str, ...]], ...]
    unsettled: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


def place(considered: Considered, derived: Derived, book: RuleBook) -> Placed:
    """The lines of all drafts. `undated` and `unsettled` hold (document field, code, rules) per open point."""
    lines: list[Line] = []
    dropped: list[NotSuggested] = []
    undated: list[tuple[str, str, tuple[str, ...]]] = []
    unsettled: list[tuple[str, str, tuple[str, ...]]] = []
    for draft in considered.drafts:
        found = _place_draft(draft, derived, book)
        lines += [entry for entry in found if isinstance(entry, Line)]
        dropped += [entry for entry in found if isinstance(entry, NotSuggested)]
        if draft.asks and any(isinstance(entry, Line) for entry in found):
            undated.append((draft.asks, draft.code.code, draft.edition.rules))
        if any(isinstance(entry, Line) for entry in found):
            unsettled += _open_modifiers(draft, derived)
    ordered = tuple(sorted(lines, key=line_order))
    return Placed(ordered, tuple(dict.fromkeys(dropped)), tuple(undated), tuple(unsettled))


def _open_modifiers(draft: Draft, derived: Derived) -> list[tuple[str, str, tuple[str, ...]]]:
    """The fields that decide whether the line takes a situation modifier."""
    judged = [(entry, entry.when.test(derived.facts)) for entry in draft.edition.modifiers]
    return [
        (path, draft.code.code, (entry.rule,))
        for entry, outcome in judged
        if outcome.verdict == UNKNOWN
        for path in outcome.missing
    ]


def line_order(line: Line) -> tuple[object, ...]:
    """Stream, then code, then day, undated last."""
    day = line.date.isoformat() if line.date else "9999"
    return (STREAMS.index(line.stream), line.code, day, len(line.key), line.key)


def streams_of(code: Code, derived: Derived) -> tuple[str, ...] | None:
    """The claim streams of a code; None when they depend on a setting that is not recorded."""
    setting = derived.case.setting
    if setting is None:
        possible = {code.streams[place] for place in STREAM_PLACES}
        return possible.pop() if len(possible) == 1 else None
    if setting == "freestanding" and not one_entity(derived):
        return code.streams["freestanding_two_entities"]
    return code.streams[setting]


def one_entity(derived: Derived) -> bool:
    """Whether one entity bills both components in a freestanding centre."""
    return bool(derived.policies["one_entity_bills_both"].value)


def _place_draft(draft: Draft, derived: Derived, book: RuleBook) -> list[Line | NotSuggested]:
    streams = streams_of(draft.code, derived)
    if streams is None:
        return [_setting_unknown(draft, derived, book)]
    professional = draft.edition.professional_when.test(derived.facts)
    found: list[Line | NotSuggested] = []
    for stream in streams:
        if stream != FACILITY_STREAM and professional.verdict != HOLDS:
            found.append(_professional_dropped(draft, stream, professional, derived, book))
            if stream != GLOBAL_STREAM or draft.code.component != "split":
                continue
        found.append(_line(draft, stream, professional.verdict == HOLDS, derived, book))
    if (
        derived.case.setting == "hospital_inpatient"
        and FACILITY_STREAM in draft.code.streams["hospital_outpatient"]
    ):
        found.append(_no_facility(draft, book))
    return found


def _setting_unknown(draft: Draft, derived: Derived, book: RuleBook) -> NotSuggested:
    reason = Reason("setting", "recorded", None, UNKNOWN, "CMP-03")
    missing = ("setting",)
    return NotSuggested(
        draft.code.code, CANNOT_TELL, waiting(missing, derived), explain((reason,), book), missing
    )


def _no_facility(draft: Draft, book: RuleBook) -> NotSuggested:
    reason = Reason("setting", "hospital_outpatient", "hospital_inpatient", FAILS, "FAC-12")
    because = "A hospital inpatient has no outpatient facility line; the stay covers the technical part."
    return NotSuggested(
        draft.code.code, NOT_SUGGESTED, because, explain((reason,), book), (), stream=FACILITY_STREAM
    )


def _professional_dropped(
    draft: Draft, stream: str, outcome: Outcome, derived: Derived, book: RuleBook
) -> NotSuggested:
    reasons = explain(outcome.reasons, book, draft.edition.rules)
    if outcome.verdict == UNKNOWN:
        missing = tuple(dict.fromkeys(outcome.missing))
        return NotSuggested(
            draft.code.code, CANNOT_TELL, waiting(missing, derived), reasons, missing, stream=stream
        )
    return NotSuggested(draft.code.code, NOT_SUGGESTED, sentence(outcome, book), reasons, (), stream=stream)


def _line(draft: Draft, stream: str, professional: bool, derived: Derived, book: RuleBook) -> Line:
    code, edition = draft.code, draft.edition
    situation = [entry for entry in edition.modifiers if entry.when.holds(derived.facts)]
    component = _modifiers(code, stream, professional, derived)
    modifiers = (*component, *(entry.modifier for entry in situation))
    performer = _PERFORMER.get(stream) or ("facility" if TECHNICAL in modifiers else code.performer)
    person = derived.team.person(performer)
    identifier = person.id if person else None
    return Line(
        key=f"{code.code}/{stream}/{draft.session}/{identifier or '-'}",
        code=code.code,
        units=draft.units,
        units_basis=filled(edition.units_basis, derived.facts),
        modifiers=modifiers,
        stream=stream,
        performer=performer,
        person=identifier,
        date=draft.on,
        label=code.label,
        because=filled(edition.because, derived.facts),
        reasons=explain(draft.outcome.reasons, book, edition.rules, edition.confidence),
        rules=(*edition.rules, *(entry.rule for entry in situation)),
        confidence=edition.confidence,
        edition_on=draft.edition_on,
        diagnoses=_diagnoses(draft.lesions, derived),
        lesions=draft.lesions,
        sessions=draft.sessions,
        packaging=packaging(code.code, stream, draft.on, derived, book),
        documents=book.documents(code.code, draft.edition_on),
    )


def _modifiers(code: Code, stream: str, professional: bool, derived: Derived) -> tuple[str, ...]:
    if code.component == "split" and stream == ONCOLOGY_STREAM:
        return (PROFESSIONAL,)
    if code.component == "split" and stream == GLOBAL_STREAM:
        return () if one_entity(derived) and professional else (TECHNICAL,)
    site = str(derived.policies["off_campus_modifier"].value)
    if stream == FACILITY_STREAM and derived.case.off_campus and site != "none":
        return (site,)
    return ()


def _diagnoses(lesions: tuple[str, ...], derived: Derived) -> tuple[str, ...]:
    named = frozenset(lesions)
    codes = [e.lesion.icd10 for e in derived.classed if e.lesion.id in named and e.lesion.icd10]
    return tuple(dict.fromkeys(codes))
