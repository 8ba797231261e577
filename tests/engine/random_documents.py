"""Case documents drawn at random from the table of fields: far from any real case, or near a golden one.

Every field of the vocabulary is drawn, new ones included, and any of them may be missing.
"""

import copy
import os
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from checklists.engine import scalars, words
from checklists.engine.fields import SECTIONS, Field
from checklists.reader import current_book
from tests.rulebook.cases import golden

Document = dict[str, Any]

# The usual run draws the same documents every time; RANDOM_DOCUMENTS=3000 draws that many new ones per test.
WANTED = os.environ.get("RANDOM_DOCUMENTS", "")


def often(examples: int) -> settings:
    """Settings for a property that is tried on that many documents in the usual run."""
    return settings(
        max_examples=int(WANTED or examples),
        derandomize=not WANTED,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


CODES = ["20660", "61781", "63620", "77280", "77427", "77470", "77014", "G0339", "G6002", "99213"]
MODIFIERS = ["26", "TC", "52", "53", "58", "59", "62", "74", "76", "79", "XS", "LT"]
DAYS = ["2026-02-20", "2026-02-24", "2026-03-02", "2026-03-03", "2026-03-09", "2025-12-31", "2023-12-31"]
MOMENTS = ["2026-03-02T08:00:00+00:00", "2026-03-02T09:30:00+00:00", "2026-03-03T10:00:00+00:00"]
DIAGNOSES = ["C79.31", "G50.0", "D33.3", "Q28.2", "C79.51", "D18.02", "Z99.9"]
TEXTS = {
    "id": ["900", "901", "902"],
    "surgeon": ["900", "901"],
    "person": ["900", "901", "903"],
    "group": ["G1", "G2"],
    "target": ["V1", "V2"],
    "device": ["ZAP-X", "TrueBeam", "Gamma Knife Icon", "GammaPod", "unheard of"],
}
BOUNDARIES = ["0", "4.9", "5", "5.1", "34.9", "34.96", "35", "35.1", "80"]


def value_of(field: Field, name: str = "") -> st.SearchStrategy[Any]:
    """A value that the field accepts."""
    if field.words:
        return st.sampled_from(field.words)
    most = int(field.maximum) if field.maximum is not None else 99
    choices: dict[str, st.SearchStrategy[Any]] = {
        scalars.YES_NO: st.booleans(),
        scalars.WHOLE: st.integers(int(field.minimum or 0), min(most, 14)),
        scalars.DECIMAL: st.sampled_from([each for each in BOUNDARIES if float(each) <= most]),
        scalars.DAY: st.sampled_from(DAYS),
        scalars.MOMENT: st.sampled_from(MOMENTS),
        scalars.DIAGNOSIS_CODE: st.sampled_from(DIAGNOSES),
        scalars.CODE: st.sampled_from([*current_book().codes, *CODES]),
        scalars.TEXT: st.sampled_from(TEXTS.get(name, ["a word"])),
    }
    return choices[field.kind]


@cache
def fields_of(section: str, leave: tuple[str, ...] = ()) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy per field of a section, without the fields that name rows or other rows."""
    listed = {name: field for name, field in SECTIONS[section].items() if field.kind != scalars.TEXTS}
    return {name: value_of(field, name) for name, field in listed.items() if name not in leave}


@cache
def lesion(name: str) -> st.SearchStrategy[Document]:
    return row("lesions", {"id": name})


def row(section: str, required: Document, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    fixed = {name: st.just(value) for name, value in required.items()}
    optional = {**fields_of(section, tuple(required)), **more}
    optional = {name: optional[name] for name in optional if name not in fixed}
    return st.fixed_dictionaries(fixed, optional=optional)


@cache
def entered_line(names: tuple[str, ...] = ()) -> st.SearchStrategy[Document]:
    fields = dict(fields_of("entered_lines"))
    return st.fixed_dictionaries(
        {"code": fields.pop("code")},
        optional={
            **fields,
            "modifiers": st.lists(st.sampled_from(MODIFIERS), max_size=2),
            "lesions": some(names),
        },
    )


@cache
def some(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True) if names else st.just([])


@cache
def policies() -> st.SearchStrategy[Document]:
    """Any mix of override keys with values they accept."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "yes_no": st.booleans(),
        "whole_number": st.integers(0, 90),
        "words": st.lists(st.sampled_from(words.SPECIALTIES), min_size=1, max_size=2, unique=True),
    }
    keys = current_book().policies.values()
    return st.fixed_dictionaries(
        {}, optional={key.key: st.sampled_from(key.words) if key.words else kinds[key.kind] for key in keys}
    )


@cache
def session(number: int, names: tuple[str, ...]) -> st.SearchStrategy[Document]:
    return row(
        "sessions",
        {"number": number},
        id=st.just(f"S{number}"),
        lesions=some(names),
        doses_gy=st.dictionaries(st.sampled_from(names), st.integers(0, 30)) if names else st.just({}),
        present=st.lists(st.sampled_from(["900", "901"]), unique=True),
    )


