"""Invented handoff documents for tests of the forms: small, large and empty."""

from dataclasses import replace

from casetracker.handoff.document import (
    SCHEMA,
    Authorization,
    Coverage,
    DiagnosisRow,
    DirectiveRow,
    EditRow,
    ExceptionRow,
    Fact,
    HandoffDocument,
    IndexRow,
    LesionRow,
    Line,
    NotBilled,
    PlanRow,
    Provider,
    SessionRow,
    SignOff,
    Status,
    UnitNote,
    sealed,
)

EMPTIED = (
    "providers",
    "diagnoses",
    "professional",
    "technical",
    "not_billed",
    "units",
    "lesions",
    "plans",
    "directives",
    "sessions",
    "necessity",
    "index",
    "exceptions",
    "edits",
)
LABELS = {
    "77373": "Stereotactic delivery, each session",
    "77300": "Dose calculation",
    "77336": "Continuing physics",
}


def line(number: int, code: str, units: int, group: str = "3 Delivery", **more) -> Line:
    values = {
        "number": number,
        "group": group,
        "date": "2026-03-02",
        "code": code,
        "label": LABELS.get(code, "Course management"),
        "modifiers": "",
        "units": units,
        "pointers": "A",
        "person": "Facility",
        "npi": "",
        "place_of_service": "22",
        "decision": "RELEASE",
        "accepted": 12,
        "required": 12,
        "packaging": "",
        "because": "Every session of a course of two to five.",
        "confidence": "published data",
        "key": f"{code}/facility/{number}/-",
    }
    return Line(**(values | more))


def lesion(n: int) -> LesionRow:
    return LesionRow(
        label=f"L{n}",
        place="Cerebellopontine angle, left",
        size_mm=f"{n + 4}.5",
        complexity="complex" if n % 3 == 0 else "simple",
        basis="largest dimension 35 mm" if n % 3 == 0 else "",
        prescribed_gy="27",
        delivered_gy="27",
        isodose="80",
        sessions="1, 2, 3, 4, 5",
        reported_as="61797" if n < 6 else "unreported",
        schedule="5 x 5.4 Gy",
        signed=f"2026-02-2{n % 3 + 1} 17:05 EST, Okafor-Vandenberghe, Ngozi",
        target_approved="2026-02-23 11:20 EST, Okafor-Vandenberghe, Ngozi",
    )


def session(n: int) -> SessionRow:
    return SessionRow(
        name=f"{n} of 5",
        date=f"2026-03-0{n + 1}",
        machine="Linac North 1, Linac",
        plan="SRS_P1",
        start="13:55",
        stop="14:20",
        status="Delivered",
        oncologist="Okafor-Vandenberghe, Ngozi 13:40–14:25",
        physicist="Lind, Per",
        surgeon="Marsh, Eleanor",
        timeout=f"13:4{n}, Berg, Tove",
        position=f"Cone-beam CT, approved 13:5{n}, Okafor-Vandenberghe, Ngozi",
        screen="nothing suspected",
    )


def index_row(n: int) -> IndexRow:
    return IndexRow(
        group="77373" if n % 2 else "Every line",
        item=f"Documentation item number {n} with a long name",
        key=f"item-{n}",
        subject=f"lesion L{n}" if n % 4 == 0 else "",
        state="accepted",
        document=f"Document {n}",
        author="Okafor-Vandenberghe, Ngozi, MD",
        service_date="2026-02-24",
        signed_at="2026-02-24 16:10 EST",
        reference=f"chart/{n}",
        mark="Late entry" if n == 7 else "",
    )


