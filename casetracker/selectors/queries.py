"""Queries to clinicians that a person may see, and the facts of the record that a new one can cite."""

from dataclasses import dataclass
from typing import Any

from casetracker import query_wording
from casetracker.choices import QueryState
from casetracker.errors import NotFound
from casetracker.models import Case, ChecklistItem, Clinician, Lesion, Query, User
from casetracker.requirements import kind_label
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.keyset import behind, capped_counts, key_of

PAGE = 50
TABS = {
    "open": (QueryState.OPEN,),
    "answered": (QueryState.ANSWERED,),
    "done": (QueryState.CLOSED, QueryState.WITHDRAWN),
}
COLUMNS = (
    "id",
    "state",
    "question",
    "asked_at",
    "due_on",
    "answered_at",
    "closed_at",
    "closed_reason",
    "clinician__name",
    "asked_by__full_name",
    "item__label",
    "case_id",
    "case__number",
    "case__department__time_zone",
)


@dataclass(frozen=True)
class QueryPage:
    """Rows as values, oldest first; counts per tab, at most `keyset.CAP` + 1; `after` is the next page's key."""

    rows: list[dict[str, Any]]
    counts: dict[str, int]
    after: str


def queries_for(user: User, tab: str, after: str = "", case_id: int | None = None) -> QueryPage:
    """Queries of one tab in the person's departments, or of one case there: two statements for any number of rows."""
    own = Query.objects.filter(case__department_id__in=access_of(user).departments_with(CHART_ROLES))
    if case_id is not None:
        own = own.filter(case_id=case_id)
    rows = own.filter(state__in=TABS[tab]).order_by("asked_at", "id")
    found = list(behind(rows, after, "asked_at").values(*COLUMNS)[: PAGE + 1])
    last_row = found[PAGE - 1] if len(found) > PAGE else None
    return QueryPage(
        rows=found[:PAGE],
        counts=capped_counts(user, {name: own.filter(state__in=states) for name, states in TABS.items()}),
        after=key_of(last_row["asked_at"], last_row["id"]) if last_row else "",
    )


def query_for(user: User, query_id: int) -> Query:
    """The query, if this person may read charts in its department; otherwise NotFound."""
    departments = access_of(user).departments_with(CHART_ROLES)
    related = (
        "case__department",
        "case__patient",
        "case__machine",
        "case__payer",
        "clinician",
        "item",
        "asked_by",
    )
    try:
        return Query.objects.select_related(*related).get(pk=query_id, case__department_id__in=departments)
    except Query.DoesNotExist:
        raise NotFound("There is no such query in your departments.") from None


def clinicians_of(case: Case) -> list[tuple[int, str]]:
    """Whom a query can go to: the team of the case first, then the rest of the department."""
    team = list(case.team.select_related("clinician").order_by("id"))
    first = {
        member.clinician_id: f"{member.clinician} ({member.get_role_display().lower()})" for member in team
    }
    rest = Clinician.objects.filter(departments=case.department_id, active=True).exclude(pk__in=first)
    return [*first.items(), *((clinician.pk, str(clinician)) for clinician in rest)]


def clinician_of(case: Case, clinician_id: int) -> Clinician:
    try:
        return Clinician.objects.get(pk=clinician_id, departments=case.department_id)
    except Clinician.DoesNotExist:
        raise NotFound("There is no such clinician in this department.") from None


def usual_clinician(case: Case, item: ChecklistItem | None) -> int | None:
    """Who fills the role that owes the item."""
    if item is None:
        return None
    return case.team.filter(role=item.role).order_by("id").values_list("clinician_id", flat=True).first()


def facts_for_query(case: Case, item: ChecklistItem | None) -> str:
    """What the record says about an item, one fact per line, for the asker to keep or shorten.

    Sentences that speak of codes or payment are left out: they have no place in a query.
    """
    if item is None:
        return ""
    found = [*_lesion_facts(item), *_document_facts(item), *_open_checks(item)]
    return "\n".join(fact for fact in found if not query_wording.problems(question="", facts=fact))


def _lesion_facts(item: ChecklistItem) -> list[str]:
    if not item.subject.startswith("lesion:"):
        return []
    lesion = Lesion.objects.filter(case_id=item.case_id, uuid=item.subject.removeprefix("lesion:")).first()
    if lesion is None:
        return []
    known = [
        f"Lesion {lesion.label}: {lesion.get_diagnosis_display() or 'diagnosis not recorded'}",
        lesion.get_region_display(),
        f"largest dimension {lesion.max_dimension_mm.normalize():f} mm" if lesion.max_dimension_mm else "",
        f"{lesion.optic_distance_mm.normalize():f} mm to the optic pathway"
        if lesion.optic_distance_mm is not None
        else "",
        f"measured on {lesion.image_reference}" if lesion.image_reference else "",
        f"stated class: {lesion.get_stated_class_display().lower()}" if lesion.stated_class else "",
    ]
    return [", ".join(part for part in known if part) + "."]


def _document_facts(item: ChecklistItem) -> list[str]:
    links = item.links.filter(removed_at=None, document__removed_at=None).select_related("document__author")
    facts = []
    for document in (link.document for link in links):
        author = str(document.author) if document.author else document.author_name or "author not recorded"
        day = f" of {document.service_date:%b %-d, %Y}" if document.service_date else ""
        signed = "signed" if document.signed_at else "not signed"
        facts.append(f"{kind_label(document.kind)} “{document.title}”{day} by {author}, {signed}.")
    return facts


def _open_checks(item: ChecklistItem) -> list[str]:
    return [
        check["message"] for check in item.checks if check.get("verdict") != "holds" and check.get("message")
    ]
