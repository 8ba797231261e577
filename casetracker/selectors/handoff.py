"""Handoffs that a person may see: approved content only, in departments where the role allows it.

Lists read values and never the file bytes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from casetracker.choices import FileState, HandoffState, Modality, Role, Stream
from casetracker.errors import NotFound, WrongState
from casetracker.models import Handoff, HandoffFile, Packet, User
from casetracker.selectors.access import access_of, case_for

READERS = (Role.BILLING, Role.CODER, Role.SUPERVISOR, Role.COMPLIANCE)
PAGE = 50
CAP = 1000
TABS = {
    "to_receive": ("To receive", (HandoffState.READY,)),
    "waiting": ("Waiting for the file", (HandoffState.PENDING,)),
    "received": ("Received", (HandoffState.RECEIVED,)),
    "returned": ("Returned", (HandoffState.RETURNED,)),
    "replaced": ("Replaced", (HandoffState.REPLACED,)),
}
COLUMNS = (
    "id",
    "version",
    "state",
    "supplement",
    "approved_at",
    "received_at",
    "packet__stream",
    "packet__case__number",
    "packet__case__modality",
    "packet__case__filing_deadline",
    "packet__case__patient__record_number",
    "packet__case__patient__name",
    "approved_by__full_name",
    "packet__case__department__name",
    "snapshot__status__decision",
    "snapshot__status__headline",
)


@dataclass(frozen=True)
class HandoffPage:
    """One page of handoffs, newest approval first; `older` is the key of the next page or empty."""

    rows: list[dict[str, Any]]
    counts: dict[str, int]
    older: str


def handoffs_for(user: User, tab: str, stream: str = "", before: str = "") -> HandoffPage:
    """Handoffs of one tab in the person's departments: two queries whatever the number of rows.

    before: key of the last row of the page before, `<moment>~<id>`; an odd key starts at the beginning.
    """
    base = Handoff.objects.filter(packet__case__department_id__in=_departments(user))
    if stream in Stream.values:
        base = base.filter(packet__stream=stream)
    rows = base.filter(state__in=TABS[tab][1]).order_by("-approved_at", "-id")
    key = _key(before)
    if key:
        moment, last = key
        rows = rows.filter(approved_at__lte=moment).filter(Q(approved_at__lt=moment) | Q(id__lt=last))
    found = list(rows.values(*COLUMNS)[: PAGE + 1])
    shown = [_row(values) for values in found[:PAGE]]
    older = (
        f"{found[PAGE - 1]['approved_at'].isoformat()}~{found[PAGE - 1]['id']}" if len(found) > PAGE else ""
    )
    return HandoffPage(shown, _counts(base), older)


def _departments(user: User) -> list[int]:
    return access_of(user).departments_with(READERS)


def _key(text: str) -> tuple[datetime, int] | None:
    moment, _, last = text.partition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    return (at, int(last)) if at and last.isdigit() else None


def _counts(base: Any) -> dict[str, int]:
    """Counts of every tab in one query, each capped: states of at most CAP rows per tab."""
    parts = [
        base.filter(state__in=states).order_by().values("state")[: CAP + 1] for _, states in TABS.values()
    ]
    counted = dict.fromkeys(TABS, 0)
    tab_of = {state: tab for tab, (_, states) in TABS.items() for state in states}
    for part in parts:
        for row in part:
            counted[tab_of[row["state"]]] += 1
    return counted


def _row(values: dict[str, Any]) -> dict[str, Any]:
    name = values["packet__case__patient__name"]
    family, _, given = name.partition(",")
    return {
        "id": values["id"],
        "version": values["version"],
        "state": values["state"],
        "state_label": HandoffState(values["state"]).label,
        "supplement": values["supplement"],
        "stream": Stream(values["packet__stream"]).label,
        "case_number": values["packet__case__number"],
        "patient": "".join(part.strip()[:1].upper() for part in (given, family) if part.strip()),
        "record_number": values["packet__case__patient__record_number"],
        "modality": Modality(values["packet__case__modality"]).label
        if values["packet__case__modality"]
        else "",
        "deadline": values["packet__case__filing_deadline"],
        "department": values["packet__case__department__name"],
        "approved_at": values["approved_at"],
        "approved_by": values["approved_by__full_name"],
        "decision": values["snapshot__status__decision"],
        "headline": values["snapshot__status__headline"],
    }


def handoff_for(user: User, handoff_id: int) -> Handoff:
    """The handoff with its packet and case, or `NotFound`."""
    found = (
        Handoff.objects.select_related(
            "packet__case__department", "packet__case__patient", "approved_by", "received_by"
        )
        .filter(packet__case__department_id__in=_departments(user), pk=handoff_id)
        .first()
    )
    if found is None:
        raise NotFound("There is no such handoff in your departments.")
    return found


def files_of(handoff: Handoff) -> list[dict[str, Any]]:
    """State, size and digest of the files, without their bytes."""
    return list(
        handoff.files.order_by("-format").values(
            "format", "state", "size", "digest", "problem", "rendered_at", "template_version"
        )
    )


def versions_of(handoff: Handoff) -> list[dict[str, Any]]:
    return list(
        Handoff.objects.filter(packet_id=handoff.packet_id)
        .order_by("-version")
        .values("id", "version", "state", "approved_at", "supplement")
    )


def file_bytes(handoff: Handoff, form: str) -> bytes:
    """The stored bytes. Raises NotFound for an unknown form and WrongState while the file is not stored."""
    found = HandoffFile.objects.filter(handoff=handoff, format=form).first()
    if found is None:
        raise NotFound("There is no such file.")
    if found.state != FileState.STORED or found.content is None:
        raise WrongState(
            "The file is not stored yet. Try again in a minute; the page says why if it takes longer."
        )
    return bytes(found.content)


def packet_for(user: User, case_id: int, packet_id: int) -> Packet:
    """A packet of a case that the person may read, or `NotFound`."""
    case = case_for(user, case_id)
    try:
        packet = Packet.objects.get(pk=packet_id, case=case)
    except Packet.DoesNotExist:
        raise NotFound("There is no such packet.") from None
    packet.case = case
    return packet
