"""Collecting what was treated: coverage, encounter, lesions, sessions and why it was needed."""

from casetracker.models import Case, ChecklistItem, Lesion, TreatmentSession

from . import words
from .document import Authorization, Coverage, Fact, LesionRow, SessionRow
from .records import Records

NECESSITY = (
    ("Diagnosis", "diagnosis-specific"),
    ("Performance score", "performance-status"),
    ("Why radiosurgery", "medical-necessity-statement"),
    ("Joint decision", "multidisciplinary-review"),
    ("Coverage policy", "coverage-policy-cited"),
)


def coverage(records: Records) -> Coverage:
    case, patient, payer = records.case, records.case.patient, records.case.payer
    notice = any(item.key == "advance-beneficiary-notice" and item.links.all() for item in records.items)
    return Coverage(
        name=patient.name,
        birth_date=words.day(patient.birth_date),
        sex=words.chosen(patient, "sex"),
        record_number=patient.record_number,
        account_number=case.account_number,
        payer=payer.name if payer else "",
        payer_class=words.chosen(payer, "payer_class") if payer else "",
        member_number=case.member_number,
        eligibility_checked_on=words.day(case.eligibility_checked_on),
        notice_on_file=words.yes_no(notice),
        filing_deadline=words.day(case.filing_deadline),
        authorizations=tuple(
            Authorization(
                a.number, a.codes, words.number(a.sessions), words.day(a.valid_from), words.day(a.valid_to)
            )
            for a in records.authorizations
        ),
    )


def encounter(records: Records) -> tuple[Fact, ...]:
    case = records.case
    dates = words.listed(dict.fromkeys(words.day(session.date) for session in records.sessions))
    approvals = words.listed(words.moment(plan.approved_at, records.zone) for plan in records.plans)
    return (
        Fact("Facility", case.department.facility_name or case.department.name),
        Fact("Setting", words.chosen(case, "setting")),
        Fact("Place of service", case.department.place_of_service),
        Fact("Referred by", str(case.referring_clinician or "")),
        Fact("Consultation", words.day(case.consulted_on)),
        Fact("Simulation", words.day(case.simulated_on)),
        Fact("Plan approved", approvals),
        Fact("Sessions", dates),
        Fact("Completed", words.day(max((s.date for s in records.sessions if s.date), default=None))),
        Fact("Resident involved", words.yes_no(case.resident_involved)),
        Fact("Clinical trial", words.yes_no(case.trial)),
    )


def lesions(records: Records) -> tuple[LesionRow, ...]:
    judged = {entry["id"]: entry for entry in records.result["lesions"]}
    return tuple(_lesion(records, lesion, _judgement(judged, lesion)) for lesion in records.lesions)


def _judgement(judged: dict, lesion: Lesion) -> dict:
    return judged.get(str(lesion.uuid)) or judged.get(lesion.label) or {}


def _lesion(records: Records, lesion: Lesion, judgement: dict) -> LesionRow:
    treated = [
        row for session in records.sessions for row in session.treated.all() if row.lesion_id == lesion.pk
    ]
    given = [row.dose_gy for row in treated if row.dose_gy is not None]
    numbers = [s.number for s in records.sessions if any(r.lesion_id == lesion.pk for r in s.treated.all())]
    return LesionRow(
        label=lesion.label,
        place=words.listed((words.chosen(lesion, "region"), words.chosen(lesion, "side").lower())),
        size_mm=words.number(lesion.max_dimension_mm),
        complexity=words.sentence(judgement.get("class")),
        basis=_basis(judgement),
        prescribed_gy=words.number(lesion.dose_gy),
        delivered_gy=words.number(sum(given)) if given else "",
        isodose=words.number(lesion.isodose_pct),
        sessions=words.spans(numbers),
        reported_as=words.sentence(judgement.get("reported_as")),
    )


def _basis(judgement: dict) -> str:
    holding = [r for r in judgement.get("reasons", []) if isinstance(r, dict) and r.get("verdict") == "holds"]
    if judgement.get("class") == "simple" or not holding:
        return words.sentence(judgement.get("why"))
    return words.listed(
        (r.get("text") or f"{r.get('label') or r['fact']}: {r['found']}" for r in holding), "; "
    )


def sessions(records: Records) -> tuple[SessionRow, ...]:
    total = records.case.planned_sessions or len(records.sessions)
    return tuple(_session(records, session, total) for session in records.sessions)


def _session(records: Records, session: TreatmentSession, total: int) -> SessionRow:
    machine = session.machine or records.case.machine
    return SessionRow(
        name=f"{session.number} of {total}",
        date=words.day(session.date),
        machine=words.listed((machine.name, machine.get_modality_display())) if machine else "",
        plan=session.plan.label if session.plan else words.listed(plan.label for plan in records.plans[:1]),
        start=words.clock(session.beam_on_at or session.started_at, records.zone),
        stop=words.clock(session.ended_at, records.zone),
        status=words.chosen(session, "status"),
        oncologist=_present(records, session, "radiation_oncologist"),
        physicist=_present(records, session, "physicist"),
        surgeon=_present(records, session, "neurosurgeon"),
    )


def _present(records: Records, session: TreatmentSession, role: str) -> str:
    times = {presence.clinician_id: presence for presence in session.presences.all()}
    for member in records.team:
        if member.role == role:
            there = times.get(member.clinician_id)
            if there:
                span = words.listed(
                    (words.clock(there.arrived_at, records.zone), words.clock(there.left_at, records.zone)),
                    "-",
                )
                return f"{member.clinician.name} {span}".strip()
            return member.clinician.name if member.present_delivery else ""
    return ""


def necessity(records: Records) -> tuple[Fact, ...]:
    """Recorded facts with the signed document each rests on. No sentence is composed as if by a physician."""
    by_key = {item.key: item for item in records.items}
    values = _necessity_values(records.case, records.lesions)
    rows = (Fact(label, values.get(key, ""), _source(by_key.get(key))) for label, key in NECESSITY)
    return tuple(row for row in rows if row.value or row.source)


def _necessity_values(case: Case, lesions: list[Lesion]) -> dict[str, str]:
    kinds = dict.fromkeys(words.chosen(lesion, "diagnosis") for lesion in lesions)
    score = f"Karnofsky {case.kps} on {words.day(case.performance_on)}" if case.kps is not None else ""
    return {
        "diagnosis-specific": f"{words.listed(kinds)}; {len(lesions)} lesion{'s' if len(lesions) != 1 else ''}",
        "performance-status": score,
        "multidisciplinary-review": words.day(case.decided_on),
        "coverage-policy-cited": words.listed((case.policy_reference, case.policy_version)),
    }


def _source(item: ChecklistItem | None) -> str:
    links = list(item.links.all()) if item else []
    if not links:
        return ""
    document = links[0].document
    return words.listed(
        (document.title, document.author or document.author_name, words.day(document.service_date))
    )
