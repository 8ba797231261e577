"""What a document form or list hands to the service: plain values, already cleaned. No ORM queries."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.files import File

from casetracker.choices import EntryType
from casetracker.models import Clinician


@dataclass(frozen=True)
class DocumentInput:
    """One index entry. Moments are aware; None means not recorded.

    author: a clinician of the department, or None with `author_name` for somebody else.
    subject: `case`, `lesion:<uuid>`, `session:<uuid>` or `plan:<uuid>`.
    item_ids: checklist items of the case that this document proves.
    file: a sent file to attach; None attaches nothing and leaves the one of an earlier version where it is.
    drop_file: a new version is stored without the file of the earlier one.
    """

    kind: str
    title: str
    author: Clinician | None = None
    author_name: str = ""
    author_role: str = ""
    service_date: date | None = None
    written_at: datetime | None = None
    signed_at: datetime | None = None
    reference: str = ""
    subject: str = "case"
    entry_type: str = EntryType.ORIGINAL
    item_ids: tuple[int, ...] = ()
    file: "File[bytes] | None" = None
    drop_file: bool = False

    def still_to_come(self, now: datetime) -> list[str]:
        """Names of the moments that are later than `now`: such a document cannot exist yet."""
        given = {"written_at": self.written_at, "signed_at": self.signed_at}
        return [name for name, moment in given.items() if moment is not None and moment > now]
