"""The recorded facts from which the clinical state and its clock follow. Three reads, whatever the case holds."""

from casetracker import case_fields
from casetracker.case_input import CaseInput
from casetracker.models import Case


def course_facts(case: Case) -> CaseInput:
    """Dates of the case as it stands in `case`, its sessions, approvals and authorizations."""
    return CaseInput(
        case={
            name: getattr(case, name)
            for name in case_fields.CASE
            if not case._meta.get_field(name).is_relation
        },
        sessions=list(
            case.sessions.filter(removed_at=None)
            .order_by("number")
            .values("uuid", "number", "date", "status")
        ),
        plans=list(case.plans.filter(removed_at=None).values("approved_at")),
        authorizations=list(case.authorizations.filter(removed_at=None).values("number")),
    )
