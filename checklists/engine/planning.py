"""What images, targets, plans, prescriptions, directives and checks amount to: facts of plan, lesion and case.

Times are compared as full timestamps; where only the day is known and it is the same day, the time is missing. Which
documentation rests on which fact is said by the rule book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final

from checklists.engine.book import amount
from checklists.engine.case import CaseFacts, Directive, Lesion, Plan, Session, Target
from checklists.engine.course import Course
from checklists.engine.facts import PLAN_FACTS
from checklists.engine.policy import Resolved
from checklists.engine.stops import GIVEN
from checklists.engine.values import Missing, Value

ONCOLOGIST: Final = ("radiation_oncologist",)
PHYSICIST: Final = ("physicist",)
FUSION_APPROVERS: Final = ("radiation_oncologist", "neurosurgeon", "physicist")
TARGET_FIGURES: Final = ("coverage_pct", "conformity", "gradient", "max_dose_gy")
_OWN: Final = (
    "technique",
    "mlc_modulated",
    "calculations",
    "custom_devices",
    "arcs",
    "isocenters",
    "active_motion_management",
    "source_output_on",
    "field_count",
    "compensator",
    "comparison_reference",
    "second_check_pct",
    "psqa_result",
    "psqa_device",
)
Limit = tuple[datetime | date | None, str]


def plan_facts(case: CaseFacts, plan: Plan, policies: dict[str, Resolved]) -> dict[str, Value]:
    """The facts of one plan, each by its full name (`plan.second_check_pct`)."""
    beam = _first_beam(case, plan)
    facts = {f"plan.{name}": recorded(getattr(plan, name), plan_path(case, plan, name)) for name in _OWN}
    for fact, name in _BEFORE_BEAM.items():
        facts[fact] = before(getattr(plan, name), plan_path(case, plan, name), beam)
    for fact, (name, roles) in _SIGNERS.items():
        facts[fact] = signed_by(case, getattr(plan, name), roles, plan_path(case, plan, name))
    facts["plan.delivered"] = _delivered(case, plan)
    facts["plan.fusion_before_approval"] = _in_order(case, plan, "fusion_approved_at", "approved_at")
    facts["plan.goals_before_optimization"] = _in_order(case, plan, "goals_set_at", "optimized_at")
    facts["plan.second_check_in_limit"] = _in_limit(case, plan, policies)
    facts["plan.organs_complete"] = _organs_complete(case, plan)
    facts["plan.limits_commented"] = _limits_commented(case, plan)
    facts["plan.quality_recorded"] = _quality(case, plan)
    return facts


def joined_plans(views: list[dict[str, Value]]) -> dict[str, Value]:
    """The facts of all plans for the whole case: one that fails decides, then one that is missing."""
    names = [name for name in PLAN_FACTS if views and name in views[0]]
    return {name: joined([view[name] for view in views]) for name in names}


def no_plan() -> dict[str, Value]:
    """The facts of a case without a plan: all missing."""
    return {name: Missing((fact.path or "plan.technique",)) for name, fact in PLAN_FACTS.items()}


def lesions_planning(case: CaseFacts) -> list[dict[str, Value]]:
    """Target and prescription of each lesion, in their order."""
    given = _given(case)
    beams = [(plan, _first_of(_of_plans(given, plan, case))) for plan in case.plans]
    targets = _targets_of_lesions(case)
    return [
        _lesion_targets(case, lesion, beams, targets.get(lesion.id))
        | _lesion_prescription(case, lesion, given)
        for lesion in case.lesions
    ]


_NO_TARGETS: Final = Missing(("targets",))
_UNTARGETED: Final[dict[str, Value]] = {
    "lesion.target_before_beam": _NO_TARGETS,
    "lesion.target_by_oncologist": _NO_TARGETS,
    "lesion.target_margin_recorded": _NO_TARGETS,
}


def _lesion_targets(
    case: CaseFacts, lesion: Lesion, of_plans: list[tuple[Plan, Limit]], targets: list[Target] | None
) -> dict[str, Value]:
    """What the targets of a lesion record, over every plan that treats it."""
    own = [(plan, beam) for plan, beam in of_plans if plan.lesions is None or lesion.id in plan.lesions]
    if not targets or not own:
        return _UNTARGETED
    rows = [(target_of(case, plan, targets) or Target(), beam) for plan, beam in own]
    return {
        "lesion.target_before_beam": joined(before(row.approved_at, "targets", beam) for row, beam in rows),
        "lesion.target_by_oncologist": joined(
            signed_by(case, row.approved_by, ONCOLOGIST, "targets") for row, _ in rows
        ),
        "lesion.target_margin_recorded": joined(
            _NO_TARGETS if row.margin_mm is None else True for row, _ in rows
        ),
    }


def _lesion_prescription(case: CaseFacts, lesion: Lesion, given: list[Session]) -> dict[str, Value]:
    path = f"lesions[{lesion.id}]"
    mine = (session for session in given if session.lesions is None or lesion.id in session.lesions)
    return {
        "lesion.prescription_adds_up": _adds_up(case, lesion),
        "lesion.prescription_before_beam": before(
            lesion.prescribed_at, f"{path}.prescribed_at", _first_of(mine)
        )
        if lesion.prescribed_at
        else Missing((f"{path}.prescribed_at",)),
        "lesion.prescription_by_oncologist": signed_by(
            case, lesion.prescribed_by, ONCOLOGIST, f"{path}.prescribed_by"
        ),
    }


def case_planning(case: CaseFacts, course: Course, policies: dict[str, Resolved]) -> dict[str, Value]:
    """Images, localization, written directive and the closing check of the case."""
    physics = case.physics
    return {
        "imaging.sets_complete": _sets_complete(case),
        "imaging.mri_recent": _mri_recent(case, course, policies),
        "imaging.fused_sets": _fused_sets(case),
        "localization.in_limit": _localized(case, policies),
        **_directive(case),
        "physics.final_check_after_last": _after_last(case),
        "physics.final_check_by_physicist": signed_by(
            case, physics.final_check_by, PHYSICIST, "physics.final_check_by"
        ),
    }


def plan_path(case: CaseFacts, plan: Plan, name: str) -> str:
    return f"plans[{plan.id}].{name}" if len(case.plans) > 1 else f"plan.{name}"


def recorded(value: Value | None, path: str) -> Value:
    return Missing((path,)) if value is None else value


def joined(values: Iterable[Value]) -> Value:
    """False when one is, else what is missing, else the first."""
    found = list(values)
    if any(value is False for value in found):
        return False
    paths = [path for value in found if isinstance(value, Missing) for path in value.paths]
    return Missing(tuple(dict.fromkeys(paths))) if paths else found[0]


def before(moment: datetime | None, path: str, limit: Limit) -> Value:
    """Whether the moment lies before the limit; True where no limit exists yet (no beam has been given)."""
    end, end_path = limit
    if moment is None:
        return Missing((path,))
    if end is None:
        return True
    if isinstance(end, datetime):
        return _instant(moment, end) < _instant(end, moment)
    if moment.date() == end:
        return Missing((end_path,))
    return moment.date() < end


def signed_by(case: CaseFacts, person: str | None, roles: tuple[str, ...], path: str) -> Value:
    """Whether this person has one of the roles on the case; somebody who is not on the team is a question."""
    if person is None:
        return Missing((path,))
    held = [entry.role for entry in case.people or () if entry.id == person]
    return any(role in roles for role in held) if held else Missing(("people",))


def _targets_of_lesions(case: CaseFacts) -> dict[str | None, list[Target]]:
    found: dict[str | None, list[Target]] = {}
    for row in case.targets:
        found.setdefault(row.lesion, []).append(row)
    return found


def target_of(case: CaseFacts, plan: Plan, targets: Iterable[Target]) -> Target | None:
    """The first of a lesion's targets that is of this plan; one without a plan belongs to the only plan."""
    return next((row for row in targets if _of_plan(row.plan, plan, case)), None)


