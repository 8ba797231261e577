"""Lines as the edits see them: suggested and hand-entered lines in one shape, with the facts conditions may ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from checklists.engine.book import Code, RuleBook
from checklists.engine.case import EnteredLine
from checklists.engine.catalogue import ListedCode
from checklists.engine.course import part_of_course
from checklists.engine.derive import Derived
from checklists.engine.place import (
    FACILITY_STREAM,
    GLOBAL_STREAM,
    ONCOLOGY_STREAM,
    PROFESSIONAL,
    SURGEON_STREAM,
    TECHNICAL,
    one_entity,
)
from checklists.engine.result import Line
from checklists.engine.team import ONCOLOGIST, SURGEON
from checklists.engine.values import Missing, Value

FIRST_VISIT, LAST_VISIT = 99202, 99499
SITE_MODIFIERS: Final = frozenset(("26", "TC", "PO", "PN", "GC"))
_STREAM_OF: Final = {
    SURGEON: SURGEON_STREAM,
    ONCOLOGIST: ONCOLOGY_STREAM,
    "facility": FACILITY_STREAM,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One line under check. `providers` holds the identities under which it counts as the same provider.

    `supported` is false for an entered line whose code the facts speak against: it wins over no suggested line.
    """

    key: str
    code: str
    units: int
    modifiers: tuple[str, ...]
    stream: str
    performer: str
    person: str | None
    providers: frozenset[str]
    date: dt.date | None
    lesions: tuple[str, ...]
    diagnoses: tuple[str, ...]
    reason: str | None
    suggested: bool
    supported: bool

    def same_provider(self, other: Checked) -> bool:
        return bool(self.providers & other.providers)


def checked_lines(
    lines: tuple[Line, ...], unsupported: frozenset[str], derived: Derived, book: RuleBook
) -> tuple[Checked, ...]:
    """Suggested and entered lines; an entered line stands in for the suggested line with the same key.

    `unsupported` names the codes that the facts speak against.
    """
    entered = [_entered(line, unsupported, derived, book) for line in derived.case.entered_lines]
    taken = {line.key for line in entered}
    suggested = suggested_lines(tuple(line for line in lines if line.key not in taken), derived)
    return (*suggested, *entered)


def suggested_lines(lines: tuple[Line, ...], derived: Derived) -> tuple[Checked, ...]:
    """Suggested lines alone, as the edits see them."""
    return tuple(_suggested(line, derived) for line in lines)


def _suggested(line: Line, derived: Derived) -> Checked:
    return Checked(
        key=line.key,
        code=line.code,
        units=line.units,
        modifiers=line.modifiers,
        stream=line.stream,
        performer=line.performer,
        person=line.person,
        providers=_providers(line.stream, line.performer, line.person, derived),
        date=line.date,
        lesions=line.lesions,
        diagnoses=line.diagnoses,
        reason=None,
        suggested=True,
        supported=True,
    )


def _entered(line: EnteredLine, unsupported: frozenset[str], derived: Derived, book: RuleBook) -> Checked:
    code = book.code(line.code)
    performer = line.performer or _performer(line, code or book.listed(line.code, line.date))
    stream = line.stream or _stream(performer, derived)
    named = derived.team.person(performer)
    person = line.person or (named.id if named else None)
    lesions = line.lesions or tuple(entry.lesion.id for entry in derived.classed)
    icd10 = [e.lesion.icd10 for e in derived.classed if e.lesion.id in lesions and e.lesion.icd10]
    return Checked(
        key=f"{line.code}/{stream}/{_session(line, code, derived)}/{person or '-'}",
        code=line.code,
        units=line.units,
        modifiers=line.modifiers,
        stream=stream,
        performer=performer,
        person=person,
        providers=_providers(stream, performer, person, derived),
        date=line.date,
        lesions=lesions,
        diagnoses=tuple(dict.fromkeys(icd10)),
        reason=line.reason,
        suggested=False,
        supported=line.code not in unsupported,
    )


def _performer(line: EnteredLine, code: Code | ListedCode | None) -> str:
    if line.stream == FACILITY_STREAM or TECHNICAL in line.modifiers:
        return "facility"
    if line.stream == SURGEON_STREAM:
        return SURGEON
    return code.performer if code else ONCOLOGIST


