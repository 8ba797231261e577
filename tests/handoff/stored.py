"""Handoffs stored without the way through review, for tests of pages that need many of them or a certain content."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from casetracker.handoff.document import HandoffDocument, as_dict, sealed
from casetracker.models import Case, Handoff, HandoffFile, Packet, Patient
from tests.cast import World
from tests.handoff import samples

APPROVED = datetime(2026, 3, 12, 9, 30, tzinfo=ZoneInfo("America/New_York"))


def store(
    world: World,
    number: str,
    *,
    state: str = "ready",
    stream: str = "facility",
    south: bool = False,
    approved_at: datetime = APPROVED,
    document: HandoffDocument | None = None,
) -> Handoff:
    """One handed-off packet of a new case. Its files are there, waiting to be drawn."""
    home = world.south if south else world.north
    patient = Patient.objects.create(
        department=home, record_number=f"MRN-{number}", name="Quist-Secretname, Jane"
    )
    by = world.people["sonja" if south else "sam"]
    case = Case.objects.create(
        department=home,
        number=number,
        patient=patient,
        modality="linac",
        opened_by=by,
        opened_at=approved_at - timedelta(days=20),
        updated_at=approved_at,
    )
    packet = Packet.objects.create(
        case=case, stream=stream, status="handed_off", approved_by=by, approved_at=approved_at
    )
    content = sealed(replace(document or samples.large(2, 1, 4), case_number=number, stream=stream))
    handoff = Handoff.objects.create(
        packet=packet,
        version=1,
        state=state,
        snapshot=as_dict(content),
        digest=content.digest,
        approved_by=by,
        approved_at=approved_at,
    )
    HandoffFile.objects.bulk_create(
        HandoffFile(handoff=handoff, format=form) for form in ("pdf", "json", "csv")
    )
    return handoff


def stored_file(handoff: Handoff, form: str = "pdf", content: bytes = b"%PDF-1.7 invented") -> None:
    HandoffFile.objects.filter(handoff=handoff, format=form).update(
        state="stored", content=content, size=len(content), digest="d" * 64
    )
