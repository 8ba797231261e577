"""What is known before a case is opened: the patient by record number, the last team, the last template used."""

from dataclasses import dataclass, field
from typing import Any

from casetracker.case_input import CaseInput, Row
from casetracker.choices import Role
from casetracker.errors import NotFound
from casetracker.models import Case, Department, Patient, User
from casetracker.selectors.access import access_of, case_for

ENTERING = frozenset({Role.STAFF, Role.CODER, Role.SUPERVISOR})
BROUGHT = ("payer", "member_number", "referring_clinician", "ordering_clinician")


@dataclass
class KnownPatient:
    """A patient of the department and what the last course says; `brought` and `team` go to the next case."""

    patient: Patient
    courses: int
    last_number: str = ""
    brought: dict[str, Any] = field(default_factory=dict)
    team: list[Row] = field(default_factory=list)


def entering_departments(user: User) -> list[Department]:
    """Departments in which this person may enter cases."""
    return list(Department.objects.filter(pk__in=access_of(user).departments_with(ENTERING)).order_by("name"))


def known_patient(user: User, department: Department, record_number: str) -> KnownPatient | None:
    """The patient with this record number, for somebody who may enter cases there; None when new."""
    if not access_of(user).has(department.pk, *ENTERING):
        raise NotFound("There is no such department for you.")
    number = record_number.strip()
    patient = Patient.objects.filter(department=department, record_number=number).first() if number else None
    if patient is None:
        return None
    cases = list(patient.cases.select_related(*BROUGHT[:1], *BROUGHT[2:]).order_by("-opened_at", "-id")[:20])
    known = KnownPatient(patient, len(cases))
    if cases:
        known.last_number = cases[0].number
        known.brought = {name: getattr(cases[0], name) for name in BROUGHT if getattr(cases[0], name)}
        known.team = team_of(cases[0])
    return known


def team_of(case: Case) -> list[Row]:
    """Who filled which role: active people only, and nothing about presence."""
    members = case.team.filter(clinician__active=True).select_related("clinician").order_by("role", "id")
    return [{"clinician": member.clinician, "role": member.role} for member in members]


def case_before(user: User, case_id: str) -> Case | None:
    """The case just saved, whose machine, template, date and team the next one keeps; None if not this person's."""
    try:
        return case_for(user, int(case_id), "template")
    except (ValueError, NotFound):
        return None


def last_source(user: User, department: Department) -> str:
    """What this person started from last, as the start form spells it; empty the first time."""
    last = Case.objects.filter(department=department, opened_by=user).order_by("-opened_at", "-id")
    found = last.values_list("template_id", "machine_id").first()
    if not found:
        return ""
    return source_word(*found)


def source_word(template_id: int | None, machine_id: int | None) -> str:
    if template_id:
        return f"template-{template_id}"
    return f"machine-{machine_id}" if machine_id else ""


def opening_input(known: KnownPatient | None, before: Case | None, machine: Any, day: Any) -> CaseInput:
    """The facts a case is opened with: what was typed, what the patient brings along, the team kept from before."""
    team = (team_of(before) if before else []) or (known.team if known else [])
    case = {**(known.brought if known else {}), "date_of_service": day}
    if machine is not None:
        case["machine"] = machine
    return CaseInput(case=case, team=team or None)
