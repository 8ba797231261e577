"""Answering a question of the engine: a valid value of its kind, and the document that then holds it."""

import copy
import re
from typing import Any

from hypothesis import strategies as st

from checklists.engine import words
from checklists.engine.fields import describe
from tests.engine.random_documents import Document, value_of

PATH = re.compile(r"(?P<section>[a-z_]+)(?:\[(?P<subject>[^\]]+)\])?(?:\.(?P<field>[a-z_0-9]+))?")
NAMED_BY = ("id", "number", "role")


def answers(question: dict[str, Any], document: Document) -> st.SearchStrategy[Any]:
    """Values that a person may give: the listed choices, else anything the field accepts."""
    path = question["fact"]
    if question["choices"]:
        return st.sampled_from(question["choices"])
    if path == "lesions":
        return st.just([{"id": "L1"}])
    if path == "sessions":
        return st.just([{"number": 1}])
    if path == "people":
        return st.just([{"role": role, "id": str(900 + place)} for place, role in enumerate(words.ROLES)])
    if path.startswith("people[") and path.endswith("]"):
        return st.just({"role": path[len("people[") : -1], "id": "977"})
    if path.endswith(".lesions"):
        return st.just([lesion["id"] for lesion in document["lesions"]])
    if path.endswith(".present"):
        people = [person["id"] for person in document.get("people", []) if "id" in person]
        return st.sampled_from([people, people[:1], ["999"]])
    return value_of(describe(path), path.rsplit(".", 1)[-1])


def answered(document: Document, path: str, value: Any) -> Document:
    """A copy of the document with the value where the path points; a missing section or row is made."""
    copied = copy.deepcopy(document)
    found = PATH.fullmatch(path)
    assert found, f"a question names a field of the document, not {path}"
    section, subject, field = found["section"], found["subject"], found["field"]
    if subject is None:
        target = copied if field is None else copied.setdefault(section, {})
        target[field or section] = value
    elif field is None:
        copied[section] = [*(copied.get(section) or []), value]
    else:
        named(_with_row(copied, section, subject), subject)[field] = value
    return copied


def _with_row(document: Document, section: str, subject: str) -> list[Document]:
    """The rows of a section; a session that is expected and not recorded yet is made."""
    rows: list[Document] = document.setdefault(section, [])
    numbers = {row.get("number") for row in rows}
    if section == "sessions" and subject.isdecimal() and numbers.isdisjoint({int(subject), subject}):
        rows.append({"number": int(subject)})
    return rows


def named(rows: list[Document], subject: str) -> Document:
    """The row that people know by this name; the place in the list where a row has none."""
    for place, row in enumerate(rows, 1):
        if subject in {str(row[name]) for name in NAMED_BY if name in row} | {f"#{place}"}:
            return row
    raise AssertionError(f"no row is called {subject}")
