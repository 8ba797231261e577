"""HandoffDocument: everything that billing is told, frozen. Pure data; knows no database and no rule book.

Every label, reason and source is carried as text, so that nothing later reads today's records or today's book.
Dates are ISO days; moments are text in the department's zone with the zone's name. The sections and their order
are those of the billing summary: seventeen headings.
"""

import hashlib
import json
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from .course_rows import DirectiveRow, Fact, LesionRow, PlanRow, SessionRow, later

SCHEMA = "srs-handoff/1"
DROPPED = "Considered and dropped"


@dataclass(frozen=True)
class Status:
    """Section 1: may I bill, what, what not, why held, until when."""

    decision: str
    headline: str
    version: int
    state: str
    approved_at: str
    replaces: int | None
    kind: str
    file_until: str
    next_step: str
    stream: str


@dataclass(frozen=True)
class Authorization:
    number: str
    codes: str
    sessions: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True)
class Coverage:
    """Section 2."""

    name: str
    birth_date: str
    sex: str
    record_number: str
    account_number: str
    payer: str
    payer_class: str
    member_number: str
    eligibility_checked_on: str
    notice_on_file: str
    filing_deadline: str
    authorizations: tuple[Authorization, ...]


@dataclass(frozen=True)
class Provider:
    """Section 4."""

    role: str
    name: str
    credential: str
    npi: str
    lines: str


@dataclass(frozen=True)
class DiagnosisRow:
    """Section 5."""

    pointer: str
    code: str
    words: str
    rank: str
    lesions: str


@dataclass(frozen=True)
class Line:
    """Sections 6 and 7."""

    number: int
    group: str
    date: str
    code: str
    label: str
    modifiers: str
    units: int
    pointers: str
    person: str
    npi: str
    place_of_service: str
    decision: str
    accepted: int
    required: int
    packaging: str
    because: str
    confidence: str
    key: str
    change: str = ""


@dataclass(frozen=True)
class NotBilled:
    """Section 8: held, declined, or considered and dropped."""

    kind: str
    code: str
    label: str
    reason: str
    owner: str
    expected_on: str


@dataclass(frozen=True)
class UnitNote:
    """Section 9."""

    number: int
    code: str
    units: int
    basis: str
    modifiers: str
    backing: str


@dataclass(frozen=True)
class IndexRow:
    """Section 13: one item and one document that proves it."""

    group: str
    item: str
    key: str
    subject: str
    state: str
    document: str
    author: str
    service_date: str
    signed_at: str
    reference: str
    mark: str


@dataclass(frozen=True)
class ExceptionRow:
    """Section 14."""

    kind: str
    what: str
    reason: str
    by: str


@dataclass(frozen=True)
class EditRow:
    """Section 15: an edit result, an opened warning, or a difference between suggestion and final line."""

    kind: str
    codes: str
    message: str
    answer: str


@dataclass(frozen=True)
class SignOff:
    """Section 16."""

    completed_by: tuple[Fact, ...]
    submitted_by: str
    submitted_at: str
    approved_by: str
    approved_at: str
    text: str


@dataclass(frozen=True)
class HandoffDocument:
    """One packet version as billing receives it. `digest` covers everything else."""

    schema: str
    case_number: str
    stream: str
    facility: str
    department: str
    time_zone: str
    initials: str
    record_number: str
    demo: bool
    status: Status
    coverage: Coverage
    encounter: tuple[Fact, ...]
    providers: tuple[Provider, ...]
    diagnoses: tuple[DiagnosisRow, ...]
    professional: tuple[Line, ...]
    technical: tuple[Line, ...]
    not_billed: tuple[NotBilled, ...]
    units: tuple[UnitNote, ...]
    lesions: tuple[LesionRow, ...]
    sessions: tuple[SessionRow, ...]
    necessity: tuple[Fact, ...]
    index: tuple[IndexRow, ...]
    exceptions: tuple[ExceptionRow, ...]
    edits: tuple[EditRow, ...]
    rulebook: tuple[Fact, ...]
    sign_off: SignOff
    notes: tuple[str, ...]
    changes: tuple[Fact, ...] = ()
    plans: tuple[PlanRow, ...] = later(())
    directives: tuple[DirectiveRow, ...] = later(())
    digest: str = field(default="")

    @property
    def is_draft(self) -> bool:
        return self.status.state != "approved"

    @property
    def lines(self) -> tuple[Line, ...]:
        """Released lines, professional first."""
        return self.professional + self.technical

    @property
    def held(self) -> tuple[NotBilled, ...]:
        """Lines a person held or declined, and suggestions nobody decided."""
        return tuple(row for row in self.not_billed if row.kind != DROPPED)

    @property
    def dropped(self) -> tuple[NotBilled, ...]:
        """Codes the rules considered and did not suggest."""
        return tuple(row for row in self.not_billed if row.kind == DROPPED)

    @property
    def file_name(self) -> str:
        """Case number, stream and version; never the patient's name."""
        return f"{self.case_number}-{self.stream}-v{self.status.version}"


def as_dict(document: HandoffDocument) -> dict[str, Any]:
    """JSON-ready content; tuples become lists. Places that came later are left out while they are empty."""
    return _plain(document)


def from_dict(content: dict[str, Any]) -> HandoffDocument:
    """The document back from its stored content. Raises TypeError when the content is of another shape."""
    return _build(HandoffDocument, content)


def sealed(document: HandoffDocument) -> HandoffDocument:
    """The same document with the SHA-256 digest of its canonical content."""
    return replace(document, digest=digest_of(as_dict(document)))


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON without the digest itself."""
    body = {name: value for name, value in content.items() if name != "digest"}
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if not is_dataclass(value):
        return value
    told = ((part, getattr(value, part.name)) for part in fields(value))
    return {part.name: _plain(entry) for part, entry in told if entry or "later" not in part.metadata}


def _build(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return (
            None if value is None else _build(next(a for a in get_args(kind) if a is not type(None)), value)
        )
    if origin is tuple:
        return tuple(_build(get_args(kind)[0], entry) for entry in value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        known = {f.name for f in fields(kind)}
        return kind(**{name: _build(hints[name], entry) for name, entry in value.items() if name in known})
    return value
