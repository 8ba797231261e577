"""Handoffs for billing: the list, one version with its receipt, downloads, and the draft of a packet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casetracker.choices import HandoffState, Stream
from casetracker.errors import NotAllowed, NotFound, Refused
from casetracker.forms.handoff import ReceiptForm, SendBackForm
from casetracker.handoff.collect import build_handoff
from casetracker.handoff.document import from_dict
from casetracker.handoff.pdf import PdfUnavailable, render_pdf
from casetracker.permissions import allowed, check_receive
from casetracker.selectors import handoff as selectors
from casetracker.selectors.access import access_of
from casetracker.services import handoff as services
from casetracker.services.reading import note_view

TYPES = {"pdf": "application/pdf", "json": "application/json", "csv": "text/csv; charset=utf-8"}


@require_GET
def handoff_list(request: HttpRequest) -> HttpResponse:
    """What waits for billing, and what was received, returned or replaced."""
    if not access_of(request.user).any_role(*selectors.READERS):
        raise NotAllowed("Handoffs are for billing, coders, supervisors and compliance.")
    tab = request.GET.get("tab", "to_receive")
    tab = tab if tab in selectors.TABS else "to_receive"
    stream = request.GET.get("stream", "")
    page = selectors.handoffs_for(request.user, tab, stream, request.GET.get("before", ""))
    context = {
        "page": page,
        "tab": tab,
        "stream": stream,
        "streams": Stream.choices,
        "tabs": [
            {
                "key": key,
                "label": label,
                "count": page.counts[key],
                "capped": page.counts[key] > selectors.CAP,
            }
            for key, (label, _) in selectors.TABS.items()
        ],
    }
    return render(request, "handoff/list.html", context)


@require_GET
def handoff(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """One version as billing reads it, with downloads and receipt."""
    found = selectors.handoff_for(request.user, handoff_id)
    note_view(by=request.user, case=found.packet.case, what="handoff.viewed")
    return _detail(request, found)


def _detail(request: HttpRequest, found, receipt=None, send_back=None, status: int = 200) -> HttpResponse:
    start = {"row_version": found.row_version}
    context = {
        "handoff": found,
        "case": found.packet.case,
        "document": from_dict(found.snapshot),
        "files": selectors.files_of(found),
        "versions": selectors.versions_of(found),
        "waiting": found.state == HandoffState.READY,
        "may_receive": allowed(check_receive, request.user, found.packet.case),
        "receipt_form": receipt or ReceiptForm(initial=start),
        "send_back_form": send_back or SendBackForm(initial=start, prefix="back"),
    }
    return render(request, "handoff/detail.html", context, status=status)


@require_POST
def handoff_confirm(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Billing says: we have it."""
    found = selectors.handoff_for(request.user, handoff_id)
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        return _detail(request, found, receipt=form, status=422)
    try:
        services.confirm_receipt(handoff=found, by=request.user, **form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _detail(request, selectors.handoff_for(request.user, handoff_id), receipt=form, status=409)
    messages.success(request, "Receipt confirmed. The packet is closed.")
    return redirect("handoff", handoff_id)


@require_POST
def handoff_send_back(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Billing says: this cannot be billed as it is."""
    found = selectors.handoff_for(request.user, handoff_id)
    form = SendBackForm(request.POST, prefix="back")
    if not form.is_valid():
        return _detail(request, found, send_back=form, status=422)
    try:
        services.send_back(handoff=found, by=request.user, **form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _detail(request, selectors.handoff_for(request.user, handoff_id), send_back=form, status=409)
    messages.success(request, "Returned to the department with your reason.")
    return redirect("handoff", handoff_id)


@require_GET
def handoff_file(request: HttpRequest, handoff_id: int, form: str) -> HttpResponse:
    """The stored bytes of one form; every download is recorded."""
    found = selectors.handoff_for(request.user, handoff_id)
    try:
        content = selectors.file_bytes(found, form)
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("handoff", handoff_id)
    services.note_download(handoff=found, by=request.user, form=form)
    return _download(content, form, f"{from_dict(found.snapshot).file_name}.{form}")


@require_http_methods(["GET", "HEAD"])
def packet_draft(request: HttpRequest, case_id: int, packet_id: int) -> HttpResponse:
    """The packet as billing would see it now, marked as a draft."""
    packet = selectors.packet_for(request.user, case_id, packet_id)
    note_view(by=request.user, case=packet.case, what="draft.viewed")
    context = {"case": packet.case, "packet": packet, "document": build_handoff(packet)}
    return render(request, "handoff/draft.html", context)


@require_GET
def packet_draft_pdf(request: HttpRequest, case_id: int, packet_id: int) -> HttpResponse:
    """The draft as PDF: every page says that it is not for billing."""
    packet = selectors.packet_for(request.user, case_id, packet_id)
    if packet.handoffs.exists() and packet.approved_at:
        raise NotFound("This packet is approved: its stored files are under Handoffs.")
    document = build_handoff(packet)
    try:
        content = render_pdf(document)
    except PdfUnavailable as missing:
        messages.error(request, str(missing))
        return redirect("packet-draft", case_id, packet_id)
    note_view(by=request.user, case=packet.case, what="draft.download.pdf")
    return _download(content, "pdf", f"{document.file_name}-DRAFT.pdf")


def _download(content: bytes, form: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
