"""Cases whose answer may still change: they wait in the queue and no packet of them is approved.

What an approval stands on is judged anew only after it was reopened.
"""

from django.db.models import Exists, OuterRef, QuerySet

from casetracker import workflow
from casetracker.models import Case, Packet


def queued_cases() -> QuerySet[Case]:
    """Cases that need work or review, of every department."""
    return Case.objects.filter(queued_at__isnull=False)


def open_cases() -> QuerySet[Case]:
    """Queued cases without an approved packet, of every department."""
    return queued_cases().exclude(approved())


def approved(case: str = "pk") -> Exists:
    """Whether a packet of the case is approved; `case`: the column that holds the case."""
    return Exists(Packet.objects.filter(case=OuterRef(case), status__in=workflow.LOCKED))
