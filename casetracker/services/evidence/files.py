"""Stores the file of a document under a random name. Files are never deleted: earlier versions keep theirs.

Only a file whose document could not be saved is taken back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.files import File
from django.db.models.fields.files import FieldFile

from casetracker.attachments import Unusable, checked_kind, stored_name
from casetracker.errors import Refused
from casetracker.models import Case, Document


def store(case: Case, document: Document, file: "File[bytes]") -> FieldFile:
    """Put the file into the store and its name on the document, which is saved by the caller.

    Raises Refused when the department keeps no files, or this one is empty, too large, or of another kind.
    """
    if not case.department.attachments_allowed:
        raise Refused(
            f"{case.department.name} keeps no files here. Name the place in the record system instead."
        )
    try:
        kind = checked_kind(file, settings.UPLOAD_MAX_MB)
    except Unusable as problem:
        raise Refused(str(problem)) from None
    document.attachment.save(stored_name(kind), file, save=False)
    return document.attachment


@contextmanager
def taken_back_on_failure() -> Iterator[list[FieldFile]]:
    """Collects stored files, and deletes them when the document they belong to was not saved after all."""
    stored: list[FieldFile] = []
    try:
        yield stored
    except BaseException:
        for file in stored:
            file.storage.delete(file.name)
        raise
