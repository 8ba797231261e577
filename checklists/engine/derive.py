"""All facts of a case that conditions may ask for, as one mapping of fact name to value.

Facts only: no code is chosen here. Sessions are read in `course`, people in `team`, lesion classes in `classify`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from checklists.engine.book import RuleBook, amount
from checklists.engine.book_tables import DiagnosisHint
from checklists.engine.case import CaseFacts, Plan, natural
from checklists.engine.classify import COMPLEX, THERAPEUTIC, Classed, classify
from checklists.engine.clinical import read_clinical
from checklists.engine.conventional import conventional
from checklists.engine.course import Course, read_course
from checklists.engine.fields import SECTIONS
from checklists.engine.indication import lesions_of
from checklists.engine.ledger import Ledger
from checklists.engine.ledger_course import course_ledger
from checklists.engine.other_courses import read_other_courses
from checklists.engine.planning import case_planning, joined_plans, lesions_planning, no_plan, plan_facts
from checklists.engine.policy import Resolved
from checklists.engine.session_facts import read_sessions
from checklists.engine.team import Team, read_team
from checklists.engine.values import Missing, Value, View


@dataclass(frozen=True, slots=True)
class Derived:
    """Everything known about a case before codes are considered.

    `policies` is in book order; `lesion_views` holds the case facts with those of each lesion; `days` the day and the
    answering field for each day word of an edition, apart from single sessions.
    """

    case: CaseFacts
    course: Course
    team: Team
    classed: tuple[Classed, ...]
    ledger: Ledger
    policies: dict[str, Resolved]
    facts: dict[str, Value]
    lesion_views: tuple[View, ...]
    plan_views: tuple[View, ...]
    days: dict[str, tuple[date | None, str]]

    @property
    def names(self) -> dict[str, str]:
        """What people call the subjects of questions: lesion labels, session and plan numbers, by identifier."""
        plans = {plan.id: str(place) for place, plan in enumerate(self.case.plans, 1) if plan.id}
        sessions = {session.name: str(session.number) for session in self.course.sessions}
        return {**plans, **sessions, **{lesion.id: lesion.shown_as for lesion in self.case.lesions}}


def derive(case: CaseFacts, book: RuleBook, policies: dict[str, Resolved]) -> Derived:
    """The derived facts of a case; every fact name of the book has a value or is Missing."""
    case = _ordered(case)
    course = read_course(case, str(policies["split_single"].value))
    team = read_team(case, course, policies)
    base: dict[str, Value] = {f"policy.{key}": policies[key].value for key in book.policies}
    classed = tuple(
        _hinted(classify(lesion, course.treated[lesion.id], book, policies, base), book)
        for lesion in case.lesions
    )
    others = read_other_courses(case, course, policies)
    ledger = course_ledger(case, course, classed, others["course.stage_of_earlier"], policies)
    facts = {**base, **course.facts, **team.facts, **ledger.facts, **others}
    facts["course.single_session"] = _single_with_stages(facts)
    facts["course.more_than_five"] = _with_pooled(facts)
    facts["course.before_book"] = _before_book(case, course, book)
    facts.update(_recorded(case, course, book))
    facts.update(_machine(case, book))
    facts.update(lesions_of(case, course))
    facts.update(_plans(case, policies, facts))
    facts.update(_covered(policies, facts))
    facts.update(conventional(case, policies, facts))
    facts.update(read_clinical(case, course, policies))
    facts.update(read_sessions(case, course, policies))
    facts["course.stages_apart"] = _stages_apart(course, policies["staged_min_gap_days"].value)
    plans = [plan_facts(case, plan, policies) for plan in case.plans]
    facts.update(joined_plans(plans) if plans else no_plan())
    facts.update(case_planning(case, course, policies))
    for entry, planned in zip(classed, lesions_planning(case), strict=True):
        entry.facts.update(planned)
        entry.facts["lesion.intended"] = course.intended[entry.lesion.id]
        entry.facts.case = facts
    views = tuple(entry.facts for entry in classed)
    plan_views = tuple(View(own, facts) for own in plans)
    return Derived(
        case, course, team, classed, ledger, policies, facts, views, plan_views, _days(case, course)
    )


def _days(case: CaseFacts, course: Course) -> dict[str, tuple[date | None, str]]:
    planning, physics, plan, days = case.planning, case.physics, first_plan(case), course.days
    return {
        "first_session": (course.first_day, days[0].path if days else "date_of_service"),
        "last_session": (course.last_day, days[-1].path if days else "date_of_service"),
        "plan": (plan.date if plan else None, _plan_path(case, plan, "date")),
        "simulation": _day_of_simulation(case),
        "clinical_plan": (planning.clinical_plan_on, "planning.clinical_plan_on"),
        "special_consult": (physics.special_consult_on, "physics.special_consult_on"),
        "continuing_check": (physics.continuing_check_on, "physics.continuing_check_on"),
    }


def _day_of_simulation(case: CaseFacts) -> tuple[date | None, str]:
    """Without a simulation its devices were made for the plan, and their lines stand on its day."""
    plan = first_plan(case)
    if case.planning.was_simulated is False:
        return (plan.date if plan else None, _plan_path(case, plan, "date"))
    return case.planning.simulated_on, "planning.simulated_on"


def _single_with_stages(facts: dict[str, Value]) -> Value:
    """A later stage is never the only session of its course."""
    single, stage = facts["course.single_session"], facts["course.stage_of_earlier"]
    if single is False or stage is False:
        return single
    return stage if isinstance(stage, Missing) else False


def _with_pooled(facts: dict[str, Value]) -> Value:
    """More than five sessions, those of another course under the same prescription included (DEL-08)."""
    own, pooled = facts["course.more_than_five"], facts["course.pooled_too_many"]
    return own if pooled is False or own is True else pooled


def _before_book(case: CaseFacts, course: Course, book: RuleBook) -> bool:
    days = (case.date_of_service, *(session.date for session in course.sessions))
    return any(day is not None and day < book.first_day for day in days)


def _ordered(case: CaseFacts) -> CaseFacts:
    """The same case with lesions and sessions in their own order, whatever the order of the document."""
    lesions = tuple(sorted(case.lesions, key=lambda lesion: lesion.order))
    sessions = tuple(sorted(case.sessions, key=lambda session: session.number))
    return replace(case, lesions=lesions, sessions=sessions)


def _hinted(entry: Classed, book: RuleBook) -> Classed:
    hint = book.hint(entry.lesion.icd10) if entry.lesion.icd10 else None
    entry.facts["lesion.icd10_expects_other"] = hint is not None and _expects_other(hint, entry)
    return entry


def _expects_other(hint: DiagnosisHint, entry: Classed) -> bool:
    named, expected = entry.lesion.diagnosis, hint.implies in (COMPLEX, THERAPEUTIC)
    other_kind = bool(hint.diagnoses and named) and named not in hint.diagnoses
    return other_kind or (expected and entry.result not in (None, hint.implies))


def _value(value: Value | None, path: str) -> Value:
    return Missing((path,)) if value is None else value


def _recorded(case: CaseFacts, course: Course, book: RuleBook) -> dict[str, Value]:
    """Facts that stand in the document as they are."""
    values: dict[str, Value] = {
        "payer.class": _value(case.payer.payer_class, "payer.class"),
        "payer.profile": _value(case.payer.profile, "payer.profile"),
        "setting": _value(case.setting, "setting"),
        "off_campus": _value(case.off_campus, "off_campus"),
        "date_of_service": _value(case.date_of_service, "date_of_service"),
        "planned_sessions": _value(case.planned_sessions, "planned_sessions"),
        "planning.simulated": _value(case.planning.was_simulated, "planning.simulated"),
        "planning.simulation_agrees": case.planning.simulated is not False or not case.planning.simulated_on,
        "planning.clinical_plan_recorded": case.planning.clinical_plan_on is not None
        or Missing(("planning.clinical_plan_on",)),
        "fixation.type": _value(case.fixation.type, "fixation.type"),
        "fixation.placed_by": _value(case.fixation.placed_by, "fixation.placed_by"),
        "authorization.agrees": _authorization_agrees(case, course),
        "authorization.codes_valid": _authorized_codes_valid(case, book),
    }
    authorized = case.authorization.sessions if case.authorization else None
    values["authorization.sessions"] = _value(authorized, "authorization.sessions")
    for name in ("special_consult_order", "special_consult_report", "continuing_check"):
        values[f"physics.{name}"] = _value(getattr(case.physics, name), f"physics.{name}")
    for name in SECTIONS["circumstances"]:
        path = f"circumstances.{name}"
        values[path] = _value(getattr(case.circumstances, name), path)
    return values


def _authorization_agrees(case: CaseFacts, course: Course) -> bool:
    """Sessions are counted as the lines count them, by treatment day; before any is given, as recorded or planned."""
    given = case.authorization
    if given is None:
        return True
    days = len(course.days) if case.sessions else 0
    sessions = days or len(case.sessions) or case.planned_sessions
    sessions_fit = given.sessions is None or sessions is None or given.sessions == sessions
    return sessions_fit and (given.modality is None or case.modality in (None, given.modality))


def _authorized_codes_valid(case: CaseFacts, book: RuleBook) -> bool:
    """Codes the catalogue does not know are left to people; without a day nothing is said."""
    day = case.date_of_service
    given = case.authorization.codes if case.authorization and day else ()
    known = [code for code in given if code in book.catalogue]
    return all(day and book.listed(code, day) for code in known)


def _machine(case: CaseFacts, book: RuleBook) -> dict[str, Value]:
    """The machine type as recorded, else from the device map (DEL-17)."""
    device = book.device(case.device)
    mapped = device.modality if device else None
    return {
        "modality": _value(case.modality or mapped, "modality"),
        "device.agrees": case.modality is None or mapped is None or case.modality == mapped,
        "device.emission_guided": device is not None and device.emission_guided,
    }


def first_plan(case: CaseFacts) -> Plan | None:
    """The earliest plan by date, undated ones last; None without plans."""
    return min(case.plans, key=lambda plan: (plan.date or date.max, natural(plan.id or "")), default=None)


def _plan_path(case: CaseFacts, plan: Plan | None, name: str) -> str:
    return f"plans[{plan.id}].{name}" if plan and len(case.plans) > 1 else f"plan.{name}"


def _plans(case: CaseFacts, policies: dict[str, Resolved], known: dict[str, Value]) -> dict[str, Value]:
    plan = first_plan(case)
    facts: dict[str, Value] = {"plan.count": len(case.plans)}
    facts["plan.technique"] = _value(plan.technique if plan else None, _plan_path(case, plan, "technique"))
    for name in ("calculations", "custom_devices", "arcs", "isocenters"):
        facts[f"plan.{name}"] = _sum(case, name)
    for name in ("mlc_modulated", "active_motion_management"):
        facts[f"plan.{name}"] = _any(case, name)
    facts["plan.several_isocenters"] = _several_isocenters(case)
    facts.update(_calculations(facts, known, amount(policies["units_77300"].value)))
    facts["units.devices"] = _devices(facts, known, str(policies["mask_code"].value))
    planning_days = {case.planning.simulated_on, *(entry.date for entry in case.plans)} - {None}
    facts["physics.check_on_planning_day"] = case.physics.continuing_check_on in planning_days
    facts["fixation.device_only_frame"] = (
        case.fixation.type == "invasive_frame" and facts["plan.custom_devices"] != 0
    )
    return facts


def _sum(case: CaseFacts, name: str) -> Value:
    plans = case.plans
    silent = tuple(_plan_path(case, plan, name) for plan in plans if getattr(plan, name) is None)
    if silent or not plans:
        return Missing(silent or (f"plan.{name}",))
    total: int = sum(getattr(plan, name) for plan in plans)
    return total


def _several_isocenters(case: CaseFacts) -> Value:
    if any((plan.isocenters or 0) > 1 for plan in case.plans):
        return True
    silent = tuple(_plan_path(case, plan, "isocenters") for plan in case.plans if plan.isocenters is None)
    return Missing(silent or ("plan.isocenters",)) if silent or not case.plans else False


def _any(case: CaseFacts, name: str) -> Value:
    plans = case.plans
    if any(getattr(plan, name) for plan in plans):
        return True
    silent = tuple(_plan_path(case, plan, name) for plan in plans if getattr(plan, name) is None)
    return Missing(silent or (f"plan.{name}",)) if silent or not plans else False


def _calculations(facts: dict[str, Value], known: dict[str, Value], per_lesion: object) -> dict[str, Value]:
    """Dose calculations to count (PLN-07): as recorded, else what the technique implies, marked as undocumented."""
    recorded = facts["plan.calculations"]
    if not isinstance(recorded, Missing):
        return {"units.calculations": recorded, "units.calculations_documented": True}
    technique = facts["plan.technique"]
    implied: Value = recorded
    if technique == "multisource":
        lesions = known["course.lesions_treated"]
        implied = int(amount(per_lesion) * lesions) if isinstance(lesions, int) else lesions
    elif technique in ("forward_3d", "inverse", "cone_arc"):
        implied = facts["plan.arcs"]
        if isinstance(implied, Missing) and technique == "cone_arc":
            implied = facts["plan.isocenters"]
    if isinstance(implied, Missing):
        return {"units.calculations": recorded, "units.calculations_documented": recorded}
    return {"units.calculations": implied, "units.calculations_documented": False}


def _devices(facts: dict[str, Value], known: dict[str, Value], mask_code: str) -> Value:
    """Custom devices to count (PLN-10): with inverse planning only the immobilization."""
    devices, technique = facts["plan.custom_devices"], facts["plan.technique"]
    if isinstance(devices, Missing) or not isinstance(devices, int):
        return devices
    if isinstance(technique, Missing) and devices > 1:
        return technique
    counted = min(devices, 1) if technique == "inverse" else devices
    if mask_code == "77334" or not counted:
        return counted
    fixation = known["fixation.type"]
    if isinstance(fixation, Missing):
        return fixation
    return counted - 1 if fixation == "mask" else counted


def _covered(policies: dict[str, Resolved], facts: dict[str, Value]) -> dict[str, Value]:
    limit, lesions = int(amount(policies["max_lesions_covered"].value)), facts["course.lesions_treated"]
    more = lesions if isinstance(lesions, Missing) else bool(limit) and int(str(lesions)) > limit
    return {"course.more_lesions_than_covered": more}


def _stages_apart(course: Course, least_days: object) -> bool:
    known = [day.on for day in course.days if day.on]
    return any((later - earlier).days >= amount(least_days) for earlier, later in pairwise(known))
