"""Handing over by a person, and accepting what was handed over; both lead back to where the button was."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from casetracker.selectors.hand_overs import hand_over_of
from casetracker.services import hand_overs as services
from casetracker.views.common import done_or_told, open_case_page, page

NOTE_LENGTH = 500


@page(methods=("POST",))
def send(request: HttpRequest, case_id: int) -> HttpResponse:
    """Hand over planned technique, lesions and intent, or the final list."""
    case = open_case_page(request, case_id)
    note = request.POST.get("note", "")[:NOTE_LENGTH]
    return done_or_told(
        request,
        lambda: services.send(case=case, by=request.user, kind=request.POST.get("kind", ""), note=note),
        "Handed over. It waits for the receiver.",
        f"{reverse('case', args=[case.pk])}#h-handed",
    )


@page(methods=("POST",))
def accept(request: HttpRequest, case_id: int, hand_over_id: int) -> HttpResponse:
    """Take over what was handed over."""
    case = open_case_page(request, case_id)
    made = hand_over_of(case, hand_over_id)
    then = reverse("my-items") if request.POST.get("then") == "owed" else reverse("case", args=[case.pk])
    return done_or_told(
        request, lambda: services.accept(case=case, hand_over=made, by=request.user), "Accepted.", then
    )
