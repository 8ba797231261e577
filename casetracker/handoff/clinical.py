"""Collecting what was treated: coverage, encounter, lesions, sessions and why it was needed."""

from datetime import datetime, timedelta
from typing import Any

from casetracker.choices import Compartment, Condition, Fixation, Modality, QualificationKind
from casetracker.models import Case, CaseClinician, ChecklistItem, Clinician, Lesion, TreatmentSession
from casetracker.reason_words import worded

from . import planning, words
from .document import Authorization, Coverage, Fact, LesionRow, SessionRow
from .records import Records

LICENSED = (QualificationKind.AUTHORIZED_USER, QualificationKind.AUTHORIZED_PHYSICIST)
SCREENED = {True: "suspected event, see section 14", False: "nothing suspected"}
NECESSITY = (
    ("Diagnosis", "diagnosis-specific"),
    ("Performance score", "performance-status"),
    ("Disease elsewhere", "extracranial-disease-status"),
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
        filing_deadline=filing_deadline(records)[1],
        authorizations=tuple(
            Authorization(
                a.number, a.codes, words.number(a.sessions), words.day(a.valid_from), words.day(a.valid_to)
            )
            for a in records.authorizations
        ),
    )


def filing_deadline(records: Records) -> tuple[str, str]:
    """(day, day with where it comes from): as recorded, else the payer's days after the first released service."""
    case, payer = records.case, records.case.payer
    if case.filing_deadline:
        return words.day(case.filing_deadline), words.day(case.filing_deadline)
    first = min((line.date for line in records.released if line.date), default=None)
    if first is None or payer is None or payer.filing_days is None:
        return "", ""
    until = words.day(first + timedelta(days=payer.filing_days))
    return until, f"{until}, {payer.filing_days} days after the first service"


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
        Fact("Simulation", _simulation(case)),
        Fact("Localization", planning.localization(records)),
        Fact("Planning images", planning.images(records)),
        Fact("Plan approved", approvals),
        Fact("Sessions", dates),
        Fact("Completed", words.day(max((s.date for s in records.sessions if s.date), default=None))),
        Fact("Resident involved", words.yes_no(case.resident_involved)),
        Fact("Clinical trial", case.trial_number or words.yes_no(case.trial)),
    )


def _simulation(case: Case) -> str:
    """The day; without it what is known about the simulation, empty when nothing is."""
    told = {True: "done, day not recorded", False: "no separate simulation", None: ""}
    return words.day(case.simulated_on) or told[case.simulated]


def lesions(records: Records) -> tuple[LesionRow, ...]:
    judged = {entry["id"]: entry for entry in records.result["lesions"]}
    return tuple(_lesion(records, lesion, judged.get(str(lesion.uuid), {})) for lesion in records.lesions)


def _lesion(records: Records, lesion: Lesion, judgement: dict[str, Any]) -> LesionRow:
    sessions = [(s.number, row) for s in records.sessions for row in s.treated.all()]
    treated = [(number, row) for number, row in sessions if row.lesion_id == lesion.pk]
    given = [row.dose_gy for _, row in treated if row.dose_gy is not None]
    return LesionRow(
        label=lesion.label,
        place=words.listed(
            (words.chosen(lesion, "region"), lesion.spine_level, words.chosen(lesion, "side").lower())
        ),
        size_mm=words.number(lesion.max_dimension_mm),
        complexity=_class(lesion, judgement),
        basis=_basis(judgement),
        prescribed_gy=words.number(lesion.dose_gy),
        delivered_gy=words.number(sum(given)) if given else "",
        isodose=words.number(lesion.isodose_pct),
        sessions=words.spans(number for number, _ in treated),
        reported_as=_reported(judgement),
        schedule=planning.schedule(lesion),
        signed=planning.prescription_signed(records, lesion),
        target_approved=planning.target_approved(records, lesion),
    )


def _class(lesion: Lesion, judgement: dict[str, Any]) -> str:
    """simple, complex, therapeutic; a lesion outside the skull is not graded."""
    if judgement.get("class"):
        return str(judgement["class"])
    return "cannot tell yet" if lesion.compartment == Compartment.CRANIAL else "not graded"


def _basis(judgement: dict[str, Any]) -> str:
    """Why the class is what it is: the sentences of the rules, and what was found where a reason holds."""
    found = (
        f"{reason['label']}: {reason['found']}"
        for reason in map(worded, judgement.get("reasons", []))
        if reason["verdict"] == "holds" and reason["found"] is not None
    )
    shown = words.listed(dict.fromkeys(found), "; ") if judgement.get("class") != "simple" else ""
    because = judgement.get("because", "")
    return f"{because} {shown}.".strip() if shown else str(because)


