"""Cases with packets made of plain records, for tests of review and queue that do not need the engine.

One facility packet: 77372 and 77295, each with a required item; one surgeon packet: 61796. Tests that want the whole
way through the services use `tests/factories.py`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casetracker.models import (
    BillingLine,
    Case,
    CaseClinician,
    ChecklistItem,
    Document,
    Evaluation,
    ItemDocument,
    Packet,
    Patient,
    TreatmentSession,
    User,
)
from casetracker.selectors.review import to_confirm
from casetracker.services import queueing, review
from tests.cast import PASSWORD, World

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 10, 12, tzinfo=ZONE)
LINES = (
    ("77372", "facility", "facility"),
    ("77295", "facility", "facility"),
    ("61796", "surgeon_professional", "neurosurgeon"),
)
ITEMS = (
    ("delivery-record", "Delivery record", ["77372"], ["facility"], "therapist", "delivery"),
    ("plan-approval", "Plan approval", ["77295"], ["facility"], "radiation_oncologist", "planning"),
    ("procedure-note", "Procedure note", ["61796"], ["surgeon_professional"], "neurosurgeon", "delivery"),
)


@dataclass
class Desk:
    """One case and everything on it, by short names."""

    case: Case
    lines: dict[str, BillingLine] = field(default_factory=dict)
    items: dict[str, ChecklistItem] = field(default_factory=dict)

    def packet(self, stream: str = "facility") -> Packet:
        found = Packet.objects.select_related("case__department", "case__patient").get(
            case=self.case, stream=stream
        )
        found.case.refresh_from_db()
        return found

    def item(self, key: str) -> ChecklistItem:
        found = ChecklistItem.objects.get(case=self.case, key=key)
        found.case = Case.objects.get(pk=self.case.pk)
        return found


def suggestion(code: str, stream: str, performer: str) -> dict[str, Any]:
    return {
        "key": f"{code}/{stream}/course",
        "code": code,
        "label": f"Words for {code}",
        "units": 1,
        "units_basis": "one per course",
        "modifiers": [],
        "stream": stream,
        "performer": performer,
        "person": None,
        "date": "2026-03-02",
        "because": f"The facts give {code}.",
        "reasons": [],
        "rules": ["DEL-01"],
        "confidence": "data",
        "edition_on": "2026-01-01",
        "diagnoses": [],
        "lesions": [],
        "sessions": [],
        "packaging": None,
        "documents": [],
    }


def result(conflicts: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "course": {},
        "lesions": [],
        "lines": [suggestion(*line) for line in LINES],
        "not_suggested": [],
        "conflicts": conflicts or [],
        "questions": [],
        "documentation": [],
        "policies": [],
        "rulebook": {
            "version": "test",
            "edition_on": "2026-01-01",
            "digest": "0" * 64,
            "edits_release": "2026-01-01",
        },
    }


def desk(
    world: World,
    *,
    number: str = "N-0001",
    decided: bool = True,
    satisfied: bool = True,
    conflicts: list[dict[str, Any]] | None = None,
    opened: datetime = NOW - timedelta(days=12),
    modality: str = "linac",
    physician: str = "onco",
    name: str = "Alder, Ann",
    department: Any = None,
    **columns: Any,
) -> Desk:
    """A case with an evaluation, decided lines (by Cora) and items (answered with Petra's documents)."""
    petra, cora = world.people["petra"], world.people["cora"]
    home = department or world.north
    patient = Patient.objects.create(department=home, record_number=f"MRN-{number}", name=name)
    case = Case.objects.create(
        department=home,
        number=number,
        patient=patient,
        payer=world.payers["medicare"] if home == world.north else world.payers["south_medicare"],
        machine=world.machines["linac"] if home == world.north else None,
        modality=modality,
        setting=home.default_setting,
        date_of_service=date(2026, 3, 2),
        opened_by=petra,
        opened_at=opened,
        updated_at=opened,
        **columns,
    )
    CaseClinician.objects.create(
        case=case, clinician=world.clinicians[physician], role="radiation_oncologist"
    )
    Evaluation.objects.create(
        case=case,
        facts_version=1,
        document={"schema": "srs-case/1"},
        result=result(conflicts),
        rulebook_version="test",
        rulebook_digest="0" * 64,
        at=opened,
    )
    made = Desk(case)
    if decided:
        made.lines = {code: decide(made, code, cora) for code, _, _ in LINES}
    for place, row in enumerate(ITEMS):
        made.items[row[0]] = _item(made, place, row, petra if satisfied else None)
    queueing.refresh(case=case)
    return made


def decide(made: Desk, code: str, by: User, decision: str = "release", **values: Any) -> BillingLine:
    line = suggestion(*next(line for line in LINES if line[0] == code))
    names = ("key", "code", "label", "stream", "performer", "units", "modifiers", "date")
    return BillingLine.objects.create(
        case=made.case,
        decision=decision,
        origin="suggested",
        decided_by=by,
        decided_at=NOW - timedelta(days=3),
        **{name: line[name] for name in names},
        **values,
    )


def _item(made: Desk, place: int, row: tuple, by: User | None) -> ChecklistItem:
    key, label, codes, streams, role, step = row
    item = ChecklistItem.objects.create(
        case=made.case,
        key=key,
        label=label,
        codes=codes,
        streams=streams,
        severity="required",
        role=role,
        step=step,
        position=place,
        condition="true",
        answer="satisfied" if by else "open",
        answered_by=by,
        answered_at=NOW - timedelta(days=4) if by else None,
    )
    if by:
        prove(item, by)
    return item


def prove(item: ChecklistItem, by: User, **values: Any) -> Document:
    document = Document.objects.create(
        case=item.case,
        kind="delivery_record",
        title=f"Document for {item.label}",
        signed_at=NOW - timedelta(days=5),
        added_by=by,
        added_at=NOW - timedelta(days=4),
        **values,
    )
    ItemDocument.objects.create(item=item, document=document, linked_by=by, linked_at=NOW)
    return document


def session_on(made: Desk, day: date, status: str = "delivered") -> TreatmentSession:
    return TreatmentSession.objects.create(case=made.case, number=1, date=day, status=status)


def in_review(made: Desk, world: World, stream: str = "facility") -> Packet:
    """Submitted by Petra, taken by Sam."""
    review.submit(packet=made.packet(stream), by=world.people["petra"])
    review.take(packet=made.packet(stream), by=world.people["sam"])
    return made.packet(stream)


def accepted(made: Desk, world: World, stream: str = "facility") -> Packet:
    packet = in_review(made, world, stream)
    seen = {
        item.pk: item.version
        for item in ChecklistItem.objects.filter(case=made.case)
        if stream in item.streams
    }
    review.accept_items(packet=packet, by=world.people["sam"], seen=seen)
    return made.packet(stream)


def approve(packet: Packet, by: User, **more: Any) -> Packet:
    """Approve with everything confirmed as the page would."""
    lines, warnings = to_confirm(packet)
    values = {
        "case_version": packet.case.version,
        "lines": lines,
        "warnings": warnings,
        "password": PASSWORD,
        **more,
    }
    return review.approve(packet=packet, by=by, **values)


def approved(made: Desk, world: World, stream: str = "facility") -> Packet:
    approve(accepted(made, world, stream), world.people["sam"])
    return made.packet(stream)


def confirmed(packet: Packet, **more: Any) -> dict[str, Any]:
    """What a reviewer sends to approve a packet: every line and warning confirmed, and the password."""
    lines, warnings = to_confirm(packet)
    return {
        "approve-case_version": packet.case.version,
        "approve-lines": lines,
        "approve-warnings": warnings,
        "approve-password": PASSWORD,
        **more,
    }
