"""The weekly report of how old open work is, for supervisors and compliance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casetracker.errors import NotAllowed
from casetracker.presenters.ageing_page import ageing_context, ageing_csv
from casetracker.selectors.access import access_of
from casetracker.selectors.ageing import READERS, ageing_for
from casetracker.services.reading import note_list
from casetracker.views.common import page


@page()
def ageing(request: HttpRequest) -> HttpResponse:
    """Counts per owner and age, escalated queries, and items for which a line may be written off."""
    if not access_of(request.user).any_role(*READERS):
        raise NotAllowed("This report is for supervisors and compliance.")
    found = ageing_for(request.user, timezone.now())
    note_list(by=request.user, what="ageing.reported")
    if request.GET.get("form") == "csv":
        answer = HttpResponse(ageing_csv(found), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="ageing-{found.today.isoformat()}.csv"'
        return answer
    return render(request, "oversight/ageing.html", ageing_context(found))
