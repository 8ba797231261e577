"""What happens around every page: caching, session limits, sign-in, kept entries, refusals.

The session limits are ours because the server must enforce both an idle and an absolute limit, and because
a page that refreshes itself must not keep a session alive. Who may see which case is decided by selectors.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from casetracker import kept
from casetracker.errors import NotAllowed, NotFound
from casetracker.views.common import not_found, refused

Answer = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponse])

STARTED = "signed_in_at"
SEEN = "last_seen_at"
NOTE_EVERY_SECONDS = 30  # activity is written down at most this often: each note is a database write


def open_before_new_password(view: View) -> View:
    """Mark a view that a person may use before replacing a password that somebody else gave out."""
    view.open_before_new_password = True  # type: ignore[attr-defined]
    return view


def background(view: View) -> View:
    """Mark a view that pages call by themselves; it does not extend a session.

    A single call can say so too, with the header `X-Background: true` (in htmx: `hx-headers`).
    """
    view.background = True  # type: ignore[attr-defined]
    return view


def never_stored(get_response: Answer) -> Answer:
    """No page is kept by a browser or a proxy on the way. Static files are answered before this."""

    def serve(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return serve


def session_limits(get_response: Answer) -> Answer:
    """End a session that was idle for too long or is too old, whatever its cookie says."""

    def serve(request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and _is_over(request.session):
            request.session.flush()
        response = get_response(request)
        if SESSION_KEY in request.session:
            _note_activity(request)
        return response

    return serve


def _now() -> float:
    return timezone.now().timestamp()


def _is_over(session: SessionBase) -> bool:
    now = _now()
    idle = now - session.get(SEEN, now)
    age = now - session.get(STARTED, now)
    return idle > settings.SESSION_IDLE_MINUTES * 60 or age > settings.SESSION_MAX_HOURS * 3600


def _note_activity(request: HttpRequest) -> None:
    now = _now()
    request.session.setdefault(STARTED, now)
    seen = request.session.get(SEEN)
    if seen is None or (now - seen >= NOTE_EVERY_SECONDS and not _in_background(request)):
        request.session[SEEN] = now


def _in_background(request: HttpRequest) -> bool:
    view = request.resolver_match.func if request.resolver_match else None
    return getattr(view, "background", False) or request.headers.get("X-Background") == "true"


class KeptPosts:
    """Keeps a form that arrives after its session ended, and offers it to the same person after sign-in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.user.is_authenticated:
            return response
        response = kept.offer_or_forget(request, response)
        kept.remember_person(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or request.user.is_authenticated:
            return None
        owner = kept.last_person(request)
        return kept.keep_for(request, owner) if owner else None


class SignInRequired(LoginRequiredMiddleware):
    """Every view needs a sign-in unless it is marked `login_not_required`; programs and fragments get a 401."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        refusal = super().process_view(request, view_func, view_args, view_kwargs)
        if refusal is not None or not getattr(request.user, "must_change_password", False):
            return refusal
        return None if getattr(view_func, "open_before_new_password", False) else _ask_new_password(request)

    def handle_no_permission(  # type: ignore[override]  # the stub allows redirects only
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        if request.path.startswith("/api/"):
            return _refuse_program("Sign in first.", 401)
        if request.headers.get("HX-Request"):
            return _session_ended(request)
        return super().handle_no_permission(request, view_func)


def _session_ended(request: HttpRequest) -> HttpResponse:
    """A notice beside the form, which keeps what was typed; going to the sign-in page would lose it."""
    response = render(request, "accounts/_session_ended.html", status=401)
    response["HX-Trigger"] = "session-ended"
    return response


def _ask_new_password(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _refuse_program("Change your password first: sign in on the web pages.", 403)
    return redirect("password_change")


def _refuse_program(message: str, status: int) -> JsonResponse:
    return JsonResponse(
        {"error": [{"path": "", "value": None, "allowed": [], "message": message}]}, status=status
    )


class Refusals:
    """Turns refusals that a view let through into pages: not yours is 404, not your role is 403 with the reason."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotFound):
            return not_found(request)
        if isinstance(exception, NotAllowed):
            return refused(request, exception)
        return None
