"""The forty invented cases walk the real services to the end and cover what a visitor should be able to look at."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.test import override_settings
from django.utils import timezone

from casetracker import choices
from casetracker.clinical import STATES, clinical_state
from casetracker.management.demo import facts
from casetracker.management.demo.people import demo_file, sign_ins
from casetracker.models import Case, HandoffFile, Membership, Packet, Query
from casetracker.recorded import recorded_input
from casetracker.services import handoff

pytestmark = pytest.mark.django_db
ENDS = {"sent_back": "returned"}
"""Where a row's word is not the state that its packets end in."""


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Everything `load_demo` loads, once for this module; the look of the PDF is tested elsewhere."""
    patch = pytest.MonkeyPatch()
    patch.setattr(handoff, "render_pdf", lambda document, approved_at: b"%PDF-1.7 drawn elsewhere")
    with django_db_blocker.unblock(), override_settings(HANDOFF_DRAWING="command"), transaction.atomic():
        call_command("load_demo", quiet=True)
        yield
        transaction.set_rollback(True)
    patch.undo()


def test_there_are_forty_and_a_second_run_adds_none(demo):
    assert Case.objects.filter(demo=True).count() == Case.objects.count() == 40
    before = Query.objects.count()
    with override_settings(HANDOFF_DRAWING="command"):
        call_command("load_demo", quiet=True)
    assert (Case.objects.count(), Query.objects.count()) == (40, before)


def test_every_packet_reaches_the_state_its_row_asks_for(demo):
    wrong = []
    for spec in demo_file("cases.yaml"):
        case = Case.objects.get(patient__record_number=spec["patient"][0])
        wrong += [
            (case.patient.name, packet.stream, packet.status)
            for packet in case.packets.all()
            if packet.status != wanted_end(spec, packet)
        ]
    assert wrong == []


def wanted_end(spec, packet):
    target = spec.get("packets", {}).get(packet.stream, spec["state"])
    released = packet.case.lines.filter(stream=packet.stream, decision="release").exists()
    known = released and target in {*choices.PacketStatus.values, *ENDS}
    return ENDS.get(target, target) if known else "collecting"


def test_every_state_of_a_packet_a_question_and_a_handoff_is_there(demo):
    assert set(Packet.objects.values_list("status", flat=True)) == set(choices.PacketStatus.values)
    asked = set(Query.objects.values_list("state", flat=True))
    assert asked >= {"open", "answered", "withdrawn"}
    assert {"stored", "pending"} <= set(HandoffFile.objects.values_list("state", flat=True))


def test_every_clinical_state_is_there(demo):
    found = {clinical_state(recorded_input(case), case.halt).key for case in Case.objects.all()}
    assert found == set(STATES)
    assert set(Case.objects.values_list("halt", flat=True)) >= {"none", "on_hold", "cancelled"}


def test_every_modality_setting_and_class_of_payer_is_there(demo):
    assert set(Case.objects.values_list("modality", flat=True)) == set(choices.Modality.values)
    assert set(Case.objects.values_list("setting", flat=True)) == set(choices.Setting.values)
    classes = set(Case.objects.exclude(payer=None).values_list("payer__payer_class", flat=True))
    assert classes == set(choices.PayerClass.values)


def test_every_role_can_sign_in_and_every_duty_is_held(demo):
    assert {role for role, _, _ in sign_ins()} == set(choices.Role.values)
    assert set(Membership.objects.values_list("role", flat=True)) == set(choices.Role.values)
    duties = {duty for entry in demo_file("people.yaml")["users"] for duty in entry["duties"]}
    assert duties == set(choices.Duty.values)


def test_ten_lesions_and_five_sessions_can_be_looked_at(demo):
    lesions = Case.objects.annotate(rows=Count("lesions", distinct=True)).values_list("rows", flat=True)
    sessions = Case.objects.annotate(rows=Count("sessions", distinct=True)).values_list("rows", flat=True)
    assert max(lesions) >= 10
    assert max(sessions) >= 5


def test_nothing_recorded_lies_in_the_future(demo):
    today = timezone.localdate()
    for case in Case.objects.all():
        done = [
            case.consulted_on,
            case.decided_on,
            case.simulated_on,
            case.continuing_check_on,
            case.eligibility_checked_on,
        ]
        done += [plan.approved_at and plan.approved_at.date() for plan in case.plans.all()]
        done += [session.date for session in case.sessions.filter(status="delivered")]
        assert [day for day in done if day and day > today] == [], case.patient.name


@pytest.mark.parametrize("today", [date(2026, 11, day) for day in range(23, 30)])
@pytest.mark.parametrize("ago", [-9, -2, -1, 1, 2, 16])
def test_a_first_day_is_a_working_day_on_its_side_of_today(today, ago):
    day = facts.first_day({"ago": ago}, today)
    assert day.weekday() < 5
    assert (day > today) == (ago < 0)
