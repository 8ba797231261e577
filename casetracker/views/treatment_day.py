"""The sheet of one treatment day: times typed as 0730, the date inherited, order errors named in place."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casetracker.case_input import CaseInput
from casetracker.choices import SessionStatus
from casetracker.document_input import DocumentInput
from casetracker.errors import NotAllowed, Refused, Stale
from casetracker.forms.treatment_day import SESSION_COLUMNS, SIGNED_COLUMNS, TreatmentDayForm
from casetracker.kept import kept_fields
from casetracker.permissions import check_edit_case
from casetracker.presenters.case_page import case_page
from casetracker.presenters.treatment_day_page import day_context, initial_of
from casetracker.requirements import kind_label
from casetracker.selectors.treatment_day import PAPERS, SIGNS_AS, DaySheet, day_sheet
from casetracker.services.cases import check_facts_open
from casetracker.services.reading import note_view
from casetracker.services.treatment_day import record_day
from casetracker.treatment_day import BY_KEY
from casetracker.views import case_saving as saving
from casetracker.views.common import open_case_page, page


@page(methods=("GET", "POST"))
def treatment_day(request: HttpRequest, case_id: int, number: int) -> HttpResponse:
    """Show the day of one session, or record it."""
    case = open_case_page(request, case_id, "template")
    sheet = day_sheet(case, number)
    if request.method == "GET":
        note_view(by=request.user, case=case, what="case.viewed")
        kept = kept_fields(request)
        return _shown(request, case, sheet, _form(sheet, kept))
    check_edit_case(request.user, case)
    _tell_what_came_meanwhile(request, sheet)
    form = _form(sheet, request.POST)
    if not form.is_valid():
        return _shown(request, case, sheet, form, status=422)
    try:
        told = record_day(
            case=case,
            by=request.user,
            facts_version=saving.posted_version(request),
            data=_facts(sheet, form),
            documents=_documents(sheet, form),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, _what_now(refusal))
        return _shown(request, case, sheet, form, status=409)
    messages.success(request, f"The day of session {number} is recorded.")
    if told["lines"]:
        request.session[saving.TOLD.format(case.pk)] = told
        return redirect("case-changed", case.pk)
    return redirect("treatment-day", case.pk, number)


def _form(sheet: DaySheet, data: Any) -> TreatmentDayForm:
    return TreatmentDayForm(data, shown=sheet.typed, people=sheet.people, initial=initial_of(sheet))


def _shown(
    request: HttpRequest, case: Any, sheet: DaySheet, form: TreatmentDayForm, status: int = 200
) -> HttpResponse:
    read_only = ""
    try:
        check_edit_case(request.user, case)
        check_facts_open(case)
    except Refused as refusal:
        read_only = refusal.message
    context = {
        **case_page(case, "case-facts"),
        **day_context(case, sheet, form),
        "facts_version": request.POST.get("facts_version") or case.facts_version,
        "read_only": read_only,
    }
    return render(request, "cases/treatment_day.html", context, status=status)


FILED = "the document came on file meanwhile. If its time is wrong, correct the document."
RECORDED = "it was recorded with the facts meanwhile. If its time is wrong, correct it there."


def _tell_what_came_meanwhile(request: HttpRequest, sheet: DaySheet) -> None:
    """A time typed for a step told elsewhere since the page was opened is not recorded, and must not vanish."""
    for step in sheet.shown:
        typed = request.POST.get(step, "").strip() if step not in sheet.typed else ""
        if typed:
            why = FILED if step in sheet.papers else RECORDED
            messages.warning(request, f"{BY_KEY[step].label}: “{typed[:20]}” was not recorded, because {why}")


def _what_now(refusal: Refused) -> str:
    if isinstance(refusal, Stale):
        return (
            "Somebody else saved facts of this case while you were typing. What you typed is still here: look at the "
            "page in another tab, reload it, and enter what is missing."
        )
    return refusal.message


def _facts(sheet: DaySheet, form: TreatmentDayForm) -> CaseInput:
    """The recorded sessions with this one changed, and the plan with its approval."""
    moments = form.moments()
    status = form.cleaned_data["status"] or SessionStatus.PLANNED
    times: dict[str, Any] = {c: moments[key] for key, c in SESSION_COLUMNS.items() if key in form.fields}
    for key, column in SIGNED_COLUMNS.items():
        if key in form.fields:
            times[column] = form.cleaned_data.get(f"{key}_by") if moments[key] else None
    if "images" in form.fields and form.untouched("images"):
        del times["images_approved_at"]  # untouched: an approval of another day keeps its day
    sessions = [dict(row) for row in sheet.recorded.sessions]
    sessions[sheet.place] |= {"date": form.cleaned_data["date"], "status": status, **times}
    plans = None
    if sheet.plan_place is not None and "approved" in form.fields:
        plans = [dict(row) for row in sheet.recorded.plans]
        plans[sheet.plan_place] |= _approval(sheet, form)
    return CaseInput(sessions=sessions, plans=plans)


def _approval(sheet: DaySheet, form: TreatmentDayForm) -> dict[str, Any]:
    """An approval of another day keeps its day when its time was not touched."""
    before = sheet.plan.get("approved_at") if sheet.plan else None
    typed = form.cleaned_data.get("approved")
    if before and form.untouched("approved"):
        return {"approved_by": form.cleaned_data.get("approved_by")}
    by = form.cleaned_data.get("approved_by") if typed else None
    return {"approved_at": form.moments()["approved"], "approved_by": by}


def _documents(sheet: DaySheet, form: TreatmentDayForm) -> list[DocumentInput]:
    """A paper that was signed today and is not on file yet, as an entry of the index."""
    moments = form.moments()
    return [
        DocumentInput(
            kind=PAPERS[step],
            title=kind_label(PAPERS[step]),
            author=form.cleaned_data[f"{step}_by"],
            author_role=role,
            service_date=form.cleaned_data["date"],
            written_at=moments[step],
            signed_at=moments[step],
            subject=f"session:{sheet.session['uuid']}" if step == "timeout" else "case",
        )
        for step, role in SIGNS_AS.items()
        if step in form.fields and moments[step]
    ]
