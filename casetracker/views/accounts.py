"""Sign-in, sign-out, password change, and entries that were kept after a session ended."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from casetracker import kept
from casetracker.errors import NotFound
from casetracker.forms.accounts import NewPasswordForm, SignInForm
from casetracker.middleware import open_before_new_password
from casetracker.selectors.accounts import kept_post_of, kept_posts_of
from casetracker.services import accounts


@login_not_required
@kept.never_kept
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@csrf_protect
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next_page(request))
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        accounts.record_sign_in(by=form.get_user())
        return redirect(_next_page(request))
    if request.method == "POST":
        locked = getattr(request, "axes_locked_out", False)
        accounts.record_failed_sign_in(username=request.POST.get("username", ""), locked=locked)
    wanted = _wanted_page(request)
    context = {"form": form, "next": wanted, "kept_waiting": bool(kept.token_in(wanted))}
    return render(request, "accounts/sign_in.html", {**context, "kept_minutes": settings.KEPT_POST_MINUTES})


def _wanted_page(request: HttpRequest) -> str:
    """The page asked for before sign-in, if it is one of ours; otherwise empty."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else ""


def _next_page(request: HttpRequest) -> str:
    """Where a person goes after sign-in: never to entries of somebody else, and told of own entries elsewhere."""
    wanted = _wanted_page(request)
    token = kept.token_in(wanted)
    if token and kept_post_of(request.user, token) is None:
        wanted = ""
    waiting = next((other for other in kept_posts_of(request.user) if str(other.token) != token), None)
    if waiting:
        _tell_of_kept(request, reverse("kept_entries", args=[waiting.token]))
    return wanted or settings.LOGIN_REDIRECT_URL


def _tell_of_kept(request: HttpRequest, address: str) -> None:
    link = '<a class="alert-link" href="{}">Look at them and continue</a>'
    text = "Entries you sent after your session ended were kept. " + link + "."
    messages.info(request, format_html(text, address))


def locked_out(request: HttpRequest, credentials: dict[str, str] | None = None) -> HttpResponse:
    """The page in place of sign-in after too many wrong passwords (called by axes)."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"tries": settings.AXES_FAILURE_LIMIT, "minutes": minutes}
    return render(request, "accounts/locked.html", context, status=429)


@login_not_required
@kept.never_kept
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        accounts.record_sign_out(by=request.user)
        logout(request)
        messages.success(request, "You are signed out.")
    response = redirect("sign_in")
    response.delete_cookie(kept.COOKIE, samesite="Lax")
    return response


@open_before_new_password
@kept.never_kept
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    form = NewPasswordForm(request.user, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.change_password(by=request.user, new_password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        messages.success(request, "Your password is changed. Your other sessions have ended.")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/password_change.html", {"form": form})


@kept.never_kept
@require_http_methods(["GET", "POST"])
def kept_entries(request: HttpRequest, token: str) -> HttpResponse:
    """Offer kept entries: send them again to their page, or (POST here) forget them."""
    found = kept_post_of(request.user, token)
    if found is None:
        raise NotFound("There are no such entries of yours.")
    if request.method == "POST":
        accounts.drop_kept_post(by=request.user, token=str(found.token))
        messages.info(request, "The kept entries are forgotten.")
        return redirect(settings.LOGIN_REDIRECT_URL)
    request.session[kept.OPEN] = str(found.token)
    pairs = [(name, value) for name, values in found.fields for value in values]
    return render(request, "accounts/kept_entries.html", {"kept": found, "pairs": pairs})


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form with an outdated or foreign mark (CSRF). Our own people get their entries back; nobody else does."""
    if kept.came_from_here(request):
        owner = request.user.pk if request.user.is_authenticated else kept.last_person(request)
        back = kept.keep_for(request, owner) if owner else None
        if back is not None:
            messages.warning(
                request, "The page had become too old to send. Your entries are here: send again."
            )
            return back
        if request.path == reverse("sign_in"):
            messages.warning(request, "The sign-in page had become too old. Please sign in again.")
            return redirect(f"{request.path}?{urlencode({'next': _wanted_page(request)})}")
    return render(request, "403.html", {"outdated": True}, status=403)
