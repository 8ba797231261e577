"""JSON Schema of the engine's result, made from the frozen values of the engine itself."""

import dataclasses
import datetime as dt
import types
from typing import Any, Final, get_args, get_origin, get_type_hints

from checklists.engine import result, words
from checklists.engine.policy import FROM_CASE, FROM_DEFAULT, FROM_DEPARTMENT, FROM_PAYER

Schema = dict[str, Any]
PARTS: Final = (
    result.LesionResult,
    result.Line,
    result.NotSuggested,
    result.Conflict,
    result.Question,
    result.Needed,
    result.PolicyInForce,
    result.Explained,
)
# The published key where the engine's own name differs.
RENAMED: Final = {(result.LesionResult, "result"): "class", (result.PolicyInForce, "origin"): "from"}
WORDS: Final[dict[tuple[type, str], tuple[str, ...]]] = {
    (result.Line, "stream"): words.STREAMS,
    (result.Line, "performer"): words.PERFORMERS,
    (result.NotSuggested, "outcome"): (result.NOT_SUGGESTED, result.CANNOT_TELL, result.BLOCKED),
    (result.NotSuggested, "stream"): words.STREAMS,
    (result.Conflict, "severity"): words.SEVERITIES,
    (result.Needed, "severity"): words.ITEM_SEVERITIES,
    (result.Needed, "kind"): words.ITEM_KINDS,
    (result.Needed, "role"): words.ITEM_ROLES,
    (result.Needed, "due"): words.STEPS,
    (result.Needed, "cure"): words.CURES,
    (result.Needed, "condition"): ("true", "false", "unknown"),
    (result.PolicyInForce, "origin"): (FROM_CASE, FROM_PAYER, FROM_DEPARTMENT, FROM_DEFAULT),
}
WRITTEN_OUT: Final = ("course", "rulebook", "hospital_payment")  # plain mappings of the engine
_WHOLE: Final = {"type": ["integer", "null"]}
_TEXT: Final = {"type": "string"}


def result_schemas() -> dict[str, Schema]:
    """Named schemas: `Result` and the parts that it refers to."""
    return {"Result": _result(), **{part.__name__: _part(part) for part in PARTS}}


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _closed(properties: dict[str, Schema], **more: Any) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def _result() -> Schema:
    hints = get_type_hints(result.Evaluation)
    lists = {name: _schema_of(hint) for name, hint in hints.items() if name not in WRITTEN_OUT}
    payment = {"type": "array", "items": _payment()}
    return _closed({"course": _course(), **lists, "hospital_payment": payment, "rulebook": _rulebook()})


def _course() -> Schema:
    days = _closed({"limit": _WHOLE, "used": _WHOLE})
    lesions = _closed({"limit": _WHOLE, "used": _WHOLE, "unreported": _WHOLE})
    caps = _closed({"add_ons": lesions, "spine_add_ons": lesions, "treatment_days": days})
    return _closed({"single_session": {"type": ["boolean", "null"]}, "treatment_days": _WHOLE, "caps": caps})


def _payment() -> Schema:
    """One hospital line and how it is paid; the engine hands it on as a plain mapping."""
    day = {"type": ["string", "null"], "format": "date"}
    group = {"type": ["string", "null"]}
    statuses = [status for status in words.OUTPATIENT_STATUSES if status != "not_read"]
    return _closed(
        {
            "key": _TEXT,
            "code": _TEXT,
            "date": day,
            "packaging": {**_TEXT, "enum": list(words.PACKAGING)},
            "status": {**group, "enum": [*statuses, None]},
            "group": group,
            "source": _TEXT,
            "confidence": {**_TEXT, "enum": list(words.CONFIDENCES)},
        }
    )


def _rulebook() -> Schema:
    day = {"type": ["string", "null"], "format": "date"}
    return _closed(
        {"version": _TEXT, "edition_on": day, "digest": _TEXT, "edits_release": _TEXT, "edits_note": _TEXT},
        description="The book that judged; keep it with the result.",
    )


def _part(part: type) -> Schema:
    hints = get_type_hints(part)
    properties = {
        RENAMED.get((part, field.name), field.name): _with_words(part, field.name, hints[field.name])
        for field in dataclasses.fields(part)
    }
    return _closed(properties)


def _with_words(part: type, name: str, hint: Any) -> Schema:
    found = _schema_of(hint)
    allowed = WORDS.get((part, name))
    if not allowed:
        return found
    return found | {"enum": [*allowed, *([None] if "null" in found["type"] else [])]}


def _schema_of(hint: Any) -> Schema:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _schema_of(get_args(hint)[0])}
    if get_origin(hint) in (types.UnionType,):
        known = _schema_of(get_args(hint)[0])
        return known | {"type": [known["type"], "null"]}
    return reference(hint.__name__)


_PLAIN: Final[dict[Any, Schema]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    dt.date: {"type": "string", "format": "date"},
}
