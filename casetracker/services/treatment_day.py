"""Records a treatment day in one go: times of the session, the plan's approval, and the papers signed that day."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from casetracker.case_input import CaseInput
from casetracker.choices import Answer, Condition
from casetracker.document_input import DocumentInput
from casetracker.models import Case, ChecklistItem, User
from casetracker.requirements import requirement
from casetracker.services.cases import save_facts
from casetracker.services.evidence.documents import add_documents
from casetracker.services.history import service


@service("day.recorded")
def record_day(
    *, case: Case, by: User, facts_version: int, data: CaseInput, documents: Sequence[DocumentInput] = ()
) -> dict[str, Any]:
    """Save the facts of the day, then file its documents, ticked for the open items each kind usually proves.

    One transaction: both are kept or neither. Returns the comparison of `save_facts`; raises what it and
    `add_documents` raise.
    """
    told = save_facts(case=case, by=by, facts_version=facts_version, data=data)
    if documents:
        entries = [replace(entry, item_ids=_proved(case, entry)) for entry in documents]
        add_documents(case=case, by=by, entries=entries)
    return told


def _proved(case: Case, entry: DocumentInput) -> tuple[int, ...]:
    """Open items about the same session, or the whole case, that this kind of document usually proves."""
    items = ChecklistItem.objects.filter(
        case=case,
        condition__in=(Condition.TRUE, Condition.UNKNOWN),
        answer=Answer.OPEN,
        subject__in={"case", entry.subject},
    )
    known = ((item_id, requirement(key)) for item_id, key in items.values_list("id", "key"))
    return tuple(item_id for item_id, needed in known if needed and entry.kind in needed.kinds)
