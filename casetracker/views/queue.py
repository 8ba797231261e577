"""The queue: what needs work and what waits for review, across the departments of a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from casetracker.choices import Role
from casetracker.errors import NotAllowed
from casetracker.presenters.queue_page import queue_context
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.held import held_lines
from casetracker.selectors.queue import queue_page
from casetracker.selectors.queue_filters import QueueFilter
from casetracker.services.reading import note_list
from casetracker.views.common import page


@page()
def queue(request: HttpRequest) -> HttpResponse:
    """Oldest first. Supervisors begin with what waits for review, everybody else with what needs work."""
    access = access_of(request.user)
    if not access.any_role(*CHART_ROLES):
        raise NotAllowed("The queue is for staff, coders, supervisors and compliance.")
    start = "review" if access.any_role(Role.SUPERVISOR) else "work"
    chosen = QueueFilter.chosen(request.GET, start)
    after = request.GET.get("after", "")
    found = queue_page(request.user, chosen, after)
    note_list(by=request.user, what="queue.viewed")
    reports = access.any_role(Role.SUPERVISOR, Role.COMPLIANCE)
    context = queue_context(found, chosen, started=bool(after), reports=reports) | {
        "may_enter": access.any_role(Role.STAFF, Role.CODER, Role.SUPERVISOR)
    }
    return render(request, "queue/queue.html", context)


@page()
def held(request: HttpRequest) -> HttpResponse:
    """Held lines of all cases, the earliest day of another look first."""
    if not access_of(request.user).any_role(*CHART_ROLES):
        raise NotAllowed("Held lines are for staff, coders, supervisors and compliance.")
    after = request.GET.get("after", "")
    found = held_lines(request.user, after)
    note_list(by=request.user, what="held.viewed")
    address = reverse("held-lines")
    context = {
        "rows": found.rows,
        "next_url": f"{address}?after={found.after}" if found.after else "",
        "first_url": address if after else "",
        "today": timezone.localdate(),
    }
    return render(request, "queue/held.html", context)
