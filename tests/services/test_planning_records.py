"""What a plan rests on: saved, merged, removed with its plan, and judged on the checklist."""

from decimal import Decimal

import pytest

from casetracker.case_input import CaseInput
from casetracker.choices import Answer
from casetracker.merge import merged, snapshot
from casetracker.models import CaseRevision, Target
from casetracker.recorded import recorded_input
from casetracker.services.cases import save_facts
from tests.factories import case_at

pytestmark = pytest.mark.django_db


def save(case, world, facts=None, **changes):
    case.refresh_from_db()
    save_facts(
        case=case,
        by=world.people["petra"],
        facts_version=case.facts_version,
        data=CaseInput(case=facts or {}, **changes),
    )
    case.refresh_from_db()


def with_plan(case, **values):
    plans = recorded_input(case).plans
    return [{**plans[0], **values}, *plans[1:]]


def item(case, key):
    return case.items.filter(key=key).order_by("position", "id").first()


def verdicts(found):
    return {check["check"]: check["verdict"] for check in found.checks}


def test_rows_are_read_back_as_they_were_saved(world):
    case = case_at("suggested", 2, world)
    found = recorded_input(case)
    assert [row["kind"] for row in found.images] == ["mri", "ct"]
    assert [(row["plan"], row["lesion"]) for row in found.targets] == [(0, place) for place in range(7)]
    assert (found.organs[0]["name"], found.organs[0]["plan"]) == ("Chiasm", 0)
    assert found.directives[0]["signed_by"] == world.clinicians["onco"]


def test_a_change_writes_one_revision_that_names_row_and_value(world):
    case = case_at("suggested", 1, world)
    before = CaseRevision.objects.filter(case=case).count()
    organs = recorded_input(case).organs
    save(case, world, organs=[{**organs[0], "planned_gy": Decimal("9.5")}])
    assert CaseRevision.objects.filter(case=case).count() == before + 1
    told = CaseRevision.objects.filter(case=case).latest("id").difference
    assert told["organs[1].planned_gy"] == ["1.2", "9.5"]


def test_a_target_goes_with_its_lesion(world):
    case = case_at("suggested", 2, world)
    kept = recorded_input(case).lesions[1:]
    save(case, world, lesions=kept)
    found = recorded_input(case)
    assert [(row["plan"], row["lesion"]) for row in found.targets] == [(0, place) for place in range(6)]
    assert Target.objects.filter(case=case).exclude(removed_at=None).count() == 1


def test_forms_without_these_rows_leave_them_alone(world):
    case = case_at("suggested", 1, world)
    save(case, world, {"kps": 70})
    found = recorded_input(case)
    assert (len(found.images), len(found.targets), len(found.organs)) == (2, 1, 1)


def test_two_people_change_different_targets_and_both_changes_stand(world):
    case = case_at("suggested", 2, world)
    base = recorded_input(case)
    mine, theirs = deepcopy_rows(base), deepcopy_rows(base)
    mine.targets[0]["margin_mm"] = Decimal(2)
    theirs.targets[1]["margin_mm"] = Decimal(3)
    found = merged(snapshot(base), mine, theirs, {})
    assert found.open_clashes == []
    assert [row["margin_mm"] for row in found.facts.targets[:2]] == [Decimal(2), Decimal(3)]
    assert [row["lesion"] for row in found.facts.targets] == list(range(7))


def test_one_value_changed_by_both_is_a_clash(world):
    case = case_at("suggested", 1, world)
    base = recorded_input(case)
    mine, theirs = deepcopy_rows(base), deepcopy_rows(base)
    mine.plans[0]["second_check_pct"], theirs.plans[0]["second_check_pct"] = Decimal(2), Decimal(3)
    found = merged(snapshot(base), mine, theirs, {})
    assert [entry.field for entry in found.open_clashes] == ["second_check_pct"]


def test_a_target_of_a_lesion_that_the_other_person_removed_is_gone(world):
    case = case_at("suggested", 2, world)
    base = recorded_input(case)
    mine, theirs = deepcopy_rows(base), deepcopy_rows(base)
    del theirs.lesions[6], theirs.targets[6]
    theirs.plans[0]["lesions"] = theirs.sessions[0]["lesions"] = list(range(6))
    theirs.sessions[0]["doses"].pop(6, None)
    found = merged(snapshot(base), mine, theirs, {})
    assert len(found.facts.targets) == len(found.facts.lesions) == 6


def deepcopy_rows(facts):
    """An own copy of every row; records stay the same objects."""
    names = ("lesions", "plans", "sessions", "team", "authorizations", "other_courses")
    rows = {
        name: [
            {key: dict(value) if isinstance(value, dict) else value for key, value in row.items()}
            for row in getattr(facts, name)
        ]
        for name in (*names, "images", "targets", "organs", "directives")
    }
    return CaseInput(case=dict(facts.case), **deepcopy_lists(rows))


def deepcopy_lists(rows):
    return {name: [dict(row) for row in found] for name, found in rows.items()}


def test_a_plan_approval_recorded_with_its_signer_needs_no_paper(world):
    case = case_at("coded", 1, world)
    assert item(case, "plan-approval-radiation-oncologist").answer == Answer.OPEN
    save(case, world, plans=with_plan(case, approved_by=world.clinicians["onco"]))
    found = item(case, "plan-approval-radiation-oncologist")
    assert (found.answer, found.answered_by_system) == (Answer.SATISFIED, True)
    save(case, world, plans=with_plan(case, approved_by=world.clinicians["phil"]))
    assert item(case, "plan-approval-radiation-oncologist").answer == Answer.OPEN


def test_a_signed_document_stands_for_a_time_nobody_recorded(world):
    case = case_at("documented", 1, world)
    found = item(case, "plan-transfer-check")
    assert (found.answer, verdicts(found)["plan.transfer_before_beam"]) == (Answer.SATISFIED, "unknown")


def test_what_the_data_must_show_keeps_a_filed_item_open(world):
    case = case_at("documented", 1, world)
    assert item(case, "independent-dose-check").answer == Answer.SATISFIED
    save(case, world, plans=with_plan(case, second_check_pct=None))
    found = item(case, "independent-dose-check")
    assert (found.answer, verdicts(found)["plan.second_check_in_limit"]) == (Answer.OPEN, "unknown")
    save(case, world, plans=with_plan(case, second_check_pct=Decimal("6")))
    found = item(case, "independent-dose-check")
    assert (found.answer, verdicts(found)["plan.second_check_in_limit"]) == (Answer.OPEN, "fails")


def test_an_item_that_a_person_judges_waits_for_no_unrecorded_field(world):
    case = case_at("documented", 1, world)
    save(case, world, organs=[])
    found = item(case, "organs-at-risk")
    assert (found.answer, verdicts(found)["plan.organs_complete"]) == (Answer.SATISFIED, "unknown")


def test_a_recorded_value_that_contradicts_opens_an_item_that_a_person_judges(world):
    case = case_at("documented", 1, world)
    organs = recorded_input(case).organs
    save(case, world, organs=[{**organs[0], "planned_gy": Decimal(9)}])
    found = item(case, "dvh-review-signed")
    assert (found.answer, verdicts(found)["plan.limits_commented"]) == (Answer.OPEN, "fails")
    save(case, world, organs=[{**recorded_input(case).organs[0], "comment": "Accepted by the physician."}])
    assert item(case, "dvh-review-signed").answer == Answer.SATISFIED
