"""Judging pasted case documents for the try-out page: each result, or what is wrong with path and line."""

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from checklists.case_files import Placed, Unreadable, placed
from checklists.case_report import subject_words
from checklists.engine import evaluate_document
from checklists.engine.book import RuleBook
from checklists.engine.plain import plain
from checklists.pages.wording import worded
from checklists.places import Places, line_of

EXAMPLE: Final = """schema: srs-case/1
date_of_service: 2026-03-02
payer: {class: medicare_ffs}
setting: hospital_outpatient
modality: linac
planned_sessions: 1
sessions:
  - {number: 1, date: 2026-03-02, status: delivered, lesions: [L1], percent_delivered: 100}
lesions:
  - {id: L1, compartment: cranial, diagnosis: metastasis, region: frontal, max_dimension_mm: 14, icd10: C79.31}
"""
MOST_DOCUMENTS: Final = 20
TOO_MANY: Final = (
    "These are more than {} documents, the most this page judges. Split them, or use `manage.py evaluate`."
)


@dataclass(frozen=True)
class Judged:
    """One document of a text: `line` is its first line in the text, `errors` carry theirs where it is known."""

    number: int
    line: int
    result: dict[str, Any]
    errors: list[dict[str, Any]]
    book: RuleBook

    @property
    def shown(self) -> dict[str, Any] | None:
        """The result as it is read: days as dates, reasons in words; None for a refused document."""
        return None if self.errors else _readable(self.result, self.number, self.book)


def judged(text: str, book: RuleBook) -> list[Judged]:
    """Every document of a text, judged, in order. Raises ValueError, in words, when there are too many."""
    found = list(islice(placed(text), MOST_DOCUMENTS + 1))
    if len(found) > MOST_DOCUMENTS:
        raise ValueError(TOO_MANY.format(MOST_DOCUMENTS))
    places = Places()
    return [_judged(number, entry, book, places) for number, entry in enumerate(found, 1)]


def _judged(number: int, entry: Placed, book: RuleBook, places: Places) -> Judged:
    document = entry.document
    if isinstance(document, Unreadable):
        result = document.as_result()
        errors = [{**error, "line": document.line, "message": document.message} for error in result["error"]]
        return Judged(number, document.line, result, errors, book)
    result = evaluate_document(document, book)
    twin, refused = places.twin(entry), result.get("error", [])
    errors = [_shown(error, twin, entry.before) for error in refused]
    return Judged(number, _first(twin, entry), result, errors, book)


def _readable(result: dict[str, Any], number: int, book: RuleBook) -> dict[str, Any]:
    lines = [
        {
            **line,
            "date": date.fromisoformat(line["date"]) if line["date"] else None,
            "reasons": worded(book, line["reasons"]),
            "key": f"{number}-{line['key']}",  # an anchor of the page, where documents may hold the same line
        }
        for line in result["lines"]
    ]
    dropped = [
        {**entry, "label": book.label(entry["code"]), "reasons": worded(book, entry["reasons"])}
        for entry in result["not_suggested"]
    ]
    lesions = [{**entry, "reasons": worded(book, entry["reasons"])} for entry in result["lesions"]]
    needed = [
        {**item, "about": subject_words(item["subject"])}
        for item in result["documentation"]
        if item["condition"] != "false"
    ]
    policies = [
        {**entry, "label": book.policies[entry["key"]].label, "value": plain(entry["value"])}
        for entry in result["policies"]
    ]
    readable = {"not_suggested": dropped, "lesions": lesions, "documentation": needed, "policies": policies}
    return {**result, "lines": lines, **readable}


def _first(twin: Any, entry: Placed) -> int:
    return entry.before + (getattr(twin, "line", 0) or 1)


def _shown(error: dict[str, Any], document: Any, before: int) -> dict[str, Any]:
    allowed = error["allowed"]
    words = ", ".join(map(str, allowed)) if isinstance(allowed, list) else allowed
    line = line_of(document, error["path"])
    return {**error, "allowed": words, "line": before + line if line else None}
