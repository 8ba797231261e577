"""Splitting a text into case documents: JSON lines, a JSON list, one JSON document, or a YAML stream. Judges nothing.

A document that cannot be read becomes an Unreadable in its place, so that the others are still judged.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from checklists.engine.document import writable
from checklists.yaml_source import YamlRefused, single

_MARKER = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_WHOLE = re.compile(r"[{\[]")
MOST_DIGITS = 100


@dataclass(frozen=True)
class Unreadable:
    """A document that is not readable at all; `line` counts from 1 in the whole text."""

    line: int
    message: str

    def as_result(self) -> dict[str, Any]:
        """The refusal in the shape of every other refused document."""
        said = writable(f"Line {self.line}: {self.message}")
        return {"error": [{"path": "", "value": None, "allowed": "YAML or JSON", "message": said}]}


class Placed(NamedTuple):
    """A document (or Unreadable) and where it stands.

    chunk: the part of the text that holds it. before: lines of the text before the chunk. entry: its place in the
    list of the chunk, from 0, or None where the chunk is the document.
    """

    document: Any
    chunk: str
    before: int
    entry: int | None = None


def documents(text: str) -> Iterator[Any]:
    """Each case document of a text in order: mappings, or Unreadable where a document is broken."""
    return (found.document for found in placed(text))


def placed(text: str) -> Iterator[Placed]:
    """Each case document of a text in order, with the part of the text that holds it."""
    if not text.strip():
        yield Placed(Unreadable(1, "the input is empty"), text, 0)
    elif text.lstrip().startswith("["):
        yield from _list(text)
    elif text.lstrip().startswith("{"):
        yield from _json(text)
    else:
        yield from _yaml(text)


def json_text(text: str) -> Placed:
    """The only value of a JSON text, or Unreadable."""
    return Placed(_load(text, 1) if text.strip() else Unreadable(1, "the input is empty"), text, 0)


def yaml_stream(text: str) -> Iterator[Placed]:
    """What each document of a YAML stream holds, or Unreadable."""
    return _yaml(text) if text.strip() else iter([Placed(Unreadable(1, "the input is empty"), text, 0)])


def is_json(text: str) -> bool:
    """Whether a text is written as JSON, to name a file by; YAML in braces counts as YAML."""
    if not _WHOLE.match(text.lstrip()):
        return False
    found = (_load(line, 1) for line in [text, *text.strip().split("\n")[:1]])
    return any(not isinstance(entry, Unreadable) for entry in found)


def _list(text: str) -> Iterator[Placed]:
    """Each entry of a list, as JSON or else as YAML; an empty list holds no document."""
    whole = _load(text, 1)
    if isinstance(whole, Unreadable):
        try:
            whole = single(text)
        except YamlRefused:
            yield Placed(whole, text, 0)
            return
    if not whole or not isinstance(whole, list):
        yield Placed(Unreadable(1, "the list holds no document"), text, 0)
        return
    for entry, document in enumerate(whole):
        yield Placed(document, text, 0, entry)


def _json(text: str) -> Iterator[Placed]:
    """One document over several lines, else one document per line, else YAML that looks like JSON."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and not _readable(lines[0][1]):
        whole = _load(text, 1)
        if not isinstance(whole, Unreadable):
            yield Placed(whole, text, 0)
            return
        if not any(_readable(line) for _, line in lines):
            found = list(_yaml(text))
            plain = found and not any(isinstance(entry.document, Unreadable) for entry in found)
            yield from found if plain else [Placed(whole, text, 0)]
            return
    for number, line in lines:
        yield Placed(_load(line, number), line, number - 1)


def _readable(line: str) -> bool:
    return not isinstance(_load(line, 1), Unreadable)


def _load(text: str, line: int) -> Any:
    try:
        return json.loads(
            text,
            parse_int=_whole,
            parse_float=Decimal,
            parse_constant=_no_constant,
            object_pairs_hook=_once,
        )
    except json.JSONDecodeError as error:
        return Unreadable(line + error.lineno - 1, f"not readable as JSON: {error.msg.lower()}")
    except (ValueError, RecursionError) as error:
        return Unreadable(line, str(error) if isinstance(error, ValueError) else "nested too deeply")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number has {len(digits)} digits; no value of a case document is as large")
    return int(digits)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a value of a case document")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key '{key}' stands twice")
        found[key] = value
    return found


def _yaml(text: str) -> Iterator[Placed]:
    """The documents of a stream, split at their markers so that a broken one does not end the run."""
    starts = [0, *(match.end() for match in _MARKER.finditer(text))]
    ends = [*(match.start() for match in _MARKER.finditer(text)), len(text)]
    for start, end in zip(starts, ends, strict=True):
        chunk, before = text[start:end], text.count("\n", 0, start)
        try:
            found = single(chunk)
        except YamlRefused as refusal:
            yield Placed(Unreadable(before + refusal.line, refusal.message), chunk, before)
            continue
        if found is not None:
            yield Placed(found, chunk, before)
        elif start and end == len(text):
            yield Placed(Unreadable(before + 1, "the document is empty"), chunk, before)
