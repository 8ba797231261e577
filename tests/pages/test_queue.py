"""The queue page: who sees it, counts that are what the list shows, key-set pages, fixed statements, small size."""

import re
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from casetracker.models import Case, Membership, Packet
from casetracker.presenters.queue_page import queue_context
from casetracker.selectors import queue as queue_selector
from casetracker.selectors.queue import queue_page
from casetracker.selectors.queue_filters import AGES, VIEWS, QueueFilter
from casetracker.services import queries, queueing
from tests.cast import *  # noqa: F403
from tests.packets import NOW, ZONE, desk, session_on

pytestmark = pytest.mark.django_db
URL = "/queue/"


@pytest.fixture
def mixed(world):
    """Eight cases of North Hospital in different states, ages, modalities and hands, and one of South Clinic."""
    made = [
        desk(
            world,
            number=f"N-{n:04}",
            opened=NOW - timedelta(days=days),
            modality=modality,
            physician=physician,
            decided=n % 2 == 0,
            name=f"Patient{n}, Given",
        )
        for n, (days, modality, physician) in enumerate(
            [
                (1, "linac", "onco"),
                (3, "linac", "reed"),
                (4, "cobalt60", "onco"),
                (7, "linac", "onco"),
                (8, "robotic_linac", "reed"),
                (14, "linac", "onco"),
                (15, "cobalt60", "onco"),
                (40, "proton", "reed"),
            ]
        )
    ]
    states = ["ready", "in_review", "returned", "collecting", "approved", "ready", "collecting", "closed"]
    for one, state in zip(made, states, strict=True):
        Packet.objects.filter(case=one.case, stream="facility").update(status=state)
        queueing.refresh(case=one.case)
    session_on(made[7], date(2026, 3, 1))
    made[7].case.queue_codes.filter(code="77295").delete()
    desk(world, number="S-0001", physician="reed", department=world.south)
    return made


def numbers(page) -> list[str]:
    return [row["number"] for row in page.rows]


def listed(user, **chosen):
    return queue_page(user, QueueFilter(**chosen), now=NOW)


# --- who


def test_the_queue_works(client, mixed, petra):
    client.force_login(petra)
    page = client.get(URL)
    assert page.status_code == 200
    assert "N-0003" in page.content.decode()


def test_supervisors_begin_with_reviews_and_staff_with_work(client, mixed, petra, sam):
    client.force_login(petra)
    assert client.get(URL).context["chosen"].view == "work"
    client.force_login(sam)
    assert client.get(URL).context["chosen"].view == "review"


def test_anonymous_people_are_sent_to_sign_in(client):
    assert client.get(URL)["Location"].startswith(reverse("sign_in"))


@pytest.mark.parametrize("who", ["bea", "ada", "noor"])
def test_the_wrong_role_is_refused(client, world, who):
    client.force_login(world.people[who])
    assert client.get(URL).status_code == 403


def test_another_department_stays_unseen(client, mixed, stella, petra):
    client.force_login(stella)
    page = client.get(f"{URL}?view=all").content.decode()
    assert "S-0001" in page
    assert "N-0" not in page
    client.force_login(petra)
    assert "S-0001" not in client.get(f"{URL}?view=all").content.decode()


def test_posting_is_no_way_in(client, petra):
    client.force_login(petra)
    assert client.post(URL).status_code == 405


def test_names_and_full_names_stay_out_of_the_list(client, mixed, petra):
    client.force_login(petra)
    page = client.get(f"{URL}?view=all").content.decode()
    assert "Patient3" not in page
    assert "GP <small>" in page
    assert "MRN-N-0003" in page


# --- what it lists


def test_cases_are_listed_oldest_first(mixed, petra):
    found = numbers(listed(petra))
    assert found == sorted(found, reverse=True)
    assert len(found) == 8


def test_a_case_with_a_ready_packet_is_found_for_review_though_another_is_returned(world, sam):
    made = desk(world)
    Packet.objects.filter(stream="facility").update(status="returned")
    Packet.objects.filter(stream="surgeon_professional").update(status="ready")
    queueing.refresh(case=made.case)
    assert numbers(listed(sam, view="review")) == ["N-0001"]
    assert numbers(listed(sam, view="work")) == ["N-0001"]
    assert numbers(listed(sam, view="review", state="in_review")) == []


def test_days_count_from_the_last_session_or_from_opening(mixed, petra):
    days = {row["number"]: row["days"] for row in listed(petra).rows}
    assert days["N-0000"] == 1
    assert days["N-0007"] == 9  # opened 40 days ago, treated on March 1


def test_a_planned_session_does_not_count_as_treated(world, petra):
    made = desk(world, opened=NOW - timedelta(days=5))
    session_on(made, date(2026, 3, 9), status="planned")
    assert listed(petra).rows[0]["days"] == 5


