"""Handoff pages as their templates show them: tabs with counts, files, versions, what billing may do. No reads."""

from typing import Any
from urllib.parse import urlencode

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from casetracker.choices import FileState, HandoffState, Stream
from casetracker.handoff.document import from_dict
from casetracker.selectors.handoff import TABS, HandoffPage, is_reopened
from casetracker.selectors.keyset import capped

ICONS = {
    "to_receive": "inbox",
    "waiting": "clock",
    "received": "check-circle",
    "returned": "return",
    "replaced": "retired",
}
EMPTY = {
    "to_receive": (
        "Nothing to receive",
        "A summary appears here when a supervisor has approved a packet and its file is stored.",
    ),
    "waiting": ("No file is being drawn", "An approved packet waits here until its PDF is stored."),
    "received": ("Nothing received yet", "A summary moves here when billing confirms that it has it."),
    "returned": (
        "Nothing was returned",
        "A summary that billing sends back with a reason stays readable here.",
    ),
    "replaced": (
        "Nothing was replaced",
        "Older versions of packets that were approved again stay readable here.",
    ),
}
NAMES = {"pdf": "Billing summary, PDF", "csv": "Lines, CSV", "json": "Everything, JSON"}


def list_context(page: HandoffPage, tab: str, stream: str, started: bool) -> dict[str, Any]:
    """started: this is not the first page."""
    title, text = EMPTY[tab]
    return {
        "rows": page.rows,
        "chips": [_chip(key, page.counts[key], tab, stream) for key in TABS],
        "filters": [_stream_filter(stream)],
        "hidden": [("tab", tab)],
        "filtered": stream in Stream.values,
        "reset_url": address(tab) if stream in Stream.values else "",
        "total": _total(page.counts[tab]),
        "first_url": address(tab, stream) if started else "",
        "older_url": address(tab, stream, page.older) if page.older else "",
        "several_departments": len({row["department"] for row in page.rows}) > 1,
        "tab_label": TABS[tab][0],
        "empty_icon": ICONS[tab],
        "empty_title": title,
        "empty_text": text,
    }


def address(tab: str, stream: str = "", before: str = "") -> str:
    """The list with this choice; never a patient's name or number."""
    chosen = {"tab": tab, "stream": stream, "before": before}
    return f"{reverse('handoff-list')}?{urlencode({key: value for key, value in chosen.items() if value})}"


def _chip(key: str, count: int, tab: str, stream: str) -> dict[str, Any]:
    return {
        "label": TABS[key][0],
        "icon": ICONS[key],
        "count": capped(count),
        "url": address(key, stream),
        "current": key == tab,
    }


def _stream_filter(stream: str) -> dict[str, Any]:
    options = [{"value": value, "label": word, "selected": value == stream} for value, word in Stream.choices]
    return {"name": "stream", "label": "Packet", "options": options}


def _total(count: int) -> str:
    shown = "1 handoff" if count == 1 else f"{capped(count)} handoffs"
    return f"{shown}, newest approval first"


def detail_context(
    handoff: Any, files: list[dict[str, Any]], versions: list[dict[str, Any]], may_receive: bool
) -> dict[str, Any]:
    document = from_dict(handoff.snapshot)
    case, packet = handoff.packet.case, handoff.packet
    shown = [_file(handoff, file) for file in files]
    pdf = next((file for file in shown if file["format"] == "pdf" and file["url"]), None)
    download = {"label": "Download PDF", "url": pdf["url"], "icon": "download"} if pdf else None
    waiting = handoff.state == HandoffState.READY
    reopened = is_reopened(handoff.state, packet.status, packet.reopened_because)
    next_is_receipt = waiting and may_receive and not reopened
    return {
        "handoff": handoff,
        "case": case,
        "document": document,
        "files": shown,
        "problems": [file for file in shown if file["problem"]],
        "versions": versions,
        "stop": _stop(handoff, reopened),
        "waiting": waiting,
        "reopened": reopened,
        "may_receive": may_receive,
        "title": f"{document.status.stream} packet, version {document.status.version}",
        "subtitle": f"Case {document.case_number} · {document.initials} {document.record_number}",
        "crumbs": [
            {"label": "Handoffs", "url": reverse("handoff-list")},
            {"label": f"Case {document.case_number}"},
        ],
        "primary": None if next_is_receipt else download,
        "secondary": [download] if download and next_is_receipt else [],
        "role_reason": f"Needs the role billing in {case.department}.",
    }


def _stop(handoff: Any, reopened: bool) -> dict[str, str] | None:
    """Why nothing may be billed from this version any more, or not yet again; None when nothing is in the way."""
    if reopened:
        title = "The department works on this packet again: do not bill from this version"
        return {"tone": "amber", "icon": "warn", "title": title, "text": handoff.packet.reopened_because}
    if handoff.state == HandoffState.RETURNED:
        title = "Billing returned this version: do not bill from it"
        return {"tone": "amber", "icon": "return", "title": title, "text": handoff.return_reason}
    if handoff.state == HandoffState.REPLACED:
        text = "Bill from the newest version; this one stays readable."
        title = "A newer version has replaced this one"
        return {"tone": "neutral", "icon": "retired", "title": title, "text": text}
    return None


def _file(handoff: Any, file: dict[str, Any]) -> dict[str, Any]:
    """As `_parts/file_chip.html` wants it, with the form it is."""
    stored = file["state"] == FileState.STORED
    return {
        "format": file["format"],
        "name": NAMES[file["format"]],
        "state": file["state"],
        "size": filesizeformat(file["size"]) if stored else "",
        "digest": file["digest"],
        "url": reverse("handoff-file", args=[handoff.pk, file["format"]]) if stored else "",
        "problem": "" if stored else file["problem"],
    }
