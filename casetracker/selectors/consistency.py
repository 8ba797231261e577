"""The consistency checks of the rule book over everything recorded: facts, lines, documents, questions.

The engine alone sees only the case document; here documents, provider numbers, doses and open questions are handed
in too. Judged whenever a page asks, so that the answer is never older than the record. Nothing is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casetracker.choices import LineDecision, QueryState
from casetracker.facts import person_id
from casetracker.lifts import without_lifted
from casetracker.models import BillingLine, Case, Document, Evaluation
from casetracker.requirements import ROLES
from casetracker.selectors.lifts import standing_lifts
from casetracker.services.item_judging import as_evidence
from checklists.engine.book import RuleBook
from checklists.engine.conditions import FAILS
from checklists.engine.consistency import Material, applies, judge_check
from checklists.engine.derive import derive
from checklists.engine.document import read_case
from checklists.engine.policy import resolve
from checklists.reader import current_book

# Approval itself enforces this one; before it, the check could only say that nobody has approved yet.
PROVED_BY_WORKFLOW = ("independent-review-approval",)
ORDER = {"fails": 0, "unknown": 1, "holds": 2}


@dataclass(frozen=True)
class Checked:
    """One judged check: what it looks for, what it found, and who corrects it."""

    key: str
    label: str
    verdict: str
    message: str
    passes_when: str
    severity: str
    role: str


def consistency_of(case: Case) -> list[Checked]:
    """Every check that the lines of the case call for, failed ones first; empty before the case was evaluated."""
    lesions = list(case.lesions.filter(removed_at=None).values_list("uuid", "label", "dose_gy"))
    material = material_of(case, {str(uuid): dose for uuid, _, dose in lesions if dose is not None})
    names = {str(uuid): label for uuid, label, _ in lesions}
    return [_named(one, names) for one in checked(material, current_book())] if material else []


def _named(check: Checked, names: Mapping[str, str]) -> Checked:
    """The engine knows lesions by identity; people know them by name."""
    message = check.message
    for identity, name in names.items():
        message = message.replace(identity, name)
    return replace(check, message=message)


def checked(material: Material, book: RuleBook) -> list[Checked]:
    """Judge the checks whose codes are on the claim and whose condition does not fail."""
    facts = derive(material.case, book, resolve(book, material.case.policy, None)).facts
    lines = material.lines or ()
    found = []
    for check in book.checks:
        wanted = applies(check, {line["code"] for line in lines}) and check.key not in PROVED_BY_WORKFLOW
        if not wanted or check.when.test(facts).verdict == FAILS:
            continue
        result = judge_check(check, material, facts)
        role = ROLES.get(check.role, check.role)
        found.append(
            Checked(
                check.key,
                check.label,
                result.verdict,
                result.message,
                check.passes_when,
                check.severity,
                role,
            )
        )
    return sorted(found, key=lambda one: ORDER[one.verdict])


def material_of(case: Case, prescribed_gy: Mapping[str, Decimal]) -> Material | None:
    """Everything the checks may look at; None before the case was evaluated. Seven queries.

    Which lesions a summary names, and how alike two notes are, is not recorded: those checks ask a person.
    """
    stored = Evaluation.objects.filter(case=case, occasion=Evaluation.Occasion.CURRENT).first()
    if stored is None:
        return None
    zone = ZoneInfo(case.department.time_zone)
    documents = Document.objects.filter(case=case, removed_at=None).select_related("author")
    team = [member.clinician for member in case.team.select_related("clinician")]
    book = current_book()
    return Material(
        case=read_case(stored.document),
        result=without_lifted(stored.result, standing_lifts(case)),
        lines=_claim_lines(case, stored.result),
        documents=[as_evidence(document, zone) for document in documents],
        parents={code: {row.parent for row in rows} for code, rows in book.parents.items()},
        npi={person_id(clinician): clinician.npi for clinician in team},
        prescribed_gy=prescribed_gy or None,
        open_queries=case.queries.filter(state=QueryState.OPEN).count(),
        filing_deadline=case.filing_deadline,
        as_of=timezone.now().astimezone(zone).date(),
        late_after_days=case.department.late_entry_days,
    )


def _claim_lines(case: Case, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Lines a person decided and did not decline, and suggestions that wait for a decision."""
    suggested = {line["key"]: line for line in result.get("lines", [])}
    decided = {line.key: line for line in BillingLine.objects.filter(case=case)}
    chosen = [
        _as_line(line, suggested.get(key, {}))
        for key, line in decided.items()
        if line.decision != LineDecision.DECLINE
    ]
    return chosen + [line for key, line in suggested.items() if key not in decided]


def _as_line(line: BillingLine, suggestion: Mapping[str, Any]) -> dict[str, Any]:
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