def test_a_long_wait_is_late_only_after_treatment(world, petra):
    treated = desk(world, number="N-0001", opened=NOW - timedelta(days=60))
    session_on(treated, NOW.date() - timedelta(days=20))
    planned = desk(world, number="N-0002", opened=NOW - timedelta(days=60))
    session_on(planned, NOW.date() + timedelta(days=5), status="planned")
    shown = queue_context(listed(petra), QueueFilter())["rows"]
    late = {row["number"]: row["late"] for row in shown}
    assert late == {"N-0001": True, "N-0002": False}


def test_days_are_those_of_the_department(world, petra):
    late_in_the_evening = datetime(2026, 3, 9, 23, 30, tzinfo=ZONE)
    desk(world, opened=late_in_the_evening)
    assert listed(petra).rows[0]["days"] == 1


EDGES = {0: "0-3", 3: "0-3", 4: "4-7", 7: "4-7", 8: "8-14", 14: "8-14", 15: "15-30", 30: "15-30", 31: "30+"}


@pytest.mark.parametrize(("days", "age"), EDGES.items())
@pytest.mark.parametrize("by", ["opening", "session"])
def test_each_age_falls_into_one_bucket_at_its_edges(world, petra, days, age, by):
    opened = NOW - timedelta(days=days if by == "opening" else 50)
    made = desk(world, opened=opened)
    if by == "session":
        session_on(made, NOW.date() - timedelta(days=days))
    assert [bucket for bucket in AGES if numbers(listed(petra, age=bucket))] == [age]


def test_the_oldest_open_query_is_shown(world, petra):
    made = desk(world)
    case = made.packet().case
    ask = {"case": case, "by": petra, "clinician": world.clinicians["onco"], "facts": "A note."}
    first = queries.ask(question="What was seen?", **ask)
    queries.ask(question="What was measured?", **ask)
    first.__class__.objects.filter(pk=first.pk).update(asked_at=NOW - timedelta(days=6))
    assert listed(petra).rows[0]["oldest_query"] == 6


def test_a_first_look_is_late_after_the_working_days_of_the_department(client, world, sam):
    made = desk(world)
    Packet.objects.filter(case=made.case, stream="facility").update(status="ready", submitted_at=NOW)
    queueing.refresh(case=made.case)
    tuesday = NOW.date()
    late = [
        queue_page(sam, QueueFilter(), now=NOW + timedelta(days=n)).rows[0]["first_look_late"]
        for n in (0, 2, 3)
    ]
    assert tuesday.weekday() == 1
    assert late == [False, False, True]
    world.north.review_days = 5
    world.north.save()
    assert not queue_page(sam, QueueFilter(), now=NOW + timedelta(days=3)).rows[0]["first_look_late"]
    client.force_login(sam)
    assert "first look late" in client.get(URL).content.decode()
    Packet.objects.filter(case=made.case).update(status="in_review")
    assert "first look late" not in client.get(URL).content.decode()


def test_late_first_looks_are_listed_alone_and_counted(world, sam):
    made = [desk(world, number=f"N-{n:04}") for n in range(3)]
    for one, days in zip(made, (0, 1, 9), strict=True):
        submitted = NOW - timedelta(days=days)
        Packet.objects.filter(case=one.case, stream="facility").update(status="ready", submitted_at=submitted)
        queueing.refresh(case=one.case)
    for days, late in ((0, ["N-0002"]), (2, ["N-0001", "N-0002"]), (3, ["N-0000", "N-0001", "N-0002"])):
        now = NOW + timedelta(days=days)
        shown = queue_page(sam, QueueFilter(view="review", look="late"), now=now)
        assert sorted(numbers(shown)) == late
        counts = queue_page(sam, QueueFilter(view="review"), now=now).counts
        assert counts["look"].get("late", 0) == len(late) == shown.total


def test_the_tile_of_late_first_looks_leads_to_them(client, world, sam):
    late, early = desk(world, number="N-0001"), desk(world, number="N-0002")
    for one, submitted in ((late, NOW), (early, timezone.now())):
        Packet.objects.filter(case=one.case, stream="facility").update(status="ready", submitted_at=submitted)
        queueing.refresh(case=one.case)
    client.force_login(sam)
    tile = next(one for one in client.get("/").context["figures"] if "first look" in one["label"])
    listed = client.get(tile["url"])
    assert [row["number"] for row in listed.context["rows"]] == ["N-0001"]
    assert tile["value"] == 1
    chosen = [f["name"] for f in listed.context["filters"] if any(o["selected"] for o in f["options"])]
    assert chosen == ["look"]


def test_an_escalated_query_says_who_hears_of_it(client, world, petra):
    made = desk(world)
    case = made.packet().case
    told = {"facts": "A note.", "question": "What was seen?", "clinician": world.clinicians["onco"]}
    asked = queries.ask(case=case, by=petra, **told)
    asked.__class__.objects.filter(pk=asked.pk).update(asked_at=NOW)
    levels = [
        queue_page(petra, QueueFilter(), now=NOW + timedelta(days=n)).rows[0]["escalated"]
        for n in (3, 6, 7, 13, 14)
    ]
    assert levels == ["", "", "lead", "lead", "director"]
    client.force_login(petra)
    assert "director</b>" in client.get(URL).content.decode()


