"""Where a sent billing file waits until it was read: in a folder of its own, under a name that says nothing.

The files hold licensed texts; only our own rows outlive the reading.
"""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from checklists.reference.opening import MEGABYTE, Unusable


@dataclass(frozen=True)
class Sent:
    """A file as it came in. name: what its sender calls it. chunks: its bytes, once."""

    name: str
    chunks: Iterable[bytes]


@dataclass(frozen=True)
class Kept:
    """A file that waits. sha256 is that of the whole file."""

    name: str
    size: int
    sha256: str
    stored_as: str

    @property
    def path(self) -> Path:
        return path_of(self.stored_as)


def path_of(stored_as: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "reference" / stored_as


def keep(sent: Sent) -> Kept:
    """Write the file down, piece by piece. Raises Unusable, leaving nothing behind, when it is too large."""
    stored_as = uuid.uuid4().hex
    path = path_of(stored_as)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as target:
            path.chmod(0o600)
            for chunk in sent.chunks:
                size += len(chunk)
                if size > settings.REFERENCE_MAX_MB * MEGABYTE:
                    raise Unusable(
                        f"{sent.name} is larger than {settings.REFERENCE_MAX_MB} MB. "
                        "Send the .zip as it is published."
                    )
                digest.update(chunk)
                target.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Kept(Path(sent.name).name[-200:], size, digest.hexdigest(), stored_as)


def drop(stored_as: str) -> None:
    """Remove a file that is not needed any more."""
    if stored_as:
        path_of(stored_as).unlink(missing_ok=True)
