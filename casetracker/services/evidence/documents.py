"""Index entries of documents and the items they prove: added, replaced by a new version, removed, ticked, unticked.

Nothing is deleted: a replaced or removed entry keeps `removed_at`, and its ticks stay in the history.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone

from casetracker import attachments, permissions
from casetracker.choices import EntryType
from casetracker.document_input import DocumentInput
from casetracker.errors import Refused, Stale
from casetracker.models import Case, ChecklistItem, Clinician, Document, ItemDocument, User
from casetracker.plausibility import NOT_YET
from casetracker.requirements import kinds
from casetracker.services.history import service

from .changes import finish, items_of
from .files import store, taken_back_on_failure
from .locks import check_unlocked

FIELDS = (
    "kind",
    "title",
    "author",
    "author_name",
    "author_role",
    "service_date",
    "written_at",
    "signed_at",
    "reference",
    "subject",
    "entry_type",
)


@service("document.added")
def add_document(
    *,
    case: Case,
    by: User,
    kind: str,
    title: str,
    author: Clinician | None = None,
    author_name: str = "",
    author_role: str = "",
    service_date: date | None = None,
    written_at: datetime | None = None,
    signed_at: datetime | None = None,
    reference: str = "",
    subject: str = "case",
    entry_type: str = EntryType.ORIGINAL,
    supersedes: Document | None = None,
    item_ids: Iterable[int] = (),
    file: "File[bytes] | None" = None,
) -> Document:
    """Add one document and tick it for every item it proves; with `supersedes`, as its next version.

    kind: key of a kind of the rule book. author: a clinician, or None with `author_name`. author_role: who signs, a
    case role. Moments are aware; None means not recorded. file: stored under a random name. Raises Refused for an
    unknown kind, a moment still to come, a subject that is not on the case, a file that is not taken; WrongState
    when an approval rests on a ticked item.
    """
    entry = DocumentInput(
        kind=kind,
        title=title,
        author=author,
        author_name=author_name,
        author_role=author_role,
        service_date=service_date,
        written_at=written_at,
        signed_at=signed_at,
        reference=reference,
        subject=subject,
        entry_type=entry_type,
        item_ids=tuple(item_ids),
        file=file,
    )
    if supersedes is not None:
        return change_document(case=case, by=by, document=supersedes, version=supersedes.version, entry=entry)
    return _add(case, by, [entry])[0]


@service("document.listed")
def add_documents(*, case: Case, by: User, entries: Sequence[DocumentInput]) -> list[Document]:
    """Add the documents of a list in one transaction, each ticked for its items; in the order given."""
    if not entries:
        raise Refused("The list has no documents to add.")
    return _add(case, by, list(entries))


@service("document.changed")
def change_document(
    *, case: Case, by: User, document: Document, version: int, entry: DocumentInput
) -> Document:
    """Store the next version of a document and move the ticks to `entry.item_ids`; the old one stays readable.

    version: of the document the person saw. Raises Stale when it was replaced or removed meanwhile.
    """
    permissions.check_edit_case(by, case)
    ticked = items_of(case, {*_live_item_ids(document), *entry.item_ids})
    check_unlocked(case, ticked)
    _check_entry(case, entry)
    _take_out(document, version)
    newer = _build(case, by, entry)
    newer.supersedes, newer.version = document, document.version + 1
    with taken_back_on_failure() as stored:
        if entry.file is not None:
            stored.append(store(case, newer, entry.file))
        elif not entry.drop_file:
            newer.attachment = document.attachment.name
        newer.save()
        _tick(by, [(newer, item) for item in ticked if item.pk in set(entry.item_ids)])
        finish(
            case=case,
            by=by,
            items=ticked,
            action="document.changed",
            summary=f"Version {newer.version} of '{newer.title}'",
            difference=_compared(document, newer),
        )
    return newer


@service("document.removed")
def remove_document(
    *, case: Case, by: User, document: Document, version: int | None = None, reason: str = ""
) -> None:
    """Take a document out of the index. It stays in the history with everything it was ticked for."""
    permissions.check_edit_case(by, case)
    ticked = items_of(case, _live_item_ids(document))
    check_unlocked(case, ticked)
    _take_out(document, document.version if version is None else version)
    finish(
        case=case,
        by=by,
        items=ticked,
        action="document.removed",
        summary=f"Removed '{document.title}'",
        difference={**_shown(document), "reason": reason, "items": _names(ticked)},
    )


@service("document.linked")
def link(*, case: Case, by: User, document: Document, item_ids: Iterable[int]) -> None:
    """Tick a document for more items."""
    permissions.check_edit_case(by, case)
    items = items_of(case, item_ids)
    if not items:
        raise Refused("Tick at least one item that this document proves.")
    _check_live(document, case)
    check_unlocked(case, items)
    _tick(by, [(document, item) for item in items])
    finish(
        case=case,
        by=by,
        items=items,
        action="document.linked",
        summary=f"'{document.title}' ticked for {_count(items)}",
        difference={"document": str(document.uuid), "title": document.title, "items": _names(items)},
    )


@service("document.unlinked")
def unlink(*, case: Case, by: User, document: Document, item: ChecklistItem) -> None:
    """Take one tick back; the document stays."""
    permissions.check_edit_case(by, case)
    check_unlocked(case, [item])
    ticks = ItemDocument.objects.filter(document=document, item=item, item__case=case, removed_at=None)
    if not ticks.update(removed_at=timezone.now()):
        raise Stale("This document is not ticked for the item any more. Reload the page.")
    finish(
        case=case,
        by=by,
        items=[item],
        action="document.unlinked",
        summary=f"'{document.title}' no longer ticked for '{item.label}'",
        difference={"document": str(document.uuid), "title": document.title, "items": _names([item])},
    )


def _add(case: Case, by: User, entries: list[DocumentInput]) -> list[Document]:
    permissions.check_edit_case(by, case)
    items = {item.pk: item for item in items_of(case, {i for entry in entries for i in entry.item_ids})}
    check_unlocked(case, items.values())
    for entry in entries:
        _check_entry(case, entry)
    with taken_back_on_failure() as stored:
        built = [_build(case, by, entry) for entry in entries]
        for document, entry in zip(built, entries, strict=True):
            if entry.file is not None:
                stored.append(store(case, document, entry.file))
        return _write(case, by, built, entries, items)


def _write(
    case: Case, by: User, built: list[Document], entries: list[DocumentInput], items: dict[int, ChecklistItem]
) -> list[Document]:
    documents = Document.objects.bulk_create(built)
    pairs = zip(documents, entries, strict=True)
    _tick(by, [(document, items[pk]) for document, entry in pairs for pk in entry.item_ids])
    titles = f"'{documents[0].title}'" if len(documents) == 1 else f"{len(documents)} documents"
    finish(
        case=case,
        by=by,
        items=list(items.values()),
        action="document.added" if len(documents) == 1 else "document.listed",
        summary=f"Added {titles} for {_count(items)}",
        difference={
            "documents": [_shown(document) for document in documents],
            "items": _names(items.values()),
        },
    )
    return documents


def _build(case: Case, by: User, entry: DocumentInput) -> Document:
    values = {name: getattr(entry, name) for name in FIELDS}
    if entry.subject.partition(":")[0] in ("unit", "line"):
        values["subject"] = "case"  # a document is about the treatment, never about a claim line
    document = Document(case=case, added_by=by, added_at=timezone.now(), **values)
    if document.author is not None:
        document.author_name = ""
    try:
        document.clean_fields(exclude={"case", "added_by", "author", "supersedes"})
    except ValidationError as problem:
        field, texts = next(iter(problem.message_dict.items()))
        raise Refused(f"{field.replace('_', ' ').capitalize()}: {' '.join(texts)}") from None
    return document


def _check_entry(case: Case, entry: DocumentInput) -> None:
    if entry.kind not in kinds():
        raise Refused(
            f"'{entry.kind}' is not a kind of document the rule book knows. Choose one of the list."
        )
    if late := entry.still_to_come(timezone.now()):
        raise Refused(f"{late[0].replace('_', ' ').capitalize()}: {NOT_YET}")
    if entry.signed_at and entry.written_at and entry.signed_at < entry.written_at:
        raise Refused("The signature is earlier than the writing. Check both times.")
    scope, _, name = entry.subject.partition(":")
    known = {"lesion": case.lesions, "session": case.sessions, "plan": case.plans}
    if scope in ("case", "unit", "line"):
        return
    if scope not in known or not _is_on_case(known[scope], name):
        raise Refused("The document is filed under a lesion, session or plan that is not on this case.")


def _is_on_case(rows: Any, name: str) -> bool:
    try:
        return bool(rows.filter(uuid=name).exists())
    except ValidationError:
        return False


def _check_live(document: Document, case: Case) -> None:
    if document.case_id != case.pk or document.removed_at is not None:
        raise Stale("This document was removed or replaced meanwhile. Choose its present version.")


def _take_out(document: Document, version: int) -> None:
    """Set `removed_at` on the entry and its ticks, if nobody was faster."""
    now = timezone.now()
    live = Document.objects.filter(pk=document.pk, version=version, removed_at=None)
    if not live.update(removed_at=now):
        raise Stale("Somebody else replaced or removed this document while you worked. Look at it again.")
    ItemDocument.objects.filter(document=document, removed_at=None).update(removed_at=now)
    document.removed_at = now


def _tick(by: User, pairs: Iterable[tuple[Document, ChecklistItem]]) -> None:
    """Create ticks; a tick that was taken back comes to life again."""
    now = timezone.now()
    ticks = [ItemDocument(document=d, item=i, linked_by=by, linked_at=now) for d, i in pairs]
    ItemDocument.objects.bulk_create(
        ticks,
        update_conflicts=True,
        unique_fields=["item", "document"],
        update_fields=["linked_by", "linked_at", "removed_at"],
    )


def _live_item_ids(document: Document) -> set[int]:
    return set(
        ItemDocument.objects.filter(document=document, removed_at=None).values_list("item_id", flat=True)
    )


def _shown(document: Document) -> dict[str, Any]:
    author = document.author.name if document.author else document.author_name
    shown = {name: getattr(document, name) for name in FIELDS if name not in ("author", "author_name")}
    file = attachments.words_of(document.attachment.name or "")
    return {"document": str(document.uuid), **shown, "author": author, "file": file}


def _compared(old: Document, new: Document) -> dict[str, Any]:
    before, after = _shown(old), _shown(new)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    return {"title": new.title, **changed}


def _names(items: Iterable[ChecklistItem]) -> list[str]:
    return sorted(f"{item.key} {item.subject}" for item in items)


def _count(items: Any) -> str:
    return "1 item" if len(items) == 1 else f"{len(items)} items"


def as_input(document: Document, item_ids: Iterable[int]) -> DocumentInput:
    """A stored document in the shape of the form, for example to change one field of it."""
    values = {name: getattr(document, name) for name in FIELDS}
    return replace(DocumentInput(kind="", title=""), **values, item_ids=tuple(item_ids))
