"""Compliance lifts one block of one case, or takes that back; everybody who reads the chart can look at the page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casetracker.errors import NotAllowed, NotFound, Refused
from casetracker.forms.policies import LiftForm, RestoreForm
from casetracker.kept import kept_fields
from casetracker.lifts import why_not_liftable
from casetracker.presenters.case_page import case_page
from casetracker.presenters.codes_page import conflict_called
from casetracker.selectors.coding import codes_sheet
from casetracker.selectors.lifts import lift_of
from casetracker.services import lifting
from casetracker.views.common import open_case_page, page


@page(methods=("GET", "POST"))
def lift(request: HttpRequest, case_id: int, conflict: str) -> HttpResponse:
    """The block as it stands, and the form for the reason."""
    case = open_case_page(request, case_id)
    sheet = codes_sheet(request.user, case)
    found = conflict_called(sheet, conflict)
    if found is None:
        raise NotFound("This conflict does not stand any more.")
    form = LiftForm(request.POST or kept_fields(request))
    context = {
        "title": "Lift a block",
        "conflict": {**found, "actions": []},
        "may_not": sheet.may_not_lift or why_not_liftable(found),
        "button": "Lift for this case",
    }
    return _answer(
        request,
        case,
        form,
        context,
        lambda reason: lifting.lift_conflict(case=case, by=request.user, conflict=conflict, reason=reason),
        "Lifted for this case. The conflict stays visible as lifted.",
    )


@page(methods=("GET", "POST"))
def restore(request: HttpRequest, case_id: int, lift_id: int) -> HttpResponse:
    """The lifted block with who lifted it and why, and the form to take that back."""
    case = open_case_page(request, case_id)
    sheet = codes_sheet(request.user, case)
    lifted = lift_of(case, lift_id)
    form = RestoreForm(request.POST or kept_fields(request))
    context = {
        "title": "Take a lifted block back",
        "conflict": _as_conflict(lifted),
        "may_not": sheet.may_not_lift,
        "button": "Take back",
    }
    return _answer(
        request,
        case,
        form,
        context,
        lambda reason: lifting.restore_conflict(case=case, lift=lifted, by=request.user, reason=reason),
        "Taken back. The conflict blocks again.",
    )


def _as_conflict(lift: Any) -> dict[str, Any]:
    told = {"id": lift.conflict, "severity": "block", "codes": lift.codes.split("+"), "message": lift.message}
    return {**told, "rules": [lift.conflict], "lifted": lift}


def _answer(
    request: HttpRequest, case: Any, form: Any, context: dict[str, Any], act: Callable[[str], Any], done: str
) -> HttpResponse:
    """Show the form; on a right one act, say so, and lead on to the codes."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, done)
            return redirect("case-codes", case.pk)
    shown = {**case_page(case, "case-codes"), **context, "form": form}
    return render(request, "coding/lift.html", shown, status=422 if form.errors else 200)
