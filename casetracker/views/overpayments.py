"""Suspected overpayments: the list with days left, flagging one, suspending its clock, settling it."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casetracker import permissions
from casetracker.errors import NotAllowed, Refused
from casetracker.forms.overpayments import FlagForm, SettleOverpaymentForm, SuspendForm
from casetracker.kept import kept_fields
from casetracker.presenters.case_page import case_page
from casetracker.selectors.access import access_of
from casetracker.selectors.overpayments import READERS, overpayment_of, overpayments_for
from casetracker.selectors.second_looks import error_text
from casetracker.services import overpayments as services
from casetracker.services.reading import note_list
from casetracker.views.common import open_case_page, page


@page()
def overpayments(request: HttpRequest) -> HttpResponse:
    """Open suspicions, the next day due first, then the settled ones."""
    if not access_of(request.user).any_role(*READERS):
        raise NotAllowed("Suspected overpayments are for supervisors and compliance.")
    rows = overpayments_for(request.user, timezone.now())
    note_list(by=request.user, what="overpayments.listed")
    return render(request, "oversight/overpayments.html", {"rows": rows})


@page(methods=("GET", "POST"))
def overpayment_new(request: HttpRequest, case_id: int) -> HttpResponse:
    """Flag a case that was handed to billing."""
    case = open_case_page(request, case_id)
    form = FlagForm(request.POST or kept_fields(request), initial={"because": _found_wrong(request, case.pk)})
    if request.method == "POST":
        permissions.check_flag_overpayment(request.user, case)
        if form.is_valid():
            made = _told(form, lambda: services.flag(case=case, by=request.user, **form.cleaned_data))
            if made:
                messages.success(
                    request, "Flagged. The clock of 60 days runs from the day of identification."
                )
                return redirect("case-overpayment", case.pk, made.pk)
    context = {**case_page(case, "case"), "form": form}
    return render(request, "oversight/overpayment_new.html", context, status=422 if form.errors else 200)


@page(methods=("GET", "POST"))
def overpayment(request: HttpRequest, case_id: int, overpayment_id: int) -> HttpResponse:
    """One suspicion; compliance suspends its clock and settles it."""
    case = open_case_page(request, case_id)
    found = overpayment_of(case, overpayment_id, timezone.now())
    posted = request.POST if request.method == "POST" else None
    step = request.POST.get("step", "")
    suspend, settle = (
        SuspendForm(posted if step == "suspend" else None),
        SettleOverpaymentForm(posted if step != "suspend" else kept_fields(request)),
    )
    if request.method == "POST":
        permissions.check_settle_overpayment(request.user, case)
        form = suspend if step == "suspend" else settle
        act: Any = services.suspend if step == "suspend" else services.settle
        told = {"case": case, "overpayment": found.made, "by": request.user}
        if form.is_valid() and _told(form, lambda: act(**told, **form.cleaned_data)):
            messages.success(request, "Recorded.")
            return redirect("case-overpayment", case.pk, overpayment_id)
    context = {
        **case_page(case, "case"),
        "row": found,
        "suspend": suspend,
        "settle": settle,
        "may_settle": permissions.allowed(permissions.check_settle_overpayment, request.user, case),
    }
    wrong = suspend.errors or settle.errors
    return render(request, "oversight/overpayment.html", context, status=422 if wrong else 200)


def _found_wrong(request: HttpRequest, case_id: int) -> str:
    """What the second look said from which the person comes; only its number stands in the address."""
    look = request.GET.get("look", "")
    return error_text(int(look), case_id) if re.fullmatch("[0-9]{1,9}", look) else ""


def _told(form: Any, act: Any) -> Any:
    """What the step gives; None, with the refusal beside the form, when it was refused."""
    try:
        return act()
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
    return None
