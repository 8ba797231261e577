"""The queue as its template shows it: view chips, filters with counts, rows with short words. Reads nothing."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from casetracker.choices import Modality, PacketStatus, Stream
from casetracker.selectors.clinical_steps import OVERDUE
from casetracker.selectors.queue import MOST_COUNTED, QueuePage
from casetracker.selectors.queue_filters import AGES, LATE, VIEWS, QueueFilter
from casetracker.templatetags.badges import look

VIEW_LABELS = {
    "work": ("Needs work", "pencil"),
    "review": ("For review", "eye"),
    "all": ("Everything", "queue"),
}
AGE_LABELS = {
    "0-3": "0 to 3 days",
    "4-7": "4 to 7 days",
    "8-14": "8 to 14 days",
    "15-30": "15 to 30 days",
    "30+": "over 30 days",
}
SHORT_STATE = {
    PacketStatus.COLLECTING: "collecting",
    PacketStatus.READY: "ready",
    PacketStatus.IN_REVIEW: "in review",
    PacketStatus.RETURNED: "returned",
    PacketStatus.APPROVED: "approved",
    PacketStatus.HANDED_OFF: "handed off",
    PacketStatus.CLOSED: "closed",
}
SHORT_MODALITY = {
    Modality.COBALT60: "Cobalt",
    Modality.LINAC: "Linac",
    Modality.ROBOTIC_LINAC: "Robotic",
    Modality.GYROSCOPIC_LINAC: "Gyroscopic",
    Modality.PROTON: "Proton",
    Modality.OTHER_PARTICLE: "Particle",
}
ESCALATED = {"lead": "section lead", "director": "director"}
LATE_DAYS = 14


def _chip_to(label: str, icon: str, route: str) -> dict[str, Any]:
    """A chip that leads to a list of its own, beside the views of the queue."""
    return {"label": label, "icon": icon, "url": reverse(route), "current": False, "count": None}


def queue_context(
    page: QueuePage, chosen: QueueFilter, started: bool = False, reports: bool = False
) -> dict[str, Any]:
    """`reports`: this person may read the report of items called not applicable and of ages."""
    return {
        "rows": [_row(row) for row in page.rows],
        "chips": [
            *(_chip(view, page, chosen) for view in VIEWS),
            _chip_to("What I owe", "checklist", "my-items"),
            _chip_to("Held lines", "pause", "held-lines"),
        ],
        "reports": _reports(reports),
        "filters": _filters(page, chosen),
        "hidden": [("view", chosen.view)],
        "filtered": _is_filtered(chosen),
        "reset_url": address(QueueFilter(view=chosen.view)) if _is_filtered(chosen) else "",
        "total": _total(page),
        "first_url": address(chosen) if started else "",
        "next_url": f"{address(chosen)}&{urlencode({'after': page.after})}" if page.after else "",
        "several_departments": len(page.departments) > 1,
        "view_label": VIEW_LABELS[chosen.view][0],
        "chosen": chosen,
    }


def _reports(oversight: bool) -> list[dict[str, Any]]:
    """Lists beside the queue; the first four are for supervisors and compliance."""
    ruled = [
        _chip_to("Ages of open work", "clock", "ageing"),
        _chip_to("Called not applicable", "minus-circle", "denied-items"),
        _chip_to("Suspected overpayments", "flag", "overpayments"),
        _chip_to("Second look", "eye", "second-looks"),
    ]
    return [
        *(ruled if oversight else []),
        _chip_to("Before the beam", "target", "before-beam"),
        _chip_to("Radiation safety", "shield", "notices"),
        _chip_to("Machine checks", "machine", "machines"),
    ]


def address(chosen: QueueFilter) -> str:
    """The queue with this choice; never a patient's name or number."""
    return f"{reverse('queue')}?{urlencode({k: v for k, v in vars(chosen).items() if v})}"


def _is_filtered(chosen: QueueFilter) -> bool:
    return chosen != QueueFilter(view=chosen.view)


def _total(page: QueuePage) -> str:
    if page.total is None:
        return f"{MOST_COUNTED:,}+ cases, oldest first"
    return "1 case" if page.total == 1 else f"{page.total:,} cases, oldest first"


def _chip(view: str, page: QueuePage, chosen: QueueFilter) -> dict[str, Any]:
    label, icon = VIEW_LABELS[view]
    changed = QueueFilter(**{**vars(chosen), "view": view, "state": ""})
    count = page.counts["view"][view] if page.counts else None
    return {
        "label": label,
        "icon": icon,
        "count": count,
        "url": address(changed),
        "current": view == chosen.view,
    }


def _filters(page: QueuePage, chosen: QueueFilter) -> list[dict[str, Any]]:
    states = {state: PacketStatus(state).label for state in VIEWS[chosen.view]}
    modalities = dict(Modality.choices)
    codes = {code: code for code in (page.counts or {}).get("code", {})}
    offers: list[tuple[str, str, dict[Any, str]]] = [
        ("state", "File state", states),
        ("modality", "Modality", modalities),
        ("physician", "Physician", page.physicians),
        ("age", "Days since session", {age: AGE_LABELS[age] for age in AGES}),
        ("code", "Code", codes),
        ("step", "Clinical step", {OVERDUE: "Overdue"}),
        ("look", "First look", {LATE: "Late"}),
    ]
    if len(page.departments) > 1:
        offers.insert(1, ("department", "Department", page.departments))
    return [_filter(name, label, words, page, chosen) for name, label, words in offers]


def _filter(
    name: str, label: str, words: dict[Any, str], page: QueuePage, chosen: QueueFilter
) -> dict[str, Any]:
    """Values that hold no case are left out, unless one of them is chosen."""
    selected = getattr(chosen, name)
    if selected and selected not in words:
        words = {**words, selected: str(selected)}
    counts = page.counts[name] if page.counts else None
    options = [
        {
            "value": value,
            "label": word,
            "count": None if counts is None else counts.get(value, 0),
            "selected": value == selected,
        }
        for value, word in words.items()
        if counts is None or counts.get(value) or value == selected
    ]
    return {"name": name, "label": label, "options": options}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    family, _, given = row["patient__name"].partition(",")
    return {
        **row,
        "initials": "".join(part.strip()[:1].upper() for part in (given, family) if part.strip()),
        "modality_label": SHORT_MODALITY.get(row["modality"], ""),
        "escalated": ESCALATED.get(row["escalated"], ""),
        "late": row["last_session"] is not None and row["days"] > LATE_DAYS,
        "badges": [
            {
                "tone": look("packet", status).tone,
                "text": f"{Stream(stream).label}: {SHORT_STATE[PacketStatus(status)]}",
            }
            for stream, status, _ in row["packets"]
        ],
    }
