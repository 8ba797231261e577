"""Lines that coders hold: money that waits, also after the rest of the packet was handed off."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_date

from casetracker.choices import HOLD_OWNERS, LineDecision, PacketStatus, Stream
from casetracker.models import BillingLine, Packet, User
from casetracker.selectors.access import CHART_ROLES, access_of

PAGE = 50
FAR = date(9999, 12, 31)


@dataclass(frozen=True)
class HeldPage:
    """One page of held lines, the earliest day of another look first; `after` is the key of the next page or ""."""

    rows: list[dict[str, Any]]
    after: str


def held_lines(user: User, after: str = "") -> HeldPage:
    """Held lines of the person's departments: two queries whatever their number.

    after: `<day>~<line id>` of the last row of the page before; an odd key starts at the beginning.
    """
    held = BillingLine.objects.filter(
        decision=LineDecision.HOLD, case__department_id__in=access_of(user).departments_with(CHART_ROLES)
    )
    found = list(_behind(held, after).order_by("hold_until", "id").values(*COLUMNS)[: PAGE + 1])
    page, more = found[:PAGE], len(found) > PAGE
    states = _packet_states(row["case_id"] for row in page)
    key = f"{page[-1]['hold_until'] or FAR}~{page[-1]['id']}" if more else ""
    return HeldPage([_row(row, states) for row in page], key)


COLUMNS = (
    "id",
    "code",
    "label",
    "units",
    "stream",
    "reason",
    "hold_owner",
    "hold_until",
    "case_id",
    "case__number",
    "case__patient__record_number",
    "case__department__name",
)


def _behind(held: Any, after: str) -> Any:
    day, _, last = after.partition("~")
    since = _day(day)
    if since is None or not last.isdecimal():
        return held
    return held.filter(hold_until__gte=since).filter(Q(hold_until__gt=since) | Q(id__gt=int(last)))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _packet_states(case_ids: Any) -> dict[tuple[int, str], tuple[int, str]]:
    rows = Packet.objects.filter(case_id__in=set(case_ids)).values_list("case_id", "stream", "id", "status")
    return {(case_id, stream): (packet_id, status) for case_id, stream, packet_id, status in rows}


def _row(values: dict[str, Any], states: dict[tuple[int, str], tuple[int, str]]) -> dict[str, Any]:
    packet_id, status = states.get((values["case_id"], values["stream"]), (None, PacketStatus.COLLECTING))
    return {
        **{name: values[name] for name in ("code", "label", "units", "reason", "hold_until", "case_id")},
        "owner": HOLD_OWNERS.get(values["hold_owner"], values["hold_owner"]).lower(),
        "stream": values["stream"],
        "stream_label": Stream(values["stream"]).label,
        "packet_id": packet_id,
        "status": status,
        "number": values["case__number"],
        "record_number": values["case__patient__record_number"],
        "department": values["case__department__name"],
    }
