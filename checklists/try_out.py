"""The try-out page: judge a case document without a case. Nothing that is typed here is stored or logged."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from checklists.pages.trying import EXAMPLE, dated, judged
from checklists.reader import current_book

MOST_CHARACTERS = 500_000
FILES = {"document": ("case.yaml", "application/yaml"), "result": ("result.json", "application/json")}


@require_http_methods(["GET", "HEAD", "POST"])
def try_out(request: HttpRequest) -> HttpResponse:
    """The form with an example, or with what was typed and its result; `save` gives a file instead of a page."""
    book = current_book()
    if request.method != "POST":
        return render(request, "rulebook/try.html", {"book": book, "text": EXAMPLE})
    text, said = _sent(request)
    if said:
        return render(request, "rulebook/try.html", {"book": book, "text": text, "said": said}, status=400)
    result, errors = judged(text, book)
    save = request.POST.get("save")
    if save == "document" or (save == "result" and result):
        return _file(save, text if save == "document" else json.dumps(result, ensure_ascii=False, indent=2))
    shown = {"book": book, "text": text, "result": None if errors else dated(result), "errors": errors}
    return render(request, "rulebook/try.html", shown, status=422 if errors else 200)


# Read by the keeper of forms that arrive after a session ended: this page promises that nothing is stored.
try_out.never_kept = True  # type: ignore[attr-defined]


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


def _file(save: str, content: str) -> HttpResponse:
    name, kind = FILES[save]
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
