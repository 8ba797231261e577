"""The codes page of a case and the coder's decisions on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casetracker.errors import NotAllowed, Refused, Stale
from casetracker.forms import coding as forms
from casetracker.presenters.case_page import case_page
from casetracker.presenters.codes_page import codes_context, conflicts_of, line_view
from casetracker.selectors.coding import CodesSheet, codes_sheet, people_of
from casetracker.services import coding
from casetracker.services.reading import note_view
from casetracker.views.common import open_case_page, page

FORMS = {
    "accept": forms.AcceptForm,
    "change": forms.ChangeForm,
    "hold": forms.HoldForm,
    "decline": forms.DeclineForm,
}
TITLES = {
    "accept": "Accept with a reason",
    "change": "Change and release",
    "hold": "Hold back",
    "decline": "Do not bill",
}
SERVICES: dict[str, Callable[..., Any]] = {
    "change": coding.change_line,
    "hold": coding.hold_line,
    "decline": coding.decline_line,
}
DONE = {"accept": "accepted", "change": "released as changed", "hold": "held", "decline": "declined"}


@page()
def codes(request: HttpRequest, case_id: int) -> HttpResponse:
    """Every line with its reasons, what was dropped and why, conflicts, questions, policies."""
    case = open_case_page(request, case_id)
    note_view(by=request.user, case=case, what="codes.viewed")
    sheet = codes_sheet(request.user, case)
    return render(request, "coding/codes.html", {**case_page(case, "case-codes"), **codes_context(sheet)})


@page(methods=("POST",))
def accept(request: HttpRequest, case_id: int) -> HttpResponse:
    """Accept the posted lines as suggested; `reason` where a warning asks for one."""
    case = open_case_page(request, case_id)
    keys, reason = request.POST.getlist("key"), request.POST.get("reason", "")
    back = redirect("case-codes", case_id)
    try:
        lines = coding.accept_lines(case=case, by=request.user, keys=keys, reason=reason)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
        return back
    codes = ", ".join(dict.fromkeys(line.code for line in lines))
    messages.success(request, f"Accepted: {codes}.")
    return back


@page(methods=("GET", "POST"))
def line(request: HttpRequest, case_id: int, word: str) -> HttpResponse:
    """One decision on one line: the form, then the service."""
    case = open_case_page(request, case_id)
    sheet = codes_sheet(request.user, case)
    key = request.POST.get("key") or request.GET.get("key", "")
    sheet.line(key)
    view = line_view(sheet, key)
    initial = {**view, "version": view.get("version"), "reason": ""}
    form = FORMS[word](request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = _decide(request, case, word, form)
        if done is not None:
            return done
    status = 422 if request.method == "POST" else 200
    return _line_page(request, case, sheet, view, word, form, status)


def _decide(request: HttpRequest, case: Any, word: str, form: Any) -> HttpResponse | None:
    """Call the service; a refusal stays on the form with what was typed."""
    values = dict(form.cleaned_data)
    try:
        if word == "accept":
            coding.accept_lines(case=case, by=request.user, keys=[values["key"]], reason=values["reason"])
        else:
            SERVICES[word](case=case, by=request.user, **values)
    except (NotAllowed, Stale):
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None
    messages.success(request, f"{values['key'].partition('/')[0]} {DONE[word]}.")
    return redirect("case-codes", case.pk)


def _line_page(
    request: HttpRequest, case: Any, sheet: CodesSheet, view: dict, word: str, form: Any, status: int
) -> HttpResponse:
    context = {
        **case_page(case, "case-codes"),
        "line": view,
        "lines": [view],
        "word": word,
        "title": TITLES[word],
        "form": form,
        "may_not": sheet.may_not or sheet.locked(view["stream"]),
        "conflicts": [c for c in conflicts_of(sheet) if view["code"] in c["codes"]],
        "action": reverse("case-line", args=[case.pk, word]),
    }
    if word == "hold" and sheet.may_hold:
        context["may_not"] = sheet.locked(view["stream"])
    return render(request, "coding/line.html", context, status=status)


@page(methods=("GET", "POST"))
def add(request: HttpRequest, case_id: int) -> HttpResponse:
    """Add a line that is not suggested."""
    case = open_case_page(request, case_id)
    sheet = codes_sheet(request.user, case)
    form = forms.AddForm(
        request.POST or None,
        people=people_of(case),
        initial={"date": case.date_of_service, "stream": request.GET.get("stream")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            added = coding.add_line(case=case, by=request.user, **form.cleaned_data)
            messages.success(request, f"{added.code} added.")
            return redirect("case-codes", case.pk)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {**case_page(case, "case-codes"), "form": form, "may_not": sheet.may_not}
    return render(request, "coding/add.html", context, status=422 if request.method == "POST" else 200)
