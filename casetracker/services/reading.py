"""Reads that must leave a trace: one audit event per page view of a case, nothing else is written."""

from casetracker.models import Case, User
from casetracker.services.history import audit


def note_view(*, by: User, case: Case, what: str) -> None:
    """Record that this person saw this case; `what` is an audit word such as "case.viewed"."""
    audit(action=what, by=by, department=case.department, record=f"case {case.number}")
