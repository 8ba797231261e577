"""Notices to radiation safety: what raises one, who settles it, where it is shown until then."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.models import AuditEvent, CaseRevision, ChecklistItem, SafetyNotice
from casetracker.services import notices, review
from casetracker.services.evaluation import refresh
from casetracker.services.evidence import mark_cannot_be_met, reopen_item
from tests.factories import case_at

pytestmark = pytest.mark.django_db
COBALT = 2
WHY = "The user signed nothing before the beam."
EVENT = "The wrong plan was loaded; noticed before the second shot."


def directive(case):
    return ChecklistItem.objects.get(case=case, key="written-directive")


def shown(client, who, address):
    client.force_login(who)
    return " ".join(client.get(address).content.decode().split())


def test_a_case_that_goes_well_raises_nothing(world):
    case = case_at("handed_off", COBALT, world)
    assert directive(case).answer == "satisfied"
    assert not SafetyNotice.objects.exists()


def test_a_missing_directive_alone_raises_nothing(world, petra):
    case = case_at("suggested", COBALT, world)
    case.directives.update(removed_at=case.opened_at)
    refresh(case, petra)
    assert directive(case).answer == "open"
    assert not SafetyNotice.objects.exists()


def test_a_suspected_event_on_a_session_raises_one_notice_that_stays(world, petra):
    case = case_at("suggested", COBALT, world)
    session = case.sessions.get()
    case.sessions.update(event_suspected=True)
    refresh(case, petra)
    refresh(case, petra)
    notice = SafetyNotice.objects.get()
    assert (notice.kind, notice.state, notice.raised_by) == ("medical_event", "raised", petra)
    assert notice.because == f"The screen of session {session.number} says that a medical event is suspected."
    case.sessions.update(event_suspected=False)
    refresh(case, petra)
    assert SafetyNotice.objects.get() == notice


def test_a_directive_that_cannot_be_met_raises_one_notice(world, sam, petra):
    case = case_at("suggested", COBALT, world)
    mark_cannot_be_met(case=case, by=sam, item=directive(case), reason=WHY)
    notice = SafetyNotice.objects.get()
    assert (notice.case_id, notice.kind, notice.state, notice.raised_by) == (
        case.pk,
        "directive",
        "raised",
        sam,
    )
    assert WHY in notice.because
    events = AuditEvent.objects.filter(action="notice.raised", record=f"case {case.number}")
    assert events.count() == 1
    case.refresh_from_db()
    reopen_item(case=case, by=sam, item=directive(case))
    case.refresh_from_db()
    mark_cannot_be_met(case=case, by=sam, item=directive(case), reason="Still not written.")
    refresh(case, petra)
    assert SafetyNotice.objects.get().because == notice.because


def test_other_items_that_cannot_be_met_raise_nothing(world, sam):
    case = case_at("suggested", 1, world)
    item = ChecklistItem.objects.filter(case=case, answer="open", condition="true", severity="required")[0]
    mark_cannot_be_met(case=case, by=sam, item=item, reason=WHY)
    assert not SafetyNotice.objects.exists()


def test_a_signature_after_the_beam_raises_one(world, petra):
    case = case_at("documented", COBALT, world)
    late = max(end for end in case.sessions.values_list("ended_at", flat=True) if end)
    assert case.directives.update(signed_at=late)
    refresh(case, petra)
    assert "not signed before the beam" in SafetyNotice.objects.get().because


def test_a_return_for_a_late_signature_raises_one(world, sam):
    case = case_at("in_review", COBALT, world)
    item = directive(case)
    packet = case.packets.filter(status="in_review", stream__in=item.streams)[0]
    review.return_item(packet=packet, item=item, by=sam, reason="signed_after_beam")
    assert "signed after the beam" in SafetyNotice.objects.get().because


def test_a_person_writes_a_suspected_event_down_and_somebody_settles_it(world, petra, sam, carl):
    case = case_at("suggested", 1, world)
    with pytest.raises(Refused, match="Say what happened"):
        notices.raise_event(case=case, by=petra, because=" ")
    notice = notices.raise_event(case=case, by=petra, because=EVENT)
    case.refresh_from_db()
    with pytest.raises(NotAllowed):
        notices.acknowledge(case=case, notice=notice, by=petra)
    with pytest.raises(WrongState, match="acknowledged"):
        notices.settle(case=case, notice=notice, by=sam, note="Told the officer.")
    case.refresh_from_db()
    notices.acknowledge(case=case, notice=notice, by=sam)
    with pytest.raises(WrongState, match="already"):
        notices.acknowledge(case=case, notice=notice, by=carl)
    with pytest.raises(Refused, match="Say how"):
        notices.settle(case=case, notice=notice, by=carl, note="")
    notices.settle(case=case, notice=notice, by=carl, note="Told the officer; no event.")
    notice.refresh_from_db()
    assert (notice.state, notice.settled_by, notice.acknowledged_by) == ("settled", carl, sam)
    actions = list(CaseRevision.objects.filter(case=case, action__startswith="notice.").values_list("action"))
    assert sorted(actions) == [("notice.acknowledged",), ("notice.raised",), ("notice.settled",)]


def test_the_database_keeps_a_settled_notice_whole(world, petra):
    case = case_at("suggested", 1, world)
    notice = notices.raise_event(case=case, by=petra, because=EVENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyNotice.objects.filter(pk=notice.pk).update(settled_at=notice.raised_at, note="")


def test_it_is_shown_until_it_is_settled(client, world, petra, sam):
    case = case_at("suggested", 1, world)
    notice = notices.raise_event(case=case, by=petra, because=EVENT)
    overview, queue = reverse("case", args=[case.pk]), reverse("queue") + "?view=all"
    assert EVENT in shown(client, petra, overview)
    assert "radiation safety</b>" in shown(client, sam, queue)
    assert "open notices to radiation safety" in shown(client, sam, "/")
    assert EVENT in shown(client, sam, reverse("notices"))
    notices.acknowledge(case=notice.case, notice=notice, by=sam)
    assert EVENT in shown(client, petra, overview)
    notices.settle(case=notice.case, notice=notice, by=sam, note="No event.")
    assert EVENT not in shown(client, petra, overview)
    assert "radiation safety</b>" not in shown(client, sam, queue)
    assert "open notices to radiation safety" not in shown(client, sam, "/")
    assert EVENT not in shown(client, sam, reverse("notices"))
    assert "No event." in shown(client, sam, reverse("notices") + "?state=settled")


def test_pages_by_role(client, world, petra, sam):
    case = case_at("suggested", 1, world)
    new = reverse("case-notice-new", args=[case.pk])
    assert client.get(new).url.startswith("/sign-in/")
    client.force_login(petra)
    assert client.post(new, {"because": " "}).status_code == 422
    answer = client.post(new, {"because": EVENT})
    notice = SafetyNotice.objects.get()
    page = reverse("case-notice", args=[case.pk, notice.pk])
    assert answer.url == page
    assert "A supervisor or compliance acknowledges" in shown(client, petra, page)
    assert client.post(page, {"step": "acknowledge"}).status_code == 403
    assert client.delete(page).status_code == 405
    assert client.get(reverse("case-notice", args=[case.pk, 999])).status_code == 404
    for who in ("bea", "sonja", "noor"):
        client.force_login(world.people[who])
        assert client.get(page).status_code == 404
        assert client.post(page, {"step": "acknowledge"}).status_code == 404
        assert client.get(new).status_code == 404
    client.force_login(sam)
    assert client.post(page, {"step": "settle", "note": "Told."}).status_code == 422
    assert client.post(page, {"step": "acknowledge"}).url == page
    assert client.post(page, {"step": "settle", "note": ""}).status_code == 422
    assert client.post(page, {"step": "settle", "note": "Told."}).url == page
    notice.refresh_from_db()
    assert notice.state == "settled"


def test_the_list_costs_the_same_with_many(client, world, petra, sam):
    client.force_login(sam)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("notices"))
        return len(asked)

    case = case_at("suggested", 1, world)
    notices.raise_event(case=case, by=petra, because=EVENT)
    queries()
    one = queries()
    for _ in range(3):
        case.refresh_from_db()
        notices.raise_event(case=case, by=petra, because=EVENT)
    assert queries() == one