def large(lesions: int = 10, sessions: int = 5, items: int = 40) -> HandoffDocument:
    """Ten lesions, five sessions, forty items, a held line, long names."""
    document = HandoffDocument(
        schema=SCHEMA,
        case_number="26-0042",
        stream="facility",
        facility="North Hospital, Department of Radiation Oncology and Stereotactic Surgery",
        department="North Hospital",
        time_zone="America/New_York",
        initials="JD",
        record_number="7001234",
        demo=True,
        status=Status(
            decision="RELEASE WITH HELD LINES",
            headline="Bill 77373 x1, 77373 x1, 77336 x1. 1 line is held: see section 8.",
            version=1,
            state="approved",
            approved_at="2026-03-12 09:30 EDT",
            replaces=None,
            kind="full",
            file_until="2027-03-06",
            next_step="Enter the lines of sections 6 and 7, then confirm receipt in the application.",
            stream="Facility",
        ),
        coverage=Coverage(
            "Doe-Featherstonehaugh-Invented, Jane Alexandra",
            "1964-05-01",
            "Female",
            "7001234",
            "A-99",
            "Medicare Part B",
            "Medicare (fee for service)",
            "1EG4-TE5-MK72",
            "2026-03-01",
            "no",
            "2027-03-06",
            (Authorization("AUTH-1", "77373", "5", "2026-02-01", "2026-05-01"),),
        ),
        encounter=(
            Fact("Setting", "Hospital outpatient"),
            Fact("Simulation", "2026-02-20"),
            Fact("Referred by", ""),
        ),
        providers=(
            Provider("Radiation oncologist", "Okafor-Vandenberghe, Ngozi", "MD", "9000000001", "77435"),
        ),
        diagnoses=(DiagnosisRow("A", "C79.31", "Metastasis", "primary", "L1, L2"),),
        professional=(),
        technical=(
            *tuple(line(n, "77373", 1, date=f"2026-03-0{n + 1}") for n in range(1, sessions + 1)),
            line(sessions + 1, "77336", 1, group="2 Physics and devices"),
        ),
        not_billed=(
            NotBilled(
                "Held",
                "77300",
                "Dose calculation",
                "Calculation sheet unsigned.",
                "dosimetrist",
                "2026-03-20",
            ),
            NotBilled(
                "Considered and dropped", "77372", "Cranial, one session, linac", "Five sessions.", "", ""
            ),
        ),
        units=(UnitNote(1, "77300", 4, "four arcs calculated", "", ""),),
        lesions=tuple(lesion(n) for n in range(1, lesions + 1)),
        sessions=tuple(session(n) for n in range(1, sessions + 1)),
        necessity=(
            Fact("Performance score", "Karnofsky 80 on 2026-02-10", "Consultation, Okafor, 2026-02-10"),
        ),
        index=tuple(sorted((index_row(n) for n in range(items)), key=lambda row: row.group)),
        exceptions=(ExceptionRow("Late entry", "Document 7", "Written 2026-03-06 08:00 EST", "Okafor"),),
        edits=(
            EditRow("Warn", "77336, 77370", "Needs a documented reason.", "Document a separate service."),
        ),
        rulebook=(
            Fact("Rule book", "2026.1"),
            Fact("Code-pair and unit edits", "edit facts of 2024-07 applied"),
        ),
        sign_off=SignOff(
            (Fact("Dosimetrist", "Petra Prepares"),),
            "Cora Codes",
            "2026-03-11 10:00 EDT",
            "Sam Supervises",
            "2026-03-12 09:30 EDT",
            "Approved for billing: 77373 x1.",
        ),
        notes=("Labels are our own short words.",),
        plans=(
            PlanRow(
                "SRS_P1",
                "Inverse planned (modulated)",
                "L1, L2",
                (
                    Fact("Image fusion approved", "2026-02-22 09:10 EST, Okafor-Vandenberghe, Ngozi"),
                    Fact("Goals set", ""),
                    Fact(
                        "Independent dose check", "largest difference 1.8 %; 2026-02-24 15:00 EST, Lind, Per"
                    ),
                ),
            ),
        ),
        directives=(DirectiveRow("2", "27", "2026-02-24 16:30 EST", "Okafor-Vandenberghe, Ngozi", "yes"),),
    )
    return sealed(document)


def empty() -> HandoffDocument:
    """A draft of a case with nothing recorded."""
    full = large()
    nothing = dict.fromkeys(EMPTIED, ())
    status = replace(full.status, decision="DO NOT BILL", state="draft", headline="Draft.", approved_at="")
    return sealed(replace(full, status=status, **nothing))
