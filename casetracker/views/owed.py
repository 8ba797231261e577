"""What a person owes across the cases of all departments."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casetracker.choices import Duty
from casetracker.errors import NotAllowed
from casetracker.presenters.clinical_step import late_rows
from casetracker.presenters.hand_over_rows import hand_over_rows
from casetracker.presenters.owed_page import owed_context
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.clinical_steps import own_late_steps
from casetracker.selectors.hand_overs import waiting_for
from casetracker.selectors.owed import MINE, ROLES, owed_items
from casetracker.services.reading import note_list
from casetracker.views.common import page


@page()
def my_items(request: HttpRequest) -> HttpResponse:
    """Open items, earliest due first: one's own, or everything of one's duties."""
    if not access_of(request.user).any_role(*CHART_ROLES):
        raise NotAllowed("Items are for staff, coders, supervisors and compliance.")
    whose = ROLES if request.GET.get("whose") == ROLES else MINE
    after = request.GET.get("after", "")
    found = owed_items(request.user, timezone.now(), whose, after)
    note_list(by=request.user, what="items.listed")
    context = owed_context(found, whose, started=bool(after))
    context["steps"] = [] if after else late_rows(own_late_steps(request.user, timezone.now()))
    context["handed"] = (
        [] if after else hand_over_rows(waiting_for(request.user), request.user, {*Duty.values})
    )
    return render(request, "owed/owed.html", context)
