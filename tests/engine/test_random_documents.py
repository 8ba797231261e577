"""Random documents: any field missing, any mix. The engine never raises and keeps its caps, order and promises."""

import copy
from collections import Counter
from datetime import date
from itertools import combinations
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from checklists.engine import evaluate_document
from checklists.engine.compare import compare
from checklists.reader import current_book
from tests.engine.answers import answered, answers
from tests.engine.random_documents import documents, far_documents, near_documents, often, scenarios
from tests.rulebook.cases import asked

SURGEON = "surgeon_professional"
DELIVERY = ("77371", "77372", "77373", "G0339", "G0340", "77520", "77522", "77523", "77525")


def judged(document: dict[str, Any]) -> dict[str, Any]:
    result = evaluate_document(document, current_book())
    assert "error" not in result, result["error"]
    return result


@often(90)
@given(documents())
def test_the_engine_never_raises_and_explains_every_code(document):
    result = judged(document)
    told = {line["code"] for line in result["lines"]} | {entry["code"] for entry in result["not_suggested"]}
    assert told == set(current_book().codes)
    for entry in result["not_suggested"]:
        assert entry["because"]
        assert bool(entry["missing_facts"]) == (entry["outcome"] == "cannot_tell")
        assert bool(entry["winner"]) <= (entry["outcome"] == "blocked")
    missing = {path for entry in result["not_suggested"] for path in entry["missing_facts"]}
    assert missing <= asked(result)
    for line in result["lines"]:
        assert line["because"]
        assert line["reasons"]
        assert all(reason["verdict"] == "holds" for reason in line["reasons"])


def providers(line: dict[str, Any]) -> str:
    """Under whose identity a suggested line is billed: a person on professional claims, else the claim itself."""
    if line["stream"] == "facility":
        return "facility"
    return line["person"] or line["performer"]


def never_together(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether the pair table forbids the two codes on their day, whatever the modifier."""
    kind = "hospital" if first["stream"] == "facility" else "practitioner"
    day = date.fromisoformat(first["date"])
    rows = [
        row
        for key in ((first["code"], second["code"]), (second["code"], first["code"]))
        for row in current_book().pairs.get(key, ())
    ]
    return any(
        row.indicator == 0
        and row.setting in ("both", kind)
        and row.valid_from <= day <= (row.valid_to or date.max)
        for row in rows
    )


@often(180)
@given(st.one_of(near_documents(), near_documents(), far_documents()))
def test_no_two_suggested_lines_block_each_other_for_one_provider_and_day(document):
    result = judged(document)
    for first, second in combinations(result["lines"], 2):
        if first["date"] and first["date"] == second["date"] and providers(first) == providers(second):
            assert not never_together(first, second), (first["key"], second["key"])
    keys = {line["key"] for line in result["lines"]}
    entered = {line["code"] for line in document.get("entered_lines") or []}
    for conflict in result["conflicts"]:
        if conflict["severity"] == "block" and not entered & set(conflict["codes"]):
            assert not keys.issuperset(conflict["keys"]) or not conflict["keys"], conflict


@often(120)
@given(st.one_of(near_documents(), near_documents(), far_documents()))
def test_no_cap_is_ever_exceeded(document):
    result = judged(document)
    course: Counter[tuple[str, str]] = Counter()
    of_day: Counter[tuple[str, str, str, str]] = Counter()
    for line in result["lines"]:
        assert line["units"] >= 1
        course[line["code"], line["stream"]] += line["units"]
        of_day[line["code"], line["stream"], providers(line), line["date"] or ""] += line["units"]
    for stream in {stream for _, stream in course}:
        assert course["61797", stream] + course["61799", stream] <= 4
        assert course["61796", stream] + course["61798", stream] <= 1
        assert course["63620", stream] <= 1
        assert course["63621", stream] <= 2
        assert course["77373", stream] + course["G0339", stream] + course["G0340", stream] <= 5
        assert course["77371", stream] + course["77372", stream] <= 1
        assert course["77432", stream] + course["77435", stream] <= 1
    for (code, _), units in course.items():
        limit = current_book().codes[code].course_limit
        if limit and limit.severity == "block" and isinstance(limit.units, int):
            assert units <= limit.units, code
    for (code, stream, _, day), units in of_day.items():
        kind = "hospital" if stream == "facility" else "practitioner"
        for row in current_book().limits.get(code, ()) if day else ():
            inside = row.valid_from <= date.fromisoformat(day) <= (row.valid_to or date.max)
            if row.absolute and inside and row.setting in ("both", kind):
                assert units <= row.limit, (code, day)


@often(90)
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(document, random):
    shuffled = copy.deepcopy(document)
    for section in ("lesions", "sessions"):
        random.shuffle(shuffled[section])
    assert judged(shuffled) == judged(document)


@often(40)
@given(documents())
def test_without_a_surgeon_there_is_no_surgeon_line(document):
    people = [person for person in document.get("people", []) if person["role"] != "neurosurgeon"]
    result = judged({**document, "people": people})
    assert not [line for line in result["lines"] if line["stream"] == SURGEON]


@often(40)
@given(near_documents())
def test_one_treatment_day_has_one_kind_of_delivery(document):
    result = judged(document)
    kinds = {
        (line["stream"], line["date"]): line["code"] for line in result["lines"] if line["code"] in DELIVERY
    }
    for line in result["lines"]:
        if line["code"] in DELIVERY and line["date"]:
            assert kinds[line["stream"], line["date"]] == line["code"]


@often(180)
@given(st.one_of(near_documents(), far_documents()), st.data())
def test_an_answer_removes_its_question_and_new_questions_name_what_raised_them(document, data):
    before = judged(document)
    assume(before["questions"])
    question = data.draw(st.sampled_from(before["questions"]))
    value = data.draw(answers(question, document))
    after_document = answered(document, question["fact"], value)
    after = judged(after_document)
    assert question["fact"] not in asked(after), (question["fact"], value)
    new = compare(document, before, after_document, after)["questions"]["new"]
    assert {entry["fact"] for entry in new} == asked(after) - asked(before)
    for entry in new:
        assert entry["raised_by"], entry
        assert {section(path) for path in entry["raised_by"]} == {section(question["fact"])}, entry


def section(path: str) -> str:
    return path.split(".")[0].split("[")[0]


# Distances are asked for only where the region makes them matter (CLS-00).
NEEDS_NO_QUESTION = {"id", "number", "role", "optic_distance_mm", "within_brainstem"}


@often(60)
@given(st.sampled_from(sorted(scenarios())), st.data())
def test_a_removed_fact_is_asked_for_or_does_not_matter(name, data):
    document = copy.deepcopy(scenarios()[name])
    document.pop("entered_lines", None)
    before = judged(document)
    row = data.draw(st.sampled_from(document["lesions"] + document["sessions"] + document["people"]))
    field = data.draw(st.sampled_from([key for key in row if key not in NEEDS_NO_QUESTION]))
    del row[field]
    after = judged(document)
    lost = {line["key"] for line in before["lines"]} - {line["key"] for line in after["lines"]}
    assert not lost or asked(after)
