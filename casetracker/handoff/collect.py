"""`build_handoff(packet)`: the records of a packet as one HandoffDocument. Reads only; freezing is a service."""

from dataclasses import replace

from casetracker.choices import LineDecision, PacketStatus
from casetracker.models import Packet

from . import claim, clinical, proof, words
from .changes import changes_against
from .document import SCHEMA, HandoffDocument, Line, Status, from_dict, sealed
from .records import Records, load

APPROVED = (PacketStatus.APPROVED, PacketStatus.HANDED_OFF, PacketStatus.CLOSED)
NOTES = (
    "Labels beside the codes are our own short words, not official descriptors. A site needs its own licence for the "
    "code sets it uses.",
    "Confidential: holds protected health information. Use only for billing this case.",
    "To verify: the digest is the SHA-256 of the attached data file's content without its digest field.",
)


def build_handoff(packet: Packet, supplement: bool = False) -> HandoffDocument:
    """The packet as it stands: a draft until it is approved, the text to freeze in the moment it is.

    Raises Evaluation.DoesNotExist when the case was never evaluated.
    """
    records = load(packet)
    diagnoses = claim.diagnoses(records)
    pointers = {row.code: row.pointer for row in diagnoses}
    professional, technical = claim.lines(records, pointers)
    case = records.case
    document = HandoffDocument(
        schema=SCHEMA,
        case_number=case.number,
        stream=packet.stream,
        facility=case.department.facility_name or case.department.name,
        department=case.department.name,
        time_zone=case.department.time_zone,
        initials=case.patient.initials,
        record_number=case.patient.record_number,
        demo=case.demo,
        status=_status(records, supplement),
        coverage=clinical.coverage(records),
        encounter=clinical.encounter(records),
        providers=claim.providers(records),
        diagnoses=diagnoses,
        professional=professional,
        technical=technical,
        not_billed=claim.not_billed(records),
        units=claim.unit_notes(records, professional + technical),
        lesions=clinical.lesions(records),
        sessions=clinical.sessions(records),
        necessity=clinical.necessity(records),
        index=proof.index(records),
        exceptions=proof.exceptions(records),
        edits=proof.edits(records),
        rulebook=proof.rulebook(records),
        sign_off=proof.sign_off(records),
        notes=_notes(records),
    )
    return sealed(_with_changes(document, records))


def _status(records: Records, supplement: bool) -> Status:
    packet = records.packet
    held = [line for line in records.lines if line.decision == LineDecision.HOLD]
    approved = packet.status in APPROVED and packet.approved_at is not None
    return Status(
        decision=_decision(records, bool(held), approved),
        headline=_headline(records, len(held), approved),
        version=len(records.earlier) + 1,
        state="approved" if approved else "draft",
        approved_at=words.moment(packet.approved_at, records.zone),
        replaces=None if supplement or not records.earlier else records.earlier[-1].version,
        kind="supplement" if supplement else "full",
        file_until=words.day(records.case.filing_deadline),
        next_step=_next_step(records, approved),
        stream=packet.get_stream_display(),
    )


def _decision(records: Records, held: bool, approved: bool) -> str:
    if not approved or not records.released:
        return "DO NOT BILL"
    return "RELEASE WITH HELD LINES" if held else "RELEASE"


def _headline(records: Records, held: int, approved: bool) -> str:
    if not approved:
        return "Draft. Nothing on these pages may be billed yet."
    if not records.released:
        return "No line of this packet is released."
    bill = words.totals((line.code, line.units) for line in records.released)
    waiting = f" {held} line{'s are' if held != 1 else ' is'} held: see section 8." if held else ""
    return f"Bill {bill}.{waiting}"


def _next_step(records: Records, approved: bool) -> str:
    if not approved:
        state = records.packet.get_status_display().lower()
        return f"Packet is {state}; {records.packet.open_required} required items are open."
    return "Enter the lines of sections 6 and 7, then confirm receipt in the application."


def _notes(records: Records) -> tuple[str, ...]:
    contact = records.case.department.billing_contact
    demo = ("Demonstration: this patient and this case are invented.",) if records.case.demo else ()
    return (*demo, *NOTES, f"Questions: {contact}." if contact else "Questions: the department named above.")


def _with_changes(document: HandoffDocument, records: Records) -> HandoffDocument:
    if not records.earlier:
        return document
    before = from_dict(records.earlier[-1].snapshot)
    changes = changes_against(before, document)
    marks = {fact.source: fact.value for fact in changes}
    return replace(
        document,
        professional=_marked(document.professional, marks),
        technical=_marked(document.technical, marks),
        changes=changes,
    )


def _marked(rows: tuple[Line, ...], marks: dict[str, str]) -> tuple[Line, ...]:
    return tuple(replace(row, change=marks.get(row.key, "unchanged")) for row in rows)
