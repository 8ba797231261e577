"""Reading rule-book cases: full documents with the complete expected lines, and edits of documents by path."""

import copy
import re
from pathlib import Path
from typing import Any

from checklists.engine import evaluate_document
from checklists.engine.book import RuleBook
from checklists.reader import current_book
from checklists.yaml_source import single

HERE = Path(__file__).parent


def golden() -> dict[str, dict[str, Any]]:
    """The golden scenarios by name."""
    files = sorted((HERE / "golden").glob("*.yaml"))
    return {file.stem: single(file.read_text(encoding="utf-8")) for file in files}


def variations() -> list[dict[str, Any]]:
    """The variations of golden scenarios, each with its changed document."""
    scenarios = golden()
    files = sorted(HERE.glob("variations*.yaml"))
    found = [case for file in files for case in single(file.read_text(encoding="utf-8"))]
    return [{**case, "document": _varied(scenarios[case["base"]]["document"], case)} for case in found]


def entered() -> list[dict[str, Any]]:
    """Golden scenarios with hand-entered lines, each with its changed document."""
    scenarios = golden()
    found = single((HERE / "entered.yaml").read_text(encoding="utf-8"))
    return [{**case, "document": _varied(scenarios[case["base"]]["document"], case)} for case in found]


def _varied(document: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    for path in case.get("unset", []):
        document = without(document, path)
    for path, value in case.get("set", {}).items():
        document = changed(document, path, value)
    for line in case.get("add", []):
        document = adding(document, line)
    return document


def judged(document: dict[str, Any], book: RuleBook | None = None) -> dict[str, Any]:
    """The result of a document that must be readable, by the book of the project or another one."""
    result = evaluate_document(document, book or current_book())
    assert "error" not in result, result["error"]
    return result


def lines_of(result: dict[str, Any]) -> list[str]:
    """Every suggested line as `CODE-MOD xUNITS stream performer date`, sorted."""
    return sorted(
        f"{'-'.join((line['code'], *line['modifiers']))} x{line['units']} {line['stream']} "
        f"{line['performer']} {line['date'] or 'undated'}"
        for line in result["lines"]
    )


def conflicts_of(result: dict[str, Any]) -> list[str]:
    """Every conflict as `ID severity`, sorted, each once."""
    return sorted({f"{conflict['id']} {conflict['severity']}" for conflict in result["conflicts"]})


def short_lines(result: dict[str, Any]) -> set[str]:
    """Suggested lines as CODE-MOD, with `undated` and xUNITS only where they say something."""
    return {
        "-".join((line["code"], *line["modifiers"]))
        + ("" if line["date"] else " undated")
        + (f" x{line['units']}" if line["units"] > 1 else "")
        for line in result["lines"]
    }


def asked(result: dict[str, Any]) -> set[str]:
    return {question["fact"] for question in result["questions"]}


def without(document: dict[str, Any], path: str) -> dict[str, Any]:
    """A copy of the document in which the field of a path is not recorded."""
    return changed(document, path, None)


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the document with another value at a path such as `lesions[L1].region`."""
    copied = copy.deepcopy(document)
    *parents, last = _steps(copied, path)
    target = copied
    for step in parents:
        target = target[step]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return copied


def _steps(document: dict[str, Any], path: str) -> list[Any]:
    steps: list[Any] = []
    target: Any = document
    for name, subject in re.findall(r"([a-z_0-9]+)(?:\[([^\]]+)\])?", path):
        steps.append(name)
        target = target.get(name) if isinstance(target, dict) else None
        if subject:
            place = next(i for i, row in enumerate(target) if subject in _names(row))
            steps.append(place)
            target = target[place]
    return steps


def _names(row: dict[str, Any]) -> set[str]:
    return {str(row[name]) for name in ("id", "number", "role", "code") if row.get(name) is not None}


def adding(document: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """A copy of the document with one more entered line."""
    copied = copy.deepcopy(document)
    copied["entered_lines"] = [*(copied.get("entered_lines") or []), line]
    return copied
