"""Collecting what is claimed: providers, diagnoses, lines, what is not billed, and units explained."""

from collections.abc import Iterator
from typing import Any

from casetracker.choices import Answer, ItemReview, LineDecision, Severity
from casetracker.models import BillingLine, ChecklistItem

from . import words
from .document import DiagnosisRow, Line, NotBilled, Provider, UnitNote
from .records import GONE, Records

PLANNING = {"77280", "77285", "77290", "77293", "77295", "77301", "77306", "77307", "77321"}
PHYSICS = {"77300", "77331", "77332", "77333", "77334", "77336", "77338", "77370", "77470"}
PERFORMERS = {
    "radiation_oncologist": "Radiation oncologist",
    "neurosurgeon": "Surgeon",
    "facility": "Facility",
}
CONFIDENCE = {
    "data": "published data",
    "several_sources": "several sources",
    "two_sources": "two sources",
    "one_source": "one source",
    "inferred": "department policy, confirm",
    "memory": "department policy, confirm",
}


def providers(records: Records) -> tuple[Provider, ...]:
    """Everybody named on the packet, with the lines each person's number stands on."""
    rows = [
        Provider(
            role=words.chosen(member, "role"),
            name=member.clinician.name,
            credential=member.clinician.credential,
            npi=member.clinician.npi,
            lines=words.listed(
                line.code for line in records.released if line.person == member.clinician.npi != ""
            ),
        )
        for member in records.team
    ]
    for role, clinician in (
        ("Referring", records.case.referring_clinician),
        ("Ordering", records.case.ordering_clinician),
    ):
        if clinician:
            rows.append(Provider(role, clinician.name, clinician.credential, clinician.npi, ""))
    return tuple(rows)


def diagnoses(records: Records) -> tuple[DiagnosisRow, ...]:
    """Diagnosis codes in lesion order, each once, with pointer letters."""
    by_code: dict[str, list[Any]] = {}
    for lesion in records.lesions:
        if lesion.icd10:
            by_code.setdefault(lesion.icd10, []).append(lesion)
    return tuple(
        DiagnosisRow(
            pointer=chr(ord("A") + place),
            code=code,
            words=words.listed(dict.fromkeys(words.chosen(lesion, "diagnosis") for lesion in lesions)),
            rank="primary" if place == 0 else "further",
            lesions=words.listed(lesion.label for lesion in lesions),
        )
        for place, (code, lesions) in enumerate(by_code.items())
    )


def lines(records: Records, pointers: dict[str, str]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Released lines as (professional, technical), numbered through in that order."""
    professional = [line for line in records.released if line.performer != "facility"]
    technical = [line for line in records.released if line.performer == "facility"]
    professional.sort(key=lambda line: (line.performer != "radiation_oncologist", line.code, str(line.date)))
    technical.sort(key=lambda line: (_group(line), line.code, str(line.date)))
    rows = [_line(records, line, n, pointers) for n, line in enumerate([*professional, *technical], start=1)]
    return tuple(rows[: len(professional)]), tuple(rows[len(professional) :])


def _line(records: Records, line: BillingLine, number: int, pointers: dict[str, str]) -> Line:
    suggestion = records.suggested.get(line.key, {})
    needed = _needed(records, line)
    return Line(
        number=number,
        group=_group(line),
        date=words.day(line.date),
        code=line.code,
        label=line.label,
        modifiers=words.listed(line.modifiers, " "),
        units=line.units,
        pointers=words.listed((pointers.get(code, "") for code in line.diagnoses), ""),
        person=records.names_by_npi.get(line.person, "") or PERFORMERS.get(line.performer, line.performer),
        npi=line.person,
        place_of_service=records.case.department.place_of_service,
        decision=line.get_decision_display().upper(),
        accepted=sum(_is_accepted(item) for item in needed),
        required=len(needed),
        packaging=words.sentence(suggestion.get("packaging")),
        because=words.sentence(suggestion.get("because")) or line.reason,
        confidence=CONFIDENCE.get(
            suggestion.get("confidence", ""), "entered by hand" if not suggestion else ""
        ),
        key=line.key,
    )


def _group(line: BillingLine) -> str:
    if line.performer != "facility":
        return PERFORMERS[line.performer]
    if line.code in PLANNING:
        return "1 Simulation and planning"
    return "2 Physics and devices" if line.code in PHYSICS else "3 Delivery"


def _needed(records: Records, line: BillingLine) -> list[ChecklistItem]:
    return [
        item
        for item in records.items
        if item.severity == Severity.REQUIRED and item.condition not in GONE and line.code in item.codes
    ]


def _is_accepted(item: ChecklistItem) -> bool:
    if item.review == ItemReview.ACCEPTED:
        return True
    return item.answer == Answer.SATISFIED and item.answered_by_system and item.review != ItemReview.RETURNED


def not_billed(records: Records) -> tuple[NotBilled, ...]:
    """Held lines, declined lines, suggestions nobody decided, and codes considered and dropped."""
    decided = {line.key for line in records.lines}
    rows = [_held(line) for line in records.lines if line.decision != LineDecision.RELEASE]
    rows += [
        NotBilled(
            "Not decided", line["code"], line["label"], "No coder has decided this line yet.", "coder", ""
        )
        for key, line in records.suggested.items()
        if key not in decided
    ]
    return (*rows, *_dropped(records))


def _held(line: BillingLine) -> NotBilled:
    kind = "Held" if line.decision == LineDecision.HOLD else "Not billed"
    return NotBilled(kind, line.code, line.label, line.reason, line.hold_owner, words.day(line.hold_until))


def _dropped(records: Records) -> Iterator[NotBilled]:
    surgical = records.packet.stream == "surgeon_professional"
    for entry in records.result["not_suggested"]:
        is_surgeon_code = entry["code"].startswith(("61", "63", "20"))
        if is_surgeon_code == surgical and entry["code"] not in records.released_codes:
            yield NotBilled(
                "Considered and dropped",
                entry["code"],
                entry.get("label", ""),
                words.sentence(entry["because"]),
                "",
                "",
            )


def unit_notes(records: Records, rows: tuple[Line, ...]) -> tuple[UnitNote, ...]:
    """Where every count above one and every modifier comes from."""
    by_key = {line.key: line for line in records.released}
    return tuple(
        UnitNote(
            number=row.number,
            code=row.code,
            units=row.units,
            basis=words.sentence(records.suggested.get(row.key, {}).get("units_basis"))
            or by_key[row.key].reason,
            modifiers=row.modifiers,
            backing=_backing(row, by_key[row.key]),
        )
        for row in rows
        if row.units > 1 or row.modifiers
    )


def _backing(row: Line, line: BillingLine) -> str:
    if not row.modifiers:
        return ""
    if line.differs or line.origin == "added":
        return line.reason
    if row.modifiers == "26":
        return "Professional part of a splittable code in a hospital setting."
    return row.because
