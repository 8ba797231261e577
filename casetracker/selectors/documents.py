"""Reads of the document index of a case: versions, what each proves, what is still expected. Few fixed queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File

from casetracker.attachments import Kind, kind_of_stored
from casetracker.choices import EntryType
from casetracker.document_list import Row as ListRow
from casetracker.errors import NotFound
from casetracker.models import Case, ChecklistItem, Clinician, Document, ItemDocument
from casetracker.presenters.checklist import Row
from casetracker.requirements import kind_label, kinds
from casetracker.selectors.subjects import Subjects, subjects_of


@dataclass(frozen=True)
class Entry:
    """One line of the index: the present version, its earlier ones, and the items it proves."""

    document: Document
    kind: str
    subject: str
    proves: list[dict[str, Any]] = field(default_factory=list)
    earlier: list[Document] = field(default_factory=list)

    @property
    def about(self) -> list[str]:
        """Kind, subject and type of entry, as far as the title does not say them."""
        kind = self.kind if self.kind != self.document.title else ""
        late = self.document.entry_type != EntryType.ORIGINAL
        entry = self.document.get_entry_type_display() if late else ""  # type: ignore[attr-defined]
        return [words for words in (kind, self.subject, entry) if words]


@dataclass(frozen=True)
class Index:
    """The documents page: entries in service order, removed ones, and expected kinds that nobody brought."""

    entries: list[Entry]
    removed: list[Entry]
    expected: list[dict[str, str]]

    @property
    def unsigned(self) -> int:
        return sum(entry.document.signed_at is None for entry in self.entries)


def index_of(case: Case) -> Index:
    """The document index of a case that was fetched for this person. Seven queries at most."""
    documents = list(
        Document.objects.filter(case=case).select_related("author", "added_by").order_by("service_date", "id")
    )
    subjects = subjects_of(case)
    proves = _proves(case, subjects)
    replaced = {document.supersedes_id: document for document in documents if document.supersedes_id}
    by_id = {document.pk: document for document in documents}
    entries = [
        Entry(
            document,
            kind_label(document.kind),
            subjects.name(document.subject),
            proves.get(document.pk, []),
            _earlier(document, by_id),
        )
        for document in documents
        if document.pk not in replaced
    ]
    live = [entry for entry in entries if entry.document.removed_at is None]
    return Index(
        entries=live,
        removed=[entry for entry in entries if entry.document.removed_at is not None],
        expected=_expected(case, {entry.document.kind for entry in live}),
    )


def document_for(case: Case, document_id: int) -> Document:
    """A document of a case that was fetched for this person; NotFound otherwise."""
    try:
        return Document.objects.select_related("author", "added_by").get(pk=document_id, case=case)
    except Document.DoesNotExist:
        raise NotFound("There is no such document on this case.") from None


def latest_of(document: Document) -> Document:
    """The present version of a document that was replaced meanwhile."""
    newer = Document.objects.filter(supersedes=document).first()
    return latest_of(newer) if newer else document


def file_of(document: Document) -> tuple[Kind, "File[bytes]"]:
    """The attached file, opened, and its kind by its content; NotFound when there is none that can be shown."""
    try:
        content = document.attachment.open("rb")
    except (ValueError, OSError):
        raise NotFound("This document has no attached file.") from None
    kind = kind_of_stored(content)
    if kind is None:
        content.close()
        raise NotFound("The attached file is not readable any more.")
    return kind, content


def ticked_ids(document: Document) -> set[int]:
    return set(
        ItemDocument.objects.filter(document=document, removed_at=None).values_list("item_id", flat=True)
    )


def authors_of(case: Case) -> list[tuple[Clinician, str]]:
    """Clinicians of the department and the part each has on this case ("" if none), the team first."""
    parts = dict(case.team.values_list("clinician_id", "role"))
    people = Clinician.objects.filter(departments=case.department_id, active=True)
    return sorted(
        ((person, parts.get(person.pk, "")) for person in people),
        key=lambda pair: (not pair[1], pair[0].name),
    )


def usual_items(kind: str, subject: str, rows: Iterable[Row], items: Mapping[int, ChecklistItem]) -> set[int]:
    """Ids of the open items that a document of this kind usually proves for this subject.

    A document of one session proves that session's items and those of the whole case, never another session's.
    """
    known = kinds().get(kind)
    proves = set(known.items) if known else set()
    return {
        row.id
        for row in rows
        if row.key in proves and row.is_open and row.tickable and subjects_fit(subject, items[row.id].subject)
    }


def subjects_fit(document: str, item: str) -> bool:
    """True unless document and item name two different things of the same sort."""
    if "case" in (document, item) or document == item:
        return True
    return document.partition(":")[0] != item.partition(":")[0]


def subject_of_listed(row: ListRow, subjects: Subjects) -> str:
    """A listed document of a session kind belongs to the session of its service date, if there is just one."""
    known = kinds().get(row.kind)
    if known is None or known.scope != "session" or row.service_date is None:
        return "case"
    day = row.service_date.isoformat()
    fitting = [subject for subject, on in subjects.session_days.items() if on == day]
    return fitting[0] if len(fitting) == 1 else "case"


def already_listed(case: Case) -> set[tuple[Any, ...]]:
    """Kind, title, service date and reference of every live document, to notice a list pasted twice."""
    live = Document.objects.filter(case=case, removed_at=None)
    return set(live.values_list("kind", "title", "service_date", "reference"))


def _proves(case: Case, subjects: Subjects) -> dict[int, list[dict[str, Any]]]:
    """Items by document; for a removed or replaced document those it was ticked for at last."""
    links = ItemDocument.objects.filter(item__case=case).order_by("item__position", "id")
    shown: dict[int, list[dict[str, Any]]] = {}
    for link in links.values(
        "document_id", "item_id", "item__label", "item__subject", "removed_at", "document__removed_at"
    ):
        if link["removed_at"] is not None and link["document__removed_at"] != link["removed_at"]:
            continue
        item = {
            "id": link["item_id"],
            "label": link["item__label"],
            "subject": subjects.name(link["item__subject"]),
        }
        shown.setdefault(link["document_id"], []).append(item)
    return shown


def _earlier(document: Document, by_id: Mapping[int, Document]) -> list[Document]:
    found: list[Document] = []
    before = document.supersedes_id
    while before in by_id:
        found.append(by_id[before])
        before = by_id[before].supersedes_id
    return found


def _expected(case: Case, present: set[str]) -> list[dict[str, str]]:
    """Kinds the case's template expects and no live document has, in book order."""
    wanted = set(case.template.document_kinds) - present if case.template_id and case.template else set()
    return [
        {"key": key, "label": kind.label, "note": kind.note or ""}
        for key, kind in kinds().items()
        if key in wanted
    ]
