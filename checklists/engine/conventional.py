"""Facts for courses of six and more sessions: which family of delivery codes a place and payer use, and which kind.

Matters for days to 2025-12-31, when families differed (DEL-10); from 2026 on the levels stand in the rule book alone.
"""

from __future__ import annotations

from typing import Final

from checklists.engine.case import CaseFacts
from checklists.engine.policy import Resolved
from checklists.engine.values import Missing, Value

PHOTONS: Final = ("cobalt60", "linac", "robotic_linac", "gyroscopic_linac")
MEDICARE: Final = ("medicare_ffs", "medicare_advantage")


def conventional(case: CaseFacts, policies: dict[str, Resolved], known: dict[str, Value]) -> dict[str, Value]:
    """The facts of the delivery family; `known` holds the facts of course, plan and machine."""
    family = _family(case, str(policies["freestanding_conventional"].value), known)
    modulated = _modulated(known)
    return {
        "delivery.conventional_family": family,
        "delivery.modulated": modulated,
        "delivery.freestanding_kind": _kind(family, modulated, policies, known),
        "delivery.energy_band": _energy(known["modality"], policies),
    }


def _family(case: CaseFacts, policy: str, known: dict[str, Value]) -> Value:
    """`none` for courses of at most five sessions and for particles; `policy` speaks for payers beside Medicare."""
    for name, fitting in (("course.more_than_five", (True,)), ("modality", PHOTONS)):
        if isinstance(known[name], Missing):
            return known[name]
        if known[name] not in fitting:
            return "none"
    if case.setting != "freestanding":
        return "cpt" if case.setting else Missing(("setting",))
    payer = case.payer.payer_class
    return ("g" if payer in MEDICARE else policy) if payer else Missing(("payer.class",))


def _modulated(known: dict[str, Value]) -> Value:
    """Inverse planned with leaves that move during the beam; anything else is delivered by the three levels."""
    technique, moving = known["plan.technique"], known["plan.mlc_modulated"]
    if moving is False or (technique != "inverse" and not isinstance(technique, Missing)):
        return False
    return next((value for value in (technique, moving) if isinstance(value, Missing)), True)


def _kind(family: Value, modulated: Value, policies: dict[str, Resolved], known: dict[str, Value]) -> Value:
    if family != "g":
        return family if isinstance(family, Missing) else "none"
    if policies["modulation_method"].value == "compensator":
        technique = known["plan.technique"]
        if technique == "inverse" or isinstance(technique, Missing):
            return technique if isinstance(technique, Missing) else "compensator"
    if isinstance(modulated, Missing):
        return modulated
    level = str(policies["conventional_level"].value)
    return "leaves" if modulated else "level_3" if level == "by_plan" else level


def _energy(modality: Value, policies: dict[str, Resolved]) -> Value:
    """Cobalt sources give less than 5 MeV; for linacs the department names its usual beam."""
    if isinstance(modality, Missing):
        return modality
    return "up_to_5" if modality == "cobalt60" else str(policies["beam_energy_band"].value)
