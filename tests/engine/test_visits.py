"""A visit on the lines beside the radiosurgery or the planning: the note is needed without anybody's answer."""

import pytest

from checklists.engine.visits import DENIED
from tests.rulebook.cases import changed, golden, judged

ITEM = "same-day-visit-separate"
QUESTION = "circumstances.visit_within_one_day"


def asked(*lines, answer=None, base="G01", **changes):
    """How the item stands in a golden case with these lines typed in and the question answered so."""
    document = {**golden()[base]["document"], "entered_lines": list(lines)}
    if answer is not None:
        document["circumstances"] = {"visit_within_one_day": answer}
    for path, value in changes.items():
        document = changed(document, path.replace("__", "."), value)
    return next(row for row in judged(document)["documentation"] if row["key"] == ITEM)


def visit(day=None, code="99213", **kwargs):
    return {"code": code, "performer": "neurosurgeon", "modifiers": ["57"], "date": day, **kwargs}


def told(row):
    return [reason["found"] for reason in row["reasons"] if reason["fact"] == "visit.near_lines"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-03-01", "99213 (2026-03-01) on the day before 61796 (2026-03-02)."),
        ("2026-03-02", "99213 (2026-03-02) on the day of 61796 (2026-03-02)."),
        ("2026-03-03", "99213 (2026-03-03) one day after 61796 (2026-03-02)."),
        ("2026-02-18", "99213 (2026-02-18) on the day of 77263 (2026-02-18)."),
    ],
)
def test_the_reason_names_the_lines_and_their_days(day, words):
    row = asked(visit(day))
    assert row["condition"] == "true"
    assert told(row) == [words]
    assert row["missing_facts"] == []


def test_two_visits_and_two_lines_are_named_together():
    row = asked(
        visit("2026-03-01"), visit("2026-03-02", code="99291"), planning__clinical_plan_on="2026-03-01"
    )
    assert told(row) == [
        "99213 (2026-03-01) on the day before 61796 (2026-03-02), on the day of 77263 (2026-03-01); "
        "99291 (2026-03-02) on the day of 61796 (2026-03-02), one day after 77263 (2026-03-01)."
    ]


def test_a_denial_loses_against_the_lines_and_the_reason_says_so():
    row = asked(visit("2026-03-01"), answer=False)
    assert row["condition"] == "true"
    assert told(row) == [f"99213 (2026-03-01) on the day before 61796 (2026-03-02). {DENIED}"]


@pytest.mark.parametrize(("answer", "condition"), [(True, "true"), (False, "false"), (None, "unknown")])
def test_without_a_visit_near_by_the_question_decides(answer, condition):
    assert asked(answer=answer)["condition"] == condition
    assert asked(visit("2026-01-15"), answer=answer)["condition"] == condition


def test_a_visit_without_a_day_asks_for_it_whatever_was_denied():
    row = asked(visit(), answer=False)
    assert (row["condition"], row["missing_facts"]) == ("unknown", ["entered_lines[99213].date"])
    assert asked(visit(), answer=True)["condition"] == "true"
    assert asked(visit())["missing_facts"] == ["entered_lines[99213].date", QUESTION]


def test_a_line_without_a_day_asks_for_the_day_that_dates_it():
    undated = {"planning__clinical_plan_on": None}
    row = asked(visit("2026-02-18"), answer=False, **undated)
    assert (row["condition"], row["missing_facts"]) == ("unknown", ["planning.clinical_plan_on"])
    assert asked(visit("2026-03-02"), answer=False, **undated)["condition"] == "true"


def test_a_typed_planning_line_counts_like_a_suggested_one():
    typed = {"code": "77261", "performer": "radiation_oncologist", "date": "2026-01-14"}
    row = asked(visit("2026-01-15"), typed, answer=False)
    assert told(row) == ["99213 (2026-01-15) one day after 77261 (2026-01-14). " + DENIED]
    open_day = asked(visit("2026-01-15"), {**typed, "date": None}, answer=False)
    assert open_day["missing_facts"] == ["entered_lines[77261].date"]


def test_other_lines_of_the_day_bring_nothing():
    assert asked(visit("2026-02-24"), answer=False)["condition"] == "false"
