"""What the record of the patient amounts to: scored and screened in time, described, planned, approved.

Facts about the case only; a session's own facts are in `session_facts`. Windows and limits come from policies; every
fact that cannot be told yet names the fields that would tell it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from checklists.engine.book import amount
from checklists.engine.case import CaseFacts, Clinical, Lesion
from checklists.engine.course import Course
from checklists.engine.other_courses import STEREOTACTIC
from checklists.engine.policy import Resolved
from checklists.engine.values import Missing, Value

PLAIN: Final = (
    "performance_by",
    "extracranial_status",
    "systemic_therapy",
    "decided_on",
    "device_model",
    "device_dose_gy",
    "device_risk",
    "device_mri_checked",
    "contrast_agent",
    "kidney_function_on",
    "summary_sent_on",
    "summary_sent_to",
    "eligibility_checked_on",
    "policy_reference",
)
DELIVERY: Final = (*STEREOTACTIC, "77520", "77522", "77523", "77525")
TRIAL_NUMBER: Final = re.compile(r"NCT\d{8}")
CUSTOM_FIXATION: Final = ("mask", "invasive_frame")
SPECIAL_BEAMS: Final = ("cone_arc", "inverse", "multisource", "proton")
COMPLEX_AREAS: Final = 3
FIRST_MRI: Final = (timedelta(weeks=6), timedelta(weeks=12))
# The lowest Karnofsky score that still belongs to an ECOG grade (the usual conversion of the two scales).
KPS_OF_ECOG: Final = {0: 90, 1: 70, 2: 50, 3: 30, 4: 10, 5: 0}


def read_clinical(case: CaseFacts, course: Course, policies: dict[str, Resolved]) -> dict[str, Value]:
    """The facts of the patient's record; days are compared with the first and the last treatment day."""
    known = case.clinical
    facts: dict[str, Value] = {f"clinical.{name}": _plain(known, name) for name in PLAIN}
    first, last = course.first_day, course.last_day
    facts["performance.in_window"] = _scored_in_time(known, first, _days(policies, "performance_window_days"))
    facts["performance.meets_threshold"] = _meets(known, int(amount(policies["performance_least"].value)))
    facts["trial.number_valid"] = _trial(known)
    facts["pregnancy.screened"] = _screened(known, first, _days(policies, "pregnancy_window_days"))
    facts["device.described"] = _described(known)
    facts["device.screened"] = _implant_screened(case)
    facts["contrast.screened"] = _contrast_screened(case, first)
    facts["simulation.described"] = _simulation_described(case)
    facts["simulation.complexity_supported"] = _complexity_supported(case, course)
    facts["planning.complexity_supported"] = _planning_complex(case, course)
    facts["spine.described"] = _spine_described(case, course)
    facts["lesions.coded"] = _coded(case, course)
    facts["summary.sent"] = _sent(known, last)
    facts["prior.described"] = _earlier_courses(case)
    facts["follow_up.in_window"] = _first_mri(known, last)
    facts["authorization.recorded"] = case.authorization is not None or Missing(("authorization.sessions",))
    facts["authorization.in_dates"] = _in_dates(case, course)
    facts["authorization.covers_delivery"] = codes_covered(case, ())
    facts["visit.near_lines"] = Missing(("entered_lines",))
    return facts


def _plain(known: Clinical, name: str) -> Value:
    value: Value | None = getattr(known, name)
    return Missing((f"clinical.{name}",)) if value in (None, "") else value


def _days(policies: dict[str, Resolved], key: str) -> timedelta:
    return timedelta(days=int(amount(policies[key].value)))


def _asked(**missing: bool) -> Missing | None:
    """The fields of the record that are not filled, as one missing fact; None when all are."""
    paths = tuple(f"clinical.{name}" for name, absent in missing.items() if absent)
    return Missing(paths) if paths else None


