"""Consistency checks of the file: lesion lists, doses, dates, authors, questions, review and deadline.

One function per check, named in `CHECKS` by its key in the rule book. A check without its data answers unknown and
says what to record. Checks of the code set are in `consistency_codes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from checklists.engine.case import CaseFacts
from checklists.engine.consistency_material import (
    MANAGEMENT,
    SURGEON,
    Answer,
    Line,
    Material,
    claim_lines,
    counted,
    fails,
    given_sessions,
    holds,
    treated_lesions,
    unknown,
    with_codes,
)
from checklists.engine.evidence_records import EvidenceDocument
from checklists.engine.evidence_timing import who_accepts

PROOF: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("77371", "77372", "77373", "G0563", "G0339", "G0340"), ("treatment_record",)),
    **dict.fromkeys(("77520", "77522", "77523", "77525"), ("treatment_record",)),
    **dict.fromkeys(SURGEON, ("procedure_note",)),
    "61800": ("frame_note", "procedure_note"),
    "77432": ("management_note",),
    "77435": ("management_note",),
    "77263": ("clinical_planning_note",),
    "77290": ("simulation_note",),
    "77295": ("plan_report_3d", "plan_approval"),
    "77301": ("plan_report_inverse", "plan_approval"),
    "77300": ("dose_calculation_sheet", "plan_approval"),
    "77334": ("device_design_record", "simulation_note"),
    "77338": ("plan_report_inverse", "plan_approval"),
    "77336": ("physics_check",),
    "77370": ("special_physics_report",),
    "77470": ("special_treatment_note",),
}
# Documents of a service that has a code of its own, so that its absence on the claim needs a reason.
SERVICES: Final[Mapping[str, tuple[str, ...]]] = {
    "frame_note": ("61800",),
    "special_physics_report": ("77370",),
    "special_treatment_note": ("77470",),
    "physics_check": ("77336",),
    "clinical_planning_note": ("77263",),
    "procedure_note": SURGEON,
    "management_note": (*MANAGEMENT, "77427", "77431"),
}
WATCHED_LIKENESS = Decimal("0.9")  # local default: above this a person reads the note
NPI_ISSUER, NPI_DIGITS = "80840", 10  # the number's check digit is counted with this prefix


def _summary_lesions(material: Material) -> Answer:
    known = {lesion.id for lesion in material.case.lesions}
    given = {name for session in given_sessions(material.case) for name in session.lesions or ()}
    if given - known:
        return fails(f"Delivered but not in the lesion list: {_names(given - known)}.")
    if material.summary_lesions is None:
        return unknown("Record which lesions the treatment summary names.")
    treated = {lesion.id for lesion in treated_lesions(material.case)}
    missing, extra = treated - material.summary_lesions, material.summary_lesions - treated
    if missing or extra:
        return fails(f"Missing in the summary: {_names(missing)}. In the summary only: {_names(extra)}.")
    return holds(f"The summary names {counted(len(treated), 'treated lesion')}, all there are.")


def _dose_reconciled(material: Material) -> Answer:
    if material.prescribed_gy is None:
        return unknown("Record the prescribed dose of each lesion.")
    delivered: dict[str, Decimal] = {}
    for session in given_sessions(material.case):
        for name, dose in session.doses_gy:
            delivered[name] = delivered.get(name, Decimal(0)) + dose
    bare = [lesion.id for lesion in treated_lesions(material.case) if lesion.id not in delivered]
    if bare:
        return unknown(f"Record the delivered dose of {_names(bare)}.")
    return _compared_doses(material.prescribed_gy, delivered, material.dose_tolerance_percent)


def _compared_doses(
    prescribed: Mapping[str, Decimal], delivered: Mapping[str, Decimal], percent: Decimal
) -> Answer:
    if set(delivered) - set(prescribed):
        return unknown(f"Record the prescribed dose of {_names(set(delivered) - set(prescribed))}.")
    off = [
        f"{name}: {prescribed[name]} Gy prescribed, {given} Gy delivered"
        for name, given in delivered.items()
        if abs(given - prescribed[name]) * 100 > prescribed[name] * percent
    ]
    return fails("; ".join(off) + ".") if off else holds("Prescribed and delivered doses agree.")


def _late_entries(material: Material) -> Answer:
    if material.documents is None:
        return unknown("No documents were handed in.")
    late = [(one, days) for one in material.documents if (days := _days_late(one)) > 0]
    nameless = [one.title for one, _ in late if not (one.author or one.author_id)]
    if nameless:
        return fails(f"Written late without a named author: {_names(nameless)}.")
    very: dict[str, list[str]] = {}
    for one, days in late:
        if days > material.late_after_days:
            very.setdefault(who_accepts(days), []).append(f"{one.title} ({days} days)")
    if very:
        return unknown(" ".join(_to_accept(who, very[who]) for who in sorted(very)))
    return holds(f"{len(late)} late entr{'y' if len(late) == 1 else 'ies'}, each dated and named.")


def _to_accept(who: str, titles: Sequence[str]) -> str:
    return f"{who.capitalize()} must accept what was written very late: {_names(titles)}."


def _days_late(document: EvidenceDocument) -> int:
    if document.written_at is None or document.service_date is None:
        return 0
    return (document.written_at.date() - document.service_date).days


def _service_dates(material: Material) -> Answer:
    lines = claim_lines(material)
    undated = sorted({line.code for line in lines if line.day is None})
    if undated:
        return unknown(f"Record the date of {', '.join(undated)}.")
    if material.documents is None:
        return unknown("No documents were handed in.")
    wrong = [line for line in lines if _clashes(line, material.documents)]
    if wrong:
        return fails(" ".join(_date_clash(line, material.documents) for line in wrong))
    bare = sorted(
        {line.code for line in lines if line.code in PROOF and not _dates(line, material.documents)}
    )
    return (
        unknown(f"No dated document for {', '.join(bare)} yet.")
        if bare
        else holds("Lines and documents agree.")
    )


def _clashes(line: Line, documents: Sequence[EvidenceDocument]) -> bool:
    days = _dates(line, documents)
    return bool(days) and line.day not in (days or ())


def _dates(line: Line, documents: Sequence[EvidenceDocument]) -> set[date] | None:
    """Service dates of the documents that prove a line; None when the code has no proving kind."""
    if line.code not in PROOF:
        return None
    return {one.service_date for one in documents if one.kind in PROOF[line.code] and one.service_date}


def _date_clash(line: Line, documents: Sequence[EvidenceDocument]) -> str:
    shown = _names(day.isoformat() for day in _dates(line, documents) or ())
    return f"{line.code} is dated {line.day}, its document {shown}."


def _identifiers(material: Material) -> Answer:
    physicians = [line for line in claim_lines(material) if line.performer != "facility"]
    bare = sorted({line.code for line in physicians if line.person is None})
    if bare:
        return fails(f"No rendering person on {', '.join(bare)}.")
    if material.npi is None:
        return unknown("The provider numbers were not handed in.")
    people = {str(line.person) for line in physicians}
    invalid = sorted(one for one in people if not valid_npi(material.npi.get(one, "")))
    if invalid:
        return fails(f"No valid provider number for {', '.join(invalid)}.")
    return _signers(physicians, material.documents)


def _signers(lines: Sequence[Line], documents: Sequence[EvidenceDocument] | None) -> Answer:
    if documents is None:
        return unknown("No documents were handed in, so the signers cannot be compared.")
    wrong = []
    for line in with_codes(tuple(lines), (*SURGEON, *MANAGEMENT, "77263")):
        authors = {one.author_id for one in documents if one.kind in PROOF[line.code] and one.author_id}
        if authors and line.person not in authors:
            wrong.append(line.code)
    if wrong:
        return fails(f"The rendering person did not sign the document behind {', '.join(wrong)}.")
    return holds("Every physician line has a person with a valid provider number.")


def valid_npi(number: str) -> bool:
    """Whether a national provider number has ten digits and a right check digit (Luhn, with the issuer's prefix)."""
    if len(number) != NPI_DIGITS or not number.isdigit() or number[0] not in "12":
        return False
    total = 0
    for place, digit in enumerate(reversed(NPI_ISSUER + number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _completeness(material: Material) -> Answer:
    if material.documents is None:
        return unknown("No documents were handed in.")
    lines = claim_lines(material)
    kinds = {one.kind for one in material.documents}
    settled = {line.code for line in lines} | {
        one.get("code") for one in material.result.get("not_suggested", ())
    }
    left_out = sorted(kind for kind in kinds & set(SERVICES) if not settled & set(SERVICES[kind]))
    bare = sorted({line.code for line in lines if line.code in PROOF and not kinds & set(PROOF[line.code])})
    said = [f"Documented without a line or a reason: {_plain(left_out)}."] if left_out else []
    if not said and bare and not _begun(material.case):
        return unknown("Lines are compared with their documents once the first session has been given.")
    said += [f"On the claim without a document: {', '.join(bare)}."] if bare else []
    return fails(" ".join(said)) if said else holds("Lines and documents match both ways.")


def _begun(case: CaseFacts) -> bool:
    """Whether any session was given, stopped or cancelled, or none is recorded at all."""
    return not case.sessions or any(session.status != "planned" for session in case.sessions)


def _copied_text(material: Material) -> Answer:
    if material.similarity is None:
        return unknown(
            "The notes have not been compared with other cases; read them as written for this patient."
        )
    percent = f"{material.similarity * 100:.0f} percent"
    if material.similarity >= WATCHED_LIKENESS:
        return unknown(f"A key note is {percent} like that of another case. A person must read it.")
    return holds(f"The closest note of another case is {percent} alike.")


def _queries(material: Material) -> Answer:
    if material.open_queries is None:
        return unknown("The number of open questions was not handed in.")
    if material.open_queries:
        return fails(f"{counted(material.open_queries, 'question')} to clinicians still open.")
    return holds("No question is open.")


def _review(material: Material) -> Answer:
    if material.approved_by is None:
        return fails("No supervisor has approved this version yet.")
    if material.completers is None or material.changed_since_review is None:
        return unknown("Who completed the checklist, or whether it changed since, was not handed in.")
    if material.approved_by in material.completers:
        return fails("The approver also completed items of this checklist.")
    if material.changed_since_review:
        return fails("Something changed after the approval.")
    return holds("Approved by someone who did no work on the checklist, and unchanged since.")


def _deadline(material: Material) -> Answer:
    last = material.filing_deadline or _medicare_deadline(material)
    if last is None or material.as_of is None:
        return unknown("Record the payer's last filing date.")
    if material.as_of > last:
        return fails(f"The last filing date was {last}.")
    return holds(f"{counted((last - material.as_of).days, 'day')} until the last filing date, {last}.")


def _medicare_deadline(material: Material) -> date | None:
    """Medicare takes claims for one calendar year after the service (source M5)."""
    days = [session.date for session in given_sessions(material.case) if session.date is not None]
    if material.case.payer.payer_class != "medicare_ffs" or not days:
        return None
    first = min(days)  # the earliest service runs out first
    leap_day = (first.month, first.day) == (2, 29)
    return date(first.year + 1, 2, 28) if leap_day else first.replace(year=first.year + 1)


def _names(values: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, values))) or "none"


def _plain(keys: Sequence[str]) -> str:
    return ", ".join(key.replace("_", " ") for key in keys)


CHECKS: Final[Mapping[str, Callable[[Material], Answer]]] = {
    "summary-lists-all-lesions": _summary_lesions,
    "dose-reconciled": _dose_reconciled,
    "late-entry-compliant": _late_entries,
    "service-date-matches": _service_dates,
    "provider-identifiers": _identifiers,
    "charge-completeness": _completeness,
    "cloned-text-screen": _copied_text,
    "queries-closed": _queries,
    "independent-review-approval": _review,
    "filing-deadline": _deadline,
}
