"""Policies: proposed by compliance, approved by another person, superseded and never changed; open cases follow."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from casetracker.choices import Role
from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.models import AuditEvent, CaseRevision, Evaluation, Membership, PolicySetting
from casetracker.policy import left, overlap, policy_on
from casetracker.selectors.policy_effects import impact_of, light_rows, waiting_cases
from casetracker.services import evaluation, policies, policy_effects
from tests.factories import case_at

pytestmark = pytest.mark.django_db
FROM = date(2026, 1, 1)
WHY = "Decided in the coding meeting."


def told(world, **changes):
    usual = {
        "department": world.north,
        "payer": None,
        "key": "allow_77336_single",
        "value": "no",
        "reason": WHY,
        "valid_from": FROM,
        "valid_to": None,
        "by": world.people["carl"],
    }
    return usual | changes


def proposed(world, **changes):
    return policies.propose(**told(world, **changes))


def in_force(world, **changes):
    return policies.approve(setting=proposed(world, **changes), by=world.people["ada"])


def held(world, key="allow_77336_single", payer=None):
    rows = PolicySetting.objects.filter(department=world.north, key=key, payer=payer, state="in_force")
    return [(row.value, row.valid_from, row.valid_to) for row in rows.order_by("valid_from")]


# --- proposing


def test_a_proposal_holds_for_nobody_and_leaves_one_event(world, carl):
    setting = proposed(world)
    assert (setting.state, setting.entered_by, setting.approver) == ("proposed", carl, None)
    assert policy_on(world.north, None, FROM) == {}
    events = list(
        AuditEvent.objects.filter(action="policy.proposed").values_list("record", "outcome", "user")
    )
    assert events == [(f"policy {setting.pk}", "done", carl.pk)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"value": "perhaps"},
            "Continuing physics for one session: “perhaps” is not accepted. Give true or false",
        ),
        ({"key": "mask_code", "value": "77335"}, "Give 77334 or 77333 or 77332"),
        ({"key": "staged_min_gap_days", "value": "-1"}, "Give a whole number from 0 to 365"),
        ({"key": "staged_min_gap_days", "value": "1.5"}, "Give a whole number"),
        ({"key": "surgeon_specialties", "value": "neurosurgery, neurosurgry"}, "Give radiation_oncology, "),
        ({"key": "robotic_codeset", "value": "g"}, "leaves this to payers only"),
        ({"key": "no_such_key"}, "has no such policy"),
        ({"reason": "  "}, "Say why"),
        ({"valid_to": date(2025, 12, 31)}, "The last day lies before the first"),
        ({"valid_from": date(2023, 12, 31)}, "begins on 2024-01-01"),
        ({"value": ""}, "there is nothing to end"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_proposed_says_what_would_be_accepted(world, changes, message):
    with pytest.raises(Refused, match=message):
        proposed(world, **changes)
    assert not PolicySetting.objects.exists()
    assert AuditEvent.objects.filter(action="policy.proposed", outcome="refused").count() == 1


def test_a_payer_of_another_department_is_refused(world):
    with pytest.raises(Refused, match="belongs to another department"):
        proposed(world, payer=world.payers["south_medicare"])


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "bea", "ada", "noor", "sonja"])
def test_only_compliance_proposes(world, who):
    with pytest.raises(NotAllowed, match="Setting policies needs the role compliance in North Hospital"):
        proposed(world, by=world.people[who])


def test_one_proposal_of_a_key_waits_at_a_time(world):
    proposed(world)
    with pytest.raises(WrongState, match="waits already"):
        proposed(world, valid_from=date(2026, 6, 1))
    proposed(world, payer=world.payers["medicare"])
    assert PolicySetting.objects.count() == 2


def test_the_database_itself_keeps_one_proposal_and_one_setting_a_day(world):
    setting = proposed(world)
    for state in ("proposed", "in_force"):
        PolicySetting.objects.filter(pk=setting.pk).update(state=state, approver=world.people["ada"])
        setting.refresh_from_db()
        setting.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            setting.save(force_insert=True)
        setting = PolicySetting.objects.get()


# --- approving


def test_somebody_else_approves(world, carl, ada):
    setting = proposed(world)
    with pytest.raises(NotAllowed, match="somebody else approves it: Ada Administers"):
        policies.approve(setting=setting, by=carl)
    policies.approve(setting=setting, by=ada)
    setting.refresh_from_db()
    assert (setting.state, setting.approver, setting.approved_alone) == ("in_force", ada, False)
    assert policy_on(world.north, None, FROM)["allow_77336_single"]["value"] == "no"
    refused = AuditEvent.objects.get(action="policy.approved", outcome="refused")
    assert refused.department == world.north


def test_the_only_one_who_could_approve_may_and_the_setting_says_so(world, carl, ada):
    Membership.objects.filter(user=ada).update(active=False)
    setting = policies.approve(setting=proposed(world), by=carl)
    assert setting.approved_alone is True


def test_the_database_refuses_an_own_approval_that_does_not_say_so(world, carl):
    setting = proposed(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicySetting.objects.filter(pk=setting.pk).update(state="in_force", approver=carl)


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "bea", "noor", "sonja"])
def test_other_roles_approve_and_withdraw_nothing(world, who):
    setting, person = proposed(world), world.people[who]
    with pytest.raises(NotAllowed, match="compliance or administrator"):
        policies.approve(setting=setting, by=person)
    with pytest.raises(NotAllowed, match="compliance or administrator"):
        policies.withdraw(setting=setting, by=person, reason=WHY)


def test_a_proposal_is_approved_or_withdrawn_once(world, ada):
    setting = in_force(world)
    with pytest.raises(WrongState, match="in force already"):
        policies.approve(setting=setting, by=ada)
    other = proposed(world, key="mask_code", value="77333")
    policies.withdraw(setting=other, by=ada, reason="Not agreed.")
    with pytest.raises(WrongState, match="withdrawn already"):
        policies.approve(setting=other, by=ada)
    assert policy_on(world.north, None, FROM).keys() == {"allow_77336_single"}


def test_withdrawing_needs_a_reason(world, carl):
    with pytest.raises(Refused, match="Say why"):
        policies.withdraw(setting=proposed(world), by=carl, reason=" ")


# --- superseding


def test_a_change_from_a_later_day_lets_the_old_value_hold_until_then(world):
    old = in_force(world, key="mask_code", value="77333")
    new = in_force(world, key="mask_code", value="77332", valid_from=date(2027, 4, 1))
    assert held(world, "mask_code") == [
        ("77333", FROM, date(2027, 3, 31)),
        ("77332", date(2027, 4, 1), None),
    ]
    old.refresh_from_db()
    assert (old.state, old.superseded_by, old.valid_from, old.valid_to) == ("superseded", new, FROM, None)


def test_a_limited_change_inside_gives_the_rest_back(world):
    old = in_force(world, key="mask_code", value="77333")
    in_force(world, key="mask_code", value="77332", valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31))
    in_force(world, key="mask_code", value="77334", valid_from=date(2026, 6, 1))
    assert held(world, "mask_code") == [
        ("77333", FROM, date(2026, 2, 28)),
        ("77332", date(2026, 3, 1), date(2026, 3, 31)),
        ("77333", date(2026, 4, 1), date(2026, 5, 31)),
        ("77334", date(2026, 6, 1), None),
    ]
    rest = PolicySetting.objects.filter(state="in_force", value="77333")
    assert {(row.continues, row.reason, row.approver) for row in rest} == {(old, WHY, old.approver)}


def test_ending_a_setting_gives_the_level_below_its_say(world):
    medicare = world.payers["medicare"]
    in_force(world, key="mask_code", value="77333")
    in_force(world, key="mask_code", value="77332", payer=medicare)
    in_force(world, key="mask_code", value="", payer=medicare, valid_from=date(2026, 7, 1))
    before, after = date(2026, 6, 30), date(2026, 7, 1)
    assert policy_on(world.north, medicare, before)["mask_code"]["value"] == "77332"
    assert policy_on(world.north, medicare, after)["mask_code"] == {
        "value": "77333",
        "from": "department_policy",
        "reason": WHY,
    }


def test_a_value_that_holds_already_needs_no_proposal(world):
    in_force(world)
    with pytest.raises(Refused, match="on all these days already"):
        proposed(world, valid_from=date(2026, 5, 1))
    assert proposed(world, valid_from=date(2025, 5, 1)).pk


@pytest.mark.parametrize(
    ("old", "new", "rest"),
    [
        (((1, None)), ((1, None)), []),
        (((1, None)), ((5, None)), [(1, 4)]),
        (((1, 9)), ((5, 6)), [(1, 4), (7, 9)]),
        (((1, None)), ((5, 6)), [(1, 4), (7, None)]),
        (((5, 9)), ((1, 5)), [(6, 9)]),
        (((5, 9)), ((1, None)), []),
    ],
)
def test_the_days_that_a_new_setting_leaves(old, new, rest):
    def days(pair):
        return tuple(date(2026, 1, n) if n else None for n in pair)

    assert overlap(days(old), days(new))
    assert left(days(old), days(new)) == [days(pair) for pair in rest]
    assert not overlap(days((1, 4)), days((5, None)))
    assert not overlap(days((5, None)), days((1, 4)))


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
