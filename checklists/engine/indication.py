"""The lesions that a course treats, or was to treat when it was called off: places, count, kinds of indication.

A lesion of which nobody can tell whether it was treated leaves a fact open where it would decide it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from checklists.engine.case import CaseFacts, Lesion
from checklists.engine.course import Course
from checklists.engine.values import Missing, Value

TUMORS: Final = (
    "metastasis",
    "glioma",
    "meningioma",
    "schwannoma",
    "pituitary",
    "glomus",
    "pineal",
    "craniopharyngioma",
    "chordoma",
    "hemangioblastoma",
    "spine_tumor",
)
VASCULAR: Final = ("avm", "cavernoma", "dural_fistula", "spine_avm")
KINDS: Final[Mapping[str, tuple[tuple[str, ...], str | None]]] = {
    "course.malignant": (("metastasis", "glioma", "chordoma"), "C"),
    "course.metastatic": (("metastasis",), "C79"),
    "course.functional": (("functional",), None),
    "course.tumor_or_vascular": ((*TUMORS, *VASCULAR), None),
}
"""Kinds of indication: the diagnoses of each, and how a diagnosis code that tells it begins."""


def lesions_of(case: CaseFacts, course: Course) -> dict[str, Value]:
    """Where the lesions of the course lie, how many are treated, and what kinds of indication they are."""
    treated = [lesion for lesion in case.lesions if course.treated[lesion.id] is True]
    unsure = [lesion for lesion in case.lesions if isinstance(course.treated[lesion.id], Missing)]
    meant = [lesion for lesion in case.lesions if course.intended[lesion.id] is True]
    facts = {
        f"course.has_{name}": _any_compartment(name, course, meant, unsure)
        for name in ("cranial", "spinal", "body")
    }
    facts["course.lesions_treated"] = _lesion_count(case, course, treated)
    facts["course.untreated_lesions"] = sum(value is False for value in course.treated.values())
    for fact, (diagnoses, icd10) in KINDS.items():
        facts[fact] = _any_kind(course, meant, unsure, diagnoses, icd10)
    return facts


def _any_compartment(name: str, course: Course, treated: list[Lesion], unsure: list[Lesion]) -> Value:
    if not course.treated:
        return Missing(("lesions",))
    if any(lesion.compartment == name for lesion in treated):
        return True
    open_ = [f"lesions[{x.id}].compartment" for x in treated + unsure if x.compartment is None]
    for lesion in unsure:
        state = course.treated[lesion.id]
        if lesion.compartment == name and isinstance(state, Missing):
            open_ += state.paths
    return Missing(tuple(dict.fromkeys(open_))) if open_ else False


def _lesion_count(case: CaseFacts, course: Course, treated: list[Lesion]) -> Value:
    if not case.lesions:
        return Missing(("lesions",))
    open_ = [value for value in course.treated.values() if isinstance(value, Missing)]
    if open_:
        return open_[0]
    return len({lesion.target or f"lesion {lesion.id}" for lesion in treated})


def _any_kind(
    course: Course, meant: list[Lesion], unsure: list[Lesion], diagnoses: tuple[str, ...], icd10: str | None
) -> Value:
    """Whether a lesion that is or was to be treated is of this kind; one that may have been leaves it open."""

    def of_kind(lesion: Lesion) -> bool:
        coded = bool(icd10 and (lesion.icd10 or "").startswith(icd10))
        return lesion.diagnosis in diagnoses or coded

    if not meant and not unsure:
        return Missing(("lesions",))
    if any(of_kind(lesion) for lesion in meant):
        return True
    open_ = [f"lesions[{x.id}].diagnosis" for x in meant + unsure if x.diagnosis is None]
    for lesion in filter(of_kind, unsure):
        open_ += getattr(course.treated[lesion.id], "paths", ())
    return Missing(tuple(dict.fromkeys(open_))) if open_ else False
