"""Pages for the tests about kept entries: a form that shows them, an action without a page, a password form."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from casetracker.kept import kept_fields, never_kept
from casetracker.middleware import background
from casetracker.urls import urlpatterns as site

RECEIVED: list[dict[str, list[str]]] = []


@csrf_protect
def note(request: HttpRequest, number: int = 0) -> HttpResponse:
    if request.method == "POST":
        RECEIVED.append(dict(request.POST.lists()))
        return redirect("/done/")
    kept = kept_fields(request)
    return HttpResponse(f"note page: {'nothing kept' if kept is None else dict(kept.lists())}")


@csrf_protect
def typed(request: HttpRequest) -> HttpResponse:
    """A form that knows nothing of kept entries."""
    if request.method == "POST":
        RECEIVED.append(dict(request.POST.lists()))
        return redirect("/done/")
    mark = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    return HttpResponse(f'<form method="post">{mark}<input name="label"><button>Send</button></form>')


@require_POST
def action(request: HttpRequest) -> HttpResponse:
    RECEIVED.append(dict(request.POST.lists()))
    return redirect("/done/")


@never_kept
def secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret page")


def done(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done page")


@background
def poll(request: HttpRequest) -> HttpResponse:
    return HttpResponse("poll page")


urlpatterns = [
    path("", done),
    path("note/", note),
    path("note/<int:number>/", note),
    path("typed/", typed),
    path("action/", action),
    path("secret/", secret),
    path("done/", done),
    path("poll/", poll),
    *site,
]
