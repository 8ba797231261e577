"""Reads what speaks for the items of a case (documents, moments, persons on lines) and judges it with the engine.

A fixed number of queries for any number of items. Nothing is written here except into the objects passed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casetracker.choices import Answer, ItemReview, QualificationKind, SessionStatus
from casetracker.facility import AUTHORIZED_FACT, DIRECTIVE_ITEMS, FacilityFile, Held, covers
from casetracker.item_answers import FROM_DOCUMENTS, FROM_FACTS, Check, Evidence, is_statement, judged
from casetracker.models import (
    Case,
    ChecklistItem,
    Clinician,
    Document,
    Evaluation,
    ItemDocument,
    Qualification,
)
from casetracker.requirements import Requirement, requirement
from casetracker.selectors.facility import facility_file
from casetracker.selectors.reviewed import reviewed_work
from checklists.engine.evidence import EvidenceDocument, Moments, Reviewed, judge
from checklists.engine.evidence_records import AUTHORIZED, NOT_AUTHORIZED

Listings = dict[int, list[Held]]
GIVEN = (SessionStatus.DELIVERED, SessionStatus.PARTIAL)


@dataclass
class ItemJudge:
    """Everything needed to judge the items of one case; read once by `judge_of`."""

    moments: Moments
    lines: list[dict[str, Any]]
    documents: dict[int, list[EvidenceDocument]] = field(default_factory=dict)
    linked_by: dict[int, int] = field(default_factory=dict)
    facility: FacilityFile | None = None
    case: Case | None = None

    def evidence(self, item: ChecklistItem, fact_checks: Iterable[Check]) -> Evidence:
        """What speaks for this item now; documents are judged only where some are ticked."""
        known = requirement(item.key)
        documents = self.documents.get(item.pk, [])
        on_file = self.facility.checks(item.key, item.subject) if self.facility else []
        on_paper = self._document_checks(item, known, documents)
        in_data = self._with_file(item, fact_checks)
        checks = [*_with_told(in_data, on_paper, known), *on_file, *on_paper]
        return Evidence(
            checks=tuple(checks),
            linked=len(documents),
            linked_by=self.linked_by.get(item.pk),
            machine_judged=bool(known and known.machine_judged),
            facts_decide=bool(known and known.facts_decide),
        )

    def _with_file(self, item: ChecklistItem, fact_checks: Iterable[Check]) -> list[Check]:
        """The checks over case data; who is an authorized user is told by the facility file where it can.

        The check it replaces is kept in `typed`, so that it stands again when the file changes.
        """
        asked = item.key in DIRECTIVE_ITEMS and self.facility
        told = self.facility.authorized() if asked and self.facility else None
        return [
            {**told, "typed": check} if told and check["check"] == AUTHORIZED_FACT else check
            for check in fact_checks
        ]

    def _document_checks(
        self, item: ChecklistItem, known: Requirement | None, documents: list[EvidenceDocument]
    ) -> list[Check]:
        if not documents or known is None:
            return []
        of_item = [_about(document, item.subject) for document in documents]
        performer = self._performer(item, known.item.signer)
        results = judge(
            known.item,
            of_item,
            self.moments,
            performer_id=performer,
            reviewed=self._reviewed(known) if known.item.reviews else (),
        )
        return [
            {"check": r.check, "verdict": r.verdict, "message": r.message, "from": FROM_DOCUMENTS}
            for r in results
        ]

    def _reviewed(self, known: Requirement) -> list[Reviewed]:
        return reviewed_work(self.case, known.item.reviews, known.item.signer) if self.case else []

    def _performer(self, item: ChecklistItem, signer: str) -> str | None:
        """The one person billed on the lines that need the item, by that signer; None when not known or several."""
        people = {
            line["person"]
            for line in self.lines
            if line["code"] in item.codes and line.get("person") and line.get("performer") == signer
        }
        return people.pop() if len(people) == 1 else None


TOLD_BY = {"session.timeout_before_beam": "before_beam", "session.images_approved": "before_next_session"}
"""Facts that the time of a signed document tells as well, by the check of that time: nobody enters it twice."""


def _with_told(fact_checks: Iterable[Check], on_paper: list[Check], known: Requirement | None) -> list[Check]:
    """The checks over case data; an unrecorded moment or signer that a signed document on file tells is `told`."""
    told = {check["check"] for check in on_paper if check["verdict"] == "holds"}
    told_by = {**dict.fromkeys(known.on_paper if known else (), "signed"), **TOLD_BY}
    return [
        {**check, "told": check["verdict"] == "unknown" and told_by[check["check"]] in told}
        if check["check"] in told_by
        else check
        for check in fact_checks
    ]


def judge_of(case: Case, result: Mapping[str, Any] | None = None) -> ItemJudge:
    """Read documents, moments and line persons of the case. result: the evaluation, or None to read the current."""
    zone = ZoneInfo(case.department.time_zone)
    found = ItemJudge(_moments(case, zone), _lines(case, result), facility=facility_file(case), case=case)
    links = list(live_links(case))
    listings = _listings(links)
    for link in links:
        document = as_evidence(link.document, zone, listings)
        found.documents.setdefault(link.item_id, []).append(document)
        found.linked_by[link.item_id] = link.linked_by_id
    return found


def live_links(case: Case) -> Iterable[ItemDocument]:
    """Ticks that count: the tick stands and the document is the current version and not removed."""
    return (
        ItemDocument.objects.filter(item__case=case, removed_at=None, document__removed_at=None)
        .select_related("document", "document__author")
        .order_by("linked_at", "id")
    )


def apply(item: ChecklistItem, evidence: Evidence) -> None:
    """Set checks and answer on the object (not saved). A turned answer takes an earlier acceptance back."""
    item.checks = list(evidence.checks)
    if is_statement(item):
        return
    answer, by_system = judged(item, evidence)
    if (answer, by_system) != (item.answer, item.answered_by_system):
        _turn(item, answer, by_system)
    if answer == Answer.SATISFIED:
        item.answered_by_id = None if by_system else evidence.linked_by


def _turn(item: ChecklistItem, answer: str, by_system: bool) -> None:
    item.answer, item.answered_by_system = answer, by_system
    item.answered_at = None if answer == Answer.OPEN else timezone.now()
    if answer == Answer.OPEN:
        item.answered_by_id = None
    else:
        item.answer_reason = item.answer_because = ""
    if item.review == ItemReview.ACCEPTED:
        item.review = ItemReview.NONE


def fact_checks_of(item: ChecklistItem) -> list[Check]:
    """The stored checks over case data; those over documents and the facility file are judged anew."""
    own = [check.get("typed", check) for check in item.checks]
    return [check for check in own if check.get("from") == FROM_FACTS]


def _about(document: EvidenceDocument, subject: str) -> EvidenceDocument:
    """A document filed for the whole case speaks about the item's own session or plan."""
    return replace(document, subject=subject) if document.subject == "case" else document


