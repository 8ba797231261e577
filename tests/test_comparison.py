"""Before and after in words: lines, causes with their rules, items."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from casetracker.case_input import CaseInput
from casetracker.comparison import _question, comparison
from casetracker.recorded import recorded_input
from casetracker.services.cases import save_facts
from tests.factories import case_at
from tests.stories import lesion

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(world):
    """What saving says: `told(story, change of the recorded facts)`."""

    def save(story, change):
        case = case_at("suggested", story=story, world=world)
        data = change(recorded_input(case))
        return save_facts(case=case, by=case.opened_by, facts_version=case.facts_version, data=data)

    return save


def test_a_size_that_moves_the_class_is_named_with_its_rule(told):
    found = told(1, lambda f: CaseInput(lesions=[{**f.lesions[0], "max_dimension_mm": Decimal(35)}]))
    assert [(line["change"], line["code"]) for line in found["lines"]] == [
        ("removed", "61796"),
        ("added", "61798"),
    ]
    cause = found["causes"][0]
    assert (cause["label"], cause["before"], cause["after"]) == (
        "Lesion L1: Largest dimension (mm)",
        "18",
        "35",
    )
    assert "CLS-01" in cause["rules"]
    assert found["kept_lines"] == 12


def test_units_are_told_before_and_after(told):
    found = told(1, lambda f: CaseInput(plans=[{**f.plans[0], "calculations": 6}]))
    assert {(line["code"], line["before"], line["after"]) for line in found["lines"]} == {
        ("77300", "units 4", "units 6")
    }
    assert sorted(line["modifiers"] for line in found["lines"]) == [[], ["26"]]
    assert found["causes"][0]["rules"] == ["PLN-07"]
    assert found["kept_lines"] == 11


def test_one_session_becoming_three_changes_the_code_set_and_keeps_evidence(told):
    found = told(4, lambda f: CaseInput(case={"planned_sessions": 3}, sessions=[]))
    changes = {(line["change"], line["code"]) for line in found["lines"]}
    assert {("removed", "77372"), ("removed", "77432")} <= changes
    why = next(line["why"] for line in found["lines"] if line["code"] == "77372")
    assert why
    cause = next(cause for cause in found["causes"] if cause["label"] == "Planned sessions")
    assert "CRS-03" in cause["rules"]
    assert found["items"]
    assert found["kept_items"] > 20


def test_a_new_lesion_is_recorded_and_causes_that_moved_nothing_come_last(told):
    def change(facts):
        both = {"lesions": [0, 1]}
        return CaseInput(
            case={"kps": 70},
            lesions=[*facts.lesions, lesion("L2")],
            plans=[{**facts.plans[0], **both}],
            sessions=[{**facts.sessions[0], **both}],
        )

    found = told(1, change)
    assert ("added", "61797") in {(line["change"], line["code"]) for line in found["lines"]}
    rules = [bool(cause["rules"]) for cause in found["causes"]]
    assert rules == sorted(rules, reverse=True)
    assert rules[0]
    assert 70 in [cause["after"] for cause in found["causes"] if not cause["rules"]]
    assert any(cause["after"] == "recorded" for cause in found["causes"])


def test_a_fact_that_moves_no_line_is_told_without_a_rule(told):
    found = told(1, lambda f: CaseInput(case={"kps": 60}))
    assert found["lines"] == []
    assert [(cause["before"], cause["after"], cause["rules"]) for cause in found["causes"]] == [(90, 60, [])]


def test_a_question_that_comes_names_what_raised_it_and_a_settled_one_only_itself(told):
    found = told(1, lambda f: CaseInput(lesions=[{**f.lesions[0], "max_dimension_mm": None}]))
    asked = [entry for entry in found["questions"] if entry["change"] == "new"]
    assert ("Lesion L1: Largest dimension (mm)", ["Lesion L1: Largest dimension (mm)"]) in [
        (entry["label"], entry["raised_by"]) for entry in asked
    ]


def test_of_many_facts_behind_a_question_three_are_named_and_no_identifier():
    raised = [
        "planned_sessions",
        *(f"sessions[{n}].{field}" for n in (1, 2) for field in ("id", "date", "status")),
    ]
    asked = {
        "fact": "setting",
        "label": "Setting",
        "why": "",
        "affects": [],
        "rules": [],
        "raised_by": raised,
    }
    found = _question("new", asked, {})["raised_by"]
    assert found == [
        "Planned sessions",
        "Session 1: Session date",
        "Session 1: Session status",
        "2 more",
    ]


def test_an_answered_question_is_settled():
    asked = {"fact": "setting", "label": "Setting", "why": "It decides.", "affects": [], "rules": []}
    old, new = {"lines": [], "questions": [asked]}, {"lines": [], "questions": []}
    assert comparison(old, new, {}, {})["questions"] == [
        {"change": "settled", "label": "Setting", "why": "", "raised_by": []}
    ]


def test_the_comparison_shows_questions():
    questions = [
        {"change": "new", "label": "Setting", "raised_by": ["Lesion L1: Region"]},
        {"change": "settled", "label": "Modality", "raised_by": []},
    ]
    told = {"causes": [], "lines": [], "items": [], "questions": questions}
    shown = " ".join(render_to_string("_parts/comparison.html", {"comparison": told}).split())
    assert "Questions</h3>" in shown
    assert "raised by Lesion L1: Region" in shown
    assert shown.count("raised by") == 1
    assert "Settled" in shown
