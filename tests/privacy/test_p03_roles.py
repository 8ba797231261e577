"""P-03: access follows role and need. Every page of the address table, every act on it, every role: what is allowed
works, everything else is refused with 403 or 404 and changes nothing.

Roles: staff, coder, supervisor, billing, compliance, administrator; nobody (signed in, no role); elsewhere (every
role, in another department). A page without an act in `act_tables.py` fails.
"""

import pytest

from casetracker.models import CaseRevision, Handoff, Packet
from tests.privacy.act_tables import ALL
from tests.privacy.acts import EVERYBODY
from tests.privacy.addresses import all_addresses
from tests.privacy.scenes import acting, scenes, traced  # noqa: F401

pytestmark = pytest.mark.django_db
DOORS = sorted(EVERYBODY)


def test_every_page_stands_in_the_matrix():
    pages = {address.name for address in all_addresses()}
    assert pages - {act.page for act in ALL} == set()
    assert {act.page for act in ALL} - pages == set()


@pytest.mark.parametrize("act", ALL, ids=str)
def test_the_doors_of_every_act(scenes, act):  # noqa: F811
    wrong = [f"{role}: {why}" for role in DOORS if (why := tried(scenes, act, role))]
    assert wrong == []


def tried(scenes, act, role) -> str:  # noqa: F811
    """What is wrong with this cell; empty when it is right."""
    with acting(scenes.doors[role]) as client, traced() as events:
        before = CaseRevision.objects.count()
        status = act.done_by(client, scenes).status_code
        changed = CaseRevision.objects.count() - before
    refused = [event for event in events if event.outcome == "refused"]
    if role in act.may:
        return "" if status in (200, 302) and not refused else f"should work, got {status}"
    if status not in ((401,) if act.page.startswith("api-") else (403, 404)):
        return f"should be refused, got {status}"
    if changed or len(refused) != 1 or len(events) != 1:
        return f"refused, and yet {changed} changes, {[event.action for event in events]}"
    return ""


def test_billing_gets_approved_content_only(scenes):  # noqa: F811
    with acting(scenes.doors["billing"]) as client:
        rows = [
            row
            for tab in ("to_receive", "waiting", "received")
            for row in client.get(f"/handoffs/?tab={tab}").context["rows"]
        ]
    listed = {row["id"] for row in rows}
    assert listed == set(Handoff.objects.filter(approved_at__isnull=False).values_list("id", flat=True))
    frozen = Packet.objects.filter(status__in=("approved", "handed_off", "closed"))
    assert set(Packet.objects.filter(handoffs__in=listed)) <= set(frozen)


def test_an_administrator_meets_no_patient(scenes):  # noqa: F811
    names = [scenes.fresh.patient.name, scenes.fresh.patient.record_number, scenes.fresh.number]
    readable = [act for act in ALL if act.send is None and "administrator" in act.may]
    assert len(readable) > 5
    with acting(scenes.doors["administrator"]) as client:
        for act in readable:
            body = client.get(act.address(scenes)).content.decode()
            assert not [name for name in names if name in body], act


def test_lists_of_another_department_hold_nothing_of_this_one(scenes):  # noqa: F811
    ours = [scenes.fresh.patient.name, scenes.fresh.number, scenes.waiting.case.number, "Birch"]
    lists = [act for act in ALL if act.send is None and "elsewhere" in act.may and act.leaves]
    assert {"queue", "case-list", "queries", "handoff-list", "home"} <= {act.page for act in lists}
    with acting(scenes.doors["elsewhere"]) as client:
        for act in lists:
            body = client.get(act.address(scenes)).content.decode()
            assert not [name for name in ours if name in body], act
