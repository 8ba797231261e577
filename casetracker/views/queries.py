"""Queries to clinicians: list, one query, a new one, its answer, and a page to print without any code."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casetracker import permissions
from casetracker.errors import NotAllowed, NotFound, Refused
from casetracker.forms.queries import AnswerForm, CloseForm, QueryForm
from casetracker.presenters.case_page import case_page
from casetracker.presenters.query_page import list_context, query_context
from casetracker.selectors import queries as selectors
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.review import item_for
from casetracker.services import queries as services
from casetracker.services.reading import note_list, note_view
from casetracker.views.common import open_case_page, opened, page


@page()
def query_list(request: HttpRequest) -> HttpResponse:
    """Every query of the person's departments, or of one case, with its age, oldest first."""
    if not access_of(request.user).any_role(*CHART_ROLES):
        raise NotAllowed("Queries are for staff, coders, supervisors and compliance.")
    tab = request.GET.get("tab", "open")
    tab = tab if tab in selectors.TABS else "open"
    wanted = request.GET.get("case", "")
    case_id = int(wanted) if wanted.isdecimal() and len(wanted) < 16 else None
    found = selectors.queries_for(request.user, tab, request.GET.get("after", ""), case_id)
    note_list(by=request.user, what="queries.listed")
    return render(request, "queries/list.html", list_context(found, tab, case_id))


@page(methods=("GET", "POST"))
def query_new(request: HttpRequest, case_id: int) -> HttpResponse:
    """Ask one question, usually about one item: the record's facts stand in the form already."""
    case = open_case_page(request, case_id)
    permissions.check_edit_case(request.user, case)
    item = _item(request, case)
    form = _new_form(request, case, item)
    if request.method == "POST" and form.is_valid():
        try:
            return _ask(request, case, item, form)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = case_page(case, "case-review") | {"form": form, "about": item}
    return render(request, "queries/new.html", context, status=422 if form.errors else 200)


def _item(request: HttpRequest, case: Any) -> Any:
    wanted = request.GET.get("item", "")
    return item_for(request.user, case, int(wanted)) if wanted.isdecimal() and len(wanted) < 16 else None


def _new_form(request: HttpRequest, case: Any, item: Any) -> QueryForm:
    start = {
        "clinician": selectors.usual_clinician(case, item),
        "facts": selectors.facts_for_query(case, item),
    }
    data = request.POST if request.method == "POST" else None
    return QueryForm(data, clinicians=selectors.clinicians_of(case), initial=start)


def _ask(request: HttpRequest, case: Any, item: Any, form: QueryForm) -> HttpResponse:
    typed = dict(form.cleaned_data)
    clinician = selectors.clinician_of(case, typed.pop("clinician"))
    asked = services.ask(case=case, by=request.user, item=item, clinician=clinician, **typed)
    messages.success(request, f"The query to {clinician.name} is open. Print it or pass it on.")
    return redirect("query", asked.pk)


@page()
def query(request: HttpRequest, query_id: int) -> HttpResponse:
    """One query with its answer and what can be done with it."""
    found = _found(request, query_id)
    note_view(by=request.user, case=found.case, what="query.viewed")
    return _shown(request, found)


def _found(request: HttpRequest, query_id: int) -> Any:
    found = selectors.query_for(request.user, query_id)
    opened(request, found.case)
    return found


def _shown(request: HttpRequest, found: Any, status: int = 200, **bound: Any) -> HttpResponse:
    start = {"version": found.version}
    forms = {
        "answer_form": AnswerForm(initial=start, prefix="answer"),
        "withdraw_form": CloseForm(initial=start, prefix="withdraw"),
        "close_form": CloseForm(initial=start, prefix="close"),
    }
    context = case_page(found.case, "case-review") | query_context(found, request.user) | forms | bound
    return render(request, "queries/detail.html", context, status=status)


_ACTS = {
    "answer": (
        AnswerForm,
        services.answer,
        "Noted. The item stays open until the record shows the addendum.",
    ),
    "withdraw": (CloseForm, services.withdraw, "The query is withdrawn."),
    "close": (CloseForm, services.close, "The query is closed."),
}


@page(methods=("POST",))
def query_act(request: HttpRequest, query_id: int, act: str) -> HttpResponse:
    """Answer, withdraw or close; a refused form comes back as it was typed."""
    if act not in _ACTS:
        raise NotFound("There is no such step.")
    make, do, done = _ACTS[act]
    found = _found(request, query_id)
    form = make(request.POST, prefix=act)
    if not form.is_valid():
        return _shown(request, found, 422, **{f"{act}_form": form})
    try:
        do(query=found, by=request.user, **form.cleaned_data)  # type: ignore[operator]
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _shown(request, _found(request, query_id), 409, **{f"{act}_form": form})
    messages.success(request, done)
    return redirect("query", query_id)


@page()
def query_print(request: HttpRequest, query_id: int) -> HttpResponse:
    """The query on paper for the clinician: facts, question, answers to tick, no codes."""
    found = _found(request, query_id)
    note_view(by=request.user, case=found.case, what="query.printed")
    return render(request, "queries/print.html", {"query": found, "case": found.case})
