"""The case documents of one call: a single one, a list, `documents: [...]`, or a YAML stream. Judges nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from checklists.case_files import Placed, Unreadable, json_text, yaml_stream
from checklists.places import SEVERAL

JSON_TYPES: Final = ("application/json",)
YAML_TYPES: Final = ("application/yaml", "text/yaml")


class Malformed(ValueError):
    """The body is not readable. `line` counts from 1; None where it is not known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.message, self.line = message, line
        super().__init__(message)


@dataclass(frozen=True)
class Body:
    """`several` says how the answer is shaped: one result, or a list of them."""

    documents: tuple[Placed, ...]
    several: bool


def read_body(raw: bytes, content_type: str) -> Body:
    """The documents of a body of one of the types above. Raises Malformed, for a list without a document too."""
    text = _decoded(raw)
    parts = [json_text(text)] if content_type in JSON_TYPES else list(yaml_stream(text))
    for part in parts:
        if isinstance(part.document, Unreadable):
            message = part.document.message
            raise Malformed(f"{message[:1].upper()}{message[1:]}.", part.document.line)
    documents = tuple(document for part in parts for document in _spread(part))
    if not documents:
        raise Malformed("The list holds no document. Send at least one.")
    return Body(documents, len(parts) > 1 or documents[0].entry is not None)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Malformed("The text is not UTF-8.", line) from None


def _spread(part: Placed) -> Iterator[Placed]:
    listed: Any = part.document
    if isinstance(listed, dict) and set(listed) == {SEVERAL}:
        listed = listed[SEVERAL]
        if not isinstance(listed, list):
            raise Malformed(f"`{SEVERAL}` holds a list of case documents.")
    if not isinstance(listed, list):
        yield part
        return
    for entry, document in enumerate(listed):
        yield Placed(document, part.chunk, part.before, entry)
