"""What a change of policy touches, and open cases that are judged anew by it."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casetracker.choices import Role
from casetracker.errors import NotAllowed, Refused
from casetracker.models import AuditEvent, CaseRevision, Evaluation
from casetracker.selectors.policy_effects import impact_of, light_rows, waiting_cases
from casetracker.services import evaluation, policies, policy_effects
from tests.factories import case_at
from tests.services.policies_desk import in_force, told

pytestmark = pytest.mark.django_db


# --- what a change touches


@pytest.fixture
def case(world):
    return case_at("suggested", world=world)


def lines(case):
    return {line["code"] for line in case.evaluations.get(occasion="current").result["lines"]}


def test_the_impact_says_which_cases_change_and_how(world, case):
    assert "77336" in lines(case)
    late = policies.prepared(**told(world, valid_from=date(2027, 1, 1)))
    assert (impact_of(late).open, impact_of(late).candidates, impact_of(late).touched) == (1, 0, [])
    impact = impact_of(policies.prepared(**told(world)))
    (touched,) = impact.touched
    assert (impact.open, impact.candidates, touched.number) == (1, 1, case.number)
    (cause,) = touched.comparison["causes"]
    assert (cause["label"], cause["before"], cause["after"], cause["rules"]) == (
        "Continuing physics for one session",
        "Yes",
        "No",
        ["D-18"],
    )
    assert [(line["change"], line["code"]) for line in touched.comparison["lines"]] == [("removed", "77336")]
    assert "retired" in {item["change"] for item in touched.comparison["items"]}
    assert lines(case) == lines(case)
    assert not CaseRevision.objects.filter(action="policy.applied").exists()


def test_the_impact_of_a_payers_policy_counts_its_cases_only(world, case):
    for name, count in (("medicare", 1), ("lakeside", 0)):
        impact = impact_of(policies.prepared(**told(world, payer=world.payers[name])))
        assert (impact.open, len(impact.touched)) == (count, count), name


def test_a_payers_own_setting_shields_its_cases(world, case):
    in_force(world, value="yes", payer=case.payer)
    impact = impact_of(policies.prepared(**told(world)))
    assert (impact.open, impact.candidates) == (1, 0)


def test_released_lines_that_would_move_are_named(world):
    case_at("coded", world=world)
    (touched,) = impact_of(policies.prepared(**told(world))).touched
    assert touched.released == ["77336"]


def test_what_is_judged_at_once_is_capped_and_the_rest_is_told(world):
    first, second = (case_at("suggested", story=1, world=world) for _ in range(2))
    change = policies.prepared(**told(world))
    page = impact_of(change, most=1)
    assert (page.candidates, page.looked, page.left, page.after) == (2, 1, 1, first.pk)
    rest = impact_of(change, after=page.after, most=1)
    assert (rest.looked, rest.left, rest.after) == (1, 0, 0)
    assert [row.case_id for row in rest.touched] == [second.pk]


def test_the_impact_costs_the_same_for_one_and_three_cases(world):
    change = policies.prepared(**told(world))

    def queries():
        with CaptureQueriesContext(connection) as asked:
            impact_of(change)
        return len(asked)

    case_at("suggested", world=world)
    assert queries() == 5
    for _ in range(2):
        case_at("suggested", world=world)
    assert queries() == 5


# --- open cases follow


def test_open_cases_are_judged_anew_with_one_revision_and_one_event(world, case, ada):
    in_force(world)
    assert [row.case_id for row in waiting_cases(world.north)] == [case.pk]
    version = case.version
    step = policy_effects.judge_waiting(department=world.north, by=ada)
    assert (step.judged, step.changed, step.refused, step.left) == (1, 1, 0, 0)
    assert "77336" not in lines(case)
    (revision,) = CaseRevision.objects.filter(case=case, action="policy.applied")
    assert revision.version == version + 1
    assert revision.difference["policy allow_77336_single"] == [None, "no"]
    assert AuditEvent.objects.filter(action="policy.applied", record=f"case {case.number}").count() == 1
    assert case.items.filter(condition="retired").exists()
    assert waiting_cases(world.north) == []
    again = policy_effects.judge_waiting(department=world.north, by=ada)
    assert (again.judged, again.changed) == (0, 0)


def test_a_case_without_a_difference_gets_no_revision(world, case, ada):
    in_force(world, key="addon_order", value="simple_first")
    step = policy_effects.judge_waiting(department=world.north, by=ada)
    assert (step.judged, step.changed) == (1, 0)
    assert not CaseRevision.objects.filter(action="policy.applied").exists()
    stored = case.evaluations.get(occasion="current")
    assert stored.policy["addon_order"]["value"] == "simple_first"


def test_an_interruption_loses_nothing(world, ada, monkeypatch):
    cases = [case_at("suggested", world=world) for _ in range(3)]
    in_force(world)
    real, calls = policy_effects.judge_case, []

    def fails_at_the_second(**given):
        calls.append(given["case"].pk)
        if len(calls) == 2:
            raise RuntimeError("the machine stops")
        return real(**given)

    monkeypatch.setattr(policy_effects, "judge_case", fails_at_the_second)
    with pytest.raises(RuntimeError):
        policy_effects.judge_waiting(department=world.north, by=ada)
    assert [row.case_id for row in waiting_cases(world.north)] == [case.pk for case in cases[1:]]
    monkeypatch.setattr(policy_effects, "judge_case", real)
    step = policy_effects.judge_waiting(department=world.north, by=ada)
    assert (step.judged, step.changed, step.left) == (2, 2, 0)
    assert CaseRevision.objects.filter(action="policy.applied").count() == 3


def test_a_step_ends_in_time_and_says_what_is_left(world, ada):
    for _ in range(2):
        case_at("suggested", world=world)
    in_force(world)
    step = policy_effects.judge_waiting(department=world.north, by=ada, seconds=-1)
    assert (step.judged, step.left) == (1, 1)


def test_what_was_approved_stays_as_it_was_approved(world, ada):
    case = case_at("approved", world=world)
    in_force(world)
    before = list(Evaluation.objects.order_by("pk").values())
    assert light_rows(world.north) == []
    assert policy_effects.judge_case(case=case, by=ada) is False
    assert list(Evaluation.objects.order_by("pk").values()) == before
    assert list(case.lines.filter(supported=False)) == []


def test_a_released_line_that_lost_its_support_waits_for_a_decision(world, ada):
    case = case_at("coded", world=world)
    in_force(world)
    policy_effects.judge_waiting(department=world.north, by=ada)
    line = case.lines.get(code="77336")
    assert (line.decision, line.supported) == ("release", False)


def test_a_case_that_cannot_be_judged_keeps_its_judgement_and_stops_nobody(world, ada, monkeypatch):
    bad, good = (case_at("suggested", world=world) for _ in range(2))
    in_force(world)
    real = evaluation.refreshed

    def refuses(case, by):
        if case.pk == bad.pk:
            raise Refused("These facts cannot be judged.")
        return real(case, by)

    monkeypatch.setattr(evaluation, "refreshed", refuses)
    step = policy_effects.judge_waiting(department=world.north, by=ada)
    assert (step.judged, step.changed, step.refused) == (2, 1, 1)
    assert "77336" in lines(bad)
    assert "77336" not in lines(good)
    assert AuditEvent.objects.get(action="policy.applied", outcome="refused").record == f"case {bad.number}"


def test_judging_needs_compliance_or_an_administrator(world, cora):
    with pytest.raises(NotAllowed):
        policy_effects.judge_waiting(department=world.north, by=cora)
    assert Role.CODER in cora.memberships.values_list("role", flat=True)


def test_the_command_judges_everything_that_waits(world, case, capsys):
    in_force(world)
    call_command("judge_policies", by="ada")
    assert "North Hospital: 1 judged, 1 changed, 0 could not be judged." in capsys.readouterr().out
    assert waiting_cases(world.north) == []
    call_command("judge_policies", by="cora")
    assert "needs the role compliance or administrator" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no active account"):
        call_command("judge_policies", by="nobody")