_BEFORE_BEAM: Final = {
    "plan.approved_before_beam": "approved_at",
    "plan.isodose_before_beam": "isodose_reviewed_at",
    "plan.dvh_before_beam": "dvh_reviewed_at",
    "plan.second_check_before_beam": "second_check_at",
    "plan.psqa_before_beam": "psqa_at",
    "plan.chart_check_before_beam": "chart_check_at",
    "plan.transfer_before_beam": "transfer_check_at",
}
_SIGNERS: Final = {
    "plan.approved_by_oncologist": ("approved_by", ONCOLOGIST),
    "plan.fusion_by_clinician": ("fusion_approved_by", FUSION_APPROVERS),
    "plan.isodose_by_oncologist": ("isodose_reviewed_by", ONCOLOGIST),
    "plan.dvh_by_oncologist": ("dvh_reviewed_by", ONCOLOGIST),
    "plan.second_check_by_physicist": ("second_check_by", PHYSICIST),
    "plan.chart_check_by_physicist": ("chart_check_by", PHYSICIST),
}


def _instant(moment: datetime, other: datetime) -> datetime:
    """In UTC when both name a zone; otherwise by their clocks."""
    if moment.tzinfo and other.tzinfo:
        return moment.astimezone(UTC)
    return moment.replace(tzinfo=None)


