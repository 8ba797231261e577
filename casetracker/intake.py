"""Completes what a person typed with what the machine, the department and a case template already know.

The typing panel and the saving service call the same functions, so both see the same case. Nothing is written.
"""

from dataclasses import replace
from typing import Any

from casetracker.case_input import CaseInput, Row
from casetracker.models import CaseTemplate, Clinician, Department

FROM_MACHINE = ("setting", "modality", "off_campus")
TEMPLATE_CASE = (
    "machine",
    "fixation_type",
    "fixation_placed_by",
    "localization_method",
    "planned_sessions",
)
USUAL_CASE = {"fixation_type": "usual_fixation", "localization_method": "usual_localization"}
TEMPLATE_PLAN = ("technique", "mlc_modulated", "custom_devices")
EMPTY: tuple[Any, ...] = (None, "")


def completed(typed: CaseInput, *, department: Department, opening: bool) -> CaseInput:
    """The input with setting, modality and campus from the machine where they were left empty.

    `opening`: a new case without a machine takes the department's usual setting.
    """
    known: Row = {}
    machine = typed.case.get("machine")
    if machine is not None:
        known = {name: getattr(machine, name) for name in FROM_MACHINE}
    elif opening:
        known = {"setting": department.default_setting, "off_campus": department.off_campus}
    filled = {name: value for name, value in known.items() if typed.case.get(name) in EMPTY}
    return replace(typed, case={**typed.case, **filled})


def with_usual(typed: CaseInput, before: CaseInput) -> tuple[CaseInput, list[str]]:
    """The input with what is usual on a machine that was chosen just now, and the names of those values.

    before: the case as recorded. Only empty fields are filled; whoever typed something else keeps it. Names as those
    of template values: nobody has confirmed them yet.
    """
    machine = typed.case.get("machine")
    if machine is None or machine == before.case.get("machine"):
        return typed, []
    case, names = dict(typed.case), []
    for name, usual in USUAL_CASE.items():
        if getattr(machine, usual) and typed.case.get(name, before.case.get(name)) in EMPTY:
            case[name] = getattr(machine, usual)
            names.append(name)
    plans = typed.plans if typed.plans or before.plans else [{}]
    if machine.usual_technique and plans and plans[0].get("technique") in EMPTY:
        plans = [{**plans[0], "technique": machine.usual_technique}, *plans[1:]]
        names.append("plan.technique")
    else:
        plans = typed.plans
    return replace(typed, case=case, plans=plans), names


def from_template(typed: CaseInput, template: CaseTemplate | None) -> tuple[CaseInput, list[str]]:
    """The input with a template's values where nothing else was typed, and the names of those values.

    A value equal to the template's counts as the template's: nobody has confirmed it yet. The machine is taken
    over without a mark, because it was chosen together with the template.
    """
    if template is None:
        return typed, []
    case, case_names = _filled(typed.case, template, TEMPLATE_CASE)
    first, *others = typed.plans or [{}]
    plan, plan_names = _filled(first, template, TEMPLATE_PLAN)
    team, from_team = _team(typed.team, template)
    names = [name for name in case_names if name != "machine"]
    names += [f"plan.{name}" for name in plan_names] + (["team"] if from_team else [])
    plans = [plan, *others] if any(value not in EMPTY for value in plan.values()) else typed.plans
    return replace(typed, case=case, plans=plans, team=team), names


def _filled(row: Row, template: CaseTemplate, names: tuple[str, ...]) -> tuple[Row, list[str]]:
    usual = {name: getattr(template, name) for name in names}
    usual = {name: value for name, value in usual.items() if value not in EMPTY}
    taken = [name for name, value in usual.items() if row.get(name) in (*EMPTY, value)]
    return {**row, **{name: usual[name] for name in taken}}, taken


def _team(typed: list[Row] | None, template: CaseTemplate) -> tuple[list[Row] | None, bool]:
    usual = template_team(template)
    if not usual:
        return typed, False
    if not typed:
        return usual, True
    pairs = {(row["clinician"].pk, row["role"]) for row in usual}
    return typed, {(row["clinician"].pk, row["role"]) for row in typed} == pairs


def template_team(template: CaseTemplate) -> list[Row]:
    """The template's people as team rows, in its order; people who left the department are dropped."""
    wanted = [(entry["clinician"], entry["role"]) for entry in template.team]
    active = Clinician.objects.filter(departments=template.department, active=True)
    known = active.in_bulk([pk for pk, _ in wanted])
    return [{"clinician": known[pk], "role": role} for pk, role in wanted if pk in known]
