"""Handoffs that a person may see: approved content only, in departments where the role allows it.

Lists read values and never the file bytes.
"""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date

from casetracker.choices import FileState, HandoffState, Modality, Role, Stream
from casetracker.errors import NotFound, WrongState
from casetracker.handoff.collect import build_handoff
from casetracker.handoff.document import HandoffDocument, from_dict
from casetracker.models import Handoff, HandoffFile, Packet, User
from casetracker.selectors.access import access_of
from casetracker.selectors.keyset import behind, capped_counts, key_of
from casetracker.selectors.review import supplement_of
from casetracker.workflow import LOCKED, QUEUED

READERS = (Role.BILLING, Role.CODER, Role.SUPERVISOR, Role.COMPLIANCE)
PAGE = 50
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
    "packet__stream",
    "packet__case__number",
    "packet__case__modality",
    "packet__case__patient__record_number",
    "packet__case__patient__name",
    "approved_by__full_name",
    "packet__status",
    "packet__reopened_because",
    "packet__case__department__name",
    "packet__case__department__time_zone",
    "snapshot__status__decision",
    "snapshot__status__headline",
    "snapshot__status__file_until",
)


@dataclass(frozen=True)
class HandoffPage:
    """One page of handoffs, newest approval first.

    counts: rows per tab under the same filter, at most `keyset.CAP` + 1. older: key of the next page or "".
    """

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
    rows = behind(rows, before, "approved_at", newest_first=True)
    found = list(rows.values(*COLUMNS)[: PAGE + 1])
    page = found[:PAGE]
    older = key_of(page[-1]["approved_at"], page[-1]["id"]) if len(found) > PAGE else ""
    counts = capped_counts(user, {name: base.filter(state__in=states) for name, (_, states) in TABS.items()})
    return HandoffPage([_row(values) for values in page], counts, older)


def _departments(user: User) -> list[int]:
    return access_of(user).departments_with(READERS)


def _row(values: dict[str, Any]) -> dict[str, Any]:
    family, _, given = values["packet__case__patient__name"].partition(",")
    zone = ZoneInfo(values["packet__case__department__time_zone"])
    modality = values["packet__case__modality"]
    return {
        "id": values["id"],
        "version": values["version"],
        "state": values["state"],
        "supplement": values["supplement"],
        "stream": Stream(values["packet__stream"]).label,
        "case_number": values["packet__case__number"],
        "patient": "".join(part.strip()[:1].upper() for part in (given, family) if part.strip()),
        "record_number": values["packet__case__patient__record_number"],
        "modality": Modality(modality).label if modality else "",
        "deadline": parse_date(values["snapshot__status__file_until"]),
        "department": values["packet__case__department__name"],
        "approved_on": values["approved_at"].astimezone(zone).date(),
        "approved_by": values["approved_by__full_name"],
        "decision": values["snapshot__status__decision"],
        "headline": values["snapshot__status__headline"],
        "reopened": is_reopened(
            values["state"], values["packet__status"], values["packet__reopened_because"]
        ),
    }


def is_reopened(state: str, status: str, because: str) -> bool:
    """True while the department works again on a packet whose last version billing has or awaits."""
    return bool(because) and status in QUEUED and state not in (HandoffState.REPLACED, HandoffState.RETURNED)


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


def next_to_receive(user: User, after: Handoff) -> int | None:
    """The handoff of these departments that has waited longest for its receipt, another than this one. One query."""
    waiting = Handoff.objects.filter(
        state=HandoffState.READY,
        packet__case__department_id__in=access_of(user).departments_with((Role.BILLING,)),
    ).exclude(pk=after.pk)
    return waiting.order_by("approved_at", "id").values_list("pk", flat=True).first()


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


def unstored_files() -> list[str]:
    """`case 26-0042 facility v1 pdf: why`, for every file that waits; for the command that draws them."""
    rows = (
        HandoffFile.objects.exclude(state=FileState.STORED)
        .order_by("id")
        .values_list(
            "handoff__packet__case__number",
            "handoff__packet__stream",
            "handoff__version",
            "format",
            "problem",
        )
    )
    return [f"case {n} {stream} v{v} {form}: {why or 'not tried'}" for n, stream, v, form, why in rows]


def approved_version(packet: Packet) -> Handoff | None:
    """The version billing has while the packet is approved, handed off or closed; None while it is worked on."""
    if packet.status not in LOCKED:
        return None
    return packet.handoffs.order_by("-version").first()


def draft_of(packet: Packet) -> HandoffDocument:
    """The packet as billing would receive it if it were approved now; the frozen text once it is approved."""
    frozen = approved_version(packet)
    if frozen:
        return from_dict(frozen.snapshot)
    return build_handoff(packet, supplement=supplement_of(packet) is not None)


def opens_handoffs(user: User, packet: Packet) -> bool:
    """True if this person may open the handoffs of the packet's department."""
    return packet.case.department_id in _departments(user)
