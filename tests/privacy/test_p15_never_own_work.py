"""P-15: no one can approve a case on which he or she completed or signed an item: not through the page, not by
calling the address, not through the service, not in the database. Each try is refused and recorded."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casetracker.choices import Role
from casetracker.errors import NotAllowed
from casetracker.models import BillingLine, Document, ItemDocument, Membership, Packet
from casetracker.services import review
from tests.cast import PASSWORD
from tests.privacy.acts import approval
from tests.privacy.scenes import Scenes, acting, scenes, traced  # noqa: F401

pytestmark = pytest.mark.django_db
STEPS = ("take", "approve", "return")


def attached(scenes: Scenes, sam) -> None:  # noqa: F811
    Document.objects.filter(case=scenes.decided.case).update(added_by=sam)


def linked(scenes: Scenes, sam) -> None:  # noqa: F811
    ItemDocument.objects.filter(item__case=scenes.decided.case).update(linked_by=sam)


def answered(scenes: Scenes, sam) -> None:  # noqa: F811
    scenes.decided.case.items.update(answered_by=sam)


def signed(scenes: Scenes, sam) -> None:  # noqa: F811
    """As the clinician he is."""
    onco = scenes.world.clinicians["onco"]
    onco.user = sam
    onco.save()
    Document.objects.filter(case=scenes.decided.case).update(author=onco)


def released(scenes: Scenes, sam) -> None:  # noqa: F811
    BillingLine.objects.filter(case=scenes.decided.case).update(decided_by=sam)


def submitted(scenes: Scenes, sam) -> None:  # noqa: F811
    Packet.objects.filter(case=scenes.decided.case).update(submitted_by=sam)


PARTS = (attached, linked, answered, signed, released, submitted)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_calling_the_approval_directly_is_refused_and_recorded(scenes, part):  # noqa: F811
    sam, packet = scenes.doors["supervisor"], scenes.decided.packet()
    where = [packet.case_id, packet.pk, "approve"]
    with acting(sam) as client:
        part(scenes, sam)
        with traced() as events:
            answer = client.post(reverse("packet-step", args=where), approval(scenes))
        assert answer.status_code == 403
        assert Packet.objects.get(pk=packet.pk).status == "in_review"
    assert [(event.action, event.username, event.outcome, event.record) for event in events] == [
        ("packet.approved", "sam", "refused", f"case {packet.case.number}")
    ]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_the_service_refuses_too_and_says_why(scenes, part):  # noqa: F811
    sam, sent = scenes.doors["supervisor"], approval(scenes)
    with transaction.atomic():
        part(scenes, sam)
        with pytest.raises(NotAllowed, match=r"^You .*, so another supervisor must review it\.$"):
            review.approve(
                packet=scenes.decided.packet(),
                by=sam,
                case_version=sent["approve-case_version"],
                lines=sent["approve-lines"],
                password=PASSWORD,
            )
        transaction.set_rollback(True)


def test_a_completer_who_is_also_a_supervisor_can_take_no_step(scenes):  # noqa: F811
    petra, packet = scenes.doors["staff"], scenes.decided.packet()
    with acting(petra) as client:
        Membership.objects.create(user=petra, department=scenes.world.north, role=Role.SUPERVISOR)
        for step in STEPS:
            entries = approval(scenes) | {"return-text": "No."}
            with traced() as events:
                address = reverse("packet-step", args=[packet.case_id, packet.pk, step])
                assert client.post(address, entries).status_code == 403
            assert [event.outcome for event in events] == ["refused"], step


def test_the_page_shows_the_reason_beside_the_disabled_step(scenes):  # noqa: F811
    petra, packet = scenes.doors["staff"], scenes.waiting.packet()
    with acting(petra) as client:
        Membership.objects.create(user=petra, department=scenes.world.north, role=Role.SUPERVISOR)
        page = client.get(reverse("packet-review", args=[packet.case_id, packet.pk])).content.decode()
    assert "so another supervisor must review it" in page


def test_the_database_itself_refuses_the_submitter_as_approver(scenes):  # noqa: F811
    packet, petra = scenes.decided.packet(), scenes.doors["staff"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Packet.objects.filter(pk=packet.pk).update(approved_by=petra, approved_at=timezone.now())
    assert packet.submitted_by == petra
