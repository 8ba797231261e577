"""A second case with the facts, lines, documents and statements that a case ended with, and none of its past."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from casetracker.case_fields import PLANNING_ROWS
from casetracker.case_input import CaseInput, Row
from casetracker.models import BillingLine, Case, ChecklistItem, Document
from casetracker.recorded import recorded_input
from casetracker.services import evaluation, evidence
from casetracker.services.cases import open_case
from tests.stories import PATIENTS

IDENTITIES = {"uuid", "pk", "id"}
SAID = ("answer", "answered_by_system", "answer_reason", "answer_because", "challenged")
FRESH = count(1)


@dataclass
class Twin:
    """case: the new case. uuids: row of the first case -> the row of the twin in the same place."""

    case: Case
    uuids: dict[str, str] = field(default_factory=dict)

    def called(self, text: str) -> str:
        """A subject or a line key of the first case as the twin calls it."""
        for old, new in self.uuids.items():
            text = text.replace(old, new)
        return text


def twin_of(case: Case) -> Twin:
    """Open the twin by the services. Lines and statements are laid beside: their services judge the moment."""
    facts, person = recorded_input(case), case.opened_by
    patient = {**PATIENTS[1], "record_number": f"MRN-9{next(FRESH)}"}
    twin = open_case(by=person, department=case.department, patient=patient, data=_without_identity(facts))
    found = Twin(twin, _pairs(facts, recorded_input(twin)))
    _lay_lines(case, found)
    evaluation.refresh(twin, person)
    _file_documents(case, found)
    _lay_statements(case, found)
    evaluation.refresh(twin, person)
    return found


def asked_for(case: Case, names: tuple[str, ...]) -> dict[tuple[str, str], Row]:
    """The items that the case asks for, by item and by what they are about in words: `lesion:L2`, `session:1`."""
    words = _names(recorded_input(case))
    rows = ChecklistItem.objects.filter(case=case).exclude(condition="retired")
    return {
        (row["key"], _in_words(row["subject"], words)): {name: row[name] for name in names}
        for row in rows.values("key", "subject", *names)
    }


def _names(facts: CaseInput) -> dict[str, str]:
    return {row["uuid"]: str(row[name]) for rows, name in _named_rows(facts) for row in rows}


def _in_words(subject: str, words: dict[str, str]) -> str:
    for uuid, name in words.items():
        subject = subject.replace(uuid, name)
    return subject


def _named_rows(facts: CaseInput) -> tuple[tuple[list[Row], str], ...]:
    return ((facts.lesions or [], "label"), (facts.plans or [], "label"), (facts.sessions or [], "number"))


def _pairs(old: CaseInput, new: CaseInput) -> dict[str, str]:
    pairs = {}
    for (before, name), (after, _) in zip(_named_rows(old), _named_rows(new), strict=True):
        for one, other in zip(before, after, strict=True):
            assert one[name] == other[name]
            pairs[one["uuid"]] = other["uuid"]
    return pairs


def _without_identity(facts: CaseInput) -> CaseInput:
    def bare(rows: list[Row] | None) -> list[Row]:
        return [{name: value for name, value in row.items() if name not in IDENTITIES} for row in rows or []]

    return CaseInput(
        case=facts.case,
        lesions=bare(facts.lesions),
        plans=bare(facts.plans),
        sessions=bare(facts.sessions),
        team=bare(facts.team),
        authorizations=bare(facts.authorizations),
        other_courses=bare(facts.other_courses),
        **{name: bare(getattr(facts, name)) for name in PLANNING_ROWS},
    )


def _lay_lines(case: Case, twin: Twin) -> None:
    lines = list(case.lines.all())
    for line in lines:
        line.pk, line.case, line.key = None, twin.case, twin.called(line.key)
        line.lesions, line.sessions = _called(twin, line.lesions), _called(twin, line.sessions)
    BillingLine.objects.bulk_create(lines)


def _called(twin: Twin, names: list[Any]) -> list[Any]:
    return [twin.called(name) if isinstance(name, str) else name for name in names]


def _file_documents(case: Case, twin: Twin) -> None:
    for document in Document.objects.filter(case=case, removed_at=None).order_by("id"):
        ticks = document.links.filter(removed_at=None).exclude(item__condition="retired")
        proven = [(item.key, item.subject) for item in (tick.item for tick in ticks.select_related("item"))]
        ids = [_item(twin, key, subject).pk for key, subject in proven]
        entry = evidence.as_input(document, ids)
        evidence.add_documents(case=twin.case, by=document.added_by, entries=[entry])


def _lay_statements(case: Case, twin: Twin) -> None:
    said = ChecklistItem.objects.filter(case=case).exclude(condition="retired").exclude(answer_reason="")
    for old in said:
        values = {name: getattr(old, name) for name in (*SAID, "answered_by", "answered_at")}
        found = _item(twin, old.key, old.subject)
        ChecklistItem.objects.filter(pk=found.pk).update(**values)


def _item(twin: Twin, key: str, subject: str) -> ChecklistItem:
    return ChecklistItem.objects.get(case=twin.case, key=key, subject=twin.called(subject))
