"""The access report of compliance: who saw or changed a case, by case or by person, for a period."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casetracker.errors import NotAllowed
from casetracker.forms.access import AccessForm
from casetracker.presenters.access_page import asked_of, report_context
from casetracker.selectors import audit as selectors
from casetracker.services.reading import note_report
from casetracker.views.common import page


@page()
def access_report(request: HttpRequest) -> HttpResponse:
    """Events of the person's departments, newest first. Running the report is an event of its own."""
    departments = selectors.compliance_departments(request.user)
    if not departments:
        raise NotAllowed("The access report needs the role compliance in a department.")
    zone = departments[0].time_zone
    timezone.activate(zone)
    people = selectors.people_in(departments)
    names = [(person["id"], person["full_name"] or person["username"]) for person in people]
    form = AccessForm(request.GET, people=names, today=timezone.localdate(timezone=ZoneInfo(zone)))
    found = _report(request, form, departments, people) if form.is_valid() else {}
    context = {"form": form, "zone": zone, "departments": departments, **found}
    return render(request, "access/report.html", context, status=422 if form.errors else 200)


def _report(
    request: HttpRequest, form: AccessForm, departments: list[Any], people: list[dict[str, Any]]
) -> dict[str, Any]:
    """Read, then record that it was read: a report shows what happened before it."""
    values = form.cleaned_data
    if values["case"] and not selectors.case_exists(departments, values["case"]):
        form.add_error("case", "There is no such case in your departments.")
        return {}
    before = request.GET.get("before", "")
    found = selectors.access_page(departments, people, asked_of(values, departments[0].time_zone), before)
    note_report(by=request.user, department=departments[0], case=values["case"], person=values["person"])
    return report_context(found, values, bool(before), departments)
