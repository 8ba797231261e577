"""The line of a mistake: from the path that the engine names back to the text that was read."""

import re
from collections.abc import Iterator
from typing import Any, Final

from checklists.case_files import Placed
from checklists.yaml_source import YamlRefused, single

SEVERAL: Final = "documents"  # the key of a mapping that only holds a list of documents
_STEP: Final = re.compile(r"[^.\[\]]+")
_NAMES: Final = ("id", "number", "role", "code")


class Places:
    """The documents of one text with the lines of their parts. JSON keeps none: it is read once more as YAML.

    Each part of the text is read at most once, however many documents of it have mistakes.
    """

    def __init__(self) -> None:
        self._wholes: dict[int, Any] = {}

    def twin(self, entry: Placed) -> Any:
        """The document with lines where they can be known, else the document as it is."""
        if getattr(entry.document, "line", 0):
            return entry.document
        if entry.before not in self._wholes:
            self._wholes[entry.before] = _read(entry.chunk)
        whole = self._wholes[entry.before]
        if entry.entry is None:
            return entry.document if whole is None else whole
        listed = whole.get(SEVERAL) if isinstance(whole, dict) else whole
        return listed[entry.entry] if isinstance(listed, list) else entry.document


def line_of(document: Any, path: str) -> int | None:
    """The line of the deepest part of a path that the document holds; its first line where it holds none."""
    return max(_lines(document, _STEP.findall(path)), default=getattr(document, "line", None))


def _read(chunk: str) -> Any:
    try:
        return single(chunk)
    except YamlRefused:
        return None


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
        entry for entry in node if isinstance(entry, dict) and step in (entry.get(name) for name in _NAMES)
    ]
    if named:
        return named[0]
    place = step.removeprefix("#")
    return node[int(place) - 1] if place.isdecimal() and 0 < int(place) <= len(node) else None
