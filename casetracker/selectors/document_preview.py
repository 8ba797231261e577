"""What a pasted document list would do on this case: authors found, items ticked, rows that are here already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils import timezone

from casetracker.document_input import DocumentInput
from casetracker.document_list import Row, read_list
from casetracker.models import Case, Clinician
from casetracker.presenters.checklist import Row as ItemRow
from casetracker.requirements import kind_label, kinds
from casetracker.selectors.document_form import FormParts, form_parts
from casetracker.selectors.documents import already_listed, subject_of_listed, usual_items


@dataclass(frozen=True)
class Line:
    """One row of the list with what it would become. `known`: a document like it is in the index already."""

    row: Row
    kind: str
    subject: str
    author: Clinician | None
    known: bool
    proves: list[ItemRow] = field(default_factory=list)
    entry: DocumentInput | None = None

    @property
    def problems(self) -> list[tuple[str, str]]:
        return list(self.row.errors.items())


@dataclass(frozen=True)
class Preview:
    """The whole list, in its order."""

    lines: Sequence[Line]

    @property
    def wrong(self) -> int:
        return sum(bool(line.row.errors) for line in self.lines)

    @property
    def known(self) -> int:
        return sum(line.known for line in self.lines)

    @property
    def entries(self) -> list[DocumentInput]:
        """What storing the list would add: rows without errors that are not here already."""
        return [line.entry for line in self.lines if line.entry is not None and not line.known]

    @property
    def ready(self) -> int:
        return len(self.entries)

    @property
    def wrong_words(self) -> str:
        return f"{self.wrong} row{'s'[: self.wrong != 1]} cannot be read"

    @property
    def known_words(self) -> str:
        return f"{self.known} already here"

    @property
    def ready_words(self) -> str:
        return f"{self.ready} ready"


def preview_of(case: Case, text: str) -> Preview:
    """Read a list for this case; nothing is stored. Raises UnreadableList when the list as a whole cannot be read."""
    labels = {key: kind.label for key, kind in kinds().items()}
    rows = read_list(text, labels, ZoneInfo(case.department.time_zone), timezone.now())
    parts = form_parts(case)
    seen = already_listed(case)
    lines = []
    for row in rows:
        identity = (row.kind, row.title, row.service_date, row.reference)
        lines.append(_line(row, parts, known=identity in seen and not row.errors))
        seen.add(identity)
    return Preview(lines)


def _line(row: Row, parts: FormParts, known: bool) -> Line:
    subject = subject_of_listed(row, parts.subjects)
    author, role = _author(row, parts)
    ticked = set() if row.errors else usual_items(row.kind, subject, parts.rows, parts.items)
    return Line(
        row=row,
        kind=kind_label(row.kind) if row.kind else "",
        subject=parts.subjects.name(subject),
        author=author,
        known=known,
        proves=[item for item in parts.rows if item.id in ticked],
        entry=None if row.errors else _entry(row, subject, author, role, ticked),
    )


def _author(row: Row, parts: FormParts) -> tuple[Clinician | None, str]:
    """The clinician meant by a name, with or without title and credential; None keeps the name as it was typed."""
    wanted = _plain(row.author)
    fitting = [pair for pair in parts.people if wanted and wanted in _names(pair[0])]
    return fitting[0] if len(fitting) == 1 else (None, "")


def _names(person: Clinician) -> set[str]:
    names = {_plain(person.name), _plain(str(person)), _plain(person.npi)}
    family, _, given = person.name.partition(",")
    return names | ({_plain(f"{given} {family}")} if given else set())


def _plain(name: str) -> str:
    words = name.lower().replace(".", " ").replace(",", " ").split()
    return " ".join(word for word in words if word not in ("dr", "md", "phd", "prof"))


def _entry(row: Row, subject: str, author: Clinician | None, role: str, ticked: set[int]) -> DocumentInput:
    return DocumentInput(
        kind=row.kind,
        title=row.title,
        author=author,
        author_name="" if author else row.author,
        author_role=role,
        service_date=row.service_date,
        signed_at=row.signed_at,
        reference=row.reference,
        subject=subject,
        item_ids=tuple(sorted(ticked)),
    )
