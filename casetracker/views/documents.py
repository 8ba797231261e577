"""The document index of a case: what there is, adding, a new version, removing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casetracker.errors import NotAllowed, Refused, Stale
from casetracker.forms.evidence import DocumentForm, WordsForm
from casetracker.kept import kept_fields
from casetracker.permissions import allowed, check_edit_case
from casetracker.presenters.case_page import case_page
from casetracker.presenters.checklist_page import READ_ONLY
from casetracker.selectors import documents as selectors
from casetracker.selectors.document_form import FormParts, form_parts
from casetracker.services import evidence
from casetracker.services.reading import note_view
from casetracker.views.common import back_to, open_case_page, page


@page()
def documents(request: HttpRequest, case_id: int) -> HttpResponse:
    """The index, and the documents this kind of case usually has that nobody brought yet."""
    case = open_case_page(request, case_id, "template")
    note_view(by=request.user, case=case, what="documents.viewed")
    may_edit = allowed(check_edit_case, request.user, case)
    context = {
        "index": selectors.index_of(case),
        "may_edit": may_edit,
        "read_only": "" if may_edit else READ_ONLY,
        "add_url": reverse("case-document-add", args=[case.pk]),
        "list_url": reverse("case-document-list", args=[case.pk]),
    }
    return render(request, "documents/documents.html", case_page(case, "case-documents") | context)


@page(methods=("GET", "POST"))
def add(request: HttpRequest, case_id: int) -> HttpResponse:
    """A new document; the items its kind usually proves are ticked before saving."""
    case = open_case_page(request, case_id)
    check_edit_case(request.user, case)
    parts = form_parts(case)
    if request.method != "POST":
        return _form_page(request, case, parts, _first_form(request, parts))
    if _is_refresh(request):
        return _refreshed(request, case, parts)
    form = parts.form(request.POST, request.FILES)
    if form.is_valid():
        entry = form.entry()
        values = {name: getattr(entry, name) for name in entry.__dataclass_fields__ if name != "drop_file"}
        try:
            evidence.add_document(case=case, by=request.user, **values)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return _added(request, case, entry)
    return _form_page(request, case, parts, form, status=422)


def _added(request: HttpRequest, case: Any, entry: Any) -> HttpResponse:
    count = len(entry.item_ids)
    proves = "It proves no item yet." if not count else f"It is ticked for {count} item{'s'[: count > 1]}."
    messages.success(request, f"“{entry.title}” is in the index. {proves}")
    then = request.POST.get("then", "")
    if request.POST.get("do") == "another":
        again = reverse("case-document-add", args=[case.pk])
        return redirect(f"{again}?{urlencode({'then': then})}" if then else again)
    return redirect(back_to(then, case.pk))


def _first_form(request: HttpRequest, parts: FormParts) -> DocumentForm:
    """Prefilled from the address: kind and items, never times or signatures; or what was typed before a sign-in."""
    kept = kept_fields(request)
    if kept is not None:
        return parts.form(kept)
    writer = request.user.get_full_name()
    return parts.prefilled(request.GET.get("kind", ""), request.GET.getlist("item"), writer)


def _is_refresh(request: HttpRequest) -> bool:
    return request.POST.get("do") == "refresh" or request.headers.get("HX-Request") == "true"


def _refreshed(request: HttpRequest, case: Any, parts: FormParts, document: Any = None) -> HttpResponse:
    """The same entries with the items ticked that the chosen kind usually proves; nothing is saved."""
    form = parts.with_usual_items(request.POST)
    if request.headers.get("HX-Request") == "true":
        return render(request, "documents/_proves.html", parts.context(form))
    return _form_page(request, case, parts, form, document)


def _form_page(
    request: HttpRequest,
    case: Any,
    parts: FormParts,
    form: DocumentForm,
    document: Any = None,
    status: int = 200,
) -> HttpResponse:
    then = request.POST.get("then") or request.GET.get("then", "")
    context = {
        "document": document,
        "then": then,
        "back_url": back_to(then or "documents", case.pk),
        "file_again": form.is_bound or bool(request.FILES),
        **parts.context(form),
    }
    frame = case_page(case, "case-documents")
    return render(request, "documents/form.html", frame | context, status=status)


@page(methods=("GET", "POST"))
def change(request: HttpRequest, case_id: int, document_id: int) -> HttpResponse:
    """Show a document with its versions; POST stores a new version."""
    case = open_case_page(request, case_id)
    document = selectors.document_for(case, document_id)
    if request.method == "POST" and document.removed_at is not None:
        return _too_late(request, case, document)
    parts = form_parts(case, document)
    if request.method != "POST":
        return _document_page(request, case, parts, document)
    check_edit_case(request.user, case)
    if _is_refresh(request):
        return _refreshed(request, case, parts, document)
    form = parts.form(request.POST, request.FILES)
    if form.is_valid():
        try:
            seen = int(request.POST.get("version") or 0)
            newer = evidence.change_document(
                case=case, by=request.user, document=document, version=seen, entry=form.entry()
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return _form_page(request, case, parts, form, document, status=409)
        messages.success(request, f"Version {newer.version} of “{newer.title}” is in the index.")
        return redirect("case-documents", case.pk)
    return _form_page(request, case, parts, form, document, status=422)


def _too_late(request: HttpRequest, case: Any, document: Any) -> HttpResponse:
    """Entries typed into a version that was replaced meanwhile, offered as the next version; nothing is saved."""
    check_edit_case(request.user, case)
    latest = selectors.latest_of(document)
    if latest.removed_at is not None:
        messages.error(request, f"“{latest.title}” was removed while you typed; nothing of yours was saved.")
        return redirect("case-document-change", case.pk, latest.pk)
    parts = form_parts(case, latest)
    if _is_refresh(request):
        return _refreshed(request, case, parts, latest)
    form = parts.form(request.POST, request.FILES)
    form.add_error(
        None,
        f"Somebody saved version {latest.version} while you typed. Nothing of yours is saved yet: compare it "
        "with the present version in another tab, then save.",
    )
    return _form_page(request, case, parts, form, latest, status=409)


def _document_page(request: HttpRequest, case: Any, parts: FormParts, document: Any) -> HttpResponse:
    """The form for its present version; a replaced or removed one is only read."""
    may_edit = allowed(check_edit_case, request.user, case)
    if document.removed_at is None and may_edit:
        return _form_page(request, case, parts, parts.of_document())
    latest = selectors.latest_of(document)
    context = {
        "document": document,
        "latest": latest if latest.pk != document.pk else None,
        "may_edit": may_edit,
    }
    frame = case_page(case, "case-documents")
    return render(request, "documents/read.html", frame | context | parts.about_document())


@page(methods=("GET", "POST"))
def remove(request: HttpRequest, case_id: int, document_id: int) -> HttpResponse:
    """Ask, then take a document out of the index; it stays readable in the history."""
    case = open_case_page(request, case_id)
    check_edit_case(request.user, case)
    document = selectors.document_for(case, document_id)
    form = WordsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            words, seen = form.cleaned_data["words"], form.cleaned_data["version"]
            evidence.remove_document(
                case=case, by=request.user, document=document, version=seen, reason=words
            )
        except Stale as refusal:
            messages.warning(request, refusal.message)
            return redirect("case-documents", case.pk)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"“{document.title}” is out of the index; its history stays.")
            return redirect("case-documents", case.pk)
    parts = form_parts(case, document)
    context = {"document": document, "form": form, **parts.about_document()}
    status = 409 if form.errors else 200
    frame = case_page(case, "case-documents")
    return render(request, "documents/remove.html", frame | context, status=status)


@page()
def attached_file(request: HttpRequest, case_id: int, document_id: int) -> FileResponse:
    """The attached file, always as a download under a name of ours; every download is recorded."""
    case = open_case_page(request, case_id)
    document = selectors.document_for(case, document_id)
    kind, content = selectors.file_of(document)
    note_view(by=request.user, case=case, what="document.downloaded")
    name = f"{case.number}-document-{document.pk}.{kind.ending}"
    response = FileResponse(content, as_attachment=True, filename=name, content_type=kind.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