def _of_plan(named: str | None, plan: Plan, case: CaseFacts) -> bool:
    return named in (None, plan.id) or len(case.plans) == 1


def _first_beam(case: CaseFacts, plan: Plan | None) -> Limit:
    """The first beam given, or given with this plan: its time, or its day when no time is recorded."""
    given = _given(case)
    return _first_of(given if plan is None else _of_plans(given, plan, case))


def _given(case: CaseFacts) -> list[Session]:
    """Sessions with dose, in their order."""
    return sorted((one for one in case.sessions if one.status in GIVEN), key=lambda one: one.number)


def _of_plans(given: list[Session], plan: Plan, case: CaseFacts) -> Iterator[Session]:
    return (session for session in given if _of_plan(session.plan, plan, case))


def _first_of(given: Iterable[Session]) -> Limit:
    for session in given:
        start = session.beam_on_at or session.started_at or session.date
        return start, f"sessions[{session.name}].beam_on_at"
    return None, ""


def _delivered(case: CaseFacts, plan: Plan) -> Value:
    """A session with dose, or one still to come, names this plan; a session without a plan leaves it open.

    With a single plan, a session without a name means that one.
    """
    given = [session for session in case.sessions if session.status in (*GIVEN, "planned")]
    several = len(case.plans) > 1
    if not given or any(session.plan == plan.id or not (several or session.plan) for session in given):
        return True
    silent = tuple(f"sessions[{session.name}].plan" for session in given if session.plan is None)
    return Missing(silent) if silent else False


def _in_order(case: CaseFacts, plan: Plan, first: str, then: str) -> Value:
    earlier, later = getattr(plan, first), getattr(plan, then)
    silent = tuple(plan_path(case, plan, name) for name in (first, then) if getattr(plan, name) is None)
    return Missing(silent) if silent else _instant(earlier, later) < _instant(later, earlier)


def _in_limit(case: CaseFacts, plan: Plan, policies: dict[str, Resolved]) -> Value:
    limit = amount(policies["second_check_limit_pct"].value)
    if plan.second_check_pct is None:
        return Missing((plan_path(case, plan, "second_check_pct"),))
    return plan.second_check_pct <= limit


def _organs_complete(case: CaseFacts, plan: Plan) -> Value:
    rows = [row for row in case.organs if _of_plan(row.plan, plan, case)]
    whole = all(row.limit_gy is not None and row.planned_gy is not None for row in rows)
    return True if rows and whole else Missing(("organs",))


def _limits_commented(case: CaseFacts, plan: Plan) -> Value:
    rows = [row for row in case.organs if _of_plan(row.plan, plan, case)]
    passed = [
        row
        for row in rows
        if row.limit_gy is not None and row.planned_gy is not None and row.planned_gy > row.limit_gy
    ]
    if any(not row.comment for row in passed):
        return False
    return True if _organs_complete(case, plan) is True else Missing(("organs",))


def _quality(case: CaseFacts, plan: Plan) -> Value:
    covered = [lesion for lesion in case.lesions if plan.lesions is None or lesion.id in plan.lesions]
    targets = _targets_of_lesions(case)
    rows = [target_of(case, plan, targets.get(lesion.id, ())) for lesion in covered]
    whole = all(row and all(getattr(row, name) is not None for name in TARGET_FIGURES) for row in rows)
    return True if rows and whole else Missing(("targets",))


