"""What the consistency checks are judged from: the case, the evaluation, the claim lines and what was recorded.

Lives here: the material as one value, and the few readings of it that several checks share.
Not here: the checks (`consistency_codes`, `consistency_file`) and their order (`consistency`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from checklists.engine.case import CaseFacts, Lesion, Session
from checklists.engine.evidence_records import EvidenceDocument, Verdict
from checklists.engine.evidence_timing import LATE_AFTER_DAYS
from checklists.engine.stops import GIVEN

DELIVERY = ("77371", "77372", "77373", "G0563", "G0339", "G0340", "77520", "77522", "77523", "77525")
SURGEON = ("61796", "61797", "61798", "61799", "61800", "63620", "63621")
MANAGEMENT = ("77432", "77435")
GUIDANCE = ("77014", "77387", "77417", "G6001", "G6002", "G6017")


class Answer(NamedTuple):
    """A verdict and the facts behind it, in words."""

    verdict: Verdict
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """A claim line as the checks read it. `diagnoses` None means that the caller did not say."""

    code: str
    units: int
    modifiers: tuple[str, ...]
    day: date | None
    stream: str | None
    performer: str | None
    person: str | None
    diagnoses: tuple[str, ...] | None
    packaging: str | None
    reason: str | None
    suggested: bool


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a consistency check may look at. `None` means not known, and the check then says so.

    Attributes:
        case: the facts of the case.
        result: the evaluation in its public form (course, lesions, lines, not_suggested, conflicts, rulebook).
        lines: the decided claim lines in the form of `result.lines`; None: suggested lines and entered lines.
        documents: the recorded documents in their current versions.
        parents: add-on code to its allowed primary codes.
        npi: person id to national provider number.
        summary_lesions: lesion ids named in the treatment summary.
        prescribed_gy: lesion id to prescribed total dose in Gy.
        dose_tolerance_percent: local limit between prescribed and delivered dose.
        similarity: highest likeness of a key note to another case, 0 to 1.
        completers: ids of those who attached evidence, answered or signed.
        answered_conflicts: ids of conflicts a person has answered with a reason.
        as_of: the day the checks are made for.
        late_after_days: days after its service from which somebody must accept a late entry.
    """

    case: CaseFacts
    result: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]] | None = None
    documents: Sequence[EvidenceDocument] | None = None
    parents: Mapping[str, Collection[str]] = field(default_factory=dict)
    npi: Mapping[str, str] | None = None
    summary_lesions: frozenset[str] | None = None
    prescribed_gy: Mapping[str, Decimal] | None = None
    dose_tolerance_percent: Decimal = Decimal(5)
    similarity: Decimal | None = None
    open_queries: int | None = None
    approved_by: str | None = None
    completers: frozenset[str] | None = None
    changed_since_review: bool | None = None
    filing_deadline: date | None = None
    answered_conflicts: frozenset[str] = frozenset()
    as_of: date | None = None
    late_after_days: int = LATE_AFTER_DAYS


def claim_lines(material: Material) -> tuple[Line, ...]:
    """The claim lines: those handed in, else every suggested line and each entered line that was not suggested."""
    if material.lines is not None:
        return tuple(_line(raw) for raw in material.lines)
    suggested = tuple(_line(raw) for raw in material.result.get("lines", ()))
    known = {(line.code, line.performer) for line in suggested} | {(line.code, None) for line in suggested}
    paid = {entry["code"]: entry["packaging"] for entry in material.result.get("hospital_payment", ())}
    entered = tuple(_entered(raw, paid.get(raw.code)) for raw in material.case.entered_lines)
    return suggested + tuple(line for line in entered if (line.code, line.performer) not in known)


def with_codes(lines: Sequence[Line], codes: Collection[str]) -> tuple[Line, ...]:
    """The lines of certain codes, in order."""
    return tuple(line for line in lines if line.code in codes)


def units_of(lines: Sequence[Line], code: str) -> int:
    """Units of a code on one claim: a split code stands on two claims, so the larger claim counts."""
    claims: dict[str | None, int] = {}
    for line in with_codes(lines, (code,)):
        claims[line.stream] = claims.get(line.stream, 0) + line.units
    return max(claims.values(), default=0)


def given_sessions(case: CaseFacts) -> tuple[Session, ...]:
    """The sessions in which dose was given."""
    return tuple(session for session in case.sessions if session.status in GIVEN)


def treated_lesions(case: CaseFacts) -> tuple[Lesion, ...]:
    """The lesions named in a session with dose; all lesions when no session names any."""
    named = {name for session in given_sessions(case) for name in session.lesions or ()}
    return tuple(lesion for lesion in case.lesions if not named or lesion.id in named)


def classes(material: Material) -> dict[str, int]:
    """How many treated targets have each class; lesions of one shared target count once, as complex if one is."""
    found = {entry["id"]: entry.get("class") or "unknown" for entry in material.result.get("lesions", ())}
    targets: dict[str, set[str]] = {}
    for lesion in treated_lesions(material.case):
        if lesion.compartment in (None, "cranial"):
            targets.setdefault(lesion.target or lesion.id, set()).add(found.get(lesion.id, "unknown"))
    counts: dict[str, int] = {}
    for members in targets.values():
        ranked = ("unknown", "therapeutic", "complex", "simple")
        chosen = next((word for word in ranked if word in members), "unknown")
        counts[chosen] = counts.get(chosen, 0) + 1
    return counts


def holds(message: str) -> Answer:
    return Answer("holds", message)


def fails(message: str) -> Answer:
    return Answer("fails", message)


def unknown(message: str) -> Answer:
    return Answer("unknown", message)


def _line(raw: Mapping[str, Any]) -> Line:
    diagnoses = raw.get("diagnoses")
    return Line(
        code=str(raw["code"]),
        units=int(raw.get("units") or 1),
        modifiers=tuple(raw.get("modifiers") or ()),
        day=as_day(raw.get("date")),
        stream=raw.get("stream"),
        performer=raw.get("performer"),
        person=raw.get("person"),
        diagnoses=None if diagnoses is None else tuple(diagnoses),
        packaging=raw.get("packaging"),
        reason=raw.get("reason") or raw.get("because"),
        suggested=bool(raw.get("because")),
    )


def _entered(raw: Any, packaging: str | None) -> Line:
    return Line(
        code=raw.code,
        units=raw.units,
        modifiers=raw.modifiers,
        day=raw.date,
        stream=raw.stream,
        performer=raw.performer,
        person=raw.person,
        diagnoses=None,
        packaging=packaging,
        reason=raw.reason,
        suggested=False,
    )


def as_day(value: object) -> date | None:
    """A day given as a day or in ISO form; None for nothing."""
    if isinstance(value, date) or value is None:
        return value
    return date.fromisoformat(str(value)[:10])


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its word: `1 unit`, `2 units`; `several` where the plural is more than an s."""
    return f"{number} {one if number == 1 else several or one + 's'}"
