"""Splitting a text into case documents: JSON lines, one JSON document, or a YAML stream. Judges nothing.

A document that cannot be read becomes an Unreadable in its place, so that the others are still judged.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from checklists.engine.document import writable
from checklists.yaml_source import YamlRefused, single

_MARKER = re.compile(r"^---(?=\s|$)", re.MULTILINE)


@dataclass(frozen=True)
class Unreadable:
    """A document that is not readable at all; `line` counts from 1 in the whole text."""

    line: int
    message: str

    def as_result(self) -> dict[str, Any]:
        """The refusal in the shape of every other refused document."""
        said = writable(f"Line {self.line}: {self.message}")
        return {"error": [{"path": "", "value": None, "allowed": "YAML or JSON", "message": said}]}


def documents(text: str) -> Iterator[Any]:
    """Each case document of a text in order: mappings, or Unreadable where a document is broken."""
    if not text.strip():
        yield Unreadable(1, "the input is empty")
    elif text.lstrip().startswith("{"):
        yield from _json(text)
    else:
        yield from _yaml(text)


def _json(text: str) -> Iterator[Any]:
    """One document over several lines, else one document per line, else YAML that looks like JSON."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and not _readable(lines[0][1]):
        whole = _load(text, 1)
        if not isinstance(whole, Unreadable):
            yield whole
            return
        if not any(_readable(line) for _, line in lines):
            found = list(_yaml(text))
            plain = found and not any(isinstance(entry, Unreadable) for entry in found)
            yield from found if plain else [whole]
            return
    for number, line in lines:
        yield _load(line, number)


def _readable(line: str) -> bool:
    return not isinstance(_load(line, 1), Unreadable)


def _load(text: str, line: int) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        return Unreadable(line + error.lineno - 1, f"not readable as JSON: {error.msg.lower()}")
    except (ValueError, RecursionError) as error:
        return Unreadable(line, str(error) if isinstance(error, ValueError) else "nested too deeply")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a value of a case document")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key '{key}' stands twice")
        found[key] = value
    return found


def _yaml(text: str) -> Iterator[Any]:
    """The documents of a stream, split at their markers so that a broken one does not end the run."""
    starts = [0, *(match.end() for match in _MARKER.finditer(text))]
    ends = [*(match.start() for match in _MARKER.finditer(text)), len(text)]
    for start, end in zip(starts, ends, strict=True):
        chunk, before = text[start:end], text.count("\n", 0, start)
        try:
            found = single(chunk)
        except YamlRefused as refusal:
            yield Unreadable(before + refusal.line, refusal.message)
            continue
        if found is not None:
            yield found
        elif start and end == len(text):
            yield Unreadable(before + 1, "the document is empty")
