"""Sessions of the next working days with what must be there before the beam and is not. Seven queries for any number.

Only items that nobody can make up afterwards count here; everything else is on the checklist of the case.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef

from casetracker import working_days
from casetracker.choices import Answer, Condition, Halt, ItemReview, SessionStatus, Severity
from casetracker.clinical import GIVEN
from casetracker.models import CaseClinician, ChecklistItem, Department, TreatmentSession, User
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.subjects import words_across_cases

AHEAD = 2  # working days after today
MOST_SESSIONS = 200
UNMET = (Answer.OPEN, Answer.CANNOT_BE_MET)


@dataclass(frozen=True)
class Unmet:
    """One open item. `who`: persons of the case in the role that owes it; `codes`: lines at risk.

    `subject`: the lesion, plan or unit it is about, in words; "" for the session itself or the whole case.
    """

    id: int
    label: str
    subject: str
    role: str
    who: tuple[str, ...]
    codes: tuple[str, ...]
    severity: str
    unknown: bool
    never: bool

    @property
    def required(self) -> bool:
        return self.severity == Severity.REQUIRED


@dataclass(frozen=True)
class Ahead:
    """One planned session, with its unmet items: required ones first, then in workflow order."""

    case_id: int
    number: str
    patient: str
    department: str
    machine: str
    session: int
    of: int | None
    day: date
    starts_at: datetime | None
    zone: str
    unmet: list[Unmet] = field(default_factory=list)


@dataclass(frozen=True)
class Days:
    """today and last: the days looked at, both included. `more`: there are further sessions than are shown."""

    today: date
    last: date
    sessions: list[Ahead]
    more: bool = False


def sessions_ahead(user: User, now: datetime) -> Days:
    """Planned sessions from today to the second working day after it, earliest first, with what they still lack.

    Today is the earliest local day of the person's departments, so that no evening session is missed.
    """
    departments = access_of(user).departments_with(CHART_ROLES)
    zoned = Department.objects.filter(pk__in=departments)
    today = min((working_days.local_day(now, one) for one in zoned), default=now.date())
    last = working_days.after(today, AHEAD)
    rows = _planned(departments, today, last)
    items = _items({row["case_id"] for row in rows})
    team = _team(items)
    seen: set[int] = set()
    found = []
    for row in rows[:MOST_SESSIONS]:
        found.append(_ahead(row, items.get(row["case_id"], ()), team, first=row["case_id"] not in seen))
        seen.add(row["case_id"])
    return Days(today, last, found, len(rows) > MOST_SESSIONS)


COLUMNS = (
    "uuid",
    "number",
    "date",
    "started_at",
    "plan__uuid",
    "machine__name",
    "case_id",
    "case__number",
    "case__planned_sessions",
    "case__machine__name",
    "case__patient__name",
    "case__department__name",
    "case__department__time_zone",
    "begun",
    "plan_begun",
)


def _planned(departments: list[int], today: date, last: date) -> list[dict[str, Any]]:
    """begun, plan_begun: beam was given before (with this plan), so only what belongs to this session can be met."""
    given = TreatmentSession.objects.filter(case=OuterRef("case"), removed_at=None, status__in=GIVEN)
    planned = TreatmentSession.objects.filter(
        case__department__in=departments,
        case__halt=Halt.NONE,
        removed_at=None,
        status=SessionStatus.PLANNED,
        date__range=(today, last),
    )
    ordered = planned.annotate(
        begun=Exists(given), plan_begun=Exists(given.filter(plan=OuterRef("plan")))
    ).order_by("date", "started_at", "case__number", "number")
    return list(ordered.values(*COLUMNS)[: MOST_SESSIONS + 1])


def _items(cases: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Unmet items by case, in workflow order."""
    wanted = ChecklistItem.objects.filter(
        case__in=cases, cure="before_beam", condition__in=(Condition.TRUE, Condition.UNKNOWN)
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    names = (
        "id",
        "case_id",
        "subject",
        "label",
        "role",
        "codes",
        "severity",
        "condition",
        "answer",
        "review",
    )
    for item in wanted.order_by("position", "id").values(*names):
        if item["answer"] in UNMET or item["review"] == ItemReview.RETURNED:
            found[item["case_id"]].append(item)
    return _named(found)


def _named(items: dict[int, list[dict[str, Any]]]) -> dict[int, list[dict[str, Any]]]:
    """Each item with what it is about; the session needs no words, it stands above the row."""
    names = words_across_cases(item["subject"] for rows in items.values() for item in rows)
    for item in (item for rows in items.values() for item in rows):
        item["subject_name"] = "" if item["subject"].startswith("session:") else names[item["subject"]]
    return items


def _team(items: dict[int, list[dict[str, Any]]]) -> dict[tuple[int, str], tuple[str, ...]]:
    rows = CaseClinician.objects.filter(case__in=items).order_by("id")
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    for case_id, role, name in rows.values_list("case_id", "role", "clinician__name"):
        found[case_id, role] = (*found.get((case_id, role), ()), name)
    return found


def _ahead(
    row: dict[str, Any],
    items: Iterable[dict[str, Any]],
    team: dict[tuple[int, str], tuple[str, ...]],
    *,
    first: bool,
) -> Ahead:
    unmet = [_unmet(item, team) for item in items if _belongs(item, row, first=first)]
    return Ahead(
        case_id=row["case_id"],
        number=row["case__number"],
        patient=row["case__patient__name"],
        department=row["case__department__name"],
        machine=row["machine__name"] or row["case__machine__name"] or "",
        session=row["number"],
        of=row["case__planned_sessions"],
        day=row["date"],
        starts_at=row["started_at"],
        zone=row["case__department__time_zone"],
        unmet=sorted(unmet, key=lambda item: not item.required),
    )


def _belongs(item: dict[str, Any], row: dict[str, Any], *, first: bool) -> bool:
    """An item of a session or plan stands under that session; everything else under the case's earliest one."""
    scope, _, uuid = item["subject"].partition(":")
    if scope == "session":
        return uuid == str(row["uuid"])
    if scope == "plan" and row["plan__uuid"]:
        return uuid == str(row["plan__uuid"]) and not row["plan_begun"]
    return first and not row["begun"]


def _unmet(item: dict[str, Any], team: dict[tuple[int, str], tuple[str, ...]]) -> Unmet:
    return Unmet(
        id=item["id"],
        label=item["label"],
        subject=item["subject_name"],
        role=item["role"],
        who=team.get((item["case_id"], item["role"]), ()),
        codes=tuple(item["codes"]),
        severity=item["severity"],
        unknown=item["condition"] == Condition.UNKNOWN,
        never=item["answer"] == Answer.CANNOT_BE_MET,
    )
