"""The day sheet as its template shows it: one row per step, with its time, person, paper and what is out of order."""

from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from casetracker.forms.treatment_day import SESSION_COLUMNS, SIGNED, TreatmentDayForm
from casetracker.models import Case
from casetracker.selectors.treatment_day import SIGNS_AS, DaySheet
from casetracker.treatment_day import BY_KEY, disorder, expected


def initial_of(sheet: DaySheet) -> dict[str, Any]:
    """What the form starts with: recorded times, and the person the case names where nobody is recorded."""
    found: dict[str, Any] = {"date": sheet.session["date"], "status": sheet.session["status"]}
    for key, column in SESSION_COLUMNS.items():
        found[key] = _local(sheet.session.get(column))
    if sheet.plan:
        found["approved"] = _local(sheet.plan.get("approved_at"))
        found["approved_by"] = sheet.plan.get("approved_by") or sheet.usual.get("radiation_oncologist")
    for step, role in SIGNS_AS.items():
        found[f"{step}_by"] = sheet.usual.get(role)
    found["timeout_by"] = sheet.session.get("timeout_by") or found["timeout_by"]
    approver = sheet.session.get("images_approved_by")
    found["images_by"] = approver or sheet.usual.get("radiation_oncologist")
    return found


def _local(moment: Any) -> Any:
    return timezone.localtime(moment).time() if moment else None


def day_context(case: Case, sheet: DaySheet, form: TreatmentDayForm) -> dict[str, Any]:
    """rows [{key, label, field, by, paper, told}], number, others (days of other sessions)."""
    sessions = max(len(sheet.recorded.sessions or []), case.planned_sessions or 1)
    zone = ZoneInfo(case.department.time_zone)
    told = disorder(_moments(sheet, form), zone, expected(sessions))
    return {
        "number": sheet.number,
        "session": sheet.session,
        "form": form,
        "rows": [_row(case, sheet, form, key, told.get(key, [])) for key in sheet.shown],
        "others": [
            {
                "number": row["number"],
                "date": row["date"],
                "url": reverse("treatment-day", args=[case.pk, row["number"]]),
                "current": row["number"] == sheet.number,
            }
            for row in sheet.recorded.sessions or []
        ],
        "facts_url": f"{reverse('case-facts', args=[case.pk])}#section-sessions",
    }


def _moments(sheet: DaySheet, form: TreatmentDayForm) -> dict[str, Any]:
    """What is typed, where the form was sent; otherwise what is recorded. A paper on file keeps its own time, and an
    approval of another day its day while its time is not touched."""
    recorded = sheet.moments()
    if not form.is_bound:
        return recorded
    typed = form.moments()
    return {
        key: recorded[key]
        if key in sheet.papers or key not in form.fields or form.untouched(key)
        else typed[key]
        for key in recorded
    }


def _row(case: Case, sheet: DaySheet, form: TreatmentDayForm, key: str, told: list[str]) -> dict[str, Any]:
    paper, typed = sheet.papers.get(key), key in sheet.typed
    return {
        "key": key,
        "label": BY_KEY[key].label,
        "field": form[key] if typed else None,
        "by": form[f"{key}_by"] if key in SIGNED and typed else None,
        "paper": paper,
        "paper_url": reverse("case-document-change", args=[case.pk, paper.pk]) if paper else "",
        "directive": None if typed or paper else sheet.directive,
        "directive_url": f"{reverse('case-facts', args=[case.pk])}#section-directives",
        "told": told,
        "other_day": _other_day(sheet) if key == "approved" else None,
    }


def _other_day(sheet: DaySheet) -> Any:
    """The day of an approval that was not on the day of the session; None otherwise."""
    approved = sheet.plan.get("approved_at") if sheet.plan else None
    day = timezone.localtime(approved).date() if approved else None
    return day if day != sheet.session["date"] else None
