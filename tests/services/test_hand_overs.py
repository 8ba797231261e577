"""Hand-overs: made by facts, moves of packets and persons; accepted once; withdrawn when the fact is undone."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casetracker.case_input import CaseInput
from casetracker.choices import HandOverKind
from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.handovers import WAYS
from casetracker.models import Case, CaseRevision, HandOver
from casetracker.recorded import recorded_input
from casetracker.selectors.hand_overs import waiting_for
from casetracker.services import hand_overs, review
from casetracker.services.cases import record_progress, save_facts
from casetracker.services.evaluation import refresh
from tests.factories import case_at

pytestmark = pytest.mark.django_db
COBALT = 2


def kinds(case, **asked):
    found = HandOver.objects.filter(case=case, **asked).order_by("kind", "source")
    return [row.kind for row in found]


def fresh(case):
    return Case.objects.get(pk=case.pk)


def test_there_are_nine_ways():
    assert set(WAYS) == set(HandOverKind)
    assert len(WAYS) == 9


def test_recorded_facts_hand_over_once(world, petra):
    case = case_at("suggested", COBALT, world)
    made = HandOver.objects.filter(case=case)
    plans = case.plans.filter(removed_at=None, approved_at__isnull=False).count()
    over = case.sessions.filter(removed_at=None).exclude(status="planned").count()
    frames = case.sessions.filter(removed_at=None, frame_on_at__isnull=False).count()
    counts = {kind: made.filter(kind=kind).count() for kind in ("plan_ready", "session_over", "frame_on")}
    assert counts == {"plan_ready": plans, "session_over": over, "frame_on": frames}
    assert over
    before = list(made.values_list("pk", flat=True))
    refresh(fresh(case), petra)
    assert list(made.values_list("pk", flat=True)) == before


def test_an_undone_fact_withdraws_it_and_a_new_one_hands_over_again(world, petra):
    case = case_at("suggested", 1, world)
    record_progress(case=fresh(case), by=petra, dates={"qa_cleared_at": timezone.now()})
    record_progress(case=fresh(case), by=petra, dates={"qa_cleared_at": None})
    cleared = HandOver.objects.get(case=case, kind="cleared")
    assert (cleared.state, cleared.withdrawn_because) == ("withdrawn", "What was recorded was taken back.")
    record_progress(case=fresh(case), by=petra, dates={"qa_cleared_at": timezone.now()})
    assert HandOver.objects.filter(case=case, kind="cleared", withdrawn_at=None).count() == 1


def test_packets_are_handed_to_the_reviewer_and_to_billing(world, bea):
    case = case_at("closed", 1, world)
    streams = set(case.packets.values_list("stream", flat=True))
    for kind, role in (("for_review", "supervisor"), ("for_billing", "billing")):
        rows = HandOver.objects.filter(case=case, kind=kind)
        assert {row.source for row in rows} == streams
        assert {(row.state, row.to_role) for row in rows} == {("accepted", role)}
    billed = HandOver.objects.filter(case=case, kind="for_billing")
    assert {row.accepted_by for row in billed} == {bea}


def test_taking_a_packet_back_withdraws_its_hand_over(world, cora):
    case = case_at("ready", 1, world)
    packet = case.packets.all()[0]
    review.withdraw(packet=packet, by=cora)
    row = HandOver.objects.get(case=case, kind="for_review", source=packet.stream)
    assert (row.state, row.withdrawn_because) == ("withdrawn", "The packet was taken back.")
    packet.refresh_from_db()
    review.submit(packet=packet, by=cora)
    rows = HandOver.objects.filter(case=case, kind="for_review", source=packet.stream)
    assert sorted(row.state for row in rows) == ["open", "withdrawn"]


def test_a_person_hands_over_and_the_receiver_accepts(world, petra, cora):
    case = case_at("suggested", 1, world)
    made = hand_overs.send(case=fresh(case), by=petra, kind="technique", note="Three sessions, inverse.")
    assert (made.from_role, made.to_role, made.state) == ("radiation_oncologist", "coder", "open")
    with pytest.raises(WrongState, match="waits"):
        hand_overs.send(case=fresh(case), by=petra, kind="technique")
    with pytest.raises(Refused, match="Choose"):
        hand_overs.send(case=fresh(case), by=petra, kind="session_over")
    with pytest.raises(NotAllowed, match="coder"):
        hand_overs.accept(case=fresh(case), hand_over=made, by=petra)
    assert [row.pk for row in waiting_for(cora)] == [made.pk]
    hand_overs.accept(case=fresh(case), hand_over=made, by=cora)
    made.refresh_from_db()
    assert (made.state, made.accepted_by) == ("accepted", cora)
    assert waiting_for(cora) == []
    with pytest.raises(WrongState, match="already"):
        hand_overs.accept(case=fresh(case), hand_over=made, by=cora)
    acts = CaseRevision.objects.filter(case=case, action__startswith="handover.")
    assert sorted(acts.values_list("action", flat=True)) == ["handover.accepted", "handover.sent"]


def test_a_named_person_alone_accepts(world, petra, sam):
    case = case_at("suggested", 1, world)
    onco = world.clinicians["onco"]
    onco.user = sam
    onco.save()
    HandOver.objects.filter(case=case, kind="session_over").delete()
    refresh(fresh(case), petra)
    row = HandOver.objects.get(case=case, kind="session_over")
    assert row.to_person == sam
    with pytest.raises(NotAllowed, match="the case names"):
        hand_overs.accept(case=fresh(case), hand_over=row, by=petra)
    assert row in waiting_for(sam)


def test_somebody_whose_account_is_closed_is_not_named(world, petra, sam):
    case = case_at("suggested", 1, world)
    onco = world.clinicians["onco"]
    onco.user = sam
    onco.save()
    sam.is_active = False
    sam.save()
    HandOver.objects.filter(case=case, kind="session_over").delete()
    refresh(fresh(case), petra)
    assert HandOver.objects.get(case=case, kind="session_over").to_person is None


def test_a_removed_plan_is_not_ready_for_the_check(world, petra):
    case = case_at("suggested", 1, world)
    ready = HandOver.objects.get(case=case, kind="plan_ready")
    facts = recorded_input(fresh(case))
    save_facts(
        case=fresh(case),
        by=petra,
        facts_version=fresh(case).facts_version,
        data=CaseInput(plans=[], sessions=[{**row, "plan": None} for row in facts.sessions], targets=[]),
    )
    ready.refresh_from_db()
    assert ready.state == "withdrawn"


def test_a_hand_over_is_accepted_on_its_own_case_only(world, petra, cora):
    case, other = case_at("suggested", 1, world), case_at("suggested", COBALT, world)
    made = hand_overs.send(case=fresh(case), by=petra, kind="technique")
    with pytest.raises(WrongState):
        hand_overs.accept(case=fresh(other), hand_over=made, by=cora)
    made.refresh_from_db()
    assert made.state == "open"


def test_a_finished_session_is_named_where_it_waits(client, world, petra, sam):
    case = case_at("suggested", 1, world)
    case.sessions.update(number=2)
    onco = world.clinicians["onco"]
    onco.user = sam
    onco.save()
    HandOver.objects.filter(case=case).delete()
    refresh(fresh(case), petra)
    for name, args in (("case", [case.pk]), ("case-history", [case.pk]), ("my-items", [])):
        client.force_login(sam)
        page = " ".join(client.get(reverse(name, args=args)).content.decode().split())
        assert 'Session finished or stopped</span><span class="tag">session 2</span>' in page


def test_the_database_keeps_one_open_hand_over_of_an_event(world):
    case = case_at("suggested", 1, world)
    row = HandOver.objects.filter(case=case, accepted_at=None)[0]
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_pages_show_and_accept_it(client, world, petra, cora):
    case = case_at("suggested", 1, world)
    overview, send = (reverse(name, args=[case.pk]) for name in ("case", "case-handover-send"))
    assert client.post(send, {"kind": "technique"}).url.startswith("/sign-in/")
    client.force_login(petra)
    assert client.get(send).status_code == 405
    assert client.post(send, {"kind": "technique", "note": "Three sessions."}).url.startswith(overview)
    made = HandOver.objects.get(case=case, kind="technique")
    accept = reverse("case-handover-accept", args=[case.pk, made.pk])
    assert client.post(accept).status_code == 403
    for page in (overview, reverse("case-history", args=[case.pk])):
        assert "Three sessions." in client.get(page).content.decode()
    for who in ("bea", "sonja", "noor"):
        client.force_login(world.people[who])
        assert client.post(accept).status_code == 404
        assert client.post(send, {"kind": "technique"}).status_code == 404
    client.force_login(world.people["carl"])
    assert client.post(send, {"kind": "intent"}).status_code == 403
    client.force_login(cora)
    assert "Three sessions." in client.get(reverse("my-items")).content.decode()
    assert client.post(accept, {"then": "owed"}).url == reverse("my-items")
    assert "Three sessions." not in client.get(reverse("my-items")).content.decode()
    assert client.post(reverse("case-handover-accept", args=[case.pk, 999])).status_code == 404


def test_pages_cost_the_same_with_many(client, world, petra):
    case = case_at("suggested", 1, world)
    client.force_login(petra)
    pages = (reverse("case", args=[case.pk]), reverse("my-items"))

    def queries():
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            found.append(len(asked))
        return found

    queries()
    few = queries()
    HandOver.objects.bulk_create(
        HandOver(
            case=case,
            kind="plan_ready",
            source=f"plan:{number}",
            from_role="physicist",
            to_role="therapist",
            sent_by=petra,
            sent_at=timezone.now(),
        )
        for number in range(5)
    )
    assert queries() == few


def test_withdrawn_ones_are_folded_on_the_overview(client, world, petra):
    case = case_at("suggested", 1, world)
    told = {"from_role": "physicist", "to_role": "therapist", "sent_by": petra, "sent_at": timezone.now()}
    gone = {"withdrawn_at": timezone.now(), "withdrawn_because": "The plan was taken back."}
    HandOver.objects.create(case=case, kind="plan_ready", source="plan:1", **told, **gone)
    HandOver.objects.create(case=case, kind="cleared", source="plan:2", note="Go on.", **told)
    client.force_login(petra)
    shown = client.get(reverse("case", args=[case.pk])).content.decode()
    before, fold = shown.split("Withdrawn: 1</summary>")
    assert "The plan was taken back." in fold.split("</details>")[0]
    assert "The plan was taken back." not in before
    assert "Go on." in before
