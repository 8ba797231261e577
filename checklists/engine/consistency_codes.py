"""Consistency checks of the code set against the case: counts, exclusions, machine, roles, streams and edits.

One function per check, named in `CHECKS` by its key in the rule book. Each answers with the facts that agree or
disagree, or says which fact is missing. Checks of the file and the review are in `consistency_file`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil
from typing import Final

from checklists.engine.consistency_material import (
    DELIVERY,
    GUIDANCE,
    SURGEON,
    Answer,
    Line,
    Material,
    claim_lines,
    classes,
    counted,
    fails,
    given_sessions,
    holds,
    treated_lesions,
    units_of,
    unknown,
    with_codes,
)

LINACS: Final = ("linac", "robotic_linac", "gyroscopic_linac")
MACHINES: Final[Mapping[str, tuple[str, ...]]] = {
    "77371": ("cobalt60",),
    "77372": LINACS,
    "77373": ("cobalt60", *LINACS),
    "G0563": ("linac",),
    "G0339": ("robotic_linac",),
    "G0340": ("robotic_linac",),
    **dict.fromkeys(("77520", "77522", "77523", "77525"), ("proton",)),
}
STREAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "hospital_outpatient": ("surgeon_professional", "oncology_professional", "facility"),
    "hospital_inpatient": ("surgeon_professional", "oncology_professional"),
    "freestanding": ("surgeon_professional", "oncology_professional", "freestanding_global"),
}
SIMULATIONS: Final = ("77280", "77285", "77290")
CRANIAL_ADD_ONS, SPINAL_ADD_ONS, SESSIONS_AT_MOST = 4, 2, 5


def _clinical_plan_once(material: Material) -> Answer:
    units = sum(line.units for line in with_codes(claim_lines(material), ("77263",)))
    said = f"{counted(units, 'clinical planning charge')} on this course."
    return holds(said) if units <= 1 else fails(said)


def _primary_lesion_choice(material: Material) -> Answer:
    lines, found = claim_lines(material), classes(material)
    if found.get("unknown"):
        return unknown(f"The class of {counted(found['unknown'], 'treated lesion')} is not known yet.")
    complex_count = found.get("complex", 0) + found.get("therapeutic", 0)
    wanted, other = ("61798", "61796") if complex_count else ("61796", "61798")
    said = f"{complex_count} complex and {counted(found.get('simple', 0), 'simple lesion')} call for {wanted}, once."
    right = units_of(lines, wanted) == 1 and units_of(lines, other) == 0
    return holds(said) if right else fails(f"{said} {_listed(with_codes(lines, ('61796', '61798')))} stands.")


def _plan_type_exclusive(material: Material) -> Answer:
    codes = {line.code for line in with_codes(claim_lines(material), ("77295", "77301"))}
    if len(codes) < 2:
        return holds(f"Only {', '.join(codes) or 'no plan code'} stands.")
    techniques = [plan.technique for plan in material.case.plans]
    if len(techniques) <= 1:
        return fails("77295 and 77301 both stand, but the case has one plan.")
    if None in techniques:
        return unknown("Record the technique of every plan, so that each plan code finds its own plan.")
    both = "inverse" in techniques and any(technique != "inverse" for technique in techniques)
    return (
        holds("An inverse plan and another plan are recorded.")
        if both
        else fails("All plans are of one technique.")
    )


def _simulation_bundled(material: Material) -> Answer:
    lines = claim_lines(material)
    extra = with_codes(lines, SIMULATIONS)
    if not with_codes(lines, ("77301",)) or not extra:
        return holds("No simulation stands beside inverse planning.")
    return fails(f"{_listed(extra)} stands beside 77301.")


def _dose_calculation_units(material: Material) -> Answer:
    recorded = [plan.calculations for plan in material.case.plans]
    if not recorded or None in recorded:
        return unknown("Record the number of dose calculations of each plan.")
    recorded_count = sum(number or 0 for number in recorded)
    units = units_of(claim_lines(material), "77300")
    said = f"{counted(units, 'unit')} of 77300 for {counted(recorded_count, 'calculation')}."
    return holds(said) if units <= recorded_count else fails(said)


def _treatment_device_count(material: Material) -> Answer:
    lines, plans = claim_lines(material), material.case.plans
    sets, inverse = units_of(lines, "77338"), sum(plan.technique == "inverse" for plan in plans)
    if sets > inverse and None not in [plan.technique for plan in plans]:
        return fails(f"{counted(sets, 'unit')} of 77338 for {counted(inverse, 'inverse plan')}.")
    devices = [plan.custom_devices for plan in plans]
    if units_of(lines, "77334") and (not devices or None in devices):
        return unknown("Record the number of custom devices of each plan.")
    units, made = units_of(lines, "77334"), sum(number or 0 for number in devices)
    said = f"{counted(units, 'unit')} of 77334 for {counted(made, 'device')}."
    return holds(said) if units <= made else fails(said)


def _session_count(material: Material) -> Answer:
    course, lines = material.result.get("course") or {}, claim_lines(material)
    days, single = course.get("treatment_days"), course.get("single_session")
    if days is None or single is None:
        return unknown("Record the treatment sessions; their number decides the delivery code.")
    if days > SESSIONS_AT_MOST:
        return fails(f"{days} treatment days; these codes end at {SESSIONS_AT_MOST}.")
    once = with_codes(lines, ("77371", "77372", "77432"))
    if once and not single:
        return fails(
            f"{_listed(once)} stands for one session, but the course has {counted(days, 'treatment day')}."
        )
    if single and _only_cranial(material) and with_codes(lines, ("77435", "77373")):
        return fails("A cranial course completed in one session does not take 77373 or 77435.")
    return _per_session_units(lines, int(days))


def _per_session_units(lines: tuple[Line, ...], days: int) -> Answer:
    robotic = units_of(lines, "G0339") + units_of(lines, "G0340")
    each = units_of(lines, "77373") or units_of(lines, "G0563") or robotic
    if each and each != days:
        return fails(f"{counted(each, 'delivery unit')} for {counted(days, 'treatment day')}.")
    return holds(f"The codes fit {counted(days, 'treatment day')}.")


def _only_cranial(material: Material) -> bool:
    return all(lesion.compartment == "cranial" for lesion in treated_lesions(material.case))


def _modality(material: Material) -> Answer:
    modality = material.case.modality
    if modality is None:
        return unknown("Record the machine type that treated.")
    wrong = [
        line for line in with_codes(claim_lines(material), DELIVERY) if modality not in MACHINES[line.code]
    ]
    said = f"Treated on a machine of type {modality.replace('_', ' ')}."
    return fails(f"{_listed(wrong)} does not fit. {said}") if wrong else holds(said)


def _role_separation(material: Material) -> Answer:
    lines = claim_lines(material)
    surgical, radiation = with_codes(lines, SURGEON), with_codes(lines, ("77263", "77432", "77435"))
    if not surgical or not radiation:
        return holds("Only one physician side is billed.")
    if any(line.person is None for line in surgical + radiation):
        return unknown("Name the person on every physician line.")
    both = {line.person for line in surgical} & {line.person for line in radiation}
    if both:
        return fails(f"{', '.join(sorted(str(one) for one in both))} stands on both sides.")
    return holds("Different physicians stand on the surgical and the radiation lines.")


def _additional_lesions(material: Material) -> Answer:
    found, lines = classes(material), claim_lines(material)
    if found.get("unknown"):
        return unknown(f"The class of {counted(found['unknown'], 'treated lesion')} is not known yet.")
    simple, complex_units, spinal = (units_of(lines, code) for code in ("61797", "61799", "63621"))
    if simple + complex_units > CRANIAL_ADD_ONS or spinal > SPINAL_ADD_ONS:
        return fails(
            f"{simple + complex_units} cranial and {counted(spinal, 'spinal add-on')}; the limits are 4 and 2."
        )
    room = _add_on_room(material, found)
    given = {"61797": simple, "61799": complex_units, "63621": spinal}
    over = [f"{code}: {units} for {room[code]}" for code, units in given.items() if units > room[code]]
    return (
        fails(f"More units than further lesions ({'; '.join(over)}).")
        if over
        else holds("Each add-on has a lesion.")
    )


def _add_on_room(material: Material, found: Mapping[str, int]) -> dict[str, int]:
    complex_count, simple = found.get("complex", 0), found.get("simple", 0)
    therapeutic = found.get("therapeutic", 0) > 0
    spinal = {
        lesion.target or lesion.id
        for lesion in treated_lesions(material.case)
        if _is_spinal(lesion.compartment)
    }
    return {
        "61797": simple if complex_count or therapeutic else max(simple - 1, 0),
        "61799": complex_count if therapeutic else max(complex_count - 1, 0),
        "63621": max(len(spinal) - 1, 0),
    }


def _is_spinal(compartment: str | None) -> bool:
    return compartment == "spinal"


def _add_on_parent(material: Material) -> Answer:
    lines = claim_lines(material)
    orphans = [
        line for line in lines if line.code in material.parents and not _has_parent(material, line, lines)
    ]
    if not material.parents:
        return unknown("The table of add-on codes was not handed in.")
    return (
        fails(f"{_listed(orphans)} has no primary code.")
        if orphans
        else holds("Each add-on has its primary code.")
    )


def _has_parent(material: Material, add_on: Line, lines: tuple[Line, ...]) -> bool:
    parents = with_codes(lines, material.parents[add_on.code])
    return any(add_on.person is None or line.person in (None, add_on.person) for line in parents)


def _physics_frequency(material: Material) -> Answer:
    sessions = len(given_sessions(material.case))
    if not sessions:
        return unknown("No session with dose is recorded yet.")
    units, allowed = units_of(claim_lines(material), "77336"), ceil(sessions / 5)
    said = f"{counted(units, 'physics review')} for {counted(sessions, 'session')}; {allowed} allowed."
    return holds(said) if units <= allowed else fails(said)


def _component_split(material: Material) -> Answer:
    open_ones = _conflicts(material, ("CMP-",))
    return (
        fails(" ".join(open_ones)) if open_ones else holds("No component modifier or stream is out of place.")
    )


def _conflicts(material: Material, rules: tuple[str, ...]) -> list[str]:
    """Messages of conflicts that still block, for rules that begin with one of the given words."""
    found = []
    for conflict in material.result.get("conflicts", ()):
        if conflict.get("severity") == "block" and any(
            rule.startswith(rules) for rule in conflict.get("rules", ())
        ):
            found.append(str(conflict.get("message", "")))
    return found


def _place_of_service(material: Material) -> Answer:
    setting = material.case.setting
    if setting is None:
        return unknown("Record the treatment setting.")
    wrong = [line for line in claim_lines(material) if line.stream and line.stream not in STREAMS[setting]]
    said = f"The setting is {setting.replace('_', ' ')}."
    return fails(f"{_listed(wrong)} stands in a stream of another setting. {said}") if wrong else holds(said)


def _edits_checked(material: Material) -> Answer:
    conflicts = material.result.get("conflicts")
    if conflicts is None:
        return unknown("The edits have not been run.")
    still = [one for one in conflicts if one.get("id") not in material.answered_conflicts]
    blocks = [str(one.get("message")) for one in still if one.get("severity") == "block"]
    if blocks:
        return fails(" ".join(blocks))
    asks = [str(one.get("message")) for one in still if one.get("severity") in ("warn", "ask")]
    return unknown("To be answered by a person: " + " ".join(asks)) if asks else holds("No edit is open.")


def _image_guidance(material: Material) -> Answer:
    lines = claim_lines(material)
    guidance, delivery = with_codes(lines, GUIDANCE), with_codes(lines, DELIVERY)
    if not guidance:
        return holds("No image-guidance line stands.")
    if any(line.day is None for line in guidance + delivery):
        return unknown(f"Date {_listed(guidance)} and the delivery lines, so that the days can be compared.")
    days = {line.day for line in delivery}
    same = [line for line in guidance if line.day in days]
    return (
        fails(f"{_listed(same)} stands on a delivery day.") if same else holds("Guidance is on other days.")
    )


def _planning_window(material: Material) -> Answer:
    listed = with_codes(
        claim_lines(material), ("77280", "77285", "77290", "77295", "77301", "77300", "77334", "77336")
    )
    facility = [line for line in listed if line.stream == "facility"]
    bare = [line for line in facility if line.packaging is None]
    if bare:
        return unknown(f"Mark {_listed(bare)} as packaged or separately payable.")
    return holds(
        f"{counted(len(facility), 'planning line is', 'planning lines are')} marked; the reviewer sees the list."
    )


def _diagnosis_linked(material: Material) -> Answer:
    lines = claim_lines(material)
    if any(line.diagnoses == () for line in lines):
        return fails(f"{_listed([line for line in lines if line.diagnoses == ()])} points to no diagnosis.")
    open_ones = [line for line in lines if line.diagnoses is None]
    if open_ones:
        return unknown(f"Link a diagnosis to {_listed(open_ones)}.")
    return holds("Every line points to a diagnosis.")


def _rationale(material: Material) -> Answer:
    if not (material.result.get("rulebook") or {}).get("digest"):
        return unknown("The version of the rule book is not recorded with this evaluation.")
    bare = [line for line in claim_lines(material) if not line.reason]
    return fails(f"{_listed(bare)} has no reason.") if bare else holds("Every line has its reason.")


def _listed(lines: tuple[Line, ...] | list[Line]) -> str:
    codes = sorted({line.code for line in lines})
    return ", ".join(codes) or "No line"


CHECKS: Final[Mapping[str, Callable[[Material], Answer]]] = {
    "clinical-plan-once": _clinical_plan_once,
    "primary-lesion-choice": _primary_lesion_choice,
    "plan-type-exclusive": _plan_type_exclusive,
    "simulation-bundled-check": _simulation_bundled,
    "dose-calculation-units": _dose_calculation_units,
    "treatment-device-count": _treatment_device_count,
    "session-count-matches-code": _session_count,
    "modality-matches-code": _modality,
    "role-separation": _role_separation,
    "additional-lesion-support": _additional_lesions,
    "add-on-parent-present": _add_on_parent,
    "continuing-physics-frequency": _physics_frequency,
    "component-split": _component_split,
    "place-of-service": _place_of_service,
    "edits-checked": _edits_checked,
    "image-guidance-not-separate": _image_guidance,
    "outpatient-planning-window": _planning_window,
    "diagnosis-linked-to-lines": _diagnosis_linked,
    "code-rationale-recorded": _rationale,
}
