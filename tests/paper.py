"""Documents that satisfy the open items of a case: the right author, signed in time. Invented, for tests."""

from datetime import date, datetime, time, timedelta
from typing import Any

from casetracker.choices import Answer, Condition
from casetracker.document_input import DocumentInput
from casetracker.models import Case, ChecklistItem
from casetracker.requirements import Requirement, requirement
from casetracker.services.evidence import add_documents, answer_item
from tests.cast import World
from tests.stories import ZONE

AUTHORS = {
    "radiation_oncologist": "onco",
    "authorized_user": "onco",
    "neurosurgeon": "frame",
    "physicist": "phil",
    "dosimetrist": "dora",
    "therapist": "theo",
    "nurse": "nina",
}
DAYS_BEFORE = {"consult": 18, "simulation": 10, "planning": 6, "pretreatment_qa": 3}
DAYS_AFTER = {"completion": 3, "follow_up": 42, "billing": 5}


def owed(case: Case) -> list[ChecklistItem]:
    """Open items that are needed, or may be needed."""
    live = (Condition.TRUE, Condition.UNKNOWN)
    return list(case.items.filter(condition__in=live, answer=Answer.OPEN).order_by("position", "id"))


def write_everything(case: Case, world: World, by: str = "petra") -> None:
    """Add a signed document for every open item; items without paper are answered by a statement."""
    person = world.people[by]
    entries, statements = [], []
    for item in owed(case):
        known = requirement(item.key)
        if known is None or not known.kinds:
            statements.append(item)
            continue
        entries.append(_document(case, item, known, known.item.signer, world))
        if known.item.cosigner:
            entries.append(_document(case, item, known, known.item.cosigner, world))
    if entries:
        add_documents(case=case, by=person, entries=entries)
    for item in statements:
        item.refresh_from_db()
        if item.answer == Answer.OPEN:
            answer_item(case=case, by=person, item=item, statement="Seen in the record system.")


def _document(
    case: Case, item: ChecklistItem, known: Requirement, signer: str, world: World
) -> DocumentInput:
    role = item.role if signer in ("author", "none") else signer
    key = AUTHORS.get(role)
    day, signed = _when(case, item, known)
    return DocumentInput(
        kind=known.kinds[0],
        title=f"{item.label} of {day:%Y-%m-%d}",
        author=world.clinicians[key] if key else None,
        author_name="" if key else "Cora Codes",
        author_role="radiation_oncologist" if role == "authorized_user" else role if key else "",
        service_date=day,
        written_at=signed - timedelta(minutes=10),
        signed_at=signed,
        reference="Record system, folder 7",
        subject=item.subject if item.subject.split(":")[0] in ("lesion", "session", "plan") else "case",
        item_ids=(item.pk,),
    )


def _when(case: Case, item: ChecklistItem, known: Requirement) -> tuple[date, datetime]:
    """Day of service and moment of signature that every timing word of the item accepts."""
    first, last = _first_and_last(case)
    own = _session_day(case, item.subject) or first
    timing, step = set(known.item.timing), item.step
    day: date = own
    if step in DAYS_BEFORE:
        day = first - timedelta(days=DAYS_BEFORE[step])
    elif step in DAYS_AFTER:
        day = last + timedelta(days=DAYS_AFTER[step])
    if "before_simulation" in timing:
        day = min(day, first - timedelta(days=12))
    if "before_plan_approval" in timing:
        day = min(day, first - timedelta(days=6))
    if "before_beam" in timing or (known.item.cure == "before_beam" and step != "delivery"):
        day = min(day, own)
    if "same_day_as_session" in timing:
        day = own
    if "within_14_days_after_last" in timing:
        day = last + timedelta(days=3)
    early = "before_beam" in timing or "before_next_session" in timing or known.item.cure == "before_beam"
    return day, datetime.combine(day, time(7 if early else 12), tzinfo=ZONE)


def _first_and_last(case: Case) -> tuple[date, date]:
    days = sorted(case.sessions.filter(removed_at=None, date__isnull=False).values_list("date", flat=True))
    return days[0], days[-1]


def _session_day(case: Case, subject: str) -> Any:
    scope, _, name = subject.partition(":")
    if scope != "session":
        return None
    return case.sessions.filter(uuid=name).values_list("date", flat=True).first()
