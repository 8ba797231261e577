"""The rule book itself: every condition matters, every edition has its first day and the day before."""

import datetime as dt
from dataclasses import replace

import pytest

from checklists.engine import evaluate, read_case
from checklists.engine.book import RuleBook
from checklists.engine.case import CaseFacts
from checklists.reader import current_book
from tests.rulebook.cases import changed, golden, judged, variations
from tests.rulebook.mutations import mutants

CASES = [case["document"] for case in (*golden().values(), *variations())]
FACTS = [read_case(document) for document in CASES]
MUTANTS = dict(mutants(current_book()))


def finding(facts: CaseFacts, book: RuleBook) -> tuple[object, ...]:
    """What the cases state about a document: lines, conflicts, questions."""
    result = evaluate(facts, book)
    return (
        [(line.key, line.units, line.modifiers, line.date) for line in result.lines],
        {(conflict.id, conflict.severity) for conflict in result.conflicts},
        {question.fact for question in result.questions},
    )


@pytest.fixture(scope="module")
def stated() -> list[tuple[object, ...]]:
    return [finding(facts, current_book()) for facts in FACTS]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_deleted_condition_makes_a_case_fail(name, stated):
    book = replace(MUTANTS[name], items={})
    pairs = zip(FACTS, stated, strict=True)
    assert any(finding(facts, book) != expected for facts, expected in pairs), name


def test_every_code_is_suggested_by_one_case_and_not_by_another():
    results = [judged(document) for document in CASES]
    for code in current_book().codes:
        suggested = [any(line["code"] == code for line in result["lines"]) for result in results]
        assert any(suggested), code
        assert not all(suggested), code


DATED = (
    "date_of_service",
    "sessions[1].date",
    "planning.clinical_plan_on",
    "planning.simulated_on",
    "plan.date",
    "physics.continuing_check_on",
)


def moved_to(document: dict, day: dt.date) -> dict:
    """A one-session document with every date on one day, except planning services, one day apart each."""
    for path in DATED:
        document = changed(document, path, day.isoformat())
    return document


SAMPLES = {
    "61796": "G01",
    "61797": "G16",
    "61798": "G08",
    "61799": "G05",
    "61800": "G02",
    "77263": "G01",
    "77290": "G01",
    "77295": "G01",
    "77300": "G01",
    "77301": "G12",
    "77334": "G01",
    "77336": "G01",
    "77338": "G12",
    "77370": "G01",
    "77371": "G11",
    "77372": "G01",
    "77373": "G12",
    "77432": "G01",
    "77435": "G12",
}


@pytest.mark.parametrize("code", current_book().codes)
def test_an_edition_begins_on_its_first_day_and_not_the_day_before(code):
    entry = current_book().codes[code]
    for edition in entry.editions:
        assert code in codes_on(code, edition.first_day)
        before = edition.first_day - dt.timedelta(days=1)
        if entry.edition_on(before) is None:
            assert code not in codes_on(code, before)


def codes_on(code: str, day: dt.date) -> set[str]:
    document = golden()[SAMPLES[code]]["document"]
    if code == "77370":
        for name in ("special_consult_order", "special_consult_report"):
            document = changed(document, f"physics.{name}", "true")
        document = changed(document, "physics.special_consult_on", day.isoformat())
    document = moved_to(document, day)
    if code in ("77301", "77336"):
        document = changed(document, "planning.clinical_plan_on", "2026-01-15")
        document = changed(document, "policy", {"same_day_77336": "yes"})
    return {line["code"] for line in judged(document)["lines"]}
