"""What a document form offers on this case: people, subjects, items; and its first values. Fixed queries."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from casetracker.choices import CaseRole
from casetracker.forms.evidence import DocumentForm
from casetracker.models import Case, ChecklistItem, Clinician, Document
from casetracker.presenters.checklist import Row, steps_of
from casetracker.requirements import kind_label, kinds, requirement
from casetracker.selectors.checklist import rows_of
from casetracker.selectors.documents import authors_of, ticked_ids, usual_items
from casetracker.selectors.subjects import Subjects, subjects_of
from checklists.engine.book import DocumentKind


@dataclass
class FormParts:
    """Everything a document form needs, read once."""

    people: list[tuple[Clinician, str]]
    subjects: Subjects
    rows: list[Row]
    items: dict[int, ChecklistItem]
    document: Document | None
    ticked: set[int]
    attach: bool = False  # the department keeps files

    def form(self, data: QueryDict | None, files: Any = None, **more: Any) -> DocumentForm:
        return DocumentForm(
            data,
            files,
            people=self.people,
            subjects=self._subjects(),
            rows=self.offered(),
            attach=self.attach,
            attached=bool(self.document and self.document.attachment),
            auto_id="id_%s",
            **more,
        )

    def offered(self) -> list[Row]:
        """Items that can be ticked: open ones, and those this document proves already."""
        return [row for row in self.rows if row.id in self.ticked or (row.is_open and row.tickable)]

    def prefilled(self, kind: str, item_ids: list[str], writer: str = "") -> DocumentForm:
        """A new document of this kind, or of the kind these items usually want.

        Filled in are the only person of this case whose part it is, and the day of the session it is about; times and
        signatures never. Typing begins in the first field that is left. writer: name of who fills in the form; a
        check that coders make is theirs.
        """
        wanted = {int(item) for item in item_ids if item.isdigit()}
        kind = kind if kind in kinds() else self._kind_for(wanted)
        subject = self._subject_for(wanted, kind)
        ticked = wanted | (usual_items(kind, subject, self.rows, self.items) if kind else set())
        own_check = bool(ticked) and all(self._by_coder(item) for item in ticked)
        first = {
            "kind": kind,
            "subject": subject,
            "author_name": writer if own_check else "",
            "author": self._author_for(kind, wanted or ticked),
            "service_date": self.subjects.session_days.get(subject),
            "items": [str(item) for item in sorted(ticked)],
        }
        form = self.form(None, initial=first)
        asked = ("kind", "service_date") if own_check else ("kind", "author", "service_date")
        start = next((name for name in asked if not first[name]), "signed_at")
        form.fields[start].widget.attrs["autofocus"] = True
        return form

    def of_document(self) -> DocumentForm:
        """The present values of the document."""
        document = self.document
        assert document is not None  # noqa: S101 - called for a document only
        first = {name: getattr(document, name) for name in DocumentForm.base_fields if name != "items"}
        return self.form(None, initial={**first, "items": [str(item) for item in sorted(self.ticked)]})

    def with_usual_items(self, data: QueryDict) -> DocumentForm:
        """The typed entries, unjudged, with the items of the chosen kind ticked."""
        kind, subject = data.get("kind", ""), data.get("subject") or "case"
        ticked = usual_items(kind, subject, self.rows, self.items) | self.ticked
        names = [name for name in (*DocumentForm.base_fields, "drop_file") if name != "items"]
        first = {name: data.get(name, "") for name in names}
        first["author"] = (
            first["author"] or (first["author_name"] == "" and self._author_for(kind, ticked)) or ""
        )
        return self.form(None, initial={**first, "items": [str(item) for item in sorted(ticked)]})

    def context(self, form: DocumentForm) -> dict[str, Any]:
        """The form with its item rows: those ticked on top, the others by step."""
        chosen = set(map(str, form["items"].value() or []))
        offered = self.offered()
        return {
            "form": form,
            "ticked_rows": [row for row in offered if str(row.id) in chosen],
            "other_steps": steps_of(row for row in offered if str(row.id) not in chosen),
            "chosen": chosen,
            **(self.about_document() if self.document else {}),
        }

    def about_document(self) -> dict[str, Any]:
        """Words for the pages of one stored document."""
        document = self.document
        if document is None:
            return {}
        return {
            "document": document,
            "kind": kind_label(document.kind),
            "subject": self.subjects.name(document.subject),
            "proves": [row for row in self.rows if row.id in self.ticked],
        }

    def _subjects(self) -> list[tuple[str, str]]:
        offered = self.subjects.choices()
        own = self.document.subject if self.document else "case"
        if own not in dict(offered):
            offered.append((own, self.subjects.name(own)))
        return offered

    def _kind_for(self, item_ids: set[int]) -> str:
        """The kind that usually proves most of these items; "" when nothing is asked for.

        Of sisters, such as the reports of two techniques, the one that proves more of what is open.
        """
        usual = [kind for item in item_ids if item in self.items for kind in self._kinds_lacking(item)]
        if not usual:
            return ""
        best = kinds()[max(usual, key=usual.count)]
        sisters = [kind for kind in usual if _nature(kinds()[kind]) == _nature(best)]
        return max(sisters, key=lambda kind: len(usual_items(kind, "case", self.rows, self.items)))

    def _kinds_lacking(self, item_id: int) -> tuple[str, ...]:
        """Kinds that usually prove the item, without those it has signed already and is still open with."""
        wanted = _kinds_wanted(self.items[item_id])
        there = {
            proof.kind for row in self.rows if row.id == item_id for proof in row.evidence if proof.signed_at
        }
        return tuple(kind for kind in wanted if kind not in there) or wanted

    def _author_for(self, kind: str, item_ids: set[int]) -> int | None:
        """The one person of this case whose part such a document is; None when it is not that clear, or a review."""
        if any(_is_review(self.items[item].key) for item in item_ids if item in self.items):
            return None
        known = kinds().get(kind)
        parts = {known.author} if known and known.author in CaseRole.values else set()
        parts = parts or {_writer_of(self.items[item].key) for item in item_ids if item in self.items}
        part = parts.pop() if len(parts) == 1 else ""
        team = [person.pk for person, own in self.people if part and own == part]
        return team[0] if len(team) == 1 else None

    def _by_coder(self, item_id: int) -> bool:
        known = requirement(self.items[item_id].key) if item_id in self.items else None
        return known is not None and known.item.signer == "coder"

    def _subject_for(self, item_ids: set[int], kind: str) -> str:
        """The one session or plan these items are about, if such papers are about one of its sort.

        An approval of the plan, or a prescription, that one lesion asks for speaks for every lesion.
        """
        found = {self.items[item].subject for item in item_ids if item in self.items} - {"case"}
        only = found.pop() if len(found) == 1 else "case"
        known = kinds().get(kind)
        scope = only.partition(":")[0]
        of_its_sort = scope != "lesion" and (known is None or known.scope == scope)
        return only if only in self.subjects.live and of_its_sort else "case"


def form_parts(case: Case, document: Document | None = None) -> FormParts:
    """Read what the form of a new document, or of `document`, needs."""
    subjects = subjects_of(case)
    return FormParts(
        people=authors_of(case),
        subjects=subjects,
        rows=rows_of(case, subjects),
        items=ChecklistItem.objects.in_bulk(list(case.items.values_list("pk", flat=True))),
        document=document,
        ticked=ticked_ids(document) if document else set(),
        attach=case.department.attachments_allowed,
    )


def _nature(kind: DocumentKind) -> tuple[str, str, str]:
    return (kind.author, kind.step, kind.scope)


def _writer_of(key: str) -> str:
    """The part on a case that writes what an item asks for; "" when no clinician does."""
    known = requirement(key)
    if known is None:
        return ""
    signer = "radiation_oncologist" if known.item.signer == "authorized_user" else known.item.signer
    wanted = signer if signer in CaseRole.values else known.item.role
    return wanted if wanted in CaseRole.values else ""


def _is_review(key: str) -> bool:
    """Whether somebody else than the people whose work it is about has to write it."""
    known = requirement(key)
    return bool(known and known.item.reviews)


def _kinds_wanted(item: ChecklistItem) -> tuple[str, ...]:
    """Kinds that usually prove the item; once only the second signature is missing, those its person writes."""
    known = requirement(item.key)
    if known is None:
        return ()
    second = any(check.get("check") == "cosigner" and check["verdict"] == "fails" for check in item.checks)
    theirs = [kind for kind in known.kinds if second and kinds()[kind].author == known.item.cosigner]
    return tuple(theirs) or known.kinds
