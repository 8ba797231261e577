"""The rules for other programs: `POST /api/v1/evaluate` and its OpenAPI description. Opens no record."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from casetracker.views.calls import Problem, json_answer, program_call
from checklists.api.body import JSON_TYPES, YAML_TYPES, Body, Malformed, read_body
from checklists.api.judging import judge, refused
from checklists.api.openapi import openapi as description
from checklists.reader import current_book

ACCEPTED = (*JSON_TYPES, *YAML_TYPES)
MEGABYTE = 1024 * 1024


@program_call("POST")
@sensitive_variables()
def evaluate(request: HttpRequest) -> HttpResponse:
    """Judge the documents of the body: one result, or several with their count; 422 when one has mistakes."""
    _check_type(request)
    body = _read(request)
    results = judge(body.documents, current_book())
    mistakes = refused(results)
    if mistakes:
        raise Problem(422, _told(results), errors=mistakes, **(_counted(results) if body.several else {}))
    return json_answer(_counted(results) if body.several else results[0])


@login_not_required  # the words of the engine, no record: a program reads them before it has a token
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    found = description(
        current_book(),
        most_bytes=settings.API_MAX_MB * MEGABYTE,
        most_documents=settings.API_MAX_DOCUMENTS,
        per_minute=settings.API_CALLS_PER_MINUTE,
    )
    return json_answer(found)


def _check_type(request: HttpRequest) -> None:
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type not in ACCEPTED or charset not in ("utf-8", "utf8"):
        raise Problem(
            415, f"Send UTF-8 text as one of: {', '.join(ACCEPTED)}.", {"Accept": ", ".join(ACCEPTED)}
        )
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "Send the body without a content encoding.", {"Accept-Encoding": "identity"})


def _read(request: HttpRequest) -> Body:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.API_MAX_MB * MEGABYTE:
        raise Problem(413, f"The body is too large. Send at most {settings.API_MAX_MB} MB in one call.")
    try:
        body = read_body(request.body, request.content_type or "")
    except UnreadablePostError:
        raise Problem(400, "The body did not arrive whole. Send it again.") from None
    except Malformed as wrong:
        raise Problem(400, wrong.message, **({"line": wrong.line} if wrong.line else {})) from None
    if len(body.documents) > settings.API_MAX_DOCUMENTS:
        most = settings.API_MAX_DOCUMENTS
        raise Problem(413, f"{len(body.documents)} documents are too many. Send at most {most} in one call.")
    return body


def _counted(results: list[dict[str, Any]]) -> dict[str, Any]:
    wrong = sum("error" in result for result in results)
    return {"judged": len(results) - wrong, "refused": wrong, "results": results}


def _told(results: list[dict[str, Any]]) -> str:
    wrong = sum("error" in result for result in results)
    if len(results) == 1:
        return "The document cannot be judged. Correct what `errors` names."
    return f"{wrong} of {len(results)} documents cannot be judged. Correct what `errors` names."
