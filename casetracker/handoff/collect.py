"""`build_handoff(packet)`: the records of a packet as one HandoffDocument. Reads only; freezing is a service."""

from dataclasses import dataclass, replace

from casetracker.choices import LineDecision, PacketStatus
from casetracker.models import BillingLine, Packet

from . import claim, clinical, planning, proof, words
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
PACKAGING_NOTE = (
    "Packaging marks on hospital lines follow our reading of the yearly payment rule; confirm them for the day of "
    "service."
)


@dataclass(frozen=True)
class Version:
    """What this version stands beside. before: the version just before it; already: lines billing has by then."""

    before: HandoffDocument | None
    supplement: bool
    already: frozenset[str]

    def new(self, records: Records) -> list[BillingLine]:
        """The lines that billing enters from this version."""
        return [line for line in records.released if line.key not in self.already]


def build_handoff(packet: Packet, supplement: bool = False) -> HandoffDocument:
    """The packet as it stands: a draft until it is approved, the text to freeze in the moment it is.

    supplement: this version only adds lines to the version before. Raises Evaluation.DoesNotExist when the case was
    never evaluated.
    """
    records = load(packet)
    version = _version(records, supplement)
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
        status=_status(records, version, _sections(professional, technical)),
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
        sign_off=proof.sign_off(records, version.new(records)),
        notes=_notes(records, technical),
        plans=planning.plans(records),
        directives=planning.directives(records),
    )
    return sealed(_with_changes(document, version))


def _version(records: Records, supplement: bool) -> Version:
    before = from_dict(records.earlier[-1].snapshot) if records.earlier else None
    beside = supplement and before is not None
    already = frozenset(line.key for line in before.lines) if before and beside else frozenset()
    return Version(before, beside, already)


def _status(records: Records, version: Version, sections: str) -> Status:
    packet = records.packet
    held = sum(line.decision == LineDecision.HOLD for line in records.lines)
    approved = packet.status in APPROVED and packet.approved_at is not None
    return Status(
        decision=_decision(records, version, bool(held), approved),
        headline=_headline(records, version, held, approved),
        version=len(records.earlier) + 1,
        state="approved" if approved else "draft",
        approved_at=words.moment(packet.approved_at, records.zone) if approved else "",
        replaces=None if version.supplement or not version.before else version.before.status.version,
        kind="supplement" if version.supplement else "full",
        file_until=clinical.filing_deadline(records)[0],
        next_step=_next_step(records, version, approved, sections),
        stream=packet.get_stream_display(),
    )


def _decision(records: Records, version: Version, held: bool, approved: bool) -> str:
    if not approved or not version.new(records):
        return "DO NOT BILL"
    return "RELEASE WITH HELD LINES" if held else "RELEASE"


def _headline(records: Records, version: Version, held: int, approved: bool) -> str:
    if not approved:
        return "Draft. Nothing on these pages may be billed yet."
    if not version.new(records):
        return "No line of this packet is released."
    bill = words.totals((line.code, line.modifiers, line.units) for line in version.new(records))
    waiting = f" {words.counted(held, 'line is', 'lines are')} held: see section 8." if held else ""
    return f"Bill {'in addition ' if version.supplement else ''}{bill}.{waiting}"


def _sections(professional: tuple[Line, ...], technical: tuple[Line, ...]) -> str:
    """The sections of the summary that hold lines to enter; empty when no line is released."""
    held = [number for number, lines in (("6", professional), ("7", technical)) if lines]
    return f"section{'s' if len(held) > 1 else ''} {' and '.join(held)}" if held else ""


def _next_step(records: Records, version: Version, approved: bool, sections: str) -> str:
    if not approved:
        state = records.packet.get_status_display().lower()
        owed = words.counted(records.packet.open_required, "required item is", "required items are")
        return f"Packet is {state}; {owed} open."
    confirm = "then confirm receipt in the application."
    if version.supplement:
        return f"Enter only the lines marked RELEASE; the others were released before. Enter them, {confirm}"
    if version.before:
        earlier = version.before.status.version
        return f"Correct or void what was filed from version {earlier} as marked below, {confirm}"
    if not sections:
        return "No line is released. Confirm receipt in the application."
    return f"Enter the lines of {sections}, {confirm}"


def _notes(records: Records, technical: tuple[Line, ...]) -> tuple[str, ...]:
    contact = records.case.department.billing_contact
    demo = ("Demonstration: this patient and this case are invented.",) if records.case.demo else ()
    packaging = (PACKAGING_NOTE,) if any(line.packaging for line in technical) else ()
    asked = f"Questions: {contact}." if contact else "Questions: the department named above."
    return (*demo, *NOTES, *packaging, asked)


def _with_changes(document: HandoffDocument, version: Version) -> HandoffDocument:
    """Each line marked against the version before; in a supplement, lines billing has are no longer to release."""
    if version.before is None:
        return document
    changes = changes_against(version.before, document)
    marks = {fact.source: fact.value for fact in changes}
    held_before = {line.key: _released_by(line, version.before) for line in version.before.lines}
    released = held_before if version.supplement else {}

    def marked(rows: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(
            replace(row, change=marks[row.key], decision=released.get(row.key, row.decision)) for row in rows
        )

    return replace(
        document,
        professional=marked(document.professional),
        technical=marked(document.technical),
        changes=changes,
    )


def _released_by(line: Line, before: HandoffDocument) -> str:
    """`IN VERSION 1`: the version from which billing entered this line."""
    return line.decision if line.decision.startswith("IN ") else f"IN VERSION {before.status.version}"
