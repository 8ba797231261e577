"""Published billing files: what is in force, loading a release, what it would change, publishing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casetracker.errors import NotAllowed, Refused
from casetracker.forms.reference import CompleteForm, LoadForm
from casetracker.kept import kept_fields
from casetracker.middleware import background
from casetracker.presenters import reference_page as shown
from casetracker.selectors import reference as selectors
from casetracker.selectors.reference_effects import effect_of
from casetracker.services import reference as services
from casetracker.services.reading import note_list
from casetracker.services.reference_store import Sent
from casetracker.views.common import done_or_told, page

form_page = page(methods=("GET", "POST"))
step = page(methods=("POST",))


@page()
def overview(request: HttpRequest) -> HttpResponse:
    """What judges services of today, releases that wait, and the history."""
    timezone.activate(selectors.zone_of(request.user))
    found = selectors.releases_by_state(request.user)
    context = {
        "force": shown.force_rows(selectors.in_force(request.user, timezone.localdate())),
        "waiting": shown.listed(found["open"]),
        "history": shown.listed(found["history"]),
    }
    return render(request, "reference/overview.html", context)


@form_page
def load(request: HttpRequest) -> HttpResponse:
    """Send the files of a release; reading goes on behind the page that follows."""
    selectors.check_load_reference(request.user)
    posted = request.POST or kept_fields(request)
    form = LoadForm(posted, request.FILES) if posted else LoadForm()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        sent = [Sent(one.name, one.chunks()) for one in data.pop("files")]
        try:
            releases = services.load(sent=sent, told=services.Told(**data), by=request.user)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return _on(request, releases)
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "reference/load.html", {"form": form}, status=status)


def _on(request: HttpRequest, releases) -> HttpResponse:
    if len(releases) == 1:
        return redirect("reference-release", releases[0].pk)
    messages.success(request, f"The files belong to {len(releases)} releases, which are being read.")
    return redirect("reference")


@page()
def release(request: HttpRequest, release_id: int) -> HttpResponse:
    """One release: how far it is, what it would change, and which open cases it touches."""
    timezone.activate(selectors.zone_of(request.user))
    return _release_page(request, selectors.release_for(request.user, release_id))


def _release_page(request: HttpRequest, found, form=None) -> HttpResponse:
    context = {
        **shown.progress_context(found),
        **shown.actions(found, request.user),
        "facts": shown.release_facts(found),
        "waits_for": shown.waits_for(found),
        "form": form,
        "gained": selectors.codes_since(found) if found.state == shown.PUBLISHED else [],
    }
    if found.state == shown.COLLECTING and form is None:
        context["form"] = _complete_form(found)
    if found.state == shown.READY:
        moved = selectors.changes_of(found)
        context |= {"changes": moved, "counts": shown.counted(moved)}
        if found.kind != "fees":
            context["effect"] = effect_of(request.user, found)
            note_list(by=request.user, what="reference.previewed")
    if found.state in (shown.READY, shown.PUBLISHED):
        context["disagreements"] = selectors.disagreements_of(found)
    status = 422 if form is not None and form.errors else 200
    return render(request, "reference/release.html", context, status=status)


def _complete_form(found, data=None) -> CompleteForm:
    known = {name: getattr(found, name) for name in ("valid_from", "valid_to", "files_expected")}
    return CompleteForm(data, ask_kind=found.kind == "pairs", initial=known)


@background
@page(preview=True)
def progress(request: HttpRequest, release_id: int) -> HttpResponse:
    """How far the reading is, for a page that asks again; once it is done the page is loaded anew."""
    timezone.activate(selectors.zone_of(request.user))
    found = selectors.release_for(request.user, release_id)
    response = render(request, "reference/_progress.html", shown.progress_context(found))
    if not selectors.is_reading(found):
        response["HX-Refresh"] = "true"
    return response


@step
def complete(request: HttpRequest, release_id: int) -> HttpResponse:
    """Kind of claim, days and number of files, where the files do not say them."""
    timezone.activate(selectors.zone_of(request.user))
    found = selectors.release_for(request.user, release_id)
    form = _complete_form(found, request.POST)
    if form.is_valid():
        try:
            services.complete(release=found, by=request.user, told=services.Told(**form.cleaned_data))
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("reference-release", release_id)
    return _release_page(request, found, form)


@step
def publish(request: HttpRequest, release_id: int) -> HttpResponse:
    found = selectors.release_for(request.user, release_id)
    version = _version(request)
    return done_or_told(
        request,
        lambda: services.publish(release=found, by=request.user, version=version),
        f"{found} is published. Open cases that it changes are being judged anew.",
        reverse("reference-release", args=[release_id]),
    )


@step
def withdraw(request: HttpRequest, release_id: int) -> HttpResponse:
    found = selectors.release_for(request.user, release_id)
    version, reason = _version(request), request.POST.get("reason", "")
    return done_or_told(
        request,
        lambda: services.withdraw(release=found, by=request.user, version=version, reason=reason),
        f"{found} was taken back. It stays in the history.",
        reverse("reference"),
    )


@step
def resume(request: HttpRequest, release_id: int) -> HttpResponse:
    found = selectors.release_for(request.user, release_id)
    return done_or_told(
        request,
        lambda: services.resume(release=found, by=request.user),
        "It goes on where it stopped.",
        reverse("reference-release", args=[release_id]),
    )


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else 0
