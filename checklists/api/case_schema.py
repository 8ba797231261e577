"""JSON Schema of the case document `srs-case/1`, made from the tables that the document reader itself uses.

What is written here by hand is only how sections hang together; a test asks the reader for every key, word and
needed field and compares.
"""

from collections.abc import Mapping
from typing import Any, Final

from checklists.engine import scalars
from checklists.engine.book import PolicyKey, RuleBook
from checklists.engine.document import MOST_LESIONS, MOST_PLANNING_ROWS, MOST_ROWS, SCHEMA
from checklists.engine.fields import SECTIONS, Field

Schema = dict[str, Any]
ROWS: Final = (
    {"lesions": MOST_LESIONS}
    | dict.fromkeys(("plans", "sessions", "people", "other_courses", "entered_lines"), MOST_ROWS)
    | dict.fromkeys(("images", "targets", "organs", "directives"), MOST_PLANNING_ROWS)
)
NEEDED: Final = {"lesions": "id", "sessions": "number", "people": "role", "entered_lines": "code"}
UNITS: Final = {"_mm": "mm", "_cc": "cm3", "_gy": "Gy"}
CAVITY: Final = "cavity"  # accepted as a diagnosis, and read as: a resection cavity, diagnosis not recorded
_KINDS: Final[dict[str, Schema]] = {
    scalars.YES_NO: {"type": ["boolean", "null"]},
    scalars.WHOLE: {"type": ["integer", "null"]},
    scalars.DECIMAL: {"type": ["number", "null"]},
    scalars.DAY: {"type": ["string", "null"], "format": "date"},
    scalars.MOMENT: {"type": ["string", "null"], "format": "date-time"},
    scalars.WORD: {"type": ["string", "null"]},
    scalars.TEXT: {"type": ["string", "integer", "null"], "minLength": 1, "maxLength": 200},
    scalars.TEXTS: {
        "type": ["array", "null"],
        "items": {"type": ["string", "integer"], "minLength": 1, "maxLength": 200},
    },
    scalars.CODE: {"type": ["string", "integer", "null"]},
    scalars.MODIFIER: {"type": ["string", "integer", "null"]},
    scalars.DIAGNOSIS_CODE: {"type": ["string", "null"]},
}


def case_schema(book: RuleBook) -> Schema:
    """The whole document; the keys of `policy` are those of the book."""
    sections = {name: _section(name) for name in SECTIONS if name}
    sections["policy"] = _closed({key: _policy(entry) for key, entry in book.policies.items()})
    properties = {
        "schema": {"const": SCHEMA},
        **_fields(SECTIONS[""]),
        **{name: sections[name] for name in sorted(sections)},
    }
    return {
        "title": f"Case document {SCHEMA}",
        "description": "Null or a missing field means not recorded, never no. Unknown fields are refused.",
        "type": "object",
        "properties": properties,
        "required": ["schema"],
        "additionalProperties": False,
    }


def field_schema(name: str, field: Field) -> Schema:
    """One plain field: kind, words, bounds, label, unit."""
    found: Schema = {"description": field.label, **_KINDS[field.kind]}
    if field.words:
        found["enum"] = [*field.words, None]
    if field.minimum is not None:
        found["minimum"] = _bound(field.minimum)
    if field.maximum is not None:
        found["maximum"] = _bound(field.maximum)
    if field.kind == scalars.DECIMAL:
        found["description"] += ". At most two decimals."
    pattern = scalars.pattern_of(field.kind)
    if pattern:
        found["pattern"] = f"^(?:{pattern})$"
    unit = next((unit for end, unit in UNITS.items() if name.endswith(end)), None)
    return found | {"x-unit": unit} if unit else found


def _bound(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


def _fields(fields: Mapping[str, Field]) -> dict[str, Schema]:
    return {name: field_schema(name, field) for name, field in fields.items()}


def _closed(properties: dict[str, Schema], needed: str | None = None) -> Schema:
    found: Schema = {"type": ["object", "null"], "properties": properties, "additionalProperties": False}
    return found | {"type": "object", "required": [needed]} if needed else found


def _section(name: str) -> Schema:
    row = _closed({**_fields(SECTIONS[name]), **_beside(name)}, NEEDED.get(name))
    if name not in ROWS:
        return row
    return {"type": ["array", "null"], "items": row | {"type": "object"}, "maxItems": ROWS[name]}


def _beside(name: str) -> dict[str, Schema]:
    """What a section holds beside its plain fields."""
    if name == "authorization":
        return {"codes": _list_of(Field(scalars.CODE, "Authorized code"))}
    if name == "lesions":
        diagnosis = field_schema("diagnosis", SECTIONS["lesions"]["diagnosis"])
        return {"diagnosis": diagnosis | {"enum": [*diagnosis["enum"], CAVITY]}}
    if name == "sessions":
        return {"doses_gy": _doses(), "present": _present()}
    if name == "other_courses":
        line = _closed({**_fields(SECTIONS["entered_lines"]), "modifiers": _modifiers()}, "code")
        return {"lines": {"type": ["array", "null"], "items": line, "maxItems": MOST_ROWS}}
    return {"modifiers": _modifiers()} if name == "entered_lines" else {}


def _list_of(field: Field) -> Schema:
    return {"type": ["array", "null"], "items": field_schema("", field)}


def _modifiers() -> Schema:
    return _list_of(Field(scalars.MODIFIER, "Modifier"))


def _doses() -> Schema:
    return {
        "description": "Dose of each lesion of the session, by lesion identifier",
        "type": ["object", "null"],
        "additionalProperties": {"type": ["number", "null"], "minimum": 0, "maximum": 200},
        "x-unit": "Gy",
    }


def _present() -> Schema:
    moments = {name: field_schema(name, Field(scalars.MOMENT, label)) for name, label in _STAY.items()}
    person = field_schema("person", Field(scalars.TEXT, "Person present"))
    row = _closed({"person": person, **moments}, "person")
    return {
        "description": "People present at this session: an identifier, or with times of arrival and leaving",
        "type": ["array", "null"],
        "items": {"anyOf": [{"type": "string"}, row]},
        "maxItems": MOST_ROWS,
    }


_STAY: Final = {"arrived_at": "Arrived at", "left_at": "Left at"}


def _policy(entry: PolicyKey) -> Schema:
    described = {"description": f"{entry.label}. Default: {_default(entry)}."}
    if entry.kind == scalars.WORD:
        return described | {"type": ["string", "null"], "enum": [*entry.words, None]}
    if entry.kind == scalars.YES_NO:
        return described | {"type": ["boolean", "null"]}
    if entry.kind == scalars.WHOLE:
        return described | {"type": ["integer", "null"]}
    return described | {"type": ["array", "string", "null"], "items": {"type": ["string", "integer"]}}


def _default(entry: PolicyKey) -> str:
    default = entry.default
    if isinstance(default, bool):
        return "yes" if default else "no"
    return ", ".join(map(str, default)) or "none" if isinstance(default, tuple) else str(default)
