"""Policies of a department and of its payers, for its own people: in force, waiting, past. Reads only."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from casetracker.choices import PolicyState
from casetracker.errors import NotFound
from casetracker.models import Department, Payer, PolicySetting, User
from casetracker.policy import PolicyTable
from casetracker.selectors.access import CHART_ROLES, access_of, departments_for
from checklists.engine.book import PolicyKey
from checklists.engine.strictness import known_key
from checklists.reader import current_book

PEOPLE = ("entered_by", "approver", "withdrawn_by")


@dataclass(frozen=True)
class Owner:
    """Who owns settings: a department, or one of its payers."""

    department: Department
    payer: Payer | None = None

    @property
    def level(self) -> str:
        return "payer" if self.payer else "department"

    @property
    def name(self) -> str:
        return str(self.payer or self.department)

    @property
    def mark(self) -> str:
        """A text that tells owners apart."""
        return f"{self.department.pk}/{self.payer.pk if self.payer else ''}"

    @property
    def today(self) -> date:
        return timezone.now().astimezone(ZoneInfo(self.department.time_zone)).date()


@dataclass(frozen=True)
class PolicySheet:
    """Everything the pages of one owner show. settings: of this owner only, all states, oldest first."""

    owner: Owner
    table: PolicyTable
    settings: list[PolicySetting] = field(default_factory=list)

    def of(self, key: str) -> list[PolicySetting]:
        return [setting for setting in self.settings if setting.key == key]


def first_department(user: User) -> Department:
    """The first department in which this person has a role, or NotFound."""
    found = departments_for(user)
    if not found:
        raise NotFound("You have no role in a department.")
    return found[0]


def owner_for(user: User, department_id: int, payer_id: int | None = None) -> Owner:
    """The department and payer, for somebody with any role there; NotFound otherwise."""
    held = access_of(user).roles.get(department_id)
    department = Department.objects.filter(pk=department_id).first() if held else None
    if department is None:
        raise NotFound("There is no such department among yours.")
    if payer_id is None:
        return Owner(department)
    payer = department.payers.filter(pk=payer_id).first()
    if payer is None:
        raise NotFound("There is no such payer in this department.")
    return Owner(department, payer)


def key_for(key: str) -> PolicyKey:
    """The policy of the rule book, or NotFound."""
    found = known_key(current_book(), key)
    if found is None:
        raise NotFound("The rule book has no such policy.")
    return found


def policy_sheet(owner: Owner) -> PolicySheet:
    """Two queries."""
    own = PolicySetting.objects.filter(department=owner.department, payer=owner.payer)
    settings = own.select_related(*PEOPLE, "superseded_by").order_by("valid_from", "id")
    return PolicySheet(owner, PolicyTable.of(owner.department), list(settings))


def proposal_for(user: User, department_id: int, setting_id: int) -> PolicySetting:
    """A setting of this department in whatever state, for somebody with any role there; NotFound otherwise."""
    owner_for(user, department_id)
    found = (
        PolicySetting.objects.select_related("department", "payer", *PEOPLE)
        .filter(pk=setting_id, department_id=department_id)
        .first()
    )
    if found is None:
        raise NotFound("There is no such policy in this department.")
    return found


def waiting_proposals(department: Department) -> list[PolicySetting]:
    found = PolicySetting.objects.filter(department=department, state=PolicyState.PROPOSED)
    return list(found.select_related("payer", "entered_by").order_by("entered_at", "id"))


def reads_charts(user: User, department: Department) -> bool:
    """Whether this person may see which cases a policy touches."""
    return access_of(user).has(department.pk, *CHART_ROLES)