def _reported(judgement: dict[str, Any]) -> str:
    """The surgeon's code this lesion stands under; an unreported one says why."""
    reported = judgement.get("reported_as") or ""
    return f"{reported}. {judgement['why']}" if reported == "unreported" else reported


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
        timeout=_on_the_day(records, session, session.timeout_at, session.timeout_by),
        position=_position(records, session),
        screen=SCREENED.get(session.event_suspected, ""),
    )


def _on_the_day(
    records: Records, session: TreatmentSession, at: datetime | None, by: Clinician | None
) -> str:
    """A moment of the session's day as a time, of another day with its date; and who."""
    same_day = at is not None and at.astimezone(records.zone).date() == session.date
    told = words.clock(at, records.zone) if same_day else words.moment(at, records.zone)
    return words.listed((told, by.name if by else ""))


def _position(records: Records, session: TreatmentSession) -> str:
    """Images before the beam with the physician's approval; on a head frame how well it fitted."""
    approved = _on_the_day(records, session, session.images_approved_at, session.images_approved_by)
    kind = words.chosen(session, "image_kind")
    taken = words.listed((kind or ("images" if approved else ""), f"approved {approved}" if approved else ""))
    fit = words.number(session.frame_check_mm)
    framed = fit and records.case.fixation_type == Fixation.INVASIVE_FRAME
    return words.listed((taken, f"frame fit within {fit} mm" if framed else ""), "; ")


def _present(records: Records, session: TreatmentSession, role: str) -> str:
    """Who filled this role at the session, with the minutes recorded; empty when nobody is recorded there."""
    times = {presence.clinician_id: presence for presence in session.presences.all()}
    for member in records.team:
        if member.role == role and (member.clinician_id in times or member.present_delivery):
            there = times.get(member.clinician_id)
            span = (there.arrived_at, there.left_at) if there else ()
            minutes = words.listed((words.clock(moment, records.zone) for moment in span), "-")
            return words.listed((_with_license(records, session, member), minutes), " ")
    return ""


def _with_license(records: Records, session: TreatmentSession, member: CaseClinician) -> str:
    """On a cobalt unit: whether the license listed this person on that day."""
    name = member.clinician.name
    if records.case.modality != Modality.COBALT60 or not session.date:
        return name
    held = [
        words.chosen(listing, "kind").lower()
        for listing in member.clinician.qualifications.all()
        if listing.kind in LICENSED
        and listing.removed_at is None
        and listing.valid_from <= session.date
        and (listing.valid_to is None or session.date <= listing.valid_to)
    ]
    return f"{name} [{words.listed(held)}]" if held else name


def necessity(records: Records) -> tuple[Fact, ...]:
    """Recorded facts with the signed document each rests on. No sentence is composed as if by a physician."""
    by_key = {item.key: item for item in records.items}
    values = _necessity_values(records.case, records.lesions)
    if not _asked(by_key.get("extracranial-disease-status")):
        del values["extracranial-disease-status"]
    rows = (Fact(label, values.get(key, ""), _source(by_key.get(key))) for label, key in NECESSITY)
    return tuple(row for row in rows if row.value or row.source)


def _necessity_values(case: Case, lesions: list[Lesion]) -> dict[str, str]:
    kinds = dict.fromkeys(words.chosen(lesion, "diagnosis") for lesion in lesions)
    score = _score(case)
    count = words.counted(len(lesions), "lesion", "lesions") if lesions else ""
    return {
        "diagnosis-specific": words.listed((words.listed(kinds), count), "; "),
        "performance-status": score,
        "extracranial-disease-status": _elsewhere(case),
        "multidisciplinary-review": words.day(case.decided_on),
        "coverage-policy-cited": words.listed((case.policy_reference, case.policy_version)),
    }


def _asked(item: ChecklistItem | None) -> bool:
    """The documentation of this case asks for it."""
    return item is not None and item.condition == Condition.TRUE


def _elsewhere(case: Case) -> str:
    """Disease outside of the treated lesions, and what happens to drug therapy around treatment."""
    therapy = words.chosen(case, "systemic_therapy").lower()
    parts = (words.chosen(case, "extracranial_status"), f"drug therapy {therapy}" if therapy else "")
    return words.listed(parts, "; ")


def _score(case: Case) -> str:
    """The recorded score of either scale with its day; empty when nobody scored."""
    named = [
        f"{scale} {score}"
        for scale, score in (("Karnofsky", case.kps), ("ECOG", case.ecog))
        if score is not None
    ]
    return f"{' / '.join(named)} on {words.day(case.performance_on)}" if named else ""


def _source(item: ChecklistItem | None) -> str:
    """The first signed document behind the item; an unsigned one is no source."""
    links = item.links.all() if item else ()
    document = next((link.document for link in links if link.document.signed_at), None)
    if document is None:
        return ""
    return words.listed(
        (document.title, document.author or document.author_name, words.day(document.service_date))
    )