def _lines(case: Case, result: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if result is None:
        stored = Evaluation.objects.filter(case=case, occasion=Evaluation.Occasion.CURRENT)
        return stored.values_list("result__lines", flat=True).first() or []
    return list(result.get("lines", []))


def _listings(links: Iterable[ItemDocument]) -> Listings:
    """Authorized-user listings of the authors, by clinician id."""
    authors = {link.document.author_id for link in links if link.document.author_id}
    found: Listings = {}
    if authors:
        rows = Qualification.objects.filter(
            clinician__in=authors, kind=QualificationKind.AUTHORIZED_USER, removed_at=None
        )
        for person, *held in rows.values_list("clinician_id", "kind", "valid_from", "valid_to"):
            found.setdefault(person, []).append(Held(*held))
    return found


def as_evidence(document: Document, zone: ZoneInfo, listings: Listings | None = None) -> EvidenceDocument:
    """An index entry as the engine judges it; moments in the department's zone."""
    author, signed_at = document.author, _local(document.signed_at, zone)
    held = (listings or {}).get(author.pk, []) if author else []
    return EvidenceDocument(
        kind=document.kind,
        title=document.title,
        author=author.name if author else document.author_name or None,
        author_role=document.author_role or None,
        author_id=_person_id(author) if author else None,
        service_date=document.service_date,
        written_at=_local(document.written_at, zone),
        signed_at=signed_at,
        reference=document.reference,
        subject=document.subject,
        qualifications=_listed_on(held, signed_at),
    )


def _listed_on(held: Sequence[Held], signed_at: datetime | None) -> frozenset[str]:
    """What the file says of the author as authorized user on the day of signature; nothing without an entry."""
    if not held or signed_at is None:
        return frozenset()
    listed = any(covers(one, signed_at.date()) for one in held)
    return frozenset({AUTHORIZED if listed else NOT_AUTHORIZED})


def _person_id(clinician: Clinician) -> str:
    """As `facts.person_id` names people on lines."""
    return clinician.npi or f"clinician-{clinician.pk}"


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None


def _moments(case: Case, zone: ZoneInfo) -> Moments:
    given = list(case.sessions.filter(removed_at=None, status__in=GIVEN).order_by("number"))
    beam_on = {
        f"session:{session.uuid}": _local(session.beam_on_at, zone) or session.date
        for session in given
        if session.beam_on_at or session.date
    }
    plans = case.plans.filter(removed_at=None, approved_at__isnull=False).values_list("uuid", "approved_at")
    days = [session.date for session in given if session.date]
    return Moments(
        first_beam_on=next(iter(beam_on.values()), None),
        beam_on=beam_on,
        simulation_on=case.simulated_on,
        plan_approved_at={f"plan:{uuid}": at.astimezone(zone) for uuid, at in plans},
        clinical_plan_on=case.clinical_plan_on,
        last_session_on=max(days, default=None),
        planned_sessions=case.planned_sessions,
        delivered=bool(given),
    )
