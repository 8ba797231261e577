"""Reads and refusals that must leave a trace: one audit event each, nothing else is written.

What is typed stays out: an event names the page, the number of the case or the id of a record.
"""

from casetracker.models import Case, Department, User
from casetracker.request_context import is_noted
from casetracker.selectors.access import access_of
from casetracker.services.history import audit


def note_view(*, by: User, case: Case, what: str) -> None:
    """Record that this person saw this case; `what` is an audit word such as "case.viewed"."""
    audit(action=what, by=by, department=case.department, record=f"case {case.number}")


def note_seen(*, by: User, case: Case) -> None:
    """Record a view of the case unless this request has left an event about it already."""
    if not is_noted(f"case {case.number}"):
        note_view(by=by, case=case, what="case.viewed")


def note_list(*, by: User, what: str) -> None:
    """Record that this person saw a list of patients: once for the list, not once for each row."""
    audit(action=what, by=by, department=_only_department(by))


def note_policy(*, by: User, department: Department, record: str) -> None:
    """Record that this person saw which open cases a policy touches."""
    audit(action="policy.previewed", by=by, department=department, record=record)


def note_patient(*, by: User, department: Department, patient_id: int) -> None:
    """Record that a known patient was shown while a case is being opened."""
    audit(action="patient.viewed", by=by, department=department, record=f"patient {patient_id}")


def note_refusal(*, by: User, what: str, case: Case | None, ids: str) -> None:
    """Record that a page was refused.

    what: the page, such as "page.case-facts"; case: None where none was found for this person; ids: then those asked
    for.
    """
    audit(
        action=what[:60],
        by=by,
        department=case.department if case else _only_department(by),
        record=f"case {case.number}" if case else ids[:80],
        outcome="refused",
    )


def _only_department(by: User) -> Department | None:
    held = list(access_of(by).roles)
    return Department.objects.get(pk=held[0]) if len(held) == 1 else None


def note_report(*, by: User, department: Department, case: str, person: int | None) -> None:
    """Record that the access report was run, and about which case number or account."""
    record = f"case {case}" if case else f"account {person}" if person else ""
    audit(action="access.reported", by=by, department=department, record=record)
