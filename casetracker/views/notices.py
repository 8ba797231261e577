"""Notices to radiation safety: the list, one notice, and writing down a suspected medical event."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casetracker import permissions
from casetracker.errors import NotAllowed, Refused
from casetracker.forms.notices import EventForm, SettleForm
from casetracker.kept import kept_fields
from casetracker.presenters.case_page import case_page
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.notices import notice_of, notices_for
from casetracker.services import notices as services
from casetracker.services.reading import note_list
from casetracker.views.common import open_case_page, page


@page()
def notice_list(request: HttpRequest) -> HttpResponse:
    """Open notices of all cases, the oldest first; or the settled ones."""
    if not access_of(request.user).any_role(*CHART_ROLES):
        raise NotAllowed("Notices are for staff, coders, supervisors and compliance.")
    settled = request.GET.get("state") == "settled"
    found = notices_for(request.user, settled)
    note_list(by=request.user, what="notices.listed")
    here = reverse("notices")
    chips = [
        {"label": "Open", "url": here, "current": not settled, "count": None},
        {"label": "Settled", "url": f"{here}?state=settled", "current": settled, "count": None},
    ]
    context = {"notices": found.rows, "more": found.more, "settled": settled, "chips": chips}
    return render(request, "oversight/notices.html", context)


@page(methods=("GET", "POST"))
def notice_new(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write down a suspected medical event."""
    case = open_case_page(request, case_id)
    form = EventForm(request.POST or kept_fields(request))
    if request.method == "POST":
        permissions.check_raise_notice(request.user, case)
        if form.is_valid():
            notice = services.raise_event(case=case, by=request.user, **form.cleaned_data)
            messages.success(request, "The notice is on the case until somebody settles it.")
            return redirect("case-notice", case.pk, notice.pk)
    context = {**case_page(case, "case"), "form": form}
    return render(request, "oversight/notice_new.html", context, status=422 if form.errors else 200)


@page(methods=("GET", "POST"))
def notice(request: HttpRequest, case_id: int, notice_id: int) -> HttpResponse:
    """One notice; a supervisor or compliance acknowledges and settles it."""
    case = open_case_page(request, case_id)
    found = notice_of(case, notice_id)
    form = SettleForm(request.POST if "note" in request.POST else kept_fields(request))
    if request.method == "POST":
        permissions.check_settle_notice(request.user, case)
        told = _act(request, case, found, form)
        if told:
            messages.success(request, told)
            return redirect("case-notice", case.pk, found.pk)
    may = permissions.allowed(permissions.check_settle_notice, request.user, case)
    context = {**case_page(case, "case"), "notice": found, "form": form, "may_settle": may}
    return render(request, "oversight/notice.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, case: object, found: object, form: SettleForm) -> str:
    """What was done, in words; empty when the form has to be corrected."""
    told = {"case": case, "notice": found, "by": request.user}
    if request.POST.get("step") == "acknowledge":
        services.acknowledge(**told)
        return "Acknowledged. It stays open until it is settled."
    if not form.is_valid():
        return ""
    try:
        services.settle(**told, **form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return ""
    return "Settled. It stays on record."
