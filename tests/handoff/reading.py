"""Reading a handoff PDF back: its text, and the rows that a document must have put into it."""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pdfplumber

from casetracker.handoff.document import HandoffDocument, as_dict

UNSHOWN = {"schema", "stream", "time_zone", "key", "group", "kind", "department", "state", "demo"}


@lru_cache(maxsize=4)
def pages_of(pdf: bytes) -> list[str]:
    """The text of every page as a person selects it, with runs of blanks joined."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return [re.sub(r"\s+", " ", page.extract_text(use_text_flow=True)) for page in opened.pages]


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def tight(text: object) -> str:
    """Without blanks and underscores, in lower case: lines may break anywhere, stored words are shown as words."""
    return re.sub(r"[\s_]+", "", str(text)).lower()


def missing_from(pdf: bytes, document: HandoffDocument) -> list[str]:
    """Every text and figure of the document that the PDF does not show."""
    shown = tight(text_of(pdf))
    content = as_dict(document)
    for fact in [*content["changes"], *content["rulebook"]]:
        fact["source"] = ""
    return sorted(text for text in _texts(content) if tight(text) not in shown)


def _texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {found for name, entry in value.items() if name not in UNSHOWN for found in _texts(entry)}
    if isinstance(value, list):
        return {found for entry in value for found in _texts(entry)}
    return {str(value)} if value not in ("", None, False, True) else set()


def missing_rows(pdf: bytes, document: HandoffDocument) -> list[str]:
    """Rows of lines, units, lesions and sessions that the PDF does not show cell by cell in this order."""
    shown = tight(text_of(pdf))
    return [row for row in _rows(document) if row not in shown]


def _rows(document: HandoffDocument) -> Iterator[str]:
    for line in document.lines:
        packaging = f"[{line.packaging}]" if line.packaging else ""
        why = f"{line.because}({line.confidence})" if line.confidence else line.because
        cells = (line.number, line.date or "undated", line.code, line.label, packaging, why, line.modifiers)
        more = (line.units, line.pointers, line.person, line.npi, line.place_of_service, line.decision)
        yield _row(*cells, *more, f"{line.accepted}/{line.required} items", line.change)
    for note in document.units:
        yield _row(note.number, note.code, note.units, note.basis, note.modifiers, note.backing)
    for lesion in document.lesions:
        dose = f"{lesion.prescribed_gy}@{lesion.isodose}%" if lesion.isodose else lesion.prescribed_gy
        cells = (lesion.label, lesion.place, lesion.size_mm, lesion.complexity, lesion.basis, dose)
        yield _row(*cells, lesion.delivered_gy, lesion.sessions, lesion.reported_as)
    for session in document.sessions:
        cells = (session.name, session.date, session.machine, session.plan, session.start, session.stop)
        people = (session.oncologist, session.physicist, session.surgeon)
        yield _row(*cells, session.status, "/".join(name or "–" for name in people))


def _row(*cells: object) -> str:
    return tight("".join(str(cell) for cell in cells))
