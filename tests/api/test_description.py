"""The OpenAPI description says exactly what the document reader accepts and what the engine answers."""

import copy
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from checklists.api.case_schema import CAVITY, NEEDED, ROWS, case_schema
from checklists.api.openapi import openapi
from checklists.engine import DocumentRefused, evaluate_document, read_case
from checklists.engine.fields import SECTIONS
from checklists.reader import current_book
from checklists.rule_cases import all_documents
from tests.api.obeying import mistakes

CASES = Path(__file__).parents[1] / "rulebook"
BOOK = current_book()
WHOLE = openapi(BOOK, most_bytes=1000, most_documents=5, per_minute=9)
SCHEMAS = WHOLE["components"]["schemas"]
CASE = SCHEMAS["CaseDocument"]


def native(value):
    """Values as JSON writes them: days as text."""
    if isinstance(value, dict):
        return {str(key): native(part) for key, part in value.items()}
    if isinstance(value, list):
        return [native(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def golden_documents():
    files = sorted((CASES / "golden").glob("*.yaml"))
    return {file.stem: native(yaml.safe_load(file.read_text())["document"]) for file in files}


def errors_of(document) -> list[dict]:
    try:
        read_case({"schema": "srs-case/1", **document})
    except DocumentRefused as refusal:
        return refusal.errors
    return []


def row_schema(section: str) -> dict:
    found = CASE["properties"][section]
    return found["items"] if section in ROWS else found


def inside(section: str, fields: dict) -> dict:
    return {section: [fields]} if section in ROWS else {section: fields}


# --- the document


@pytest.mark.parametrize(("name", "document"), golden_documents().items())
def test_every_golden_document_obeys(name, document):
    assert mistakes(document, CASE, SCHEMAS) == []


@pytest.mark.parametrize(
    "change",
    [
        {"modality": "lineac"},
        {"schema": "srs-case/2"},
        {"planned_sessions": 46},
        {"planned_sessions": "one"},
        {"sise": 1},
        {"lesions": [{"region": "frontal"}]},
        {"lesions": [{"id": "L1", "icd10": "brain"}]},
        {"lesions": [{"id": "L1", "max_dimension_mm": 301}]},
        {"lesions": [{"id": "L1", "region": "brain"}]},
        {"sessions": [{"number": 1, "doses_gy": {"L1": 900}}]},
        {"sessions": [{"number": 1, "present": [{"arrived_at": None}]}]},
        {"policy": {"nonsense": "yes"}},
        {"entered_lines": [{"code": "7737"}]},
        {"lesions": [{"id": f"L{n}"} for n in range(61)]},
    ],
    ids=str,
)
def test_what_the_reader_refuses_the_schema_refuses(change):
    document = copy.deepcopy(golden_documents()["G01"]) | change
    assert "error" in evaluate_document(document, BOOK)
    assert mistakes(document, CASE, SCHEMAS) != []


def test_the_document_has_exactly_the_keys_of_the_reader():
    (error,) = errors_of({"zzz": 1})
    assert sorted(CASE["properties"]) == error["allowed"]


@pytest.mark.parametrize("section", [name for name in SECTIONS if name])
def test_each_section_has_exactly_the_keys_of_the_reader(section):
    (allowed,) = [
        error["allowed"] for error in errors_of(inside(section, {"zzz": 1})) if error["path"].endswith(".zzz")
    ]
    assert sorted(row_schema(section)["properties"]) == allowed


@pytest.mark.parametrize(
    ("section", "part", "row"),
    [("other_courses", "lines", {"code": "77372"}), ("sessions", "present", {"person": "P"})],
)
def test_rows_inside_rows_have_exactly_the_keys_of_the_reader(section, part, row):
    outer = {"number": 1} if section == "sessions" else {}
    (error,) = errors_of({section: [{**outer, part: [{**row, "zzz": 1}]}]})
    items = row_schema(section)["properties"][part]["items"]
    assert set((items.get("anyOf") or [items])[-1]["properties"]) == set(error["allowed"])


@pytest.mark.parametrize("section", SECTIONS)
def test_each_word_field_lists_exactly_the_words_of_the_reader(section):
    fields = CASE["properties"] if section == "" else row_schema(section)["properties"]
    listed = {name for name, field in fields.items() if "enum" in field}
    assert listed == {name for name, field in SECTIONS[section].items() if field.words}
    for name in listed:
        probe = {name: "zzz"} if section == "" else inside(section, {name: "zzz"})
        allowed = next(error["allowed"] for error in errors_of(probe) if error["path"].endswith(name))
        shorthand = [CAVITY] if (section, name) == ("lesions", "diagnosis") else []
        assert fields[name]["enum"] == [*allowed, None, *shorthand]


def test_the_shorthand_for_a_cavity_is_what_the_reader_accepts():
    assert errors_of({"lesions": [{"id": "L1", "diagnosis": CAVITY}]}) == []


@pytest.mark.parametrize("section", ROWS)
def test_needed_fields_are_those_the_reader_asks_for(section):
    asked = [error["path"].rpartition(".")[2] for error in errors_of(inside(section, {}))]
    assert asked == ([NEEDED[section]] if section in NEEDED else [])
    assert row_schema(section).get("required", []) == asked


@pytest.mark.parametrize("section", ROWS)
def test_the_most_rows_are_those_the_reader_takes(section):
    needed = NEEDED.get(section, "id")
    rows = [{needed: n + 1} for n in range(ROWS[section] + 1)]
    assert any(error["message"].startswith("At most") for error in errors_of({section: rows}))
    assert not any(error["message"].startswith("At most") for error in errors_of({section: rows[:-1]}))
    assert CASE["properties"][section]["maxItems"] == ROWS[section]


def test_policies_are_those_of_the_book_with_their_words():
    properties = CASE["properties"]["policy"]["properties"]
    assert list(properties) == list(BOOK.policies)
    for key, entry in BOOK.policies.items():
        if entry.kind == "word":
            assert properties[key]["enum"] == [*entry.words, None]


def test_numbers_carry_their_units():
    lesion = row_schema("lesions")["properties"]
    assert lesion["max_dimension_mm"]["x-unit"] == "mm"
    assert lesion["volume_cc"]["x-unit"] == "cm3"
    assert row_schema("sessions")["properties"]["doses_gy"]["x-unit"] == "Gy"


def test_a_new_word_of_the_engine_is_in_the_schema(monkeypatch):
    changed = replace(SECTIONS[""]["modality"], words=("linac", "new_machine"))
    monkeypatch.setitem(SECTIONS[""], "modality", changed)
    assert case_schema(BOOK)["properties"]["modality"]["enum"] == ["linac", "new_machine", None]


# --- the answer


def test_every_result_of_the_rule_books_cases_obeys():
    """Golden scenarios, twins and variations: some five hundred results, refused ones left out."""
    results = [evaluate_document(document, BOOK) for _, document in all_documents(CASES)]
    judged = [result for result in results if "error" not in result]
    assert len(judged) > 300
    wrong = [text for result in judged for text in mistakes(result, SCHEMAS["Result"], SCHEMAS)]
    assert wrong[:5] == []


def test_every_part_of_a_result_is_needed_and_nothing_else_is_allowed():
    result = evaluate_document(golden_documents()["G01"], BOOK)
    for key in result:
        assert mistakes({k: v for k, v in result.items() if k != key}, SCHEMAS["Result"], SCHEMAS)
    assert mistakes({**result, "more": 1}, SCHEMAS["Result"], SCHEMAS)
    line = dict(result["lines"][0], stream="other")
    assert mistakes({**result, "lines": [line]}, SCHEMAS["Result"], SCHEMAS)


# --- the description as a whole


def references(node):
    if isinstance(node, dict):
        yield from [node["$ref"]] if "$ref" in node else []
        for part in node.values():
            yield from references(part)
    elif isinstance(node, list):
        for part in node:
            yield from references(part)


def test_every_reference_leads_somewhere_and_every_schema_is_used():
    named = {ref.removeprefix("#/components/schemas/") for ref in references(WHOLE)}
    assert named == set(SCHEMAS)


def test_it_is_json_and_names_version_security_and_limits():
    assert json.loads(json.dumps(WHOLE)) == WHOLE
    assert WHOLE["openapi"].startswith("3.1")
    post = WHOLE["paths"]["/api/v1/evaluate"]["post"]
    assert post["security"] == [{"token": []}]
    assert WHOLE["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    assert set(post["requestBody"]["content"]) == {"application/json", "application/yaml", "text/yaml"}
    assert "1000 bytes, 5 documents, 9 calls" in WHOLE["info"]["description"]
