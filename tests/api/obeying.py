"""A small, strict reading of JSON Schema: exactly the keywords that the description uses; any other one fails."""

import re
from datetime import date, datetime
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
TOLD = {"description", "title", "x-unit"}


def is_type(value: Any, name: str) -> bool:
    if name in ("integer", "number"):
        return isinstance(value, int if name == "integer" else int | float) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def mistakes(value: Any, schema: dict[str, Any], schemas: dict[str, Any], path: str = "") -> list[str]:
    """What in a value does not obey the schema; empty when it does. `schemas`: those that references name."""
    found: list[str] = []
    for keyword, wanted in schema.items():
        if keyword not in TOLD:
            found += CHECKS[keyword](value, wanted, schema, schemas, path)
    return found


def told(right: bool, path: str, what: str) -> list[str]:
    return [] if right else [f"{path or 'document'}: {what}"]


def of_type(value, wanted, schema, schemas, path):
    names = [wanted] if isinstance(wanted, str) else wanted
    return told(any(is_type(value, name) for name in names), path, f"{value!r} is no {names}")


def of_properties(value, wanted, schema, schemas, path):
    if not isinstance(value, dict):
        return []
    return [
        text
        for name, part in wanted.items()
        if name in value
        for text in mistakes(value[name], part, schemas, f"{path}.{name}")
    ]


def of_more(value, wanted, schema, schemas, path):
    if not isinstance(value, dict):
        return []
    more = [name for name in value if name not in schema.get("properties", {})]
    if wanted is False:
        return told(not more, path, f"unknown {more}")
    return [text for name in more for text in mistakes(value[name], wanted, schemas, f"{path}.{name}")]


def of_needed(value, wanted, schema, schemas, path):
    missing = [name for name in wanted if isinstance(value, dict) and name not in value]
    return told(not missing, path, f"missing {missing}")


def of_items(value, wanted, schema, schemas, path):
    rows = enumerate(value) if isinstance(value, list) else ()
    return [text for place, row in rows for text in mistakes(row, wanted, schemas, f"{path}[{place}]")]


def of_any(value, wanted, schema, schemas, path):
    tried = [mistakes(value, part, schemas, path) for part in wanted]
    return [] if [] in tried else min(tried, key=len)


def of_reference(value, wanted, schema, schemas, path):
    return mistakes(value, schemas[wanted.removeprefix("#/components/schemas/")], schemas, path)


def of_format(value, wanted, schema, schemas, path):
    if isinstance(value, str):
        {"date": date, "date-time": datetime}[wanted].fromisoformat(value)
    return []


def sized(right):
    return lambda value, wanted, schema, schemas, path: told(
        right(value, wanted), path, f"{value!r} {wanted}"
    )


def number(value):
    return is_type(value, "number")


CHECKS = {
    "type": of_type,
    "properties": of_properties,
    "additionalProperties": of_more,
    "required": of_needed,
    "items": of_items,
    "anyOf": of_any,
    "$ref": of_reference,
    "format": of_format,
    "const": sized(lambda value, wanted: value == wanted),
    "enum": sized(lambda value, wanted: value in wanted),
    "minimum": sized(lambda value, wanted: not number(value) or value >= wanted),
    "maximum": sized(lambda value, wanted: not number(value) or value <= wanted),
    "pattern": sized(lambda value, wanted: not isinstance(value, str) or bool(re.search(wanted, value))),
    "minLength": sized(lambda value, wanted: not isinstance(value, str) or len(value) >= wanted),
    "maxLength": sized(lambda value, wanted: not isinstance(value, str) or len(value) <= wanted),
    "minItems": sized(lambda value, wanted: not isinstance(value, list) or len(value) >= wanted),
    "maxItems": sized(lambda value, wanted: not isinstance(value, list) or len(value) <= wanted),
}
