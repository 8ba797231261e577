"""What every call of a program shares: a token instead of a session, a limit of calls, problems as JSON (RFC 9457).

Nothing of a body is stored or logged; a failure leaves its kind and place in the log, never its text.
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from casetracker.kept import never_kept
from casetracker.middleware import background, open_before_new_password
from casetracker.selectors.tokens import State, token_behind
from casetracker.services import tokens as services
from checklists.api.openapi import PROBLEM

Call = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("casetracker.calls")
WINDOW = 60  # seconds in which calls are counted
LONGEST = 200  # characters of a token that are looked at
SEND_ONE = "Send a token: Authorization: Bearer ... An administrator makes one."
WHY = {
    State.REVOKED: "This token was revoked.",
    State.EXPIRED: "This token has expired.",
    State.CLOSED: "The account of this token is closed.",
    State.LEFT: "The person of this token has no role in the department any more.",
}


class Problem(Exception):
    """Ends a call. `detail` says what to do; `more` are further members, `headers` further headers of the answer."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more


def program_call(*methods: str) -> Callable[[Call], Call]:
    """A view for programs: token first, then the method, then the count of calls; never a page, never a session."""

    def decorate(view: Call) -> Call:
        @wraps(view)
        @sensitive_variables()
        def called(request: HttpRequest) -> HttpResponse:
            try:
                token = _token(request)
                _check_method(request, methods)
                _count(token.pk)
                return view(request)
            except Problem as problem:
                return problem_answer(problem)
            except Exception:
                log.exception("A call failed")
                return problem_answer(
                    Problem(500, "The service failed. Try again, or tell who runs the site.")
                )

        return csrf_exempt(login_not_required(never_kept(background(open_before_new_password(called)))))

    return decorate


def json_answer(content: Any, status: int = 200, kind: str = "application/json") -> HttpResponse:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text.encode("utf-8", "replace"), status=status, content_type=kind)


def problem_answer(problem: Problem) -> HttpResponse:
    title = HTTPStatus(problem.status).phrase
    content = {"type": "about:blank", "title": title, "status": problem.status, "detail": problem.detail}
    answer = json_answer({**content, **problem.more}, problem.status, PROBLEM)
    for name, value in problem.headers.items():
        answer[name] = value
    return answer


def _token(request: HttpRequest) -> Any:
    """The working token of this call, its use noted; Problem 401 otherwise."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise Problem(401, SEND_ONE, _challenge())
    now = timezone.now()
    found = token_behind(text.strip()[:LONGEST], now)
    if found is None:
        raise Problem(401, "This token is not known. Check that it was copied whole.", _challenge(known=True))
    token, state = found
    if state is not State.ACTIVE:
        services.note_refused_use(token=token, now=now)
        raise Problem(401, f"{WHY[state]} Ask an administrator for a new one.", _challenge(known=True))
    if token.user.must_change_password:
        raise Problem(403, "The person of this token must sign in once and choose an own password.")
    services.note_use(token=token, now=now)
    return token


def _challenge(*, known: bool = False) -> dict[str, str]:
    reason = ', error="invalid_token"' if known else ""
    return {"WWW-Authenticate": f'Bearer realm="SRS Case Tracker"{reason}'}


def _check_method(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in methods:
        allowed = ", ".join(methods)
        raise Problem(405, f"Call this address with {allowed}.", {"Allow": allowed})


def _count(token_id: int) -> None:
    """Calls of a token in this process within a minute from the first one; Problem 429 beyond the limit."""
    key = f"calls-of-token-{token_id}"
    began = timezone.now().timestamp()
    cache.add(key + "-began", began, WINDOW)
    cache.add(key, 0, WINDOW)
    try:
        calls = cache.incr(key)
    except ValueError:  # the minute ended between the two lines
        return
    if calls > settings.API_CALLS_PER_MINUTE:
        wait = max(1, round(cache.get(key + "-began", began) + WINDOW - began))
        raise Problem(429, f"Too many calls. Call again in {wait} seconds.", {"Retry-After": str(wait)})