def days_in_order(course: Document) -> Document:
    """A course that ends before it starts is refused."""
    if "started_on" in course and "ended_on" in course:
        first, last = sorted((course["started_on"], course["ended_on"]))
        return {**course, "started_on": first, "ended_on": last}
    return course


@cache
def sections(names: tuple[str, ...]) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy for every section beside lesions and sessions."""
    plain = {
        name: st.fixed_dictionaries({}, optional=fields_of(name))
        for name in ("payer", "planning", "fixation", "physics", "circumstances")
    }
    authorized = {"codes": st.lists(st.sampled_from(CODES), max_size=2)}
    course = {**fields_of("other_courses"), "lines": st.lists(entered_line(), max_size=1)}
    return {
        **fields_of(""),
        **plain,
        "authorization": st.fixed_dictionaries({}, optional={**fields_of("authorization"), **authorized}),
        "people": st.lists(st.sampled_from(words.ROLES).flatmap(lambda role: PEOPLE[role]), max_size=4),
        "other_courses": st.lists(st.fixed_dictionaries({}, optional=course).map(days_in_order), max_size=2),
        "entered_lines": st.lists(entered_line(names), max_size=3),
        "policy": policies(),
    }


PEOPLE = {role: row("people", {"role": role}) for role in words.ROLES}


@cache
def plans(names: tuple[str, ...]) -> st.SearchStrategy[Document]:
    """No plan, one plan, or several plans with their lesions."""
    several = [row("plans", {"id": f"P{number}"}, lesions=some(names)) for number in (1, 2)]
    return st.one_of(
        st.just({}),
        st.fixed_dictionaries({"plan": row("plan", {})}),
        st.fixed_dictionaries({"plans": st.tuples(*several).map(list)}),
    )


@st.composite
def far_documents(draw: st.DrawFn) -> Document:
    """Anything the reader accepts."""
    names = tuple(f"L{number}" for number in range(1, draw(st.integers(0, 6)) + 1))
    optional = sections(names)
    chosen = draw(st.sets(st.sampled_from(sorted(optional)), max_size=len(optional)))
    return {
        "schema": "srs-case/1",
        "lesions": [draw(lesion(name)) for name in names],
        "sessions": [draw(session(number, names)) for number in range(1, draw(st.integers(0, 6)) + 1)],
        **draw(plans(names)),
        **{name: draw(optional[name]) for name in sorted(chosen)},
    }


@cache
def scenarios() -> dict[str, Document]:
    """The documents of the golden scenarios by name, read once; to be copied before a change."""
    return {name: case["document"] for name, case in golden().items()}


ROWS = ("lesions", "sessions", "people")


@st.composite
def near_documents(draw: st.DrawFn) -> Document:
    """A golden scenario with a few fields changed, removed or added, more rows, lines and policies."""
    document = copy.deepcopy(scenarios()[draw(st.sampled_from(sorted(scenarios())))])
    for _ in range(draw(st.integers(0, 4))):
        change(draw, document)
    if draw(st.booleans()):
        document["policy"] = {**document.get("policy", {}), **draw(policies())}
    names = tuple(lesion["id"] for lesion in document["lesions"])
    document["entered_lines"] = draw(st.lists(entered_line(names), max_size=2))
    return document


def change(draw: st.DrawFn, document: Document) -> None:
    """One step away: a field gets another value or is removed, or a row is repeated or removed."""
    name = draw(st.sampled_from([*ROWS, *ROWS, "plan", "planning", "physics", "fixation", "payer", ""]))
    target = document if name == "" else document.setdefault(name, [] if name in ROWS else {})
    if name in ROWS:
        if not target or draw(st.integers(0, 3)) == 0:
            repeat_or_remove(draw, document, name)
            return
        target = draw(st.sampled_from(target))
    fields = fields_of(name, ("id", "number", "role"))
    field = draw(st.sampled_from(sorted(fields)))
    if draw(st.booleans()):
        target[field] = draw(fields[field])
    else:
        target.pop(field, None)


def repeat_or_remove(draw: st.DrawFn, document: Document, name: str) -> None:
    rows = document[name]
    if not rows or (name != "lesions" and draw(st.booleans())):
        del rows[:1]
        return
    twin = copy.deepcopy(draw(st.sampled_from(rows)))
    if name == "lesions":
        twin["id"] = f"L{len(rows) + 20}"
        for entry in document["sessions"][:1]:
            if "lesions" in entry:
                entry["lesions"] = [*entry["lesions"], twin["id"]]
    elif name == "sessions":
        twin = {**twin, "number": len(rows) + 20, "date": draw(st.sampled_from(DAYS))}
        twin.pop("id", None)
    rows.append(twin)


@cache
def documents() -> st.SearchStrategy[Document]:
    return st.one_of(near_documents(), far_documents())
