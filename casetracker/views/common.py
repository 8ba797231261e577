"""What views of cases share: allowed methods, refusals as pages and messages, the department's own clock.

Sign-in is asked for every view by a middleware; who may see which case is decided by selectors.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from casetracker.errors import NotAllowed, NotFound, Refused, Stale
from casetracker.selectors.access import case_for

View = Callable[..., HttpResponse]


def page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page: only these methods (405 otherwise); NotFound is 404, NotAllowed 403 with the reason.

    Another refusal of a POST becomes a message on the page the form came from; of a GET, a page that says so.
    A view that keeps what was typed catches `Stale` and `Refused` itself.
    """
    allowed = ["HEAD", *methods] if "GET" in methods else list(methods)

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with timezone.override(None):
                try:
                    return view(request, *args, **kwargs)
                except Refused as refusal:
                    return refused(request, refusal)
                except NotFound:
                    return render(request, "404.html", status=404)

        return require_http_methods(allowed)(shown)

    return decorate


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        return render(request, "403.html", {"reason": refusal.message}, status=403)
    if request.method == "POST":
        level = messages.warning if isinstance(refusal, Stale) else messages.error
        level(request, refusal.message)
        return HttpResponseRedirect(request.path)
    return render(request, "403.html", {"reason": refusal.message}, status=409)


def open_case_page(request: HttpRequest, case_id: int, *related: str) -> Any:
    """The case for this person, with times shown in its department's zone from here to the end of the request."""
    case = case_for(request.user, case_id, *related)
    timezone.activate(case.department.time_zone)
    return case