def _stream(performer: str, derived: Derived) -> str:
    if derived.case.setting == "freestanding" and performer != SURGEON:
        professional = performer == ONCOLOGIST and not one_entity(derived)
        return ONCOLOGY_STREAM if professional else GLOBAL_STREAM
    return _STREAM_OF[performer]


def _session(line: EnteredLine, code: Code | None, derived: Derived) -> str:
    """The session part of a key: per-session codes belong to the session of their day."""
    return part_of_course(code.editions[-1].per if code else "course", line.date, derived.course.days)


def _providers(stream: str, performer: str, person: str | None, derived: Derived) -> frozenset[str]:
    if stream == FACILITY_STREAM or performer == "facility":
        return frozenset({"facility" if stream == FACILITY_STREAM else "global"})
    names = {f"person:{person}" if person else f"role:{performer}"}
    if stream == GLOBAL_STREAM:
        names.add("global")
    for known in derived.case.people or ():
        if person and known.id == person and known.group and known.specialty:
            names.add(f"group:{known.group}/{known.specialty}")
    return frozenset(names)


def line_facts(line: Checked, book: RuleBook, derived: Derived) -> dict[str, Value]:
    """The facts of one line for conditions; empty lists of modifiers count as not recorded."""
    situation = tuple(mark for mark in line.modifiers if mark not in SITE_MODIFIERS)
    nothing = Missing(("entered_lines",))
    known = _known_of_code(line.code, line.date, book)
    component = known["line.component"]
    return {
        "line.code": line.code,
        "line.units": line.units,
        "line.modifiers": line.modifiers or nothing,
        "line.situation_modifiers": situation or nothing,
        "line.stream": line.stream,
        "line.performer": line.performer,
        "line.date": line.date or nothing,
        "line.has_diagnosis": bool(line.diagnoses),
        "line.has_period_modifier": bool({"58", "79"} & set(line.modifiers)),
        "line.entered": not line.suggested,
        "line.has_reason": bool(line.reason),
        "line.separate_visit": "25" in line.modifiers,
        "line.on_treatment_day": _on_treatment_day(line, derived),
        "line.component_fits": isinstance(component, Missing) or _component_fits(line, component, derived),
        **known,
    }


def _on_treatment_day(line: Checked, derived: Derived) -> bool:
    return line.date is not None and any(day.on == line.date for day in derived.course.days)


def is_visit(code: str) -> bool:
    """Evaluation and management services, by their range of numbers."""
    return code.isdigit() and FIRST_VISIT <= int(code) <= LAST_VISIT


def apart(days: int) -> str:
    """How a visit stands to another line, by the days from that line to the visit."""
    words = {-1: "on the day before", 0: "on the day of", 1: "one day after"}
    return words.get(days) or f"{days} days after"


def _known_of_code(code: str, day: dt.date | None, book: RuleBook) -> dict[str, Value]:
    """What catalogue and code file say about a code on the day of its line."""
    found: dict[str, Value] = book.remembered(
        ("known of code", code, day), lambda: _listed_facts(code, day, book)
    )
    return found


def _listed_facts(code: str, day: dt.date | None, book: RuleBook) -> dict[str, Value]:
    listed, unknown = book.listed(code, day), Missing(("entered_lines",))
    names = ("global_period", "bilateral", "co_surgeon", "team", "status")
    known = listed or book.code(code)
    return {
        "line.visit": is_visit(code),
        "line.component": known.component if known else unknown,
        **{f"line.{name}": getattr(listed, name) if listed else unknown for name in names},
    }


def _component_fits(line: Checked, component: object, derived: Derived) -> bool:
    marks = {mark for mark in line.modifiers if mark in (PROFESSIONAL, TECHNICAL)}
    if component == "professional_part":
        return marks == {PROFESSIONAL} and line.stream != FACILITY_STREAM
    if component != "split":
        return not marks
    if line.stream == ONCOLOGY_STREAM:
        return marks == {PROFESSIONAL}
    if line.stream == GLOBAL_STREAM:
        return marks <= {TECHNICAL} if one_entity(derived) else marks == {TECHNICAL}
    return line.stream == FACILITY_STREAM and not marks
