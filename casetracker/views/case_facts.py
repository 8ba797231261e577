"""The facts of a case: the form, the panel beside it, what a change did, and two versions side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from casetracker import plausibility
from casetracker.case_input import laid_over
from casetracker.errors import NotAllowed, Refused, Stale
from casetracker.forms.case_entry import CaseEntry
from casetracker.forms.row_actions import acted
from casetracker.forms.stops import attach_stops
from casetracker.kept import kept_fields
from casetracker.permissions import check_edit_case
from casetracker.presenters.case_page import case_page
from casetracker.presenters.changed import changed_shown
from casetracker.presenters.fact_links import anchor_for
from casetracker.presenters.facts_page import facts_context, show_classes
from casetracker.presenters.suggestion import suggestion_panel
from casetracker.recorded import recorded_input
from casetracker.selectors.entry import entry_choices
from casetracker.selectors.preview import preview, saved_suggestion
from casetracker.selectors.subjects import subjects_of
from casetracker.services.cases import check_facts_open, save_facts
from casetracker.services.reading import note_view
from casetracker.views import case_saving as saving
from casetracker.views.case_conflict import two_versions
from casetracker.views.common import open_case_page, page


@page(methods=("GET", "POST"))
def facts(request: HttpRequest, case_id: int) -> HttpResponse:
    """The form; a POST of a row button changes rows and comes back, any other POST saves."""
    case = open_case_page(request, case_id, "template")
    if request.method == "GET":
        note_view(by=request.user, case=case, what="case.viewed")
        kept = kept_fields(request)
        return _page(request, case, _entry(case, kept), dirty=kept is not None)
    check_edit_case(request.user, case)
    if "rows" in request.POST:
        data, problems = acted(request.POST, request.POST["rows"])
        extra = {"pasted": data.get("pasted", ""), "pasted_problems": problems}
        return _page(request, case, _entry(case, data), dirty=True, extra=extra)
    return _save(request, case)


@page(methods=("POST",), preview=True)
def panel(request: HttpRequest, case_id: int) -> HttpResponse:
    """The suggestion for what stands in the form now. Writes nothing."""
    case = open_case_page(request, case_id)
    check_edit_case(request.user, case)
    document, result = preview(case, _entry(case, request.POST).typed())
    context = suggestion_panel(result, document, None, "as typed, not saved")
    return render(request, "cases/panel.html", context)


@page()
def changed(request: HttpRequest, case_id: int) -> HttpResponse:
    """What the last change of this person did: lines, checklist, and the facts that caused it."""
    case = open_case_page(request, case_id)
    told = request.session.get(saving.TOLD.format(case.pk))
    if not told:
        return redirect("case", case.pk)
    note_view(by=request.user, case=case, what="case.viewed")
    return render(
        request,
        "cases/changed.html",
        {**case_page(case, "case-facts"), **changed_shown(told, subjects_of(case).name)},
    )


def _entry(case: Any, data: QueryDict | None) -> CaseEntry:
    recorded = recorded_input(case)
    return CaseEntry(entry_choices(case.department, recorded), recorded, data)


def _save(request: HttpRequest, case: Any) -> HttpResponse:
    entry = _entry(case, request.POST)
    zone = case.department.time_zone
    if entry.is_valid():
        attach_stops(entry, plausibility.stops(laid_over(entry.recorded, entry.typed()), zone))
    if not entry.is_valid():
        return _page(request, case, entry, dirty=True)
    try:
        told = save_facts(
            case=case, by=request.user, facts_version=saving.posted_version(request), data=entry.typed()
        )
    except Stale:
        return two_versions(request, case, entry)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
        return _page(request, case, entry, dirty=True)
    return saving.after_saving(request, case, told)


def _page(
    request: HttpRequest,
    case: Any,
    entry: CaseEntry,
    *,
    dirty: bool = False,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    bound = entry.case.is_bound
    base = request.POST.get("base", "")
    version = request.POST.get("facts_version") or case.facts_version
    shown_now = laid_over(entry.recorded, entry.typed()) if bound else entry.recorded
    zone = case.department.time_zone
    context = {
        **case_page(case, "case-facts"),
        **facts_context(entry, unconfirmed=case.unconfirmed, base=base),
        **_panel(case, entry),
        "facts_version": version,
        "unconfirmed": case.unconfirmed,
        "problems": entry.problems() if bound and "rows" not in request.POST else [],
        "remarks": [_remark(remark) for remark in plausibility.remarks(shown_now, zone)],
        "panel_url": reverse("case-panel", args=[case.pk]),
        "read_only": _read_only(request, case),
        "day_sheets": [
            {"number": row["number"], "url": reverse("treatment-day", args=[case.pk, row["number"]])}
            for row in entry.recorded.sessions or []
        ],
        "dirty": dirty,
        **(extra or {}),
    }
    show_classes(context["lesions"], context["classes"])
    return render(request, "cases/facts.html", context)


def _panel(case: Any, entry: CaseEntry) -> dict[str, Any]:
    if entry.case.is_bound:
        document, result = preview(case, entry.typed())
        return suggestion_panel(result, document, None, "as typed, not saved")
    document, result = saved_suggestion(case)
    return suggestion_panel(result, document, None, "as saved")


def _remark(remark: plausibility.Remark) -> dict[str, str]:
    return {"message": remark.message, "url": f"#{anchor_for(remark.path)}"}


def _read_only(request: HttpRequest, case: Any) -> str:
    """Why this person cannot change the facts now; empty when he or she can."""
    try:
        check_edit_case(request.user, case)
        check_facts_open(case)
    except Refused as refusal:
        return refusal.message
    return ""
