"""The administrator's pages of tokens for programs: the list, a new one, the end of one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from casetracker.errors import NotAllowed, Refused
from casetracker.forms.tokens import TokenForm
from casetracker.kept import kept_fields
from casetracker.selectors import tokens as selectors
from casetracker.selectors.people import administered_department
from casetracker.services import tokens as services
from casetracker.views.common import done_or_told, page


def _open(request: HttpRequest, department_id: int):
    """The department, with moments shown in its zone from here on."""
    found = administered_department(request.user, department_id)
    timezone.activate(found.time_zone)
    return found


@page()
def tokens(request: HttpRequest, department_id: int) -> HttpResponse:
    """Every token of the department, working ones first."""
    found = _open(request, department_id)
    context = {"department": found, "rows": selectors.tokens_of(found, timezone.now())}
    return render(request, "people/tokens.html", context)


@page(methods=("GET", "POST"))
def token_new(request: HttpRequest, department_id: int) -> HttpResponse:
    """The form; after it the only page that ever shows the token, so it leads on to no other address."""
    found = _open(request, department_id)
    form = TokenForm(request.POST or kept_fields(request), people=selectors.holders_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            token, text = services.make_token(by=request.user, department=found, **form.values())
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            address = (settings.SITE_URL or f"{request.scheme}://{request.get_host()}") + reverse(
                "api-evaluate"
            )
            shown = {"department": found, "token": token, "text": text, "address": address}
            return render(request, "people/token_made.html", shown)
    status = 422 if request.method == "POST" else 200
    return render(request, "people/token_new.html", {"department": found, "form": form}, status=status)


@page(methods=("POST",))
def token_revoke(request: HttpRequest, department_id: int, token_id: int) -> HttpResponse:
    found = _open(request, department_id)
    token = selectors.token_of(found, token_id)
    return done_or_told(
        request,
        lambda: services.revoke_token(by=request.user, department=found, token=token),
        f"The token “{token}” works no more.",
        reverse("people-tokens", args=[found.pk]),
    )
