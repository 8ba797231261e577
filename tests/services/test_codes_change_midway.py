"""The codes of a case change while it is worked on: items retire with their reason, papers stay, an approval ends.

An approval is never changed underneath: facts it rests on are read-only until a supervisor reopens each packet.
"""

import pytest

from casetracker.errors import WrongState
from casetracker.models import Handoff, ItemDocument
from casetracker.services import review
from casetracker.services.review import NotReady
from tests.cast import *  # noqa: F403
from tests.factories import case_at
from tests.services import checklist_edits as edits
from tests.services.checklist_edits import Desk

pytestmark = pytest.mark.django_db
INVERSE = 1
ASKED = ("true", "unknown")
WHY = "The images of the day show more."
TRIGGERS = {
    "more lesions on the day": edits.add_lesion,
    "a lesion measured complex": edits.reclassify_lesion,
    "one session becomes more": edits.add_session,
    "3D becomes inverse": edits.change_technique,
    "stopped without dose": edits.stop_session,
    "frame not tolerated": edits.give_up_frame,
}
STORY = {"frame not tolerated": 2}  # the story with a head frame; the first one otherwise


def number_of(trigger):
    return {"3D becomes inverse": INVERSE}.get(trigger, 0)


def links(case):
    """Which paper proves which item, by identity of both rows."""
    return set(ItemDocument.objects.filter(item__case=case, removed_at=None).values_list("item", "document"))


def asked(case):
    return set(case.items.filter(condition__in=ASKED).values_list("pk", flat=True))


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_every_trigger_retires_with_a_reason_and_keeps_each_paper(world, trigger):
    case = case_at("documented", STORY.get(trigger, 1), world)
    before, papers = asked(case), links(case)
    assert papers
    TRIGGERS[trigger](Desk(case, world), number_of(trigger))
    now = asked(case)
    assert now != before, "the trigger changed nothing, so it proves nothing"
    gone = case.items.filter(pk__in=before - now)
    retired = gone.filter(condition="retired")
    assert [row.key for row in retired if not row.retired_because] == []
    assert set(gone.values_list("condition", flat=True)) <= {"retired", "false"}
    assert papers <= links(case)
    assert {row.pk for row in gone} == before - now
    new = case.items.filter(pk__in=now - before).exclude(answered_by_system=True)
    assert [row.key for row in new if row.answer != "open" and not row.links.exists()] == []


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_no_trigger_changes_what_is_approved(world, trigger):
    case = case_at("approved", STORY.get(trigger, 1), world)
    items = list(case.items.order_by("pk").values())
    with pytest.raises(WrongState, match="supervisor can reopen"):
        TRIGGERS[trigger](Desk(case, world), number_of(trigger))
    assert list(case.items.order_by("pk").values()) == items
    assert set(case.packets.values_list("status", flat=True)) == {"approved"}


def test_a_change_after_approval_ends_it_and_needs_a_new_review(world, sam, cora):
    case = case_at("handed_off", 1, world)
    frozen = {row.pk: (row.digest, row.snapshot) for row in Handoff.objects.filter(packet__case=case)}
    before, papers = asked(case), links(case)
    packets = list(case.packets.order_by("stream"))
    for place, packet in enumerate(packets):
        if place:
            with pytest.raises(
                WrongState, match="supervisor can reopen"
            ):  # one that is reopened is not enough
                edits.change_technique(Desk(case, world), INVERSE)
        case.refresh_from_db()
        packet.case = case
        review.reopen(packet=packet, by=sam, reason=WHY)
    edits.change_technique(Desk(case, world), INVERSE)
    for packet in case.packets.all():
        assert (packet.status, packet.approved_by, packet.approved_at) == ("collecting", None, None)
        assert packet.reopened_because == WHY
    retired = case.items.filter(pk__in=before - asked(case), condition="retired")
    assert retired
    assert all(row.retired_because for row in retired)
    assert papers <= links(case)
    assert {row.pk: (row.digest, row.snapshot) for row in Handoff.objects.filter(packet__case=case)} == frozen
    assert case.lines.filter(supported=False).exists()
    facility = case.packets.get(stream="facility")
    with pytest.raises(NotReady):
        review.submit(packet=facility, by=cora)
