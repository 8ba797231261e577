"""The first page: what waits for this person, by role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casetracker.presenters.home_page import home_context
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.case_lists import CaseFilter, case_page_of
from casetracker.selectors.my_work import my_work
from casetracker.services.reading import note_list
from casetracker.views.common import page

LATEST = 8


@page()
def home(request: HttpRequest) -> HttpResponse:
    """Counts and the next things to do; a person without a role learns whom to ask."""
    access = access_of(request.user)
    charts = access.any_role(*CHART_ROLES)
    rows = case_page_of(request.user, CaseFilter()).rows[:LATEST] if charts else []
    if charts:
        note_list(by=request.user, what="home.viewed")
    context = home_context(access, my_work(request.user)) | {"rows": rows, "charts": charts}
    return render(request, "home/home.html", context)
