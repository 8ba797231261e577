"""Judging a pasted case document for the try-out page: the result, or what is wrong with path and line."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from checklists.case_files import Unreadable, documents
from checklists.engine import evaluate_document
from checklists.engine.book import RuleBook

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
ONE_ONLY: Final = "This page judges one document at a time; `manage.py evaluate` takes several."
_STEP: Final = re.compile(r"[^.\[\]]+")


def judged(text: str, book: RuleBook) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The published result of the one document in a text, and its errors with `line` where it is known."""
    found = list(documents(text))
    if len(found) > 1:
        return {}, [{"path": "", "message": ONE_ONLY, "allowed": "", "value": None, "line": None}]
    if isinstance(found[0], Unreadable):
        result = found[0].as_result()
        return result, [{**error, "line": found[0].line} for error in result["error"]]
    result = evaluate_document(found[0], book)
    return result, [_shown(error, found[0]) for error in result.get("error", [])]


def dated(result: dict[str, Any]) -> dict[str, Any]:
    """The result with the days of its lines as dates, as the page shows them."""
    lines = [
        {**line, "date": date.fromisoformat(line["date"]) if line["date"] else None}
        for line in result["lines"]
    ]
    return {**result, "lines": lines}


def _shown(error: dict[str, Any], document: Any) -> dict[str, Any]:
    allowed = error["allowed"]
    words = ", ".join(map(str, allowed)) if isinstance(allowed, list) else allowed
    return {**error, "allowed": words, "line": _line(document, error["path"])}


def _line(document: Any, path: str) -> int | None:
    """The line of the deepest part of a path that the document holds; None for JSON, which keeps no lines."""
    return max(_lines(document, _STEP.findall(path)), default=None)


def _lines(node: Any, steps: list[str]) -> Iterator[int]:
    for step in steps:
        line = getattr(node, "lines", {}).get(step)
        if line:
            yield line
        node = _inside(node, step)
        if getattr(node, "line", 0):
            yield node.line


def _inside(node: Any, step: str) -> Any:
    if isinstance(node, dict):
        return node.get(step)
    if not isinstance(node, list):
        return None
    named = [
        entry for entry in node if isinstance(entry, dict) and step in (entry.get("id"), entry.get("number"))
    ]
    if named:
        return named[0]
    return node[int(step)] if step.isdecimal() and int(step) < len(node) else None
