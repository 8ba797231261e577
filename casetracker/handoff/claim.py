"""Collecting what is claimed: providers, diagnoses, lines, what is not billed, and units explained."""

from collections.abc import Iterator
from typing import Any

from casetracker import readiness
from casetracker.choices import CaseRole, LineDecision, LineOrigin, Severity
from casetracker.models import BillingLine, CaseClinician, ChecklistItem
from casetracker.reason_words import worded_sentence
from checklists.reader import current_book

from . import words
from .document import DROPPED, DiagnosisRow, Line, NotBilled, Provider, UnitNote
from .records import Records

PLANNING = {"77263", "77280", "77285", "77290", "77293", "77295", "77301", "77306", "77307", "77321"}
PHYSICS = {"77300", "77331", "77332", "77333", "77334", "77336", "77338", "77370", "77470"}
PERFORMERS = {
    "radiation_oncologist": "Radiation oncologist",
    "neurosurgeon": "Surgeon",
    "facility": "Facility",
}
MODIFIERS = {
    "26": "Professional part; the facility reports the technical part.",
    "TC": "Technical part; the physician reports the professional part.",
    "PO": "Off-campus department.",
    "PN": "Off-campus department.",
}


def providers(records: Records) -> tuple[Provider, ...]:
    """Everybody named on the case, with the lines that stand under each person's name."""
    rows = [
        Provider(
            role=_role(member),
            name=member.clinician.name,
            credential=member.clinician.credential,
            npi=member.clinician.npi,
            lines=_lines_of(records, member),
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


def _role(member: CaseClinician) -> str:
    """A surgeon is named with the real specialty; one person in two roles with the documented one."""
    role = words.chosen(member, "role")
    if member.role == CaseRole.NEUROSURGEON:
        role = f"{role} ({words.chosen(member.clinician, 'specialty').lower()})"
    documented = words.chosen(member, "documented_role")
    return f"{role}, documented as {documented.lower()}" if documented else role


def _lines_of(records: Records, member: CaseClinician) -> str:
    person = records.person_id(member.clinician)
    own = (line for line in records.released if line.person == person)
    return words.listed(dict.fromkeys(line.code for line in own if line.performer == member.role))


def diagnoses(records: Records) -> tuple[DiagnosisRow, ...]:
    """Diagnosis codes in lesion order, each once, with pointer letters."""
    by_code: dict[str, list[Any]] = {}
    for lesion in records.lesions:
        if lesion.icd10:
            by_code.setdefault(lesion.icd10, []).append(lesion)
    return tuple(
        DiagnosisRow(
            pointer=words.letters(place),
            code=code,
            words=words.listed(dict.fromkeys(words.chosen(lesion, "diagnosis") for lesion in lesions)),
            rank="primary" if place == 0 else "secondary",
            lesions=words.listed(lesion.label for lesion in lesions),
        )
        for place, (code, lesions) in enumerate(by_code.items())
    )


def lines(records: Records, pointers: dict[str, str]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Released lines as (professional, technical), numbered through in that order."""
    professional = [line for line in records.released if line.performer != "facility"]
    technical = [line for line in records.released if line.performer == "facility"]
    professional.sort(key=lambda line: (line.performer != "radiation_oncologist", *_order(line)))
    technical.sort(key=lambda line: (_group(line), *_order(line)))
    rows = [_line(records, line, n, pointers) for n, line in enumerate([*professional, *technical], start=1)]
    return tuple(rows[: len(professional)]), tuple(rows[len(professional) :])


def _order(line: BillingLine) -> tuple[str, str, str]:
    """By code, then day, undated last."""
    return line.code, words.day(line.date) or "9999", line.key


def _line(records: Records, line: BillingLine, number: int, pointers: dict[str, str]) -> Line:
    suggestion = records.suggested.get(line.key, {})
    needed = _needed(records, line)
    own = line.origin == LineOrigin.ADDED or line.differs
    return Line(
        number=number,
        group=_group(line),
        date=words.day(line.date),
        code=line.code,
        label=line.label,
        modifiers=words.listed(line.modifiers, " "),
        units=line.units,
        pointers=words.listed((pointers.get(code, "") for code in line.diagnoses), ""),
        person=records.names.get(line.person, "") or PERFORMERS.get(line.performer, line.performer),
        npi=line.person if line.person.isdigit() else "",
        place_of_service=records.case.department.place_of_service,
        decision=line.get_decision_display().upper(),
        accepted=sum(not readiness.is_open(item) and readiness.is_settled(item) for item in needed),
        required=len(needed),
        packaging=_packaging(records, line),
        because=line.reason if own else suggestion.get("because", ""),
        confidence="coder's decision" if own else words.CONFIDENCE.get(suggestion.get("confidence", ""), ""),
        key=line.key,
    )


def _packaging(records: Records, line: BillingLine) -> str:
    """Packaged or paid apart, for hospital lines beside a one-session course; elsewhere there is nothing to tell.

    The same for suggested lines and for those that a person entered.
    """
    if not records.result["course"].get("single_session") or line.stream != "facility":
        return ""
    found = records.result.get("hospital_payment", records.result["lines"])
    marks = {entry["code"]: entry["packaging"] for entry in found if entry["packaging"]}
    return words.PACKAGING.get(marks.get(line.code, ""), "")


def _group(line: BillingLine) -> str:
    if line.performer != "facility":
        return PERFORMERS.get(line.performer, line.performer)
    if line.code in PLANNING:
        return "1 Simulation and planning"
    return "2 Physics and devices" if line.code in PHYSICS else "3 Delivery"


def _needed(records: Records, line: BillingLine) -> list[ChecklistItem]:
    return [
        item
        for item in records.items
        if item.severity == Severity.REQUIRED
        and item.condition in readiness.JUDGED_CONDITIONS
        and readiness.needs(item, line)
    ]


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
    owner = words.role(line.hold_owner)
    return NotBilled(kind, line.code, line.label, line.reason, owner, words.day(line.hold_until))


def _dropped(records: Records) -> Iterator[NotBilled]:
    """Codes that could have stood on this claim and do not; codes of other treatments are not listed."""
    own = {line.code for line in records.lines} | {line["code"] for line in records.suggested.values()}
    for entry in records.result["not_suggested"]:
        if entry["code"] in own or not _belongs(records, entry):
            continue
        label = entry.get("label") or words.code_label(entry["code"])
        because = worded_sentence(entry["because"], entry.get("reasons", []))
        yield NotBilled(DROPPED, entry["code"], label, because, "", "")


def _belongs(records: Records, entry: dict[str, Any]) -> bool:
    """Dropped for this claim, or for the whole case and this claim could have carried it."""
    if entry.get("stream"):
        return bool(entry["stream"] == records.packet.stream)
    known = current_book().codes.get(entry["code"])
    left_out = known and not (known.usual or known.asked_about)
    if left_out and entry.get("outcome") == "not_suggested":
        return False
    places = known.streams.values() if known else ()
    return not known or any(records.packet.stream in streams for streams in places)


def unit_notes(records: Records, rows: tuple[Line, ...]) -> tuple[UnitNote, ...]:
    """Where every count above one and every modifier comes from."""
    by_key = {line.key: line for line in records.released}
    return tuple(
        UnitNote(
            number=row.number,
            code=row.code,
            units=row.units,
            basis=_basis(records, by_key[row.key]),
            modifiers=row.modifiers,
            backing=_backing(row, by_key[row.key]),
        )
        for row in rows
        if row.units > 1 or row.modifiers
    )


def _basis(records: Records, line: BillingLine) -> str:
    suggestion = records.suggested.get(line.key, {})
    if line.origin == LineOrigin.ADDED or line.differs:
        return line.reason
    basis = suggestion.get("units_basis", "")
    labels = [records.lesion_label(name) for name in suggestion.get("lesions", ())]
    if line.units > 1 and line.performer == "neurosurgeon" and labels:
        basis = f"{basis} {'Lesion' if len(labels) == 1 else 'Lesions'} {words.listed(labels)}."
    return str(basis).strip()


def _backing(row: Line, line: BillingLine) -> str:
    """The sentence behind the modifiers: ours for parts and places, the coder's for everything else."""
    if not row.modifiers:
        return ""
    known = [MODIFIERS[modifier] for modifier in line.modifiers if modifier in MODIFIERS]
    others = [modifier for modifier in line.modifiers if modifier not in MODIFIERS]
    return words.listed([*known, row.because if others else ""], " ")
