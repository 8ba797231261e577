"""Severities that a department lowers: on the item, in the packet, on the pages; by day like every policy."""

import re
from datetime import date

import pytest
from django.urls import reverse

from casetracker.errors import Refused
from casetracker.handoff.proof import exceptions
from casetracker.handoff.records import load
from casetracker.models import CaseRevision, ChecklistItem, Packet, PolicySetting
from casetracker.selectors.policy_effects import impact_of, waiting_cases
from casetracker.services import policies, policy_effects
from checklists.engine.strictness import severity_key
from checklists.reader import current_book
from tests.factories import case_at

pytestmark = pytest.mark.django_db
FROM = date(2026, 1, 1)
OPEN = [
    item.key
    for item in current_book().items.values()
    if item.kind == "professional" and item.severity != "quality"
]
FIXED = [item.key for item in current_book().items.values() if item.kind in ("payment", "legal")]


def told(world, item, value="quality", **changes):
    usual = {
        "department": world.north,
        "payer": None,
        "key": severity_key(item),
        "value": value,
        "reason": "Our physicists see to it.",
        "valid_from": FROM,
        "valid_to": None,
        "by": world.people["carl"],
    }
    return usual | changes


def lowered(world, item, **changes):
    setting = policies.propose(**told(world, item, **changes))
    policies.approve(setting=setting, by=world.people["ada"])
    policy_effects.judge_waiting(department=world.north, by=world.people["ada"])
    return setting


def professional(case):
    """An item of the case that a department may be less strict about."""
    return ChecklistItem.objects.filter(case=case, key__in=OPEN, condition="true").order_by("position")[0]


@pytest.mark.parametrize("key", FIXED)
def test_no_proposal_lowers_payment_or_legal_items(world, key):
    with pytest.raises(Refused, match="no department can lower"):
        policies.propose(**told(world, key))
    assert not PolicySetting.objects.exists()


def test_a_payer_cannot_lower_a_severity(world):
    with pytest.raises(Refused, match="leaves this to departments only"):
        policies.propose(**told(world, OPEN[0], payer=world.payers["medicare"]))


def test_open_cases_are_previewed_judged_and_say_whose_decision_it_was(world):
    case = case_at("suggested", world=world)
    item = professional(case)
    was = item.severity
    impact = impact_of(policies.prepared(**told(world, item.key)))
    assert [found.case_id for found in impact.touched] == [case.pk]
    assert {note["text"] for note in impact.touched[0].notes} == {f"{item.label}: {was} becomes quality."}
    lowered(world, item.key)
    item.refresh_from_db()
    assert item.severity == "quality"
    assert item.lowered_because == (
        f"Lowered from {was} to quality by department policy of Jan 1, 2026, approved by Ada Administers: "
        "Our physicists see to it."
    )
    revision = CaseRevision.objects.get(case=case, action="policy.applied")
    assert revision.difference == {f"policy {severity_key(item.key)}": [None, "quality"]}
    assert waiting_cases(world.north) == []


def test_it_holds_by_day_and_goes_with_the_policy(world):
    case = case_at("suggested", world=world)
    item = professional(case)
    was = item.severity
    lowered(world, item.key, valid_from=date(2099, 1, 1))
    item.refresh_from_db()
    assert (item.severity, item.lowered_because) == (was, "")
    lowered(world, item.key)
    item.refresh_from_db()
    assert item.severity == "quality"
    lowered(world, item.key, value="")
    item.refresh_from_db()
    assert (item.severity, item.lowered_because) == (was, "")


def test_pages_and_packet_say_it(world, client):
    case = case_at("suggested", world=world)
    item = professional(case)
    lowered(world, item.key)
    for who, address in (
        ("cora", reverse("case-item", args=[case.pk, item.pk])),
        ("cora", reverse("case-checklist", args=[case.pk]) + "?who=everyone"),
        ("carl", reverse("policy-key", args=[world.north.pk, severity_key(item.key)])),
        ("carl", reverse("policy-department", args=[world.north.pk])),
    ):
        client.force_login(world.people[who])
        shown = re.sub(r"\s+", " ", client.get(address).content.decode())
        assert "Our physicists see to it." in shown, address
    coded = case_at("ready", world=world)
    packet = Packet.objects.filter(case=coded)[0]
    rows = [row for row in exceptions(load(packet)) if row.kind == "Severity lowered"]
    assert rows
    assert rows[0].what == item.label
    assert "Our physicists see to it." in rows[0].reason


def test_the_page_of_a_fixed_item_says_why_and_takes_nothing(world, client, carl):
    client.force_login(carl)
    page = reverse("policy-key", args=[world.north.pk, severity_key("signed-treatment-order")])
    shown = client.get(page).content.decode()
    assert "duty of law or license" in shown
    assert "Propose a change" not in shown
    answer = client.post(
        page, {"value": "quality", "valid_from": "2026-01-01", "reason": "X", "step": "look"}
    )
    assert answer.status_code == 422
    overview = client.get(reverse("policy-department", args=[world.north.pk]))
    assert len(overview.context["fixed"]) == len(FIXED)
    assert {row["usual"] for row in overview.context["strict"]} <= {"required", "recommended"}
