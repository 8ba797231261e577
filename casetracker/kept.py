"""A form sent after the session timed out comes back complete after sign-in, to the same person only.

Views that show a form call `kept_fields`; every other page is covered by the page `kept_entries`, which
sends the entries again. Who owned the ended session is known from a signed cookie that sign-out removes.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect

from casetracker.selectors.accounts import kept_post_of
from casetracker.services import accounts

COOKIE = "last_person"
COOKIE_SECONDS = 7 * 24 * 3600
ARGUMENT = "kept"
OPEN = "kept_open"  # session key: the kept entries this person is looking at
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}

View = TypeVar("View", bound=Callable[..., HttpResponse])


def never_kept(view: View) -> View:
    """Mark a view whose entries must not be stored: pages that take passwords."""
    view.never_kept = True  # type: ignore[attr-defined]
    return view


def kept_fields(request: HttpRequest) -> QueryDict | None:
    """The entries kept for this person and this page, ready for `Form(data=...)`; None when there are none."""
    request.kept_asked = True  # type: ignore[attr-defined]
    kept = _kept(request)
    if kept is None or kept.path.partition("?")[0] != request.path:
        return None
    request.session[OPEN] = str(kept.token)
    return as_query(kept.fields)


def as_query(pairs: list[tuple[str, list[str]]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in pairs:
        query.setlist(name, values)
    query._mutable = False
    return query


def keep_for(request: HttpRequest, owner_id: int) -> HttpResponseRedirect | None:
    """Keep the form just sent and go back to its page, by way of sign-in when nobody is signed in.

    None when there is nothing to keep: not a form, a fragment of a page, or a page that takes passwords.
    """
    if not _worth_keeping(request):
        return None
    path = _own_path(request)
    token = accounts.keep_post(
        owner_id=owner_id,
        path=path,
        fields={name: [str(value) for value in values] for name, values in request.POST.lists()},
        files_left_out=len(request.FILES),
    )
    if token is None:
        return None
    back = f"{path}{'&' if '?' in path else '?'}{urlencode({ARGUMENT: token})}"
    if request.user.is_authenticated:
        return HttpResponseRedirect(back)
    response = redirect("sign_in")
    response["Location"] += "?" + urlencode({"next": back})
    return response


def _worth_keeping(request: HttpRequest) -> bool:
    view = request.resolver_match.func if request.resolver_match else None
    return (
        request.method == "POST"
        and request.content_type in FORM_TYPES
        and not request.headers.get("HX-Request")
        and getattr(view, "login_required", True)
        and not getattr(view, "never_kept", False)
        and len(request.path) <= 400
    )


def _own_path(request: HttpRequest) -> str:
    """Path and query of the request without an older kept token; a query too long to store is left off."""
    query = request.GET.copy()
    query.pop(ARGUMENT, None)
    path = f"{request.path}?{query.urlencode()}" if query else request.path
    return path if len(path) <= 500 else request.path


def came_from_here(request: HttpRequest) -> bool:
    """True when the browser says that one of our own pages sent this form."""
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(sender)
    return f"{parts.scheme}://{parts.netloc}" == f"{request.scheme}://{request.get_host()}"


def last_person(request: HttpRequest) -> int | None:
    """Whose session this browser held last; None when nobody's, signed out, or too long ago."""
    found = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=COOKIE_SECONDS)
    return int(found) if found else None


def remember_person(request: HttpRequest, response: HttpResponse) -> None:
    """Note whose session this is, once per sign-in, so that a form sent after its end finds its person."""
    if request.user.pk == last_person(request):
        return
    response.set_signed_cookie(
        COOKIE,
        str(request.user.pk),
        salt=COOKIE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def token_in(address: str) -> str:
    """The kept token of an address such as `/cases/7/?kept=...`; empty when it has none."""
    return parse_qs(urlsplit(address).query).get(ARGUMENT, [""])[0]


def offer_or_forget(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """After a page: offer kept entries that its view did not take; forget entries that have arrived."""
    if request.method == "POST":
        _forget_arrived(request, response)
        return response
    if getattr(request, "kept_asked", False) or ARGUMENT not in request.GET:
        return response
    kept = _kept(request) if response.status_code in {200, 405} else None
    return redirect("kept_entries", str(kept.token)) if kept else response


def _forget_arrived(request: HttpRequest, response: HttpResponse) -> None:
    token = request.session.get(OPEN)
    if token is None or response.status_code not in {302, 303}:
        return
    kept = kept_post_of(request.user, token)
    if kept is None or kept.path.partition("?")[0] == request.path:
        accounts.drop_kept_post(by=request.user, token=token)
        del request.session[OPEN]


def _kept(request: HttpRequest) -> Any:
    token = request.GET.get(ARGUMENT, "")
    return kept_post_of(request.user, token) if token else None
