"""Who saw or changed what: audit events for compliance, of their own departments. Nothing clinical is read here.

Events of a case, a list or a record carry their department; sign-ins do not, and are found through the account.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from casetracker.choices import Role
from casetracker.models import AuditEvent, Case, Department, User
from casetracker.selectors.access import access_of
from casetracker.selectors.keyset import behind, key_of

PAGE = 50
COLUMNS = (
    "id",
    "at",
    "user__full_name",
    "username",
    "action",
    "record",
    "outcome",
    "source",
    "department_id",
)
UNKNOWN = "unknown account"


@dataclass(frozen=True)
class AccessAsked:
    """What compliance wants to know.

    since, until: moments, `until` not included. case: a case number or "". person: an account or None.
    sign_ins: sign-ins and passwords instead of cases, lists and records.
    """

    since: datetime
    until: datetime
    case: str = ""
    person: int | None = None
    sign_ins: bool = False


@dataclass(frozen=True)
class AccessPage:
    """rows: values of events, newest first, with `case_id` where this person can open the case.

    older: key of the next page, "" at the end.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    older: str = ""


def compliance_departments(user: User) -> list[Department]:
    """Departments in which this person holds the role compliance, by name."""
    return list(Department.objects.filter(pk__in=access_of(user).departments_with([Role.COMPLIANCE])))


def people_in(departments: Iterable[Department]) -> list[dict[str, Any]]:
    """Accounts that have or had a role there: id, username, full_name; former staff stay in the list."""
    found = User.objects.filter(memberships__department__in=list(departments)).distinct()
    return list(found.order_by("full_name", "id").values("id", "username", "full_name"))


def access_page(
    departments: list[Department], people: list[dict[str, Any]], asked: AccessAsked, before: str = ""
) -> AccessPage:
    """One page of events, newest first: two queries whatever their number.

    departments, people: from the two functions above. before: key of the last row shown; an odd key starts anew.
    """
    events = AuditEvent.objects.filter(at__gte=asked.since, at__lt=asked.until)
    events = _sign_ins(events, people) if asked.sign_ins else events.filter(department__in=departments)
    if asked.case:
        events = events.filter(record=f"case {asked.case}")
    if asked.person is not None:
        events = events.filter(_by_person(people, asked) if asked.sign_ins else Q(user=asked.person))
    events = behind(events, before, "at", newest_first=True)
    found = list(events.order_by("-at", "-id").values(*COLUMNS)[: PAGE + 1])
    rows = found[:PAGE]
    _add_case_ids(rows, departments)
    older = key_of(rows[-1]["at"], rows[-1]["id"]) if len(found) > PAGE else ""
    return AccessPage(rows, older)


def _sign_ins(events: QuerySet[AuditEvent], people: list[dict[str, Any]]) -> QuerySet[AuditEvent]:
    """Events without a department: of these accounts, tries on them, and tries on names that no account has."""
    records = [*(f"account {person['username']}" for person in people), UNKNOWN]
    ours = Q(user__in=[person["id"] for person in people]) | Q(user=None, record__in=records)
    return events.filter(ours, department=None)


def _by_person(people: list[dict[str, Any]], asked: AccessAsked) -> Q:
    """Sign-ins of this account, and what was tried in its name before anybody was signed in."""
    names = [one["username"] for one in people if one["id"] == asked.person]
    return Q(user=asked.person) | Q(user=None, record__in=[f"account {name}" for name in names])


def _add_case_ids(rows: list[dict[str, Any]], departments: list[Department]) -> None:
    numbers = {row["record"].removeprefix("case ") for row in rows if row["record"].startswith("case ")}
    cases = Case.objects.filter(department__in=departments, number__in=numbers)
    known = {(home, number): pk for pk, home, number in cases.values_list("id", "department_id", "number")}
    for row in rows:
        row["case_id"] = known.get((row["department_id"], row["record"].removeprefix("case ")))


def case_exists(departments: list[Department], number: str) -> bool:
    return Case.objects.filter(department__in=departments, number=number).exists()
