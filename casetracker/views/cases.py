"""The list of cases, the overview of one, its history, its course of care."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from casetracker import kept
from casetracker.choices import Modality, PacketStatus
from casetracker.errors import NotAllowed
from casetracker.forms.progress import HaltForm, ProgressForm
from casetracker.permissions import allowed, can_edit_case, check_flag_overpayment
from casetracker.plausibility import date_remarks
from casetracker.presenters.case_page import case_page
from casetracker.presenters.clinical_step import clinical_panel, overdue_words
from casetracker.presenters.hand_over_rows import MANUAL_KINDS, hand_over_panel, hand_over_rows
from casetracker.presenters.history_page import event_shown, revision_shown
from casetracker.presenters.overview_page import key_facts, next_step
from casetracker.presenters.suggestion import suggestion_panel
from casetracker.selectors.access import CHART_ROLES, access_of, duties_of
from casetracker.selectors.case_lists import CaseFilter, case_page_of
from casetracker.selectors.clinical_steps import OVERDUE, Home
from casetracker.selectors.hand_overs import hand_overs_of
from casetracker.selectors.histories import history_page
from casetracker.selectors.notices import open_notices
from casetracker.selectors.overpayments import open_overpayments
from casetracker.selectors.overview import case_work
from casetracker.selectors.preview import saved_suggestion
from casetracker.selectors.subjects import subjects_of
from casetracker.services.cases import halt_case, record_progress
from casetracker.services.reading import note_list, note_view
from casetracker.views.common import open_case_page, page

LATEST = 6
SEARCHED = "case-search"  # session key: what this person searched for last


@kept.never_kept
@page(methods=("GET", "POST"))
def case_list(request: HttpRequest) -> HttpResponse:
    """Every case of the person's departments, newest first.

    A search is posted and kept in the session: names and record numbers belong in no address, history or log.
    """
    access = access_of(request.user)
    if not access.any_role(*CHART_ROLES):
        raise NotAllowed("Cases are for staff, coders, supervisors and compliance.")
    if request.method == "POST":
        return _search(request)
    searching = request.session.get(SEARCHED, "") if "search" in request.GET else ""
    asked = CaseFilter.asked({**request.GET.dict(), "q": searching})
    found = case_page_of(request.user, asked, request.GET.get("after", ""))
    note_list(by=request.user, what="cases.listed")
    query = _chosen(asked)
    context = {
        "rows": [{**row, "overdue": overdue_words(row["days_over"])} for row in found.rows],
        "asked": asked,
        "filters": [
            _filter("modality", "Modality", Modality.choices, asked.modality),
            _filter("state", "Packet is", PacketStatus.choices, asked.state),
            _filter("step", "Clinical step", [(OVERDUE, "Overdue")], asked.step),
        ],
        "reset_url": reverse("case-list") if query else "",
        "older_url": f"?{urlencode({**query, 'after': found.after})}" if found.after else "",
        "newest_url": f"?{urlencode(query)}" if request.GET.get("after") else "",
        "may_enter": access.any_role("staff", "coder", "supervisor"),
        "several": len(access.roles) > 1,
    }
    return render(request, "cases/list.html", context)


def _search(request: HttpRequest) -> HttpResponse:
    """Keep what was typed in the session and show the list narrowed to it."""
    asked = CaseFilter.asked(request.POST)
    request.session[SEARCHED] = asked.q
    query = urlencode(_chosen(asked))
    return redirect(f"{reverse('case-list')}?{query}" if query else "case-list")


def _chosen(asked: CaseFilter) -> dict[str, str]:
    """What may stand in an address: never the words of a search."""
    chosen = {"modality": asked.modality, "state": asked.state, "step": asked.step}
    return {name: value for name, value in {"search": "on" if asked.q else "", **chosen}.items() if value}


def _filter(name: str, label: str, words: list[Any], chosen: str) -> dict[str, Any]:
    options = [{"value": value, "label": words, "selected": value == chosen} for value, words in words]
    return {"name": name, "label": label, "options": options}


@page()
def overview(request: HttpRequest, case_id: int) -> HttpResponse:
    """Where the case stands and what comes next."""
    case = open_case_page(request, case_id, "template")
    note_view(by=request.user, case=case, what="case.viewed")
    return _overview(request, case)


def _overview(
    request: HttpRequest, case: Any, progress: ProgressForm | None = None, halt: HaltForm | None = None
) -> HttpResponse:
    document, result = saved_suggestion(case)
    context = case_page(case, "case")
    work = case_work(case)
    roles = access_of(request.user).roles.get(case.department_id, frozenset())
    questions = len(result.get("questions", []))
    context |= suggestion_panel(result, document, case.pk, "as saved")
    context |= {
        "step": next_step(case, roles, work, questions, context["head"]["packets"]),
        "facts": key_facts(case, document),
        "day_sheets": [
            {"number": row["number"], "url": reverse("treatment-day", args=[case.pk, row["number"]])}
            for row in document.get("sessions", [])
        ],
        "clinical": clinical_panel(
            case, context["head"], document.get("people", []), Home.of(case.department, timezone.now())
        ),
        "work": work,
        "done": work.required_total - work.open_total,
        "more_items": max(work.open_total - len(work.open_items), 0),
        "events": [event_shown(revision) for revision in history_page(case, size=LATEST).revisions],
        "notices": open_notices(case),
        "may_flag": allowed(check_flag_overpayment, request.user, case),
        "overpayments": open_overpayments(case, timezone.now()),
        **hand_over_panel(hand_overs_of(case), request.user, duties_of(request.user, case.department)),
        "kinds": MANUAL_KINDS if can_edit_case(request.user, case) else [],
        "may_edit": can_edit_case(request.user, case),
        "progress": progress
        or ProgressForm(initial={name: _known(case, name) for name in ProgressForm.base_fields}),
        "halt": halt or HaltForm(initial={"halt": case.halt, "reason": case.halt_reason}),
    }
    return render(request, "cases/overview.html", context)


def _known(case: Any, name: str) -> Any:
    return getattr(case.patient if name in ProgressForm.IDENTITY else case, name)


@page(methods=("POST",))
def progress(request: HttpRequest, case_id: int) -> HttpResponse:
    """Record clinical dates."""
    case = open_case_page(request, case_id, "template")
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return _overview(request, case, progress=form)
    record_progress(case=case, by=request.user, dates=form.dates(), identity=form.identity())
    messages.success(request, "The course of care is recorded.")
    for remark in date_remarks(case):
        messages.warning(request, f"Please check: {remark.message}")
    return redirect("case", case.pk)


@page(methods=("POST",))
def halt(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put the case on hold, cancel it, or let it go on."""
    case = open_case_page(request, case_id, "template")
    form = HaltForm(request.POST)
    if not form.is_valid():
        return _overview(request, case, halt=form)
    halt_case(case=case, by=request.user, **form.cleaned_data)
    messages.success(request, f"The case is now: {case.get_halt_display().lower()}.")
    return redirect("case", case.pk)


@page()
def history(request: HttpRequest, case_id: int) -> HttpResponse:
    """Every revision with what it changed; being read leaves a trace too."""
    case = open_case_page(request, case_id)
    note_view(by=request.user, case=case, what="case.viewed")
    below = request.GET.get("below", "")
    found = history_page(case, int(below) if below.isdigit() else None)
    context = case_page(case, "case-history")
    name = subjects_of(case).name
    context |= {
        "revisions": [revision_shown(revision, name) for revision in found.revisions],
        "hand_overs": []
        if below
        else hand_over_rows(hand_overs_of(case), request.user, duties_of(request.user, case.department)),
        "older_url": f"?below={found.older}" if found.older else "",
        "newest_url": reverse("case-history", args=[case.pk]) if below else "",
    }
    return render(request, "cases/history.html", context)
