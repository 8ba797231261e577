"""Which items were called not applicable, by whom and why, for supervisors and compliance."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casetracker.errors import NotAllowed
from casetracker.forms.access import PeriodForm
from casetracker.presenters.denied_page import denied_context
from casetracker.selectors.access import access_of
from casetracker.selectors.reasons import READERS, denied_items
from casetracker.services.reading import note_list
from casetracker.views.common import page

USUAL_DAYS = 90


@page()
def denied(request: HttpRequest) -> HttpResponse:
    """By person and item, for a period."""
    if not access_of(request.user).any_role(*READERS):
        raise NotAllowed("This report is for supervisors and compliance.")
    today = timezone.localdate()
    form = PeriodForm(request.GET, since=today - timedelta(days=USUAL_DAYS), until=today)
    context = {"form": form}
    if form.is_valid():
        found = denied_items(request.user, form.cleaned_data["since"], form.cleaned_data["until"])
        context |= denied_context(found)
        note_list(by=request.user, what="denied.reported")
    return render(request, "checklist/denied.html", context, status=422 if form.errors else 200)
