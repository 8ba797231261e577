"""The overview of a case: the obvious next thing for this person, key facts, packets, what is missing."""

from typing import Any

from casetracker.choices import Diagnosis, PacketStatus, Role
from casetracker.navigation import address
from casetracker.selectors.overview import CaseWork
from casetracker.templatetags.ages import day

S = PacketStatus
Step = dict[str, str]


def next_step(
    case: Any, roles: frozenset[str], work: CaseWork, questions: int, packets: list[dict[str, Any]]
) -> Step:
    """{label, text, url, icon}: the one thing to do now; only a sentence when it is somebody else's turn."""
    statuses = {packet["status"] for packet in packets}
    if case.halt != "none":
        return _step(
            "", f"The case is {case.get_halt_display().lower()}. It goes on when somebody lets it go on.", ""
        )
    if Role.SUPERVISOR in roles and statuses & {S.READY, S.IN_REVIEW}:
        return _step(
            "Review the packets", "A packet waits for your judgement.", _to("case-review", case), "eye"
        )
    if roles & {Role.STAFF, Role.CODER}:
        found = _entering(case, roles, work, questions, statuses)
        if found:
            return found
    return _waiting(case, statuses, work, questions)


def _entering(
    case: Any, roles: frozenset[str], work: CaseWork, questions: int, statuses: set[str]
) -> Step | None:
    if not statuses - {S.APPROVED, S.HANDED_OFF, S.CLOSED} and statuses:
        return None
    if S.RETURNED in statuses:
        text = "A packet was sent back. The packet and each returned item say why."
        return _step(
            "Look at what was returned", text, f"{_to('case-checklist', case)}?who=everyone", "return"
        )
    if questions and not _complete(work):
        text = f"{questions} fact{_s(questions)} would decide the codes."
        return _step(f"Answer {questions} question{_s(questions)}", text, _to("case-facts", case), "question")
    if Role.CODER in roles and (work.undecided or work.unsupported):
        count = len(work.undecided) + len(work.unsupported)
        text = "Each suggested line needs a person's decision."
        return _step(f"Decide {count} line{_s(count)}", text, _to("case-codes", case), "scale")
    if work.open_total:
        text = f"{work.open_total} of {work.required_total} required items are open."
        return _step("Add the missing documents", text, _to("case-checklist", case), "checklist")
    if S.COLLECTING in statuses and not work.undecided:
        return _step("Submit for review", "Everything required is there.", _to("case-review", case), "ready")
    return None


def _complete(work: CaseWork) -> bool:
    """Every line is decided and nothing required is missing: an open question holds nobody up any more."""
    return bool(work.lines) and not (work.undecided or work.unsupported or work.open_total)


def _waiting(case: Any, statuses: set[str], work: CaseWork, questions: int) -> Step:
    if statuses & {S.READY, S.IN_REVIEW}:
        return _step("", "A supervisor looks at it next.", "")
    if statuses and statuses <= {S.CLOSED}:
        return _step("", "Billing has received every packet. There is nothing left to do.", "")
    if statuses and statuses <= {S.APPROVED, S.HANDED_OFF, S.CLOSED}:
        return _step("", "Billing receives the approved packets next.", _to("handoff-list", None), "inbox")
    if work.undecided and not questions:
        return _step("", "A coder decides the suggested lines next.", "")
    return _step("", "Staff collect facts and documents next.", "")


def _step(label: str, text: str, url: str, icon: str = "arrow-right") -> Step:
    return {"label": label, "text": text, "url": url, "icon": icon}


def _to(route: str, case: Any) -> str:
    return (address(route, case.pk) if case is not None else address(route)) or ""


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def key_facts(case: Any, document: dict[str, Any]) -> list[dict[str, Any]]:
    """The facts a person looks for first."""
    lesions = document.get("lesions", [])
    sessions = document.get("sessions", [])
    team = {person["role"]: person.get("name") for person in document.get("people", [])}
    return [
        {"label": "Lesions", "value": len(lesions) or None, "note": _diagnoses(lesions)},
        {"label": "Largest", "value": _largest(lesions)},
        {"label": "Sessions", "value": _sessions(case, sessions)},
        {"label": "Fixation", "value": case.get_fixation_type_display() or None},
        {"label": "Payer", "value": str(case.payer) if case.payer else None},
        {"label": "Radiation oncologist", "value": team.get("radiation_oncologist")},
        {"label": "Surgeon", "value": team.get("neurosurgeon")},
        {"label": "Filing deadline", "value": day(case.filing_deadline)},
    ]


def _diagnoses(lesions: list[dict[str, Any]]) -> str:
    words = dict(Diagnosis.choices)
    names = dict.fromkeys(words.get(lesion.get("diagnosis"), "") for lesion in lesions)
    return ", ".join(name for name in names if name)


def _largest(lesions: list[dict[str, Any]]) -> str | None:
    sizes = [lesion["max_dimension_mm"] for lesion in lesions if lesion.get("max_dimension_mm") is not None]
    return f"{max(sizes):g} mm" if sizes else None


def _sessions(case: Any, sessions: list[dict[str, Any]]) -> str | None:
    given = sum(session.get("status") in ("delivered", "partial") for session in sessions)
    planned = case.planned_sessions or len(sessions)
    return f"{given} of {planned} given" if planned else None
