"""Policy settings: proposing, approving, superseding; each refusal says what would be accepted."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.models import AuditEvent, Membership, PolicySetting
from casetracker.policy import left, overlap, policy_on
from casetracker.services import policies
from tests.services.policies_desk import FROM, WHY, held, in_force, proposed

pytestmark = pytest.mark.django_db


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
