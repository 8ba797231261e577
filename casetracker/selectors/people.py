"""What an administrator sees: the people, clinicians, machines and payers of a department. No chart data."""

from typing import Any

from casetracker.choices import Duty, Role
from casetracker.errors import NotFound
from casetracker.models import (
    Clinician,
    Department,
    DutyAssignment,
    Machine,
    Membership,
    NotApplicableReason,
    Payer,
    User,
)
from casetracker.selectors.access import access_of

KINDS: dict[str, type] = {
    "clinicians": Clinician,
    "machines": Machine,
    "payers": Payer,
    "reasons": NotApplicableReason,
}


def administered(user: User) -> list[Department]:
    """Departments in which this person is an administrator, by name."""
    return list(Department.objects.filter(pk__in=access_of(user).departments_with([Role.ADMINISTRATOR])))


def administered_department(user: User, department_id: int) -> Department:
    """One of them, or `NotFound`."""
    found = Department.objects.filter(
        pk=department_id, pk__in=access_of(user).departments_with([Role.ADMINISTRATOR])
    ).first()
    if found is None:
        raise NotFound("There is no such department among those you administer.")
    return found


def members_of(department: Department) -> list[dict[str, Any]]:
    """Accounts with a role here, with role and duty words; three queries whatever their number."""
    people: dict[int, dict[str, Any]] = {}
    for user_id, role, active in Membership.objects.filter(department=department).values_list(
        "user_id", "role", "active"
    ):
        entry = people.setdefault(user_id, {"roles": [], "duties": []})
        if active:
            entry["roles"].append(Role(role).label)
    for user_id, duty in DutyAssignment.objects.filter(department=department).values_list("user_id", "duty"):
        if user_id in people:
            people[user_id]["duties"].append(Duty(duty).label)
    accounts = (
        User.objects.filter(pk__in=people)
        .order_by("full_name")
        .values("id", "username", "full_name", "email", "is_active", "last_login")
    )
    return [{**account, **people[account["id"]]} for account in accounts]


def records_of(department: Department) -> dict[str, list[Any]]:
    """Clinicians, machines, payers and own reasons of the department; four queries."""
    return {
        "clinicians": list(department.clinicians.all()),
        "machines": list(department.machines.all()),
        "payers": list(department.payers.all()),
        "reasons": list(department.reasons.all()),
    }


def record_of(department: Department, kind: str, record_id: int) -> Any:
    """A clinician, machine or payer of this department, or `NotFound`."""
    if kind not in KINDS:
        raise NotFound("There is no such list.")
    found = getattr(department, kind).filter(pk=record_id).first()
    if found is None:
        raise NotFound("There is no such entry in this department.")
    return found


def new_record(department: Department, kind: str) -> Any:
    """An unsaved row of this kind for the department."""
    if kind not in KINDS:
        raise NotFound("There is no such list.")
    return Clinician() if kind == "clinicians" else KINDS[kind](department=department)


def member_of(department: Department, user_id: int) -> User:
    found = User.objects.filter(pk=user_id, memberships__department=department).distinct().first()
    if found is None:
        raise NotFound("There is no such account in this department.")
    return found


def roles_of(user: User, department: Department) -> tuple[list[str], list[str]]:
    """The person's (roles, duties) in the department."""
    roles = user.memberships.filter(department=department, active=True).values_list("role", flat=True)
    duties = user.duties.filter(department=department).values_list("duty", flat=True)
    return list(roles), list(duties)
