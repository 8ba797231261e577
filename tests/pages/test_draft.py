"""The draft of a packet: always marked, and after the approval what billing has."""

import re

import pytest
from django.urls import reverse

from casetracker.models import AuditEvent, BillingLine, Handoff, Packet
from casetracker.services import handoff as services
from casetracker.services import review
from tests.cast import *  # noqa: F403
from tests.packets import accepted, approved, desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def real(world) -> Handoff:
    """A handoff that came through review, with its files."""
    approved(desk(world), world)
    services.draw_pending()
    return Handoff.objects.get()


def url(handoff: Handoff, name: str = "handoff", *more: str) -> str:
    return reverse(name, args=[handoff.pk, *more])


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def draft_url(packet, name="packet-draft"):
    return reverse(name, args=[packet.case_id, packet.pk])


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "carl"])
def test_a_draft_works_and_says_so(client, world, who):
    packet = accepted(desk(world), world)
    client.force_login(world.people[who])
    shown = text(client.get(draft_url(packet)))
    assert "Draft – not for billing" in shown
    assert "Packet is in review; 0 required items are open." in shown
    assert "DO NOT BILL" in shown


def test_a_draft_names_undecided_lines(client, world, petra):
    made = desk(world, decided=False)
    client.force_login(petra)
    shown = text(client.get(draft_url(made.packet())))
    assert "No coder has decided this line yet." in shown


def test_a_draft_pdf_is_marked_and_recorded(client, world, petra):
    packet = accepted(desk(world), world)
    client.force_login(petra)
    answer = client.get(draft_url(packet, "packet-draft-pdf"))
    assert answer.content[:5] == b"%PDF-"
    assert answer["Content-Disposition"] == 'attachment; filename="N-0001-facility-v1-DRAFT.pdf"'
    assert AuditEvent.objects.filter(action="draft.download.pdf", user=petra).count() == 1


def test_after_approval_the_draft_page_shows_what_billing_has(client, real, petra, sam):
    BillingLine.objects.update(label="Words typed later")
    client.force_login(petra)
    shown = text(client.get(draft_url(real.packet)))
    assert "What billing has." in shown
    assert "Words typed later" not in shown
    assert url(real) not in shown
    assert client.get(draft_url(real.packet, "packet-draft-pdf")).status_code == 404
    client.force_login(sam)
    assert url(real) in text(client.get(draft_url(real.packet)))


def test_the_draft_of_a_reopened_packet_is_version_2(client, real, petra, sam):
    packet = Packet.objects.select_related("case__department").get(pk=real.packet_id)
    review.reopen(packet=packet, by=sam, reason="Wrong date.")
    client.force_login(petra)
    shown = text(client.get(draft_url(packet)))
    assert "version 2" in shown
    assert "Draft – not for billing" in shown


def test_drafts_of_another_department_are_not_found(client, world, conrad):
    packet = desk(world).packet()
    client.force_login(conrad)
    assert client.get(draft_url(packet)).status_code == 404
    assert client.get(draft_url(packet, "packet-draft-pdf")).status_code == 404


def test_a_packet_of_another_case_is_not_found(client, world, petra):
    packet = desk(world).packet()
    other = desk(world, number="N-0002")
    client.force_login(petra)
    assert client.get(reverse("packet-draft", args=[other.case.pk, packet.pk])).status_code == 404


def test_drafts_take_no_other_method(client, world, petra):
    packet = desk(world).packet()
    client.force_login(petra)
    assert client.post(draft_url(packet)).status_code == 405
    assert client.post(draft_url(packet, "packet-draft-pdf")).status_code == 405
