"""Judging the documents of one call: results as `manage.py evaluate` prints them, mistakes with their line."""

from typing import Any

from checklists.case_files import Placed
from checklists.engine import evaluate_document
from checklists.engine.book import RuleBook
from checklists.places import Places, line_of

Result = dict[str, Any]


def judge(documents: tuple[Placed, ...], book: RuleBook) -> list[Result]:
    """One result per document in the same order; a refused one is {"error": [...]}, each mistake with `line`."""
    places = Places()
    return [_judged(entry, book, places) for entry in documents]


def refused(results: list[Result]) -> list[dict[str, Any]]:
    """The mistakes of all refused documents, each with the place of its document, from 1."""
    return [
        {"document": place, **error}
        for place, result in enumerate(results, 1)
        for error in result.get("error", ())
    ]


def _judged(entry: Placed, book: RuleBook, places: Places) -> Result:
    result = evaluate_document(entry.document, book)
    if "error" not in result:
        return result
    twin = places.twin(entry)
    return {
        "error": [{**error, "line": _line(twin, entry.before, error["path"])} for error in result["error"]]
    }


def _line(twin: Any, before: int, path: str) -> int | None:
    found = line_of(twin, path)
    return before + found if found else None
