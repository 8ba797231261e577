"""Whose work a review is about: signed documents, approvals, prescriptions, and the treating physician."""

from collections.abc import Iterable, Sequence

from casetracker.facts import person_id
from casetracker.models import Case, CaseClinician, Clinician, Document
from checklists.engine.evidence import Reviewed


def reviewed_work(case: Case, kinds: Sequence[str], role: str) -> list[Reviewed]:
    """Everybody who answers for what is reviewed, in up to four queries.

    kinds: kinds of document under review. role: the role reviewed; the only person of the team in it treats the case.
    """
    documents = Document.objects.filter(case=case, kind__in=kinds, removed_at=None).select_related("author")
    found = [
        Reviewed(
            one.title,
            one.author.name if one.author else one.author_name or None,
            person_id(one.author) if one.author else None,
            one.author_role or None,
        )
        for one in documents
    ]
    if "plan_approval" in kinds:
        plans = case.plans.filter(removed_at=None, approved_by__isnull=False).select_related("approved_by")
        found += _signed("the plan approval", (plan.approved_by for plan in plans), role)
    if "prescription" in kinds:
        lesions = case.lesions.filter(removed_at=None, prescribed_by__isnull=False)
        signers = (lesion.prescribed_by for lesion in lesions.select_related("prescribed_by"))
        found += _signed("the prescription", signers, role)
    return found + _treating(case, role)


def _signed(what: str, people: Iterable[Clinician | None], role: str) -> list[Reviewed]:
    named = dict.fromkeys(one for one in people if one is not None)
    return [Reviewed(what, one.name, person_id(one), role) for one in named]


def _treating(case: Case, role: str) -> list[Reviewed]:
    """With several people in the role nobody can tell from the team who treats."""
    team = list(CaseClinician.objects.filter(case=case, role=role).select_related("clinician"))
    return _signed("the case", [team[0].clinician], role) if len(team) == 1 else []
