"""The try-out page: judge case documents without a case. Nothing that is typed here is stored or logged."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from checklists.case_files import is_json
from checklists.pages.facts_document import document_text
from checklists.pages.facts_form import MORE_ROWS, CaseFactsForm, rows, sent_rows
from checklists.pages.trying import EXAMPLE, Judged, judged
from checklists.reader import current_book

MOST_CHARACTERS = 500_000


@require_http_methods(["GET", "HEAD", "POST"])
def try_out(request: HttpRequest) -> HttpResponse:
    """The form with an example, or with what was typed and its results; `save` gives a file instead of a page."""
    if request.method != "POST":
        return _page(request, text=EXAMPLE, form=CaseFactsForm(label_suffix=""), lesions=rows(), filling=True)
    if "more" in request.POST:
        return _more_rows(request)
    if "build" in request.POST:
        return _built(request)
    text, said = _sent(request)
    if said:
        return _page(request, text=text, said=said, status=400)
    save = request.POST.get("save")
    if save == "document":
        return _file(*(("case.json", "json") if is_json(text) else ("case.yaml", "yaml")), text)
    return _results(request, text, save=save == "result")


# Read by the keeper of forms that arrive after a session ended: this page promises that nothing is stored.
try_out.never_kept = True  # type: ignore[attr-defined]


def _more_rows(request: HttpRequest) -> HttpResponse:
    """The facts as typed, with more lesion rows."""
    return _page(request, text=_typed(request), lesions=rows(request.POST, more=MORE_ROWS), filling=True)


def _built(request: HttpRequest) -> HttpResponse:
    """The document of the facts, judged; or the facts with what is wrong with them."""
    form, lesions = CaseFactsForm(request.POST, label_suffix=""), sent_rows(request.POST)
    if not (form.is_valid() & lesions.is_valid()):
        kept = {"form": form, "lesions": lesions, "filling": True, "wrong": True}
        return _page(request, text=_typed(request), status=422, **kept)
    described = [row.cleaned_data for row in lesions if row.described()]
    return _results(request, document_text(form.cleaned_data, described))


def _results(request: HttpRequest, text: str, *, save: bool = False) -> HttpResponse:
    try:
        found = judged(text, current_book())
    except ValueError as refusal:
        return _page(request, text=text, said=str(refusal), status=422)
    if save:
        results: Any = [entry.result for entry in found]
        told = json.dumps(results if len(results) > 1 else results[0], ensure_ascii=False, indent=2)
        return _file("result.json", "json", told)
    return _page(request, text=text, found=found, status=422 if _refused(found) else 200)


def _refused(found: list[Judged]) -> list[Judged]:
    return [entry for entry in found if entry.errors]


def _page(request: HttpRequest, *, status: int = 200, **shown: Any) -> HttpResponse:
    """The page; the facts that were typed stay in their fields."""
    found = shown.get("found", [])
    kept = {
        "book": current_book(),
        "form": CaseFactsForm(initial=request.POST.dict(), label_suffix=""),
        "lesions": rows(request.POST),
        "refused": _refused(found),
    }
    return render(request, "rulebook/try.html", {**kept, **shown}, status=status)


def _typed(request: HttpRequest) -> str:
    return request.POST.get("text", "")[:MOST_CHARACTERS]


def _sent(request: HttpRequest) -> tuple[str, str]:
    """What was pasted or uploaded, and what is wrong with it as text. A chosen file stands before the box."""
    typed, upload = request.POST.get("text", ""), request.FILES.get("file")
    if upload is None:
        return typed, "" if len(typed) <= MOST_CHARACTERS else _too_long()
    if (upload.size or 0) > MOST_CHARACTERS:
        return typed, _too_long()
    try:
        return upload.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return typed, "The file is not UTF-8 text. Save it as YAML or JSON in UTF-8 and choose it again."


def _too_long() -> str:
    return f"The document is too long; at most {MOST_CHARACTERS} characters are judged here."


def _file(name: str, kind: str, content: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=f"application/{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