def test_reports_stand_behind_one_menu_by_role(client, world, sam, petra):
    ruled = {"/queue/ageing/", "/queue/not-applicable/", "/queue/overpayments/", "/queue/second-look/"}
    shown = {}
    for who in (sam, petra):
        client.force_login(who)
        page = client.get(URL)
        menu = re.search(r'<details class="menu queue-reports".*?</details>', page.content.decode(), re.S)[0]
        shown[who] = set(re.findall(r'<a href="([^"]+)"', menu))
        assert len(page.context["chips"]) == 5
        assert all(client.get(address).status_code == 200 for address in shown[who])
    assert shown[sam] - shown[petra] == ruled
    assert {"/queue/before-the-beam/", "/notices/"} <= shown[petra]


# --- counts are the list


CHOICES = [
    {},
    {"state": "ready"},
    {"modality": "linac"},
    {"age": "4-7"},
    {"code": "77295"},
    {"modality": "linac", "age": "0-3"},
    {"code": "77372", "modality": "cobalt60"},
]


@pytest.mark.parametrize(("view", "chosen"), list(product(VIEWS, CHOICES)))
def test_every_count_is_what_the_list_then_shows(mixed, petra, view, chosen):
    present = listed(petra, view=view, **chosen)
    assert present.total == len(present.rows)
    for dimension, counted in present.counts.items():
        for value, count in counted.items():
            changed = {"view": view, **chosen, dimension: value}
            if dimension == "view":
                changed.pop("state", None)
            assert count == len(listed(petra, **changed).rows), (dimension, value)


def test_a_physician_count_is_what_the_list_shows(mixed, world, petra):
    reed = world.clinicians["reed"].pk
    present = listed(petra)
    assert present.counts["physician"][reed] == 3
    assert len(listed(petra, physician=reed).rows) == 3


def test_a_department_filter_appears_for_people_of_two(client, mixed, world, petra):
    Membership.objects.create(user=petra, department=world.south, role="staff")
    client.force_login(petra)
    page = client.get(f"{URL}?view=all&department={world.south.pk}")
    assert [row["number"] for row in page.context["rows"]] == ["S-0001"]
    names = [offer["name"] for offer in page.context["filters"]]
    assert "department" in names


def test_beyond_what_can_be_counted_no_count_is_shown(client, mixed, petra, monkeypatch):
    monkeypatch.setattr(queue_selector, "MOST_COUNTED", 5)
    page = listed(petra)
    assert (page.total, page.counts) == (None, None)
    assert len(page.rows) == 8
    client.force_login(petra)
    assert "1,000+ cases" in client.get(f"{URL}?view=all").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "?view=nonsense",
        "?state=approved",
        "?physician=x",
        "?age=99",
        "?code=' or 1=1",
        "?after=x",
        "?after=2026_1",
    ],
)
def test_odd_addresses_show_the_queue(client, mixed, petra, address):
    client.force_login(petra)
    assert client.get(URL + address).status_code == 200


# --- pages


def test_key_set_pages_show_every_case_once(world, petra, monkeypatch):
    monkeypatch.setattr(queue_selector, "PAGE", 2)
    same_moment = NOW - timedelta(days=5)
    for n in range(7):
        desk(world, number=f"N-{n:04}", opened=same_moment if n < 5 else NOW - timedelta(days=n))
    seen, after = [], ""
    for _ in range(10):
        page = queue_page(petra, QueueFilter(), after, now=NOW)
        seen += numbers(page)
        after = page.after
        if not after:
            break
    assert len(seen) == 7
    assert len(set(seen)) == 7


# --- speed


@pytest.mark.parametrize("rows", [3, 60])
def test_the_statements_do_not_grow_with_the_rows(client, world, petra, rows, django_assert_num_queries):
    for n in range(rows):
        desk(world, number=f"N-{n:04}", opened=NOW - timedelta(hours=n))
    with django_assert_num_queries(6):  # roles, clocks, all keys, page, packets, codes
        queue_page(petra, QueueFilter(), now=NOW)
    client.force_login(petra)
    client.get(URL)
    with django_assert_num_queries(
        15
    ):  # session, person, roles; five of the list; frame; six of the audit event
        client.get(URL)


def test_a_page_of_fifty_stays_small(client, world, petra):
    for n in range(55):
        desk(world, number=f"2026-{n:04}", opened=NOW - timedelta(hours=n), name="Montgomery, Alexandra")
    client.force_login(petra)
    page = client.get(f"{URL}?view=all")
    assert len(re.findall(r"<tr><th scope=\"row\">", page.content.decode())) == 50
    assert len(page.content) <= 25_000


def test_a_case_that_left_the_queue_is_not_listed(world, petra):
    desk(world)
    Case.objects.update(queued_at=None, queue_state="")
    assert numbers(listed(petra)) == []
