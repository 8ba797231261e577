"""What the case form offers in a department: machines, payers, clinicians, templates.

A fixed number of reads, whatever the case.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from casetracker.case_fields import PLAN_PEOPLE
from casetracker.case_input import CaseInput
from casetracker.models import CaseTemplate, Clinician, Department, Machine, Payer


@dataclass
class Offer:
    """Records by id text, and the choices as shown; prepared once for all fields that offer them."""

    records: dict[str, Any] = field(default_factory=dict)
    choices: list[tuple[Any, Any]] = field(default_factory=list)


@dataclass
class EntryChoices:
    """Everything a case form of one department can choose from."""

    department: Department
    machines: Offer
    payers: Offer
    clinicians: Offer
    templates: list[CaseTemplate] = field(default_factory=list)


def entry_choices(department: Department, recorded: CaseInput | None = None) -> EntryChoices:
    """Active records of the department, and inactive ones that this case already names."""
    used = _used(recorded or CaseInput())
    machines = Machine.objects.filter(Q(active=True) | Q(pk__in=used["machine"]), department=department)
    payers = Payer.objects.filter(Q(active=True) | Q(pk__in=used["payer"]), department=department)
    clinicians = Clinician.objects.filter(
        Q(active=True, departments=department) | Q(pk__in=used["clinician"])
    ).distinct()
    return EntryChoices(
        department=department, machines=_offer(machines), payers=_offer(payers), clinicians=_offer(clinicians)
    )


def templates_for(department: Department) -> list[CaseTemplate]:
    """Active templates of active machines, by machine and name."""
    found = CaseTemplate.objects.filter(department=department, active=True, machine__active=True)
    return list(found.select_related("machine").order_by("machine__name", "name"))


def _offer(records: QuerySet[Any]) -> Offer:
    found = list(records)
    return Offer({str(r.pk): r for r in found}, [(r.pk, str(r)) for r in found])


def _used(recorded: CaseInput) -> dict[str, set[int]]:
    people = [recorded.case.get("referring_clinician"), recorded.case.get("ordering_clinician")]
    people += [row.get("clinician") for row in recorded.team or []]
    people += [row.get("surgeon") for row in recorded.lesions or []]
    people += [row.get("prescribed_by") for row in recorded.lesions or []]
    people += [row.get(name) for row in recorded.plans or [] for name in PLAN_PEOPLE]
    people += [row.get("approved_by") for row in recorded.targets or []]
    people += [row.get("signed_by") for row in recorded.directives or []]
    people += [recorded.case.get("final_check_by")]
    people += [one["clinician"] for row in recorded.sessions or [] for one in row.get("presences") or []]
    machines = [recorded.case.get("machine"), *(row.get("machine") for row in recorded.sessions or [])]
    return {
        "machine": {m.pk for m in machines if m},
        "payer": {p.pk for p in [recorded.case.get("payer")] if p},
        "clinician": {c.pk for c in people if c},
    }
