"""Everything a handoff is collected from, read once with a fixed number of queries."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from casetracker import readiness
from casetracker.case_fields import DAY_PEOPLE, PLAN_PEOPLE
from casetracker.choices import Answer, LineDecision
from casetracker.facts import person_id
from casetracker.lifts import with_lifts
from casetracker.models import (
    Authorization,
    BillingLine,
    Case,
    CaseClinician,
    ChecklistItem,
    Clinician,
    Directive,
    Evaluation,
    Handoff,
    ImageSet,
    ItemDocument,
    Lesion,
    OrganAtRisk,
    Packet,
    Plan,
    ReviewDecision,
    SessionLesion,
    SessionPresence,
    Target,
    TreatmentSession,
)
from casetracker.selectors.lifts import standing_lifts

IN_INDEX = "signed document, see section 13"
BESIDE_CLAIM = "signed document on file, not needed for this claim"


@dataclass(frozen=True)
class Records:
    """The rows of one packet's case. Removed rows are not in here."""

    packet: Packet
    case: Case
    lines: list[BillingLine]
    lesions: list[Lesion]
    plans: list[Plan]
    images: list[ImageSet]
    targets: list[Target]
    organs: list[OrganAtRisk]
    directives: list[Directive]
    sessions: list[TreatmentSession]
    team: list[CaseClinician]
    authorizations: list[Authorization]
    items: list[ChecklistItem]
    decisions: list[ReviewDecision]
    earlier: list[Handoff]
    result: dict[str, Any]
    policy: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.case.department.time_zone)

    @cached_property
    def released(self) -> list[BillingLine]:
        return [line for line in self.lines if line.decision == LineDecision.RELEASE]

    @cached_property
    def released_codes(self) -> set[str]:
        return {line.code for line in self.released}

    @cached_property
    def suggested(self) -> dict[str, dict[str, Any]]:
        """Suggested lines of this stream by key."""
        return {line["key"]: line for line in self.result["lines"] if line["stream"] == self.packet.stream}

    @cached_property
    def live_items(self) -> list[ChecklistItem]:
        """Items that a released line needs."""
        return [
            item
            for item in self.items
            if item.condition in readiness.JUDGED_CONDITIONS
            and any(readiness.needs(item, line) for line in self.released)
        ]

    @staticmethod
    def person_id(clinician: Clinician) -> str:
        """What lines call a clinician: the NPI, or a number of our own for people without one."""
        return person_id(clinician)

    @cached_property
    def names(self) -> dict[str, str]:
        """Name and credential by what lines call the person."""
        return {person_id(member.clinician): str(member.clinician) for member in self.team}

    @cached_property
    def _lesion_labels(self) -> dict[str, str]:
        return {str(lesion.uuid): lesion.label for lesion in self.lesions}

    def on_paper(self, *keys: str) -> str:
        """Where to look for what nobody typed in: the index, if a document there proves one of these items.

        An item that only lines of another claim need is not in this index, but what proves it is recorded.
        """
        if any(_proves(item, keys) for item in self.live_items):
            return IN_INDEX
        judged = (item for item in self.items if item.condition in readiness.JUDGED_CONDITIONS)
        return BESIDE_CLAIM if any(_proves(item, keys) for item in judged) else ""

    def lesions_of(self, plan: Plan) -> list[Lesion]:
        """The lesions of a plan in the order of the case; a plan that names none is for all of them."""
        named = {lesion.pk for lesion in plan.lesions.all()}
        return [lesion for lesion in self.lesions if not named or lesion.pk in named]

    def lesion_label(self, name: str) -> str:
        """The label of the lesion that a case document calls `name`."""
        return self._lesion_labels.get(name, "no longer recorded")


def _proves(item: ChecklistItem, keys: tuple[str, ...]) -> bool:
    return item.key in keys and item.answer == Answer.SATISFIED and bool(item.links.all())


def load(packet: Packet) -> Records:
    """Read the case of a packet as it stands now."""
    case = Case.objects.select_related(
        "department", "patient", "payer", "machine", "referring_clinician", "ordering_clinician"
    ).get(pk=packet.case_id)
    evaluation = Evaluation.objects.get(case=case, occasion=Evaluation.Occasion.CURRENT)
    return Records(
        packet=packet,
        case=case,
        lines=list(case.lines.filter(stream=packet.stream).select_related("decided_by")),
        lesions=list(case.lesions.filter(removed_at=None).select_related("prescribed_by")),
        plans=list(
            case.plans.filter(removed_at=None).select_related(*PLAN_PEOPLE).prefetch_related("lesions")
        ),
        images=list(case.images.filter(removed_at=None).order_by("acquired_on", "id")),
        targets=list(case.targets.filter(removed_at=None).select_related("approved_by").order_by("id")),
        organs=list(case.organs.filter(removed_at=None).order_by("id")),
        directives=_directives(case),
        sessions=_sessions(case),
        team=list(case.team.select_related("clinician").prefetch_related("clinician__qualifications")),
        authorizations=list(case.authorizations.filter(removed_at=None)),
        items=_items(case),
        decisions=list(packet.decisions.select_related("by", "item")),
        earlier=list(packet.handoffs.order_by("version")),
        result=with_lifts(evaluation.result, standing_lifts(case)),
        policy=evaluation.policy,
    )


def _directives(case: Case) -> list[Directive]:
    rows = case.directives.filter(removed_at=None).select_related("signed_by")
    return list(rows.prefetch_related("signed_by__qualifications"))


def _sessions(case: Case) -> list[TreatmentSession]:
    return list(
        case.sessions.filter(removed_at=None)
        .select_related("machine", "plan", *DAY_PEOPLE)
        .prefetch_related(
            Prefetch("treated", SessionLesion.objects.select_related("lesion")),
            Prefetch("presences", SessionPresence.objects.select_related("clinician")),
        )
    )


def _items(case: Case) -> list[ChecklistItem]:
    links = ItemDocument.objects.filter(removed_at=None, document__removed_at=None)
    return list(
        case.items.select_related("answered_by", "reviewed_by").prefetch_related(
            Prefetch("links", links.select_related("document__author", "document__added_by"))
        )
    )
