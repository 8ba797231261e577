"""The site as the privacy statements find it: two departments at work, every kind of record in every needed state.

Built once per module and never changed for good: each act on it is rolled back (`acting`). What people do to these
scenes is in `acts.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from casetracker.choices import Answer, Role
from casetracker.lifts import mark
from casetracker.models import (
    AuditEvent,
    Case,
    CaseTemplate,
    ChecklistItem,
    DutyAssignment,
    Membership,
    PolicySetting,
    Query,
    User,
)
from casetracker.models.accounts import KeptPost
from casetracker.services import coding, lifting, policies, queries, review
from casetracker.services.accounts import keep_post
from tests.cast import PASSWORD, World, build_world
from tests.factories import case_at
from tests.packets import Desk, accepted, decide, desk, in_review
from tests.packets import approved as approved_packet

QUESTION = "Which images show the largest diameter of the lesion?"


@dataclass
class Scenes:
    """Cases by what can be done on them."""

    world: World
    fresh: Case  # facts entered, nothing decided, nothing documented
    complete: Case  # every line accepted, every item proved
    sent: Case  # with billing
    waiting: Desk  # facility packet submitted
    judged: Desk  # facility packet in Sam's review, nothing accepted yet
    decided: Desk  # facility packet in Sam's review, every item accepted
    frozen: Desk  # facility packet approved
    part_sent: Desk  # with billing except one held line that could be released now
    returned: Desk  # one item returned
    query: Query
    template: CaseTemplate
    kept: KeptPost
    proposal: PolicySetting
    disputed: Case  # every line accepted, and one held for compliance because a block stands against it
    settled: Case  # the same, and compliance has lifted the block
    doors: dict[str, User] = field(default_factory=dict)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)

    def event_record(self, case: Case) -> str:
        return f"case {case.number}"


def build_scenes() -> Scenes:
    world = build_world()
    petra, onco = world.people["petra"], world.clinicians["onco"]
    fresh = case_at("suggested", story=4, world=world)
    asked = queries.ask(case=fresh, by=petra, clinician=onco, facts="A note.", question=QUESTION)
    token = keep_post(owner_id=petra.pk, path="/cases/", fields={"q": ["x"]}, files_left_out=0)
    scenes = Scenes(
        world=world,
        fresh=fresh,
        complete=case_at("documented", story=1, world=world),
        sent=case_at("handed_off", story=2, world=world),
        waiting=_waiting(world),
        judged=_judged(world, "N-0002"),
        decided=_decided(world),
        frozen=_frozen(world),
        part_sent=_part_sent(world),
        returned=_returned(world),
        query=asked,
        template=world.template,
        kept=KeptPost.objects.get(token=token),
        proposal=_proposal(world),
        disputed=_disputed(world),
        settled=_settled(world),
    )
    scenes.fresh.refresh_from_db()
    scenes.doors = _doors(world)
    return scenes


def _doors(world: World) -> dict[str, User]:
    """One person per role at North Hospital, one without any, and one who holds every role at South Clinic."""
    names = {
        "staff": "petra",
        "coder": "cora",
        "supervisor": "sam",
        "billing": "bea",
        "compliance": "carl",
        "administrator": "ada",
        "nobody": "noor",
    }
    doors = {role: world.people[name] for role, name in names.items()}
    sue = User.objects.create_user("sue", "sue@example.org", PASSWORD, full_name="Sue South")
    Membership.objects.bulk_create(Membership(user=sue, department=world.south, role=role) for role in Role)
    DutyAssignment.objects.create(user=sue, department=world.south, duty="therapist")
    return doors | {"elsewhere": sue}


def _disputed(world: World) -> Case:
    case = case_at("coded", story=1, world=world)
    coding.add_line(
        case=case,
        by=world.people["cora"],
        code="61782",
        stream="surgeon_professional",
        units=1,
        modifiers=[],
        date=date(2026, 3, 2),
        reason="Navigation for a biopsy of another lesion.",
        hold_until=date(2026, 12, 31),
    )
    return Case.objects.get(pk=case.pk)


def _settled(world: World) -> Case:
    case = _disputed(world)
    lifting.lift_conflict(
        case=case, by=world.people["carl"], conflict=block_of(case), reason="An unrelated biopsy."
    )
    return case


def block_of(case: Case) -> str:
    """The short name of the one block on this case."""
    conflicts = case.evaluations.get(occasion="current").result["conflicts"]
    return next(mark(conflict) for conflict in conflicts if conflict["severity"] == "block")


def _proposal(world: World) -> PolicySetting:
    """Entered by Cleo, the second person of compliance; nobody has approved it."""
    cleo = User.objects.create_user("cleo", "cleo@example.org", PASSWORD, full_name="Cleo Complies")
    Membership.objects.create(user=cleo, department=world.north, role=Role.COMPLIANCE)
    return policies.propose(
        department=world.north,
        payer=None,
        key="addon_order",
        value="simple_first",
        reason="Decided in the coding meeting.",
        valid_from=date(2026, 1, 1),
        valid_to=None,
        by=cleo,
    )


def _waiting(world: World) -> Desk:
    made = desk(world, number="N-0001")
    review.submit(packet=made.packet(), by=world.people["petra"])
    return made


def _judged(world: World, number: str) -> Desk:
    made = desk(world, number=number)
    in_review(made, world)
    return made


def _decided(world: World) -> Desk:
    made = desk(world, number="N-0003")
    accepted(made, world)
    return made


def _frozen(world: World) -> Desk:
    made = desk(world, number="N-0004")
    approved_packet(made, world)
    return made


def _part_sent(world: World) -> Desk:
    """77372 is with billing; 77295 was held because its item was open, and the item is done now."""
    made, cora = desk(world, number="N-0005", decided=False), world.people["cora"]
    decide(made, "77372", cora)
    decide(made, "61796", cora)
    decide(made, "77295", cora, "hold", reason="Approval missing.", hold_owner="coder")
    late = ChecklistItem.objects.filter(case=made.case, key="plan-approval")
    late.update(answer=Answer.OPEN)
    packet = in_review(made, world)
    review.accept_item(packet=packet, item=made.item("delivery-record"), by=world.people["sam"])
    lines = ["77372/facility/course"]
    packet = made.packet()
    review.approve(
        packet=packet,
        by=world.people["sam"],
        case_version=packet.case.version,
        lines=lines,
        password=PASSWORD,
    )
    late.update(answer=Answer.SATISFIED)
    made.case.packets.filter(stream="facility").update(status="handed_off")
    return made


def _returned(world: World) -> Desk:
    made, sam = _judged(world, "N-0006"), world.people["sam"]
    item = made.item("plan-approval")
    review.return_item(packet=made.packet(), item=item, by=sam, reason="other", text="Sign it today.")
    review.return_packet(packet=made.packet(), by=sam)
    return made


@pytest.fixture(scope="module")
def scenes(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Scenes]:
    """For a whole module, around the transactions of its tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_scenes()
        transaction.set_rollback(True)


@contextmanager
def acting(person: User | None) -> Iterator[Client]:
    """A browser in which this person is signed in; whatever is done with it is undone afterwards."""
    with transaction.atomic():
        client = Client(REMOTE_ADDR="10.1.2.3")
        if person is not None:
            client.force_login(person)
        yield client
        transaction.set_rollback(True)


@contextmanager
def traced() -> Iterator[list[AuditEvent]]:
    """The audit events written inside, in order; complete when the block ends."""
    last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
    found: list[AuditEvent] = []
    yield found
    found += AuditEvent.objects.filter(id__gt=last).order_by("id")
