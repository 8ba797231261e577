"""Runs the consistency checks of the rule book over everything recorded: facts, lines, documents, questions.

The engine alone sees only the case document; here the documents, provider numbers, doses and open questions are
handed in too. Called by every service that changes one of them; history is theirs to write.
"""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casetracker.choices import Condition, LineDecision, QueryState
from casetracker.facts import person_id
from casetracker.item_answers import FROM_FACTS
from casetracker.models import BillingLine, Case, ChecklistItem, Document, Evaluation
from casetracker.readiness import JUDGED_CONDITIONS
from casetracker.requirements import check_keys, requirement
from casetracker.services.bulk import allow_wide_statements
from casetracker.services.item_judging import apply, as_evidence, evidence_of_check
from checklists.engine.consistency import Material, judge_check
from checklists.engine.document import read_case
from checklists.reader import current_book

WRITTEN = [
    "answer",
    "answered_by_system",
    "answered_by",
    "answered_at",
    "answer_reason",
    "review",
    "checks",
    "version",
]


def recheck(*, case: Case) -> int:
    """Judge the consistency checks on the checklist of this case anew; returns how many rows changed.

    A fixed number of statements. A person's answer stays; the system's own answer follows the facts. A check whose
    condition is unknown stays open.
    """
    items = list(
        ChecklistItem.objects.filter(case=case, condition__in=JUDGED_CONDITIONS, key__in=check_keys())
    )
    material = material_of(case) if items else None
    if material is None:
        return 0
    changed = [item for item in items if _judge(item, material)]
    allow_wide_statements()
    ChecklistItem.objects.bulk_update(changed, WRITTEN)
    return len(changed)


def _judge(item: ChecklistItem, material: Material) -> bool:
    known = requirement(item.key)
    if known is None or known.check is None:
        return False
    before = (item.checks, item.answer, item.answered_by_system)
    found = judge_check(known.check, material)
    verdict = found.verdict if item.condition == Condition.TRUE else "unknown"
    check = {"check": found.check, "verdict": verdict, "message": found.message, "from": FROM_FACTS}
    apply(item, evidence_of_check(check, known.machine_judged))
    if (item.checks, item.answer, item.answered_by_system) == before:
        return False
    item.version += 1
    return True


def material_of(case: Case) -> Material | None:
    """Everything the checks may look at; None before the case was evaluated.

    Which lesions a summary names, and how alike two notes are, is not recorded here: those checks ask a person.
    """
    stored = Evaluation.objects.filter(case=case, occasion=Evaluation.Occasion.CURRENT).first()
    if stored is None:
        return None
    zone = ZoneInfo(case.department.time_zone)
    documents = Document.objects.filter(case=case, removed_at=None).select_related("author")
    team = [member.clinician for member in case.team.select_related("clinician")]
    doses = case.lesions.filter(removed_at=None, dose_gy__isnull=False).values_list("uuid", "dose_gy")
    return Material(
        case=read_case(stored.document),
        result=stored.result,
        lines=_claim_lines(case, stored.result),
        documents=[as_evidence(document, zone) for document in documents],
        parents={code: {row.parent for row in rows} for code, rows in current_book().parents.items()},
        npi={person_id(clinician): clinician.npi for clinician in team},
        prescribed_gy={str(uuid): dose for uuid, dose in doses} or None,
        open_queries=case.queries.filter(state=QueryState.OPEN).count(),
        filing_deadline=case.filing_deadline,
        as_of=timezone.now().astimezone(zone).date(),
    )


def _claim_lines(case: Case, result: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines a person decided and did not decline, and suggestions that wait for a decision."""
    suggested = {line["key"]: line for line in result.get("lines", [])}
    decided = {line.key: line for line in BillingLine.objects.filter(case=case)}
    chosen = [
        _as_line(line, suggested.get(key, {}))
        for key, line in decided.items()
        if line.decision != LineDecision.DECLINE
    ]
    return chosen + [line for key, line in suggested.items() if key not in decided]


def _as_line(line: BillingLine, suggestion: dict[str, Any]) -> dict[str, Any]:
    return {
        **suggestion,
        "code": line.code,
        "units": line.units,
        "modifiers": line.modifiers,
        "date": line.date,
        "stream": line.stream,
        "performer": line.performer,
        "person": line.person or None,
        "diagnoses": line.diagnoses,
        "reason": line.reason or None,
    }
