"""Attached files: which kinds are taken, told by their first bytes, and the name a stored file gets.

Only rules live here: nothing is stored, and the name a person gave the file is never looked at.
"""

import uuid
from typing import BinaryIO, NamedTuple, Protocol

MEGABYTE = 1024 * 1024


class Kind(NamedTuple):
    """A kind of file. `starts`: the bytes every such file begins with."""

    ending: str
    words: str
    content_type: str
    starts: bytes


KINDS = (
    Kind("pdf", "PDF", "application/pdf", b"%PDF-"),
    Kind("png", "PNG", "image/png", b"\x89PNG\r\n\x1a\n"),
    Kind("jpg", "JPEG", "image/jpeg", b"\xff\xd8\xff"),
)
TAKEN = "PDF, PNG or JPEG"


class Unusable(ValueError):
    """This file cannot be attached; the text says why and can be shown."""


class Upload(Protocol):
    """What a sent file must offer; Django's uploaded files do."""

    size: int | None

    def read(self, count: int = -1, /) -> bytes: ...
    def seek(self, place: int, /) -> object: ...


def kind_of(start: bytes) -> Kind | None:
    """The kind of a file that begins with these bytes; None for one that is not taken."""
    return next((kind for kind in KINDS if start.startswith(kind.starts)), None)


def checked_kind(upload: Upload, most_mb: int) -> Kind:
    """The kind of a sent file. Raises Unusable when it is empty, too large, or none of the kinds by its content."""
    size = upload.size or 0
    if not size:
        raise Unusable("This file is empty.")
    if size > most_mb * MEGABYTE:
        raise Unusable(f"This file has {size / MEGABYTE:.1f} MB; at most {most_mb} MB can be attached.")
    upload.seek(0)
    found = kind_of(upload.read(16))
    upload.seek(0)
    if found is None:
        raise Unusable(
            f"By its content this is no {TAKEN} file, whatever its name says. Save it as one of these."
        )
    return found


def stored_name(kind: Kind) -> str:
    """A name that says nothing about patient, case or the file's own name."""
    return f"{uuid.uuid4().hex}.{kind.ending}"


def kind_of_stored(content: BinaryIO) -> Kind | None:
    """The kind of an opened file by its content, left at its beginning."""
    start = content.read(16)
    content.seek(0)
    return kind_of(start)


def words_of(name: str) -> str:
    """How a stored file is called in the history: `PDF 3f9a21c4`; empty for none."""
    stem, _, ending = name.rpartition("/")[2].partition(".")
    kind = next((kind for kind in KINDS if kind.ending == ending), None)
    return f"{kind.words} {stem[:8]}" if kind else ""
