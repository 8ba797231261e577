"""Freezing a packet and drawing its files: versions, supplements, a missing system library, failures."""

import hashlib
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casetracker.choices import FileState, HandoffState, PacketStatus
from casetracker.errors import NotAllowed
from casetracker.handoff.document import digest_of
from casetracker.handoff.pdf import INSTALL_HINT, PdfUnavailable
from casetracker.models import AuditEvent, BillingLine, Handoff, HandoffFile
from casetracker.services import handoff as services
from casetracker.services import review
from tests.cast import *  # noqa: F403
from tests.handoff.versions import again, content, held_and_handed_off, history, supplemented
from tests.packets import accepted, approve, approved, desk, prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(world):
    return desk(world, demo=True)


@pytest.fixture
def packet(made, world):
    return approved(made, world)


@pytest.fixture
def ready(packet) -> Handoff:
    services.draw_pending()
    return Handoff.objects.get()


# --- freezing


def test_an_approval_freezes_the_packet(made, packet, sam):
    frozen = Handoff.objects.get()
    assert (frozen.version, frozen.state, frozen.supplement, frozen.supersedes) == (1, "pending", False, None)
    assert (frozen.approved_by, frozen.approved_at) == (sam, packet.approved_at)
    document = content(frozen)
    assert (document.status.state, document.status.decision) == ("approved", "RELEASE")
    assert document.status.headline == "Bill 77295 x1, 77372 x1."
    assert digest_of(frozen.snapshot) == frozen.digest == document.digest
    assert set(frozen.files.values_list("format", "state")) == {
        ("pdf", "pending"),
        ("json", "pending"),
        ("csv", "pending"),
    }


def test_a_frozen_version_never_changes_with_the_case(made, packet):
    before = Handoff.objects.get().snapshot
    made.case.account_number = "NEW-1"
    made.case.save()
    BillingLine.objects.update(label="Other words")
    assert Handoff.objects.get().snapshot == before


def test_a_refused_approval_freezes_nothing(made, world, sam):
    packet = accepted(made, world)
    with pytest.raises(NotAllowed):
        approve(packet, sam, password="not mine")
    assert not Handoff.objects.exists()


def test_collecting_asks_a_fixed_number_of_questions(made, world):
    packet = accepted(made, world)
    services.build_handoff(packet)
    with CaptureQueriesContext(connection) as few:
        services.build_handoff(packet)
    for number in range(20):
        for item in made.items.values():
            item.pk, item.label, item.subject = None, f"Item {number}", f"lesion:{number}"
            item.save(force_insert=True)
            prove(item, world.people["petra"])
    with CaptureQueriesContext(connection) as many:
        document = services.build_handoff(packet)
    assert len(document.index) > 40
    assert len(many) == len(few)


def test_version_2_replaces_version_1_and_marks_each_line(made, packet, world):
    second = again(made, world)
    first = Handoff.objects.get(version=1)
    assert (first.state, second.version, second.supersedes) == (HandoffState.REPLACED, 2, first)
    document = content(second)
    assert {line.code: line.change for line in document.lines} == {"77372": "unchanged", "77295": "replaced"}
    assert {fact.label.split()[0]: fact.value for fact in document.changes} == {
        "77372": "unchanged",
        "77295": "replaced",
    }
    assert document.status.replaces == 1
    assert "Correct or void what was filed from version 1" in document.status.next_step
    assert content(first).changes == ()


def test_a_line_that_is_gone_is_voided_in_the_next_version(made, packet, world, sam):
    review.reopen(packet=made.packet(), by=sam, reason="The plan was billed elsewhere.")
    BillingLine.objects.filter(code="77295").update(decision="decline", reason="Billed elsewhere.")
    approved(made, world)
    document = content(Handoff.objects.get(version=2))
    assert {fact.label.split()[0]: fact.value for fact in document.changes} == {
        "77372": "unchanged",
        "77295": "voided",
    }


def test_held_lines_are_named_with_owner_and_day(world):
    _, handoff = held_and_handed_off(world)
    document = content(handoff)
    assert document.status.decision == "RELEASE WITH HELD LINES"
    assert document.status.headline == "Bill 77372 x1. 1 line is held: see section 8."
    (held,) = document.held
    assert (held.kind, held.code, held.reason) == ("Held", "77295", "The plan is not signed.")
    assert (held.owner, held.expected_on) == ("radiation oncologist", "2026-03-20")


def test_a_supplement_adds_its_lines_and_replaces_nothing(world):
    made, first = held_and_handed_off(world)
    second = supplemented(made, world)
    first.refresh_from_db()
    assert first.state == HandoffState.READY
    assert (second.version, second.supplement, second.supersedes) == (2, True, None)
    document = content(second)
    assert document.status.kind == "supplement"
    assert document.status.replaces is None
    assert document.status.headline == "Bill in addition 77295 x1."
    assert {line.code: line.decision for line in document.lines} == {
        "77295": "RELEASE",
        "77372": "IN VERSION 1",
    }
    assert document.sign_off.text == "Approved for billing: 77295 x1."


