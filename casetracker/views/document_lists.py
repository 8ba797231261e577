"""A pasted or uploaded document list: checked, shown, and stored in one step when a person confirms."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casetracker.document_list import UnreadableList
from casetracker.errors import NotAllowed, Refused
from casetracker.forms.evidence import DocumentListForm, kind_choices
from casetracker.kept import kept_fields
from casetracker.permissions import check_edit_case
from casetracker.presenters.case_page import case_page
from casetracker.selectors.document_preview import Preview, preview_of
from casetracker.services import evidence
from casetracker.views.common import back_to, open_case_page, page


@page(methods=("GET", "POST"))
def document_list(request: HttpRequest, case_id: int) -> HttpResponse:
    """Paste, check, correct, store. The text stays in the box until it is stored."""
    case = open_case_page(request, case_id)
    check_edit_case(request.user, case)
    if request.method != "POST":
        return _show(request, case, DocumentListForm(initial=kept_fields(request)))
    form = DocumentListForm(request.POST, request.FILES)
    preview = _preview(case, form) if form.is_valid() else None
    if preview and request.POST.get("do") == "store" and not preview.wrong and preview.ready:
        try:
            stored = evidence.add_documents(case=case, by=request.user, entries=preview.entries)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"{len(stored)} documents are in the index and ticked for their items.")
            return redirect(back_to(_then(request), case.pk))
    return _show(request, case, form, preview)


def _preview(case: Any, form: DocumentListForm) -> Preview | None:
    try:
        return preview_of(case, form.list_text())
    except UnreadableList as problem:
        form.add_error("file" if form.cleaned_data["file"] else "text", str(problem))
        return None


def _then(request: HttpRequest) -> str:
    return request.POST.get("then") or request.GET.get("then") or "documents"


def _show(
    request: HttpRequest, case: Any, form: DocumentListForm, preview: Preview | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "preview": preview, "refusals": form.non_field_errors()}
    context |= {"then": _then(request), "back_url": back_to(_then(request), case.pk)}
    if preview:  # an uploaded file is shown as text, so that it can be corrected here
        context["form"] = DocumentListForm(initial={"text": form.list_text()})
    groups = {"kind_groups": [(step, found) for step, found in kind_choices() if step]}
    status = 422 if form.errors else 200
    frame = case_page(case, "case-documents")
    return render(request, "documents/list.html", frame | context | groups, status=status)
