"""What a person may see at all: departments and roles. One query per request."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from casetracker.choices import Role
from casetracker.errors import NotFound
from casetracker.models import Case, Department, DutyAssignment, Membership, User

CHART_ROLES = frozenset({Role.STAFF, Role.CODER, Role.SUPERVISOR, Role.COMPLIANCE})


@dataclass(frozen=True)
class Access:
    """Roles of one person by department id."""

    user: User
    roles: dict[int, frozenset[str]] = field(default_factory=dict)

    def has(self, department_id: int, *roles: str) -> bool:
        return bool(self.roles.get(department_id, frozenset()) & set(roles))

    def departments_with(self, roles: Iterable[str]) -> list[int]:
        wanted = set(roles)
        return [department for department, held in self.roles.items() if held & wanted]

    def any_role(self, *roles: str) -> bool:
        return any(held & set(roles) for held in self.roles.values())


def access_of(user: User) -> Access:
    """The person's active roles; read once per user object and kept on it."""
    known = getattr(user, "_access", None)
    if known is None:
        roles: dict[int, set[str]] = {}
        for department_id, role in Membership.objects.filter(user_id=user.pk, active=True).values_list(
            "department_id", "role"
        ):
            roles.setdefault(department_id, set()).add(role)
        known = Access(user, {department: frozenset(held) for department, held in roles.items()})
        user._access = known
    return known


def case_for(user: User, case_id: int, *related: str) -> Case:
    """The case, if this person may read charts in its department; otherwise `NotFound`, whether it exists or not."""
    departments = access_of(user).departments_with(CHART_ROLES)
    try:
        return Case.objects.select_related(
            "department", "patient", "machine", "payer", "final_check_by", *related
        ).get(pk=case_id, department_id__in=departments)
    except Case.DoesNotExist:
        raise NotFound("There is no such case in your departments.") from None


def departments_for(user: User) -> list[Department]:
    return list(Department.objects.filter(pk__in=access_of(user).roles).order_by("name"))


def duties_of(user: User, department: Department) -> set[str]:
    return set(DutyAssignment.objects.filter(user=user, department=department).values_list("duty", flat=True))
