"""Cases for tests of checklist and evidence: opened by the real services, with documentation of our choosing."""

from copy import deepcopy
from typing import Any

from django.utils import timezone

from casetracker.models import BillingLine, Case, ChecklistItem, Evaluation, User
from casetracker.services import checklist
from casetracker.services.cases import open_case
from checklists.reader import current_book
from tests.cast import World
from tests.stories import story

LINES = (
    ("77372", "facility", "facility"),
    ("77300", "oncology_professional", "radiation_oncologist"),
    ("61796", "surgeon_professional", "neurosurgeon"),
)


def open_story(world: World, number: int = 1) -> Case:
    """A story case, opened by Petra through the real services."""
    patient, facts = story(number, world)
    return open_case(by=world.people["petra"], department=world.north, patient=patient, data=facts)


def row(key: str, subject: str = "case", **more: Any) -> dict[str, Any]:
    """A row of `documentation` as the engine gives it, with the book's own words."""
    item = current_book().items[key]
    given = {
        "key": key,
        "label": item.label,
        "codes": ["77372"],
        "severity": item.severity,
        "kind": item.kind,
        "role": item.role,
        "due": item.step,
        "subject": subject,
        "condition": "true",
        "reasons": [],
        "missing_facts": [],
        "checks": [],
        "cure": item.cure,
    }
    return {**given, **more}


def result_with(
    *rows: dict[str, Any], codes: tuple[str, ...] = ("77372", "77300", "61796")
) -> dict[str, Any]:
    lines = [
        {
            "key": f"{code}/{stream}/course",
            "code": code,
            "stream": stream,
            "performer": performer,
            "person": None,
            "units": 1,
            "modifiers": [],
            "date": None,
        }
        for code, stream, performer in LINES
        if code in codes
    ]
    return {"lines": lines, "documentation": deepcopy(list(rows))}


def rebuild(case: Case, *rows: dict[str, Any], **more: Any) -> dict[str, list[dict[str, str]]]:
    """Rebuild the checklist from these rows alone; the stored evaluation says the same lines."""
    result = result_with(*rows, **more)
    stored = Evaluation.objects.get(case=case, occasion="current")
    stored.result = {**stored.result, "lines": result["lines"]}
    stored.save()
    return checklist.rebuild(case=case, result=result, by=case.opened_by)


def item(case: Case, key: str, subject: str = "case") -> ChecklistItem:
    return ChecklistItem.objects.get(case=case, key=key, subject=subject)


def item_keys(count: int) -> list[str]:
    return list(current_book().items)[:count]


def released(case: Case, who: User, code: str, stream: str, decision: str = "release") -> BillingLine:
    """A decided line, written directly: the decision is not what is tested."""
    return BillingLine.objects.create(
        case=case,
        key=f"{code}/{stream}/course",
        code=code,
        stream=stream,
        performer="facility",
        units=1,
        decision=decision,
        origin="suggested",
        reason="Waits." if decision != "release" else "",
        decided_by=who,
        decided_at=timezone.now(),
    )
