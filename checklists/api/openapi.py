"""The OpenAPI 3.1 description of the calls, made from the engine's own tables so that it cannot drift."""

from typing import Any, Final

from checklists.api.body import JSON_TYPES, SEVERAL, YAML_TYPES
from checklists.api.case_schema import case_schema
from checklists.api.result_schema import reference, result_schemas
from checklists.engine.book import RuleBook

PROBLEM: Final = "application/problem+json"
SAID: Final = {
    400: "The body is not readable; `line` says where, when it is known.",
    401: "The token is missing, unknown, revoked or expired, or its person has no access any more.",
    403: "The person of the token must choose an own password first.",
    405: "Another method than POST.",
    413: "The body is too large, or holds too many documents.",
    415: "Another content type or encoding than those described.",
    422: "At least one document has mistakes. `errors` names all of them; nothing else is guessed.",
    429: "Too many calls with this token. `Retry-After` says in how many seconds to call again.",
    500: "The service failed; the call may be repeated.",
}


def openapi(book: RuleBook, *, most_bytes: int, most_documents: int, per_minute: int) -> dict[str, Any]:
    """The whole description, JSON-ready. The limits are those of the site."""
    schemas = {"CaseDocument": case_schema(book), **result_schemas(), **_answers(most_documents)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SRS Case Tracker: judging case documents",
            "version": "1",
            "description": (
                "Suggested lines with reasons, conflicts, questions and documentation for a case document without a "
                "case. Nothing of a call is stored or logged. Leave out names, record numbers and birth dates. "
                f"Limits: {most_bytes} bytes, {most_documents} documents, {per_minute} calls a minute for each token."
            ),
            "x-rulebook": {"version": book.version, "digest": book.digest},
        },
        "servers": [{"url": "/"}],
        "paths": {"/api/v1/evaluate": {"post": _evaluate()}},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _evaluate() -> dict[str, Any]:
    body = {"schema": reference("Body")}
    good = {"schema": {"anyOf": [reference("Result"), reference("Results")]}}
    return {
        "operationId": "evaluate",
        "summary": "Judge one case document or several",
        "security": [{"token": []}],
        "requestBody": {
            "required": True,
            "description": "YAML: as many documents as the stream holds; every value may be written as text.",
            "content": dict.fromkeys((*JSON_TYPES, *YAML_TYPES), body),
        },
        "responses": {
            "200": {
                "description": "Judged: one result, or all results in the order of the documents.",
                "content": {"application/json": good},
            },
            **{str(status): _problem(said) for status, said in SAID.items()},
        },
    }


def _problem(said: str) -> dict[str, Any]:
    return {"description": said, "content": {PROBLEM: {"schema": reference("Problem")}}}


def _answers(most_documents: int) -> dict[str, Any]:
    listed = {
        "type": "array",
        "items": reference("CaseDocument"),
        "minItems": 1,
        "maxItems": most_documents,
    }
    several = {
        "type": "object",
        "properties": {SEVERAL: listed},
        "required": [SEVERAL],
        "additionalProperties": False,
    }
    return {
        "Body": {"anyOf": [reference("CaseDocument"), listed, several]},
        "Results": _results(),
        "Mistake": _mistake(),
        "RefusedDocument": _object({"error": {"type": "array", "items": reference("Mistake")}}),
        "Problem": _problem_shape(),
    }


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    needed = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _results() -> dict[str, Any]:
    one = {"anyOf": [reference("Result"), reference("RefusedDocument")]}
    counted = {"type": "integer", "minimum": 0}
    return _object({"judged": counted, "refused": counted, "results": {"type": "array", "items": one}})


def _mistake() -> dict[str, Any]:
    plain = ["string", "number", "boolean", "null"]
    return _object(
        {
            "document": {"type": "integer", "minimum": 1, "description": "Place of the document, from 1."},
            "path": {"type": "string", "description": "For example lesions[L1].region; empty: the document."},
            "line": {"type": ["integer", "null"], "description": "Line of the body, where it is known."},
            "value": {"type": plain, "description": "What was found."},
            "allowed": {"type": ["array", "string", "null"], "items": {"type": "string"}},
            "message": {"type": "string"},
        },
        optional=("document",),
    )


def _problem_shape() -> dict[str, Any]:
    """RFC 9457, with members of ours for mistakes in documents."""
    shared = _results()["properties"]
    return _object(
        {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "line": {"type": "integer", "minimum": 1},
            "errors": {"type": "array", "items": reference("Mistake")},
            **shared,
        },
        optional=("line", "errors", *shared),
    )
