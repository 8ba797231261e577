"""What the head of every case page says: state of treatment, days, packets. Four reads, whatever the case holds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casetracker.clinical import ClinicalState, clinical_state
from casetracker.clinical_clocks import since
from casetracker.models import Case
from casetracker.selectors.course_facts import course_facts


@dataclass(frozen=True)
class CaseHead:
    """As `_parts/case_strip.html` wants it. packets: {id, stream, status, open_required}, in stream order.

    since: of the clinical state; None where no record says so.
    """

    number: str
    patient: str
    record_number: str
    born: date | None
    machine: str | None
    setting: str
    first_session: date | None
    last_session: date | None
    clinical: ClinicalState
    since: date | None
    halt: str
    packets: list[dict[str, Any]]


def case_head(case: Case) -> CaseHead:
    """The head of a case that was fetched with `case_for` (patient and machine come along)."""
    facts = course_facts(case)
    dated = sorted(row["date"] for row in facts.sessions or [] if row["date"])
    first, last = (dated[0], dated[-1]) if dated else (case.date_of_service, case.date_of_service)
    state = clinical_state(facts, case.halt)
    return CaseHead(
        number=case.number,
        patient=case.patient.name,
        record_number=case.patient.record_number,
        born=case.patient.birth_date,
        machine=case.machine.name if case.machine else None,
        setting=case.get_setting_display(),
        first_session=first,
        last_session=last,
        clinical=state,
        since=since(state.key, facts, case.department.time_zone),
        halt=case.halt,
        packets=list(case.packets.order_by("stream").values("id", "stream", "status", "open_required")),
    )
