"""What the case document says beside the case's own facts: other courses, and lines that a person decided."""

from typing import Any

from django.db.models import prefetch_related_objects

from casetracker.case_input import Row
from casetracker.choices import CaseRole, LineDecision, LineOrigin, SessionStatus
from casetracker.models import BillingLine, Case

_COURSE = (
    *("started_on", "ended_on", "surgeon", "group", "relation", "prescribed_separately"),
    *("body_site", "dose_gy", "fractions", "records_obtained"),
)
TREATED = (SessionStatus.DELIVERED, SessionStatus.PARTIAL)


def entered_lines(case: Case) -> list[Row]:
    """Lines that a person added or changed and still wants billed, so that edits judge them too. One query."""
    decided = case.lines.exclude(decision=LineDecision.DECLINE)
    return [entered_line(line) for line in decided if line.origin == LineOrigin.ADDED or line.differs]


def entered_line(line: BillingLine) -> Row:
    return {
        "code": line.code,
        "modifiers": list(line.modifiers),
        "units": line.units,
        "date": line.date,
        "performer": line.performer,
        "person": line.person,
        "stream": line.stream,
        "lesions": list(line.lesions),
        "reason": " ".join(line.reason.split())[:200],
    }


def other_courses(rows: list[Row]) -> list[Row]:
    """Courses typed in, and linked cases of this department with their own days, surgeon and lines."""
    linked = [row["linked"] for row in rows if row.get("linked")]
    if linked:
        prefetch_related_objects(linked, "sessions", "team__clinician", "lines")
    return sorted((_course(row) for row in rows), key=lambda course: str(course.get("started_on") or ""))


def _course(row: Row) -> Row:
    typed = {name: row.get(name) for name in _COURSE}
    found = _of_case(row["linked"]) if row.get("linked") else {}
    return {**found, **{name: value for name, value in typed.items() if value not in (None, "")}}


def _of_case(case: Case) -> Row:
    days = sorted(
        session.date
        for session in case.sessions.all()
        if session.removed_at is None and session.date and session.status in TREATED
    )
    surgeon = next((m.clinician for m in case.team.all() if m.role == CaseRole.NEUROSURGEON), None)
    return {
        "started_on": days[0] if days else None,
        "ended_on": days[-1] if days else None,
        "surgeon": surgeon.npi if surgeon else None,
        "group": surgeon.group if surgeon else None,
        "lines": [_line(line) for line in case.lines.all() if line.decision == LineDecision.RELEASE],
    }


def _line(line: BillingLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "date": line.date,
        "performer": line.performer,
        "person": line.person,
        "modifiers": list(line.modifiers),
    }
