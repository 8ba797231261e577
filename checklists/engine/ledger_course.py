"""The ledger of a whole course: the cranial and the spinal ledger, and the bases that stops and stages give or take.

A procedure begun and stopped before any dose keeps its base (SIT-10); a later stage has none (SIT-05).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from checklists.engine.case import CaseFacts
from checklists.engine.classify import Classed
from checklists.engine.course import Course
from checklists.engine.ledger import UNREPORTED, Entry, Ledger, build_ledger
from checklists.engine.ledger_spine import build_spine_ledger
from checklists.engine.policy import Resolved
from checklists.engine.values import Missing, Value, View

_LATER_STAGE: Final = "A later stage; the base was reported with the first one (SIT-05)."
_BEGUN: Final = "Carries the base code of a procedure that was begun and stopped before any dose (SIT-10)."
_NONE: Final[dict[str, Value]] = {
    "ledger.base": "none",
    "ledger.complex_add_ons": 0,
    "ledger.simple_add_ons": 0,
    "ledger.spine_base": False,
    "ledger.spine_add_ons": 0,
}


def course_ledger(
    case: CaseFacts,
    course: Course,
    classed: tuple[Classed, ...],
    stage: Value,
    policies: dict[str, Resolved],
) -> Ledger:
    """The ledger of a course. `stage` says whether it is a later stage of a course that has its base."""
    cranial, spinal = _cranial(classed, policies), build_spine_ledger(classed)
    whole = Ledger({**spinal.facts, **cranial.facts}, {**cranial.entries, **spinal.entries})
    if stage is not False:
        return _of_later_stage(whole, stage)
    begun = _begun(case, course, policies)
    return whole if begun is False else _of_begun(whole, begun, course, classed, policies)


def _cranial(classed: Iterable[Classed], policies: dict[str, Resolved]) -> Ledger:
    return build_ledger(
        classed,
        each=policies["therapeutic_addons"].value == "each",
        simple_first=policies["addon_order"].value == "simple_first",
    )


def _of_later_stage(whole: Ledger, stage: Value) -> Ledger:
    if isinstance(stage, Missing):
        return Ledger({**whole.facts, **dict.fromkeys(_NONE, stage)}, whole.entries)
    entries = {
        name: replace(entry, reported_as=UNREPORTED, why=_LATER_STAGE)
        for name, entry in whole.entries.items()
    }
    return Ledger({**whole.facts, **_NONE}, entries)


def _begun(case: CaseFacts, course: Course, policies: dict[str, Resolved]) -> Value:
    """Whether the surgeon began: an invasive frame placed by the surgeon, stopped for the patient's safety."""
    if course.facts["course.aborted"] is not True or policies["abort_surgeon"].value != "base_53":
        return False
    asked: list[tuple[Value, str]] = [
        (case.fixation.type or Missing(("fixation.type",)), "invasive_frame"),
        (case.fixation.placed_by or Missing(("fixation.placed_by",)), "surgeon"),
        (course.facts["course.stop_reason"], "patient_safety"),
    ]
    known = [value == wanted for value, wanted in asked if not isinstance(value, Missing)]
    if False in known:
        return False
    return next((value for value, _ in asked if isinstance(value, Missing)), True)


def _of_begun(
    whole: Ledger,
    begun: Value,
    course: Course,
    classed: tuple[Classed, ...],
    policies: dict[str, Resolved],
) -> Ledger:
    if isinstance(begun, Missing):
        return Ledger({**whole.facts, "ledger.base": begun}, whole.entries)
    meant = [
        replace(row, facts=View({**row.facts, "lesion.treated": True}, row.facts.case))
        for row in classed
        if course.intended[row.lesion.id] is True
    ]
    planned = _cranial(meant, policies)
    base = planned.facts["ledger.base"]
    entries = {
        lesion: Entry(lesion, str(base), _BEGUN)
        for lesion in planned.lesions_of(str(base))
        if not isinstance(base, Missing)
    }
    return Ledger({**whole.facts, "ledger.base": base}, {**whole.entries, **entries})
