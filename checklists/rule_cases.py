"""Reading rule-book cases from a folder: golden scenarios, their twins, and variations; edits of documents by path.

A golden scenario is a full document with its complete lines; a variation names a base and what differs. Which lines
must follow is checked by the tests of the rule book; which rules a case shows is told by `coverage`.
"""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checklists.yaml_source import single

Document = dict[str, Any]


def read_golden(folder: Path) -> dict[str, dict[str, Any]]:
    """The golden scenarios by name."""
    files = sorted((folder / "golden").glob("*.yaml"))
    return {file.stem: single(file.read_text(encoding="utf-8")) for file in files}


VARIATIONS = "variations_*.yaml"
ENTERED = "entered*.yaml"


def read_variations(folder: Path, pattern: str = VARIATIONS) -> list[dict[str, Any]]:
    """The variations of golden scenarios in files of that name, each with its changed document."""
    scenarios = read_golden(folder)
    files = sorted(folder.glob(pattern))
    found = [case for file in files for case in single(file.read_text(encoding="utf-8"))]
    return [{**case, "document": varied(scenarios[case["base"]]["document"], case)} for case in found]


def all_documents(folder: Path) -> Iterator[tuple[str, Document]]:
    """Every document that a case judges, with the name of the case: scenarios, their twins, variations."""
    for name, case in read_golden(folder).items():
        yield name, case["document"]
        for twin in case.get("twins", []):
            if "remove" in twin:
                yield f"{name} twin", without(case["document"], twin["remove"])
            else:
                yield f"{name} twin", adding(case["document"], twin["add"])
    for case in (*read_variations(folder), *read_variations(folder, ENTERED)):
        yield case["says"].rstrip("."), case["document"]


def varied(document: Document, case: dict[str, Any]) -> Document:
    """The document with the changes that a variation states."""
    for path in case.get("unset", []):
        document = without(document, path)
    for path, value in case.get("set", {}).items():
        document = changed(document, path, value)
    for line in case.get("add", []):
        document = adding(document, line)
    return document


def without(document: Document, path: str) -> Document:
    """A copy of the document in which the field of a path is not recorded."""
    return changed(document, path, None)


def changed(document: Document, path: str, value: Any) -> Document:
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


def adding(document: Document, line: dict[str, Any]) -> Document:
    """A copy of the document with one more entered line."""
    copied = copy.deepcopy(document)
    copied["entered_lines"] = [*(copied.get("entered_lines") or []), line]
    return copied


def _steps(document: Document, path: str) -> list[Any]:
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