def _adds_up(case: CaseFacts, lesion: Lesion) -> Value:
    """Total dose against dose per session times sessions; one session gives the total.

    Sessions not prescribed for this lesion are those of the course. Each session may be rounded to a hundredth.
    """
    path = f"lesions[{lesion.id}]"
    sessions = lesion.prescribed_sessions or case.planned_sessions
    each = lesion.session_dose_gy if sessions != 1 or lesion.session_dose_gy is not None else lesion.dose_gy
    if lesion.dose_gy is None:
        return Missing((f"{path}.dose_gy",))
    if sessions is None:
        return Missing((f"{path}.prescribed_sessions",))
    if each is None:
        return Missing((f"{path}.session_dose_gy",))
    return abs(each * sessions - lesion.dose_gy) <= Decimal("0.005") * sessions


def _sets_complete(case: CaseFacts) -> Value:
    rows = [(n, row) for n, row in enumerate(case.images, 1) if row.for_planning is not False]
    if not rows:
        return Missing(("images",))
    silent = tuple(
        f"images[#{n}].{name}"
        for n, row in rows
        for name in ("kind", "acquired_on", "slice_mm")
        if getattr(row, name) is None
    )
    return Missing(silent) if silent else True


def _mri_recent(case: CaseFacts, course: Course, policies: dict[str, Resolved]) -> Value:
    """Age of the newest planning MRI at the first session, against the limit of the indication."""
    days = [
        row.acquired_on
        for row in case.images
        if row.kind == "mri" and row.for_planning is not False and row.acquired_on
    ]
    if not days:
        return Missing(("images",))
    first = course.first_day or case.date_of_service
    if first is None:
        return Missing(("date_of_service",))
    metastasis = any(lesion.diagnosis == "metastasis" for lesion in case.lesions)
    limit = amount(policies["mri_days_metastasis" if metastasis else "mri_days_other"].value)
    return 0 <= (first - max(days)).days <= limit


def _fused_sets(case: CaseFacts) -> Value:
    if not case.images or all(row.fused is None for row in case.images):
        return Missing(("images",))
    return sum(bool(row.fused) for row in case.images)


def _localized(case: CaseFacts, policies: dict[str, Resolved]) -> Value:
    """How the target was tied to a coordinate system is recorded, with an error of at most the limit (mm)."""
    method, error = case.planning.localization_method, case.planning.localization_error_mm
    if method is None or error is None:
        fields = {"localization_method": method, "localization_error_mm": error}
        return Missing(tuple(f"planning.{name}" for name, value in fields.items() if value is None))
    return error <= amount(policies["localization_limit_mm"].value)


def _directive(case: CaseFacts) -> dict[str, Value]:
    versions = sorted(case.directives, key=lambda row: row.version or 0)
    first = versions[0] if versions else Directive()
    nothing = Missing(("directives",))
    fields = ("total_gy", "site", "settings", "signed_by")
    whole = versions and all(getattr(row, name) is not None for row in versions for name in fields)
    listed = [recorded(row.authorized_user, "directives") for row in versions]
    return {
        "directive.complete": True if whole else nothing,
        "directive.before_beam": before(first.signed_at, "directives", _first_beam(case, None)),
        "directive.by_authorized_user": joined(listed or [nothing]),
        "directive.revised_in_time": _revised(case, versions),
    }


def _revised(case: CaseFacts, versions: list[Directive]) -> Value:
    """A chain of numbered versions, each signed after the one before, the last before the last beam it alters."""
    signed = [row.signed_at for row in versions if row.signed_at is not None]
    if len(versions) < 2 or len(signed) < len(versions):
        return Missing(("directives",))
    if any(earlier.version == later.version for earlier, later in pairwise(versions)):
        return False
    if any(_instant(later, earlier) <= _instant(earlier, later) for earlier, later in pairwise(signed)):
        return False
    return before(signed[-1], "directives", _last_beam(case))


def _last_beam(case: CaseFacts) -> Limit:
    given = _given(case)
    for session in reversed(given):
        return (
            session.beam_on_at or session.started_at or session.date,
            f"sessions[{session.name}].beam_on_at",
        )
    return None, ""


def _after_last(case: CaseFacts) -> Value:
    """The closing check is signed after the last session that was given."""
    given = _given(case)
    signed = case.physics.final_check_at
    if signed is None:
        return Missing(("physics.final_check_at",))
    if not given:
        return Missing(("sessions",))
    end = given[-1].ended_at or given[-1].date
    if isinstance(end, datetime):
        return _instant(signed, end) >= _instant(end, signed)
    return Missing((f"sessions[{given[-1].name}].date",)) if end is None else signed.date() >= end
