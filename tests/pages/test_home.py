"""The first page: tiles for overdue steps of the clinical and the file track, for the roles that own them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casetracker.models import Packet, Query
from casetracker.services.cases import record_progress
from tests.factories import case_at, query_to_clinician
from tests.packets import desk

pytestmark = pytest.mark.django_db
OWN, ALL = "of your clinical steps overdue", "clinical steps overdue"
LOOK, LEAD = "packets late for a first look", "queries for the section lead"
DIRECTOR, WRITE_OFF = "queries for compliance", "open items to write off?"
STEP_TILES = {OWN, ALL, LOOK, LEAD, DIRECTOR, WRITE_OFF}


def tiles(client, user):
    """Label -> (count, address) of the tiles about steps."""
    client.force_login(user)
    figures = client.get("/").context["figures"]
    return {one["label"]: (one["value"], one["url"]) for one in figures if one["label"] in STEP_TILES}


def referred(world, days, number="N-0001"):
    case = desk(world, number=number).case
    day = timezone.localdate() - timedelta(days=days)
    record_progress(case=case, by=world.people["petra"], dates={"referred_on": day})
    return case


def test_who_owns_an_overdue_step_sees_it_and_finds_it(client, world):
    case = referred(world, days=10)
    shown = {who: tiles(client, world.people[who]) for who in ("petra", "cora", "sam", "carl", "bea", "ada")}
    assert shown["petra"] == shown["cora"] == {OWN: (1, "/queue/mine/#h-steps")}
    assert shown["sam"] == shown["carl"] == {ALL: (1, "/cases/?step=overdue")}
    assert shown["bea"] == shown["ada"] == {}
    for who, (_, url) in (("petra", shown["petra"][OWN]), ("sam", shown["sam"][ALL])):
        client.force_login(world.people[who])
        listed = client.get(url).content.decode()
        assert case.number in listed
        assert 'id="h-steps"' in listed or "step=overdue" in url


def test_nothing_late_has_no_tile_and_another_department_hears_nothing(client, world):
    referred(world, days=0)
    assert tiles(client, world.people["petra"]) == {}
    referred(world, days=10, number="N-0002")
    for who in ("stella", "conrad", "sonja"):
        assert tiles(client, world.people[who]) == {}, who


def test_late_steps_of_a_file_go_to_those_who_answer_for_it(client, world, petra):
    case = case_at("ready", 1, world)
    asked = query_to_clinician(case, world)
    long_ago = timezone.now() - timedelta(days=60)
    Query.objects.filter(pk=asked.pk).update(asked_at=long_ago)
    Packet.objects.filter(case=case, status="ready").update(submitted_at=long_ago)
    waiting = Packet.objects.filter(case=case, status="ready").count()
    sam, carl = tiles(client, world.people["sam"]), tiles(client, world.people["carl"])
    assert sam[LOOK] == (waiting, "/queue/?view=review&look=late")
    assert sam[LEAD] == (1, "/queue/ageing/#h-queries")
    assert carl[DIRECTOR] == (1, "/queue/ageing/#h-queries")
    assert LOOK not in carl
    assert DIRECTOR not in sam
    assert not {LOOK, LEAD, DIRECTOR, WRITE_OFF} & set(tiles(client, petra))


def test_items_to_write_off_are_counted_as_the_report_lists_them(client, world, carl):
    case = case_at("suggested", 1, world)
    case.sessions.update(date=date(2026, 1, 5))
    count, url = tiles(client, carl)[WRITE_OFF]
    listed = client.get(url).context["write_offs"]
    assert count == sum(item["count"] for row in listed for item in row["items"]) > 0
    assert 'id="h-write-off"' in client.get(url).content.decode()


@pytest.mark.parametrize("who", ["petra", "sam", "carl"])
def test_the_statements_do_not_grow_with_overdue_steps(client, world, who):
    client.force_login(world.people[who])

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get("/").status_code == 200
        return len(found)

    referred(world, days=40)
    asked()
    few = asked()
    for n in range(2, 8):
        referred(world, days=40, number=f"N-{n:04}")
    assert asked() == few
