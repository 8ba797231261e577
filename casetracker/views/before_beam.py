"""What the next sessions still lack, across the cases of a person's departments."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casetracker.errors import NotAllowed
from casetracker.presenters.before_beam_page import before_beam_context
from casetracker.selectors.access import CHART_ROLES, access_of
from casetracker.selectors.before_beam import sessions_ahead
from casetracker.services.reading import note_list
from casetracker.views.common import page


@page()
def before_beam(request: HttpRequest) -> HttpResponse:
    """Sessions of today and the next two working days, earliest first."""
    if not access_of(request.user).any_role(*CHART_ROLES):
        raise NotAllowed("The sessions are for staff, coders, supervisors and compliance.")
    found = sessions_ahead(request.user, timezone.now())
    note_list(by=request.user, what="beam.viewed")
    return render(request, "before_beam/before_beam.html", before_beam_context(found))
