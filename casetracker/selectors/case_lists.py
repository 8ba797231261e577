"""All cases of a person's departments: search, filters, key-set pages. Values, not objects; three reads a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from casetracker.choices import Modality, PacketStatus
from casetracker.models import Case, Packet, User
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.clinical_steps import OVERDUE, days_over, homes_of, overdue
from casetracker.selectors.keyset import behind, key_of

PAGE = 40
COLUMNS = (
    "id",
    "number",
    "opened_at",
    "date_of_service",
    "modality",
    "halt",
    "missing_required",
    "department_id",
    "department__name",
    "clinical_step",
    "clinical_from",
    "machine__name",
    "patient__name",
    "patient__record_number",
)


@dataclass(frozen=True)
class CaseFilter:
    """What a person asked for; unknown words leave a filter open."""

    q: str = ""
    modality: str = ""
    state: str = ""
    step: str = ""

    @classmethod
    def asked(cls, values: Mapping[str, str]) -> "CaseFilter":
        modality, state = values.get("modality", ""), values.get("state", "")
        return cls(
            q=values.get("q", "").strip()[:60],
            modality=modality if modality in Modality.values else "",
            state=state if state in PacketStatus.values else "",
            step=OVERDUE if values.get("step") == OVERDUE else "",
        )


@dataclass(frozen=True)
class CasePage:
    """rows: values with `packets` [(stream, status)] and `days_over` of the clinical step.

    after: the key of the next page, empty at the end.
    """

    rows: list[dict[str, Any]]
    after: str


def case_page_of(user: User, asked: CaseFilter, after: str = "", now: datetime | None = None) -> CasePage:
    """Newest first. Search: beginning of a case number, record number or name."""
    departments = access_of(user).departments_with(CHART_ROLES)
    homes = homes_of(departments, now or timezone.now())
    cases = _narrowed(Case.objects.filter(department_id__in=departments), asked)
    if asked.step:
        cases = cases.filter(overdue(homes))
    cases = behind(cases, after, "opened_at", newest_first=True)
    found = list(cases.order_by("-opened_at", "-id").values(*COLUMNS)[: PAGE + 1])
    rows = found[:PAGE]
    packets = _packets(row["id"] for row in rows)
    for row in rows:
        row["packets"] = packets.get(row["id"], [])
        row["days_over"] = days_over(row, homes)
    last_row = rows[-1] if len(found) > PAGE else None
    return CasePage(rows, key_of(last_row["opened_at"], last_row["id"]) if last_row else "")


def _narrowed(cases: QuerySet[Case], asked: CaseFilter) -> QuerySet[Case]:
    if asked.q:
        cases = cases.filter(
            Q(number__startswith=asked.q)
            | Q(patient__record_number__startswith=asked.q)
            | Q(patient__name__istartswith=asked.q)
        )
    if asked.modality:
        cases = cases.filter(modality=asked.modality)
    if asked.state:
        cases = cases.filter(Exists(Packet.objects.filter(case=OuterRef("pk"), status=asked.state)))
    return cases


def _packets(ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    rows = Packet.objects.filter(case__in=list(ids)).order_by("stream")
    for case, stream, status in rows.values_list("case_id", "stream", "status"):
        found.setdefault(case, []).append((stream, status))
    return found
