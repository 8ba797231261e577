"""Handoffs for billing: the list, one version with its receipt, downloads, and the draft of a packet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casetracker.errors import NotAllowed, NotFound, Refused, Stale
from casetracker.forms.handoff import ReceiptForm, SendBackForm
from casetracker.handoff.document import from_dict
from casetracker.handoff.pdf import PdfUnavailable, render_pdf
from casetracker.permissions import allowed, check_receive
from casetracker.presenters import handoff_page as presenter
from casetracker.presenters.case_page import case_page
from casetracker.selectors import handoff as selectors
from casetracker.selectors.access import access_of
from casetracker.selectors.review import packet_for
from casetracker.services import handoff as services
from casetracker.services.reading import note_list, note_view
from casetracker.views.common import opened, page

TYPES = {"pdf": "application/pdf", "json": "application/json", "csv": "text/csv; charset=utf-8"}


@page()
def handoff_list(request: HttpRequest) -> HttpResponse:
    """What waits for billing, and what was received, returned or replaced."""
    if not access_of(request.user).any_role(*selectors.READERS):
        raise NotAllowed("Handoffs are for billing, coders, supervisors and compliance.")
    tab, stream = request.GET.get("tab", ""), request.GET.get("stream", "")
    tab = tab if tab in selectors.TABS else "to_receive"
    before = request.GET.get("before", "")
    found = selectors.handoffs_for(request.user, tab, stream, before)
    note_list(by=request.user, what="handoffs.listed")
    return render(request, "handoff/list.html", presenter.list_context(found, tab, stream, bool(before)))


@page()
def handoff(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """One version as billing reads it, with downloads and receipt."""
    found = _open(request, handoff_id)
    note_view(by=request.user, case=found.packet.case, what="handoff.viewed")
    return _detail(request, found)


def _open(request: HttpRequest, handoff_id: int):
    """The handoff, with moments shown in its department's zone from here on."""
    found = selectors.handoff_for(request.user, handoff_id)
    opened(request, found.packet.case)
    return found


def _detail(request: HttpRequest, found, receipt=None, send_back=None, status: int = 200) -> HttpResponse:
    start = {"row_version": found.row_version}
    context = presenter.detail_context(
        found,
        files=selectors.files_of(found),
        versions=selectors.versions_of(found),
        may_receive=allowed(check_receive, request.user, found.packet.case),
    )
    if not context["waiting"]:
        context["next_id"] = selectors.next_to_receive(request.user, found)
    context["receipt_form"] = receipt or ReceiptForm(initial=start)
    context["send_back_form"] = send_back or SendBackForm(initial=start, prefix="back")
    return render(request, "handoff/detail.html", context, status=status)


@page(methods=("POST",))
def handoff_confirm(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Billing says: we have it."""
    found = _open(request, handoff_id)
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        return _detail(request, found, receipt=form, status=422)
    try:
        services.confirm_receipt(handoff=found, by=request.user, **form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _refused(request, handoff_id, refusal)
    messages.success(request, f"Receipt of version {found.version} confirmed.")
    return redirect("handoff", handoff_id)


@page(methods=("POST",))
def handoff_send_back(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Billing says: this cannot be billed as it is."""
    found = _open(request, handoff_id)
    form = SendBackForm(request.POST, prefix="back")
    if not form.is_valid():
        return _detail(request, found, send_back=form, status=422)
    try:
        services.send_back(handoff=found, by=request.user, **form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refusal:
        return _refused(request, handoff_id, refusal, typed=form)
    messages.success(request, "Returned to the department with your reason.")
    return redirect("handoff", handoff_id)


def _refused(request: HttpRequest, handoff_id: int, refusal: Refused, typed=None) -> HttpResponse:
    """The page as it is now, with the refusal on top; a typed reason stays in its field."""
    level = messages.warning if isinstance(refusal, Stale) else messages.error
    level(request, refusal.message)
    found = _open(request, handoff_id)
    kept = {"row_version": found.row_version, "reason": typed.cleaned_data["reason"]} if typed else {}
    form = SendBackForm(initial=kept, prefix="back") if typed else None
    return _detail(request, found, send_back=form, status=409)


@page()
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


@page()
def packet_draft(request: HttpRequest, case_id: int, packet_id: int) -> HttpResponse:
    """The packet as billing would see it now, marked as a draft; the frozen version once it is approved."""
    packet = packet_for(request.user, case_id, packet_id)
    opened(request, packet.case)
    note_view(by=request.user, case=packet.case, what="draft.viewed")
    document, frozen = selectors.draft_of(packet), selectors.approved_version(packet)
    context = case_page(packet.case, "case-review") | {
        "packet": packet,
        "document": document,
        "frozen": frozen,
        "opens_handoffs": selectors.opens_handoffs(request.user, packet),
    }
    return render(request, "handoff/draft.html", context)


@page()
def packet_draft_pdf(request: HttpRequest, case_id: int, packet_id: int) -> HttpResponse:
    """The draft as PDF: every page says that it is not for billing."""
    packet = packet_for(request.user, case_id, packet_id)
    opened(request, packet.case)
    document = selectors.draft_of(packet)
    if not document.is_draft:
        raise NotFound("This packet is approved: its stored files are under Handoffs.")
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
