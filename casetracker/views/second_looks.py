"""Second looks: the packets of a month that were chosen, with their reasons, and the outcome of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casetracker import permissions
from casetracker.errors import NotAllowed, Refused
from casetracker.forms.second_looks import MonthForm, SecondLookForm
from casetracker.kept import kept_fields
from casetracker.presenters.case_page import case_page
from casetracker.second_look import month_before, next_month
from casetracker.selectors.access import access_of
from casetracker.selectors.review import packet_for
from casetracker.selectors.second_looks import READERS, may_be_overpaid, second_look_of, second_looks
from casetracker.selectors.separation import why_not_second
from casetracker.services import second_looks as services
from casetracker.services.reading import note_list
from casetracker.views.common import open_case_page, page


@page()
def second_look_list(request: HttpRequest) -> HttpResponse:
    """The packets of one month, the month before this one unless another is asked for."""
    if not access_of(request.user).any_role(*READERS):
        raise NotAllowed("Second looks are for supervisors and compliance.")
    now = timezone.now()
    this = timezone.localdate(now).replace(day=1)
    form = MonthForm(request.GET, usual=month_before(this))
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        month = form.cleaned_data["month"]
        rows = second_looks(request.user, month, now)
        context |= {
            "month": month,
            "rows": [{"made": row, "own": row.approved_by(request.user)} for row in rows],
            "still_open": sum(row.look is None for row in rows),
            "running": month >= this,
            "older": f"{month_before(month):%Y-%m}",
            "newer": f"{next_month(month):%Y-%m}" if month < this else "",
        }
        note_list(by=request.user, what="second_look.listed")
    return render(request, "oversight/second_looks.html", context, status=422 if form.errors else 200)


@page(methods=("GET", "POST"))
def second_look(request: HttpRequest, case_id: int, packet_id: int) -> HttpResponse:
    """One chosen packet: why it was chosen, where to look, and the outcome, recorded once."""
    case = open_case_page(request, case_id)
    packet = packet_for(request.user, case_id, packet_id)
    packet.case = case
    form = SecondLookForm(request.POST or kept_fields(request))
    if request.method == "POST":
        permissions.check_second_look(request.user, case)
        if form.is_valid() and _recorded(request, form, packet):
            messages.success(request, "Recorded.")
            return redirect("case-second-look", case.pk, packet.pk)
    permissions.check_second_look(request.user, case)
    found = second_look_of(packet, timezone.now())
    context = {
        **case_page(case, "review"),
        "packet": packet,
        "row": found,
        "form": form,
        "why_not": why_not_second(request.user, packet),
        "handoff": packet.handoffs.order_by("-version").defer("snapshot").first(),
        "may_flag": may_be_overpaid(packet),
    }
    return render(request, "oversight/second_look.html", context, status=422 if form.errors else 200)


def _recorded(request: HttpRequest, form: SecondLookForm, packet: Any) -> Any:
    """The outcome; None, with the refusal beside the form, when it was refused."""
    try:
        return services.record(packet=packet, by=request.user, **form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
    return None
