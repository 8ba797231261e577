"""What views of cases share: allowed methods, refusals as pages and messages, the department's own clock.

Sign-in is asked for every view by a middleware; who may see which case is decided by selectors. Every page of a case
and every refused page leaves one audit event, here, so that no view can forget it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from casetracker.errors import NotAllowed, NotFound, Refused, Stale
from casetracker.selectors.access import case_for
from casetracker.services.reading import note_refusal, note_seen

View = Callable[..., HttpResponse]


def page(*, methods: tuple[str, ...] = ("GET",), preview: bool = False) -> Callable[[View], View]:
    """A page: only these methods (405 otherwise); NotFound is 404, NotAllowed 403 with the reason.

    Another refusal of a POST becomes a message on the page the form came from; of a GET, a page that says so.
    A view that keeps what was typed catches `Stale` and `Refused` itself.
    preview: a piece of a page that asks for it again with every pause of typing; the page itself was recorded, the
    piece is not.
    """
    allowed = ["HEAD", *methods] if "GET" in methods else list(methods)

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with timezone.override(None):
                try:
                    response = view(request, *args, **kwargs)
                except Refused as refusal:
                    back = request.path if "GET" in allowed else _sender(request)
                    return refused(request, refusal, back)
                except NotFound:
                    return not_found(request)
                if not preview:
                    _record_view(request, response)
                return response

        return require_http_methods(allowed)(shown)

    return decorate


def opened(request: HttpRequest, case: Any) -> Any:
    """The case this request is about: what the page shows of it is recorded as a view. Returns the case."""
    request.opened_case = case  # type: ignore[attr-defined]
    timezone.activate(case.department.time_zone)
    return case


def _record_view(request: HttpRequest, response: HttpResponse) -> None:
    """One event per page that shows a case; a step that leads on to another page has its own event."""
    case = getattr(request, "opened_case", None)
    if case is not None and not 300 <= response.status_code < 400:
        note_seen(by=request.user, case=case)


def not_found(request: HttpRequest) -> HttpResponse:
    _record_refusal(request)
    return render(request, "404.html", status=404)


def _record_refusal(request: HttpRequest) -> None:
    """Which page, and which case or ids; never what was typed."""
    if not request.user.is_authenticated:
        return
    match = request.resolver_match
    numbers = [str(value) for value in match.kwargs.values() if isinstance(value, int)] if match else []
    note_refusal(
        by=request.user,
        what=f"page.{match.url_name if match else ''}",
        case=getattr(request, "opened_case", None),
        ids=f"id {' '.join(numbers)}" if numbers else "",
    )


def refused(request: HttpRequest, refusal: Refused, back: str = "") -> HttpResponse:
    """The refusal as a page, or after a POST as a message on the page at `back` (this address if left out)."""
    if isinstance(refusal, NotAllowed):
        if not refusal.audited:
            _record_refusal(request)
        return render(request, "403.html", {"reason": refusal.message}, status=403)
    if request.method == "POST":
        level = messages.warning if isinstance(refusal, Stale) else messages.error
        level(request, refusal.message)
        return HttpResponseRedirect(back or request.path)
    return render(request, "403.html", {"reason": refusal.message}, status=409)


def done_or_told(request: HttpRequest, act: Callable[[], Any], told: str, address: str) -> HttpResponse:
    """Do it and say so, or say why not; then on to `address`. A missing role is answered by its own page."""
    try:
        act()
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, told)
    return HttpResponseRedirect(address)


def _sender(request: HttpRequest) -> str:
    """The page of ours that sent this form: an address that only takes forms cannot be shown again."""
    sender = urlsplit(request.headers.get("Referer", ""))
    if sender.path and sender.netloc == request.get_host():
        return sender.path
    case_id = request.resolver_match.kwargs.get("case_id") if request.resolver_match else None
    return reverse("case", args=[case_id]) if case_id else reverse("home")


def open_case_page(request: HttpRequest, case_id: int, *related: str) -> Any:
    """The case for this person, with times shown in its department's zone from here to the end of the request."""
    return opened(request, case_for(request.user, case_id, *related))


def back_to(then: str, case_id: int) -> str:
    """The page a document was added from: the index, what one owes, or the checklist of the same people."""
    if then == "documents":
        return reverse("case-documents", args=[case_id])
    if then == "owed":
        return reverse("my-items")
    whose = f"?{urlencode({'who': then})}" if then.isidentifier() else ""
    return reverse("case-checklist", args=[case_id]) + whose
