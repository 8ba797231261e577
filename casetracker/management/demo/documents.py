"""Files invented documents for the open items of a case, as a careful team would have done in time."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from casetracker.choices import Answer, Condition
from casetracker.document_input import DocumentInput
from casetracker.management.demo.clock import at
from casetracker.models import Case, ChecklistItem, Clinician, User
from casetracker.requirements import STEPS, kind_label, requirement, step_rank
from casetracker.services.evidence.answers import answer_item
from casetracker.services.evidence.documents import add_documents

# Days before (-) or after the first session on which papers of a step are written, and the time they are signed.
STEP_DAYS = {
    "consult": (-21, "15:20"),
    "simulation": (-8, "11:40"),
    "planning": (-4, "17:30"),
    "pretreatment_qa": (-1, "16:45"),
    "delivery": (0, "12:30"),
    "completion": (1, "09:15"),
    "follow_up": (1, "09:30"),
    "billing": (2, "10:00"),
}
BEFORE_BEAM = "07:10"
# Kinds of document that bear the day the case records for them.
OWN_DAYS = {
    "clinical_planning_note": "clinical_plan_on",
    "simulation_note": "simulated_on",
    "physics_check": "continuing_check_on",
}


def file_documents(*, case: Case, by: User, share: float = 1.0, today: date) -> None:
    """Add one document per kind and subject that open items name, each ticked for the items it usually proves.

    share: part of the documents that is on file, earliest steps first. Nothing is dated after `today` or signed
    after now.
    """
    groups = _groups(case)
    wanted = list(groups.items())[: round(len(groups) * share)]
    drafts = [_entry(case, kind, subject, items) for (kind, subject), items in wanted]
    drafts += [_countersigned(case, entry, items) for entry, (_, items) in zip(drafts, wanted, strict=True)]
    now = timezone.now()
    entries = [
        entry
        for entry in drafts
        if entry is not None
        and entry.service_date
        and entry.service_date <= today
        and not entry.still_to_come(now)
    ]
    if entries:
        add_documents(case=case, by=by, entries=entries)
    if share >= 1:
        _answer_the_rest(case, by)


def _open_items(case: Case) -> list[ChecklistItem]:
    return list(
        case.items.filter(condition__in=[Condition.TRUE, Condition.UNKNOWN], answer=Answer.OPEN).order_by(
            "position", "id"
        )
    )


def _groups(case: Case) -> dict[tuple[str, str], list[ChecklistItem]]:
    """Open items by the first usual kind of document and the subject it is about, in order of the steps."""
    steps = list(STEP_DAYS)
    groups: dict[tuple[str, str], list[ChecklistItem]] = defaultdict(list)
    for item in sorted(_open_items(case), key=lambda item: (steps.index(item.step), item.position)):
        needed = requirement(item.key)
        if needed and needed.kinds:
            groups[needed.kinds[0], _about(item.subject)].append(item)
    return groups


def _about(subject: str) -> str:
    return "case" if subject.startswith("unit:") else subject


def _entry(case: Case, kind: str, subject: str, items: list[ChecklistItem]) -> DocumentInput:
    service_on, signed_at = _moment(case, kind, subject, items)
    author = _author(case, items)
    return DocumentInput(
        kind=kind,
        title=kind_label(kind),
        author=author,
        author_name="" if author else "Outside clinic (invented)",
        author_role=_role(items),
        service_date=service_on,
        written_at=signed_at,
        signed_at=signed_at,
        reference=f"Chart {case.number}, {STEPS[min((item.step for item in items), key=step_rank)].lower()}",
        subject=subject,
        item_ids=tuple(item.pk for item in items),
    )


def _countersigned(case: Case, entry: DocumentInput, items: list[ChecklistItem]) -> DocumentInput | None:
    """The second signature where an item wants one: an entry of its own with the other signer."""
    wanted = {needed.item.cosigner for item in items if (needed := requirement(item.key)) and needed.item}
    role = next((role for role in wanted if role), None)
    member = case.team.filter(role=role).select_related("clinician").first() if role else None
    if member is None:
        return None
    return replace(
        entry, title=f"{entry.title}, approved", author=member.clinician, author_name="", author_role=role
    )


def _timing(items: list[ChecklistItem]) -> set[str]:
    found = (requirement(item.key) for item in items)
    return {word for needed in found if needed and needed.item for word in needed.item.timing}


def _moment(case: Case, kind: str, subject: str, items: list[ChecklistItem]) -> tuple[date, datetime]:
    """Day of service and moment of the signature, early enough for every item the document is to prove."""
    days, clock = STEP_DAYS[min((item.step for item in items), key=list(STEP_DAYS).index)]
    first, last = _treatment_days(case, subject)
    timing = _timing(items)
    if "same_day_as_session" in timing or days == 0:
        days, clock = 0, BEFORE_BEAM if timing & {"before_beam", "before_next_session"} else "12:30"
    service_on = (last if days > 0 else first) + timedelta(days=days)
    service_on = getattr(case, OWN_DAYS.get(kind, ""), None) or min([service_on, *_limits(case, timing)])
    if "after_last_session" in timing:
        service_on, clock = max(service_on, last), "16:30"
    return service_on, at(service_on, clock, case.department)


def _limits(case: Case, timing: set[str]) -> list[date]:
    """The last days on which papers count that must be there before simulation, consultation or plan approval."""
    found = []
    if "before_simulation" in timing and case.simulated_on:
        found.append(case.simulated_on - timedelta(days=1))
    if "by_consult" in timing and case.consulted_on:
        found.append(case.consulted_on)
    if "before_plan_approval" in timing:
        approvals = case.plans.filter(removed_at=None, approved_at__isnull=False).order_by("approved_at")
        found += [plan.approved_at.date() - timedelta(days=1) for plan in approvals[:1]]
    return found


def _treatment_days(case: Case, subject: str) -> tuple[date, date]:
    """First and last day of the session the subject names, otherwise of the course."""
    sessions = list(case.sessions.filter(removed_at=None, date__isnull=False).order_by("date"))
    mine = [s for s in sessions if subject in (f"session:{s.uuid}", f"session:{s.number}")]
    days = [s.date for s in mine or sessions if s.date]
    planned = [case.date_of_service] if case.date_of_service else []
    known = days or planned
    return known[0], known[-1]


def _role(items: list[ChecklistItem]) -> str:
    signer = requirement(items[0].key).item.signer if requirement(items[0].key).item else "author"
    if signer in ("author", "none", "coder", "authorized_user"):
        return {"authorized_user": "radiation_oncologist"}.get(
            signer, items[0].role if items[0].role != "coder" else ""
        )
    return signer


def _author(case: Case, items: list[ChecklistItem]) -> Clinician | None:
    wanted = _role(items)
    member = case.team.filter(role=wanted).select_related("clinician").first() if wanted else None
    if member and any(needed.item.reviews for item in items if (needed := requirement(item.key))):
        return _colleague(case, member.clinician)
    return member.clinician if member else None


def _colleague(case: Case, clinician: Clinician) -> Clinician | None:
    """Somebody else of the same specialty in the department, who may review this person's work."""
    others = case.department.clinicians.filter(active=True, specialty=clinician.specialty)
    return others.exclude(pk=clinician.pk).order_by("name").first()


def _answer_the_rest(case: Case, by: User) -> None:
    """What no paper proves is stated by the person who owes it."""
    for item in _open_items(case):
        needed = requirement(item.key)
        if needed and not needed.kinds:
            answer_item(case=case, by=by, item=item, statement="Checked in the record.")