def _scored_in_time(known: Clinical, first: date | None, window: timedelta) -> Value:
    unscored = known.kps is None and known.ecog is None
    asked = _asked(kps=unscored, performance_on=known.performance_on is None)
    if asked or known.performance_on is None:
        return asked or Missing(("clinical.performance_on",))
    return _within(known.performance_on, first, window)


def _within(day: date, first: date | None, window: timedelta) -> Value:
    """On or before the first treatment day, and not earlier than the window allows."""
    if first is None:
        return Missing(("date_of_service",))
    return timedelta(0) <= first - day <= window


def _meets(known: Clinical, least: int) -> Value:
    if known.kps is not None:
        return known.kps >= least
    if known.ecog is not None:
        return KPS_OF_ECOG[known.ecog] >= least
    return Missing(("clinical.kps",))


def _trial(known: Clinical) -> Value:
    if not known.trial_number:
        return Missing(("clinical.trial_number",))
    return bool(TRIAL_NUMBER.fullmatch(known.trial_number.strip().upper()))


def _screened(known: Clinical, first: date | None, window: timedelta) -> Value:
    """A written refusal, or the reason that the question does not apply, needs no date."""
    result = known.pregnancy_result
    if result is None:
        return Missing(("clinical.pregnancy_result",))
    if result in ("refused", "not_applicable"):
        return True
    if result == "positive":
        return False
    if known.pregnancy_on is None:
        return Missing(("clinical.pregnancy_on",))
    return _within(known.pregnancy_on, first, window)


def _described(known: Clinical) -> Value:
    asked = _asked(device_model=not known.device_model, device_mri_checked=known.device_mri_checked is None)
    return asked or bool(known.device_mri_checked)


def _implant_screened(case: CaseFacts) -> Value:
    """The question is answered, and an implant is described."""
    implanted = case.circumstances.implanted_device
    if implanted is None:
        return Missing(("circumstances.implanted_device",))
    return _described(case.clinical) if implanted else True


def _contrast_screened(case: CaseFacts, first: date | None) -> Value:
    """Agent and kidney function are recorded; the kidneys were looked at before the contrast of the simulation.

    Without a simulation the contrast belongs to the images of the treatment day.
    """
    known, apart = case.clinical, case.planning.was_simulated is not False
    day = case.planning.simulated_on if apart else first
    if known.kidney_function_on and day and known.kidney_function_on > day:
        return False
    asked = _asked(
        contrast_agent=not known.contrast_agent, kidney_function_on=known.kidney_function_on is None
    )
    if asked or day:
        return asked or True
    return Missing(("planning.simulated_on" if apart else "date_of_service",))


def _simulation_described(case: CaseFacts) -> Value:
    if case.planning.was_simulated is False:
        return False
    fields = {
        "planning.simulated_on": case.planning.simulated_on,
        "fixation.type": case.fixation.type,
        "circumstances.contrast": case.circumstances.contrast,
    }
    silent = tuple(path for path, value in fields.items() if value is None)
    return Missing(silent) if silent else True


def _complexity_supported(case: CaseFacts, course: Course) -> Value:
    """Contrast, custom fixation, three lesions or beams of a special kind: one of them makes the level complex."""
    techniques = [plan.technique for plan in case.plans]
    treated = sum(course.treated[lesion.id] is True for lesion in case.lesions)
    named = (
        case.circumstances.contrast,
        case.fixation.type in CUSTOM_FIXATION,
        treated >= COMPLEX_AREAS,
        any(technique in SPECIAL_BEAMS for technique in techniques),
    )
    if any(named):
        return True
    fields = {
        "circumstances.contrast": case.circumstances.contrast,
        "fixation.type": case.fixation.type,
        "plan.technique": None if None in techniques or not techniques else techniques[0],
    }
    silent = tuple(path for path, value in fields.items() if value is None)
    return Missing(silent) if silent else False


