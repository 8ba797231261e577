"""What the head of every case page says: state of treatment, days, packets. Four reads, whatever the case holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casetracker import case_fields
from casetracker.case_input import CaseInput
from casetracker.clinical import ClinicalState, clinical_state
from casetracker.models import Case


@dataclass(frozen=True)
class CaseHead:
    """As `_parts/case_strip.html` wants it. packets: {id, stream, status, open_required}, in stream order."""

    number: str
    patient: str
    record_number: str
    born: date | None
    machine: str | None
    setting: str
    first_session: date | None
    last_session: date | None
    clinical: ClinicalState
    halt: str
    packets: list[dict[str, Any]]


def case_head(case: Case) -> CaseHead:
    """The head of a case that was fetched with `case_for` (patient and machine come along)."""
    sessions = list(
        case.sessions.filter(removed_at=None).order_by("number").values("number", "date", "status")
    )
    dated = sorted(row["date"] for row in sessions if row["date"])
    first, last = (dated[0], dated[-1]) if dated else (case.date_of_service, case.date_of_service)
    facts = CaseInput(
        case={
            name: getattr(case, name)
            for name in case_fields.CASE
            if not case._meta.get_field(name).is_relation
        },
        sessions=sessions,
        plans=list(case.plans.filter(removed_at=None).values("approved_at")),
        authorizations=list(case.authorizations.filter(removed_at=None).values("number")),
    )
    return CaseHead(
        number=case.number,
        patient=case.patient.name,
        record_number=case.patient.record_number,
        born=case.patient.birth_date,
        machine=case.machine.name if case.machine else None,
        setting=case.get_setting_display(),
        first_session=first,
        last_session=last,
        clinical=clinical_state(facts, case.halt),
        halt=case.halt,
        packets=list(case.packets.order_by("stream").values("id", "stream", "status", "open_required")),
    )