def test_the_version_after_a_supplement_replaces_both(world):
    made, _ = held_and_handed_off(world)
    supplemented(made, world)
    services.draw_pending()
    third = again(made, world)
    assert list(Handoff.objects.order_by("version").values_list("state", flat=True)) == [
        "replaced",
        "replaced",
        "pending",
    ]
    assert {line.decision for line in content(third).lines} == {"RELEASE"}


# --- drawing


def test_drawing_stores_three_files_and_hands_the_packet_off(made, packet, ready):
    assert ready.state == HandoffState.READY
    assert made.packet().status == PacketStatus.HANDED_OFF
    for file in HandoffFile.objects.all():
        stored = bytes(file.content)
        assert file.state == FileState.STORED
        assert (file.digest, file.size) == (hashlib.sha256(stored).hexdigest(), len(stored))
        assert file.rendered_at
        assert file.template_version
    starts = {file.format: bytes(file.content)[:5] for file in HandoffFile.objects.all()}
    assert starts["pdf"] == b"%PDF-"
    assert json.loads(bytes(HandoffFile.objects.get(format="json").content)) == ready.snapshot


def test_approval_draws_by_itself_after_the_commit(made, world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        approved(made, world)
        assert not HandoffFile.objects.filter(state="stored").exists()
    assert made.packet().status == PacketStatus.HANDED_OFF


def test_drawing_is_left_to_the_command_where_it_is_set_so(
    made, world, settings, django_capture_on_commit_callbacks, capsys
):
    settings.HANDOFF_DRAWING = "command"
    with django_capture_on_commit_callbacks(execute=True):
        approved(made, world)
    assert made.packet().status == PacketStatus.APPROVED
    call_command("render_handoffs")
    assert capsys.readouterr().out == "3 files stored.\n"
    assert made.packet().status == PacketStatus.HANDED_OFF


def test_the_system_hands_off_with_one_audit_event_and_no_person(made, packet):
    before = history(made)
    services.draw_pending()
    event = AuditEvent.objects.get(action="handoff.ready")
    assert (event.user, event.record) == (None, "case N-0001")
    assert history(made) == (before[0], before[1] + 1)
    assert services.draw_pending() == 0
    assert history(made) == (before[0], before[1] + 1)


def test_without_pango_the_file_waits_and_names_the_command(made, packet, monkeypatch):
    def missing(document, moment):
        raise PdfUnavailable(f"A system library is missing. Install: {INSTALL_HINT}")

    monkeypatch.setattr(services, "render_pdf", missing)
    assert services.draw_pending() == 2
    pdf = HandoffFile.objects.get(format="pdf")
    assert (pdf.state, pdf.attempts) == (FileState.PENDING, 0)
    assert INSTALL_HINT in pdf.problem
    assert set(HandoffFile.objects.filter(state="stored").values_list("format", flat=True)) == {"json", "csv"}
    assert made.packet().status == PacketStatus.APPROVED
    with pytest.raises(CommandError, match="case N-0001 facility v1 pdf: A system library is missing"):
        call_command("render_handoffs")
    monkeypatch.undo()
    assert services.draw_pending() == 1
    assert made.packet().status == PacketStatus.HANDED_OFF


def test_a_failure_is_tried_five_times_and_again_only_when_asked(made, packet, monkeypatch):
    tried = []

    def broken(document, moment):
        tried.append(document)
        raise RuntimeError("secret of a patient")

    monkeypatch.setattr(services, "render_pdf", broken)
    for _ in range(7):
        services.draw_pending()
    pdf = HandoffFile.objects.get(format="pdf")
    assert (len(tried), pdf.attempts, pdf.state) == (5, 5, FileState.FAILED)
    assert pdf.problem == "RuntimeError while drawing"
    monkeypatch.undo()
    assert services.draw_pending() == 0
    assert services.draw_pending(again=True) == 1
    assert made.packet().status == PacketStatus.HANDED_OFF


def test_a_packet_reopened_before_its_file_was_drawn_stays_with_the_department(made, packet, sam):
    review.reopen(packet=made.packet(), by=sam, reason="Wrong date.")
    services.draw_pending()
    assert made.packet().status == PacketStatus.COLLECTING


def test_an_older_version_drawn_late_hands_nothing_off(made, packet, world):
    again(made, world)
    services.draw_pending()
    assert list(Handoff.objects.order_by("version").values_list("state", flat=True)) == ["replaced", "ready"]
