"""Reads what speaks for the items of a case (documents, moments, persons on lines) and judges it with the engine.

A fixed number of queries for any number of items. Nothing is written here except into the objects passed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casetracker.choices import Answer, ItemReview, QualificationKind
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
from casetracker.requirements import ALL_SIGNATURES, Requirement, requirement
from casetracker.selectors.course_moments import CONSULTS, day_of_line, local, moments_of
from casetracker.selectors.facility import facility_file
from casetracker.selectors.reviewed import reviewed_work
from checklists.engine.evidence import (
    CheckResult,
    EvidenceDocument,
    Moments,
    Reviewed,
    can_be_cured,
    judge,
)
from checklists.engine.evidence_records import AUTHORIZED, NOT_AUTHORIZED

Listings = dict[int, list[Held]]


@dataclass
class ItemJudge:
    """Everything needed to judge the items of one case; read once by `judge_of`."""

    moments: Moments
    lines: list[dict[str, Any]]
    documents: dict[int, list[EvidenceDocument]] = field(default_factory=dict)
    linked_by: dict[int, int] = field(default_factory=dict)
    signed_items: set[int] = field(default_factory=set)
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
            replace(self.moments, line_days=self._line_days(item)),
            performer_id=performer,
            reviewed=self._reviewed(known) if known.item.reviews else (),
        )
        return [self._checked(known, one) for one in results] + self._whole_file(item)

    def _checked(self, known: Requirement, result: CheckResult) -> Check:
        """A judgement in the stored shape; one that fails says whether and how it can still be put right."""
        told = {"check": result.check, "verdict": result.verdict, "message": result.message}
        if result.verdict == "fails":
            given = self.moments.delivered
            told["cure"] = can_be_cured(known.item, result.check, beam_given=given).words
        return {**told, "from": FROM_DOCUMENTS}

    def _whole_file(self, item: ChecklistItem) -> list[Check]:
        """Whether every document that counts for an item with a signature is signed by somebody named."""
        if item.key != ALL_SIGNATURES:
            return []
        counted = {document.title: document for pk in self.signed_items for document in self.documents[pk]}
        bare = sorted(
            t for t, one in counted.items() if not (one.signed_at and (one.author or one.author_id))
        )
        told = f"{len(counted)} documents that need a signature have one."
        if bare:
            told = f"Not signed, or nobody is named: {', '.join(bare)}. Have each one signed and dated."
        verdict = "fails" if bare else "holds"
        return [{"check": "file_signed", "verdict": verdict, "message": told, "from": FROM_DOCUMENTS}]

    def _reviewed(self, known: Requirement) -> list[Reviewed]:
        return reviewed_work(self.case, known.item.reviews, known.item.signer) if self.case else []

    def _line_days(self, item: ChecklistItem) -> frozenset[date]:
        days = (day_of_line(line) for line in self.lines if line["code"] in item.codes)
        return frozenset(day for day in days if day)

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
    links = list(live_links(case))
    lines, policies = _evaluated(case, result)
    notes = [link.document.service_date for link in links if link.document.kind in CONSULTS]
    moments = moments_of(case, zone, lines=lines, policies=policies, consulted=notes)
    found = ItemJudge(moments, lines, facility=facility_file(case), case=case)
    listings = _listings(links)
    for link in links:
        document = as_evidence(link.document, zone, listings)
        found.documents.setdefault(link.item_id, []).append(document)
        found.linked_by[link.item_id] = link.linked_by_id
        known = requirement(link.item.key)
        if known and known.item.signer != "none":
            found.signed_items.add(link.item_id)
    return found


def live_links(case: Case) -> Iterable[ItemDocument]:
    """Ticks that count: the tick stands and the document is the current version and not removed."""
    return (
        ItemDocument.objects.filter(item__case=case, removed_at=None, document__removed_at=None)
        .select_related("item", "document", "document__author")
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


def _evaluated(case: Case, result: Mapping[str, Any] | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Lines, and policies in force by key, of the evaluation."""
    if result is None:
        stored = Evaluation.objects.filter(case=case, occasion=Evaluation.Occasion.CURRENT)
        lines, policies = stored.values_list("result__lines", "result__policies").first() or ([], [])
    else:
        lines, policies = result.get("lines", []), result.get("policies", [])
    return list(lines or []), {entry["key"]: entry["value"] for entry in policies or []}


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
    author, signed_at = document.author, local(document.signed_at, zone)
    held = (listings or {}).get(author.pk, []) if author else []
    return EvidenceDocument(
        kind=document.kind,
        title=document.title,
        author=author.name if author else document.author_name or None,
        author_role=document.author_role or None,
        author_id=_person_id(author) if author else None,
        service_date=document.service_date,
        written_at=local(document.written_at, zone),
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