def _planning_complex(case: CaseFacts, course: Course) -> Value:
    """Three targets, beams of a special kind, drugs that are timed around treatment, or limits of structures (C4)."""
    techniques, drugs = [plan.technique for plan in case.plans], case.clinical.systemic_therapy
    named = (
        sum(course.treated[lesion.id] is True for lesion in case.lesions) >= COMPLEX_AREAS,
        any(technique in SPECIAL_BEAMS for technique in techniques),
        drugs not in (None, "none"),
        any(organ.limit_gy is not None for organ in case.organs or ()),
    )
    if any(named):
        return True
    fields = {
        "plan.technique": None if None in techniques or not techniques else techniques[0],
        "clinical.systemic_therapy": drugs,
        "organs": case.organs or None,
    }
    silent = tuple(path for path, value in fields.items() if value is None)
    return Missing(silent) if silent else False


def _spine_described(case: CaseFacts, course: Course) -> Value:
    """Vertebral level and relation to the dura of each spinal lesion that is treated."""
    names = ("spine_level", "dural_contact")
    return _of_lesions(case, course, names, lambda lesion: lesion.compartment == "spinal")


def _coded(case: CaseFacts, course: Course) -> Value:
    return _of_lesions(case, course, ("icd10",), lambda lesion: True)


def _of_lesions(
    case: CaseFacts, course: Course, names: Iterable[str], counts: Callable[[Lesion], bool]
) -> Value:
    """True when these fields of every lesion that is or may be treated are filled, else those that are not."""
    asked = [one for one in case.lesions if course.treated[one.id] is not False and counts(one)]
    silent = tuple(
        f"lesions[{lesion.id}].{name}"
        for lesion in asked
        for name in names
        if getattr(lesion, name) in (None, "")
    )
    return Missing(silent) if silent else True


def _sent(known: Clinical, last: date | None) -> Value:
    """To whom and when; a summary that left before the last session was not the closing one."""
    if known.summary_sent_on and last and known.summary_sent_on < last:
        return False
    asked = _asked(summary_sent_on=known.summary_sent_on is None, summary_sent_to=not known.summary_sent_to)
    return asked or True if last else asked or Missing(("date_of_service",))


def _earlier_courses(case: CaseFacts) -> Value:
    """Site, dose, fractions and records of each earlier course; the question must be answered first."""
    if case.circumstances.prior_radiation is None:
        return Missing(("circumstances.prior_radiation",))
    if not case.circumstances.prior_radiation:
        return True
    names = ("body_site", "dose_gy", "fractions", "records_obtained")
    silent = tuple(
        f"other_courses[#{place}].{name}"
        for place, course in enumerate(case.other_courses, 1)
        for name in names
        if getattr(course, name) is None
    )
    if silent or not case.other_courses:
        return Missing(silent or ("other_courses",))
    return all(course.records_obtained for course in case.other_courses)


def _first_mri(known: Clinical, last: date | None) -> Value:
    if known.follow_up_reason:
        return True
    if known.follow_up_mri_on is None:
        return Missing(("clinical.follow_up_mri_on",))
    if last is None:
        return Missing(("date_of_service",))
    earliest, latest = FIRST_MRI
    return earliest <= known.follow_up_mri_on - last <= latest


def codes_covered(case: CaseFacts, codes: Iterable[str]) -> Value:
    """Whether the approved codes hold every delivery code among these; without lines nobody can tell."""
    approved = case.authorization.codes if case.authorization else ()
    delivered = [code for code in codes if code in DELIVERY]
    if not approved or not delivered:
        return Missing(("authorization.codes",))
    return set(delivered) <= set(approved)


def _in_dates(case: CaseFacts, course: Course) -> Value:
    given = case.authorization
    if given is None or (given.valid_from is None and given.valid_to is None):
        return Missing(("authorization.valid_from",))
    days = [day.on for day in course.days if day.on]
    begins, ends = given.valid_from or date.min, given.valid_to or date.max
    return all(begins <= day <= ends for day in days)
