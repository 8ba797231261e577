"""The list of handoffs: who sees it, counts that equal their lists, key-set pages, fixed statements."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.models import Handoff, Packet
from casetracker.selectors import handoff as selectors
from casetracker.selectors.access import access_of
from tests.cast import *  # noqa: F403
from tests.handoff.stored import APPROVED, store, stored_file

pytestmark = pytest.mark.django_db
LIST = "/handoffs/"
READERS = ("bea", "cora", "sam", "carl")
OTHERS = ("petra", "ada", "noor")


@pytest.fixture
def one(world) -> Handoff:
    """A handoff that waits for billing, its PDF stored."""
    found = store(world, "26-0042")
    stored_file(found)
    return found


def url(handoff: Handoff, name: str = "handoff", *more: str) -> str:
    return reverse(name, args=[handoff.pk, *more])


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("who", READERS)
def test_the_list_works(client, one, world, who):
    client.force_login(world.people[who])
    shown = text(client.get(LIST))
    assert "26-0042" in shown
    assert "Release, with held lines" in shown
    assert "1 line is held" in shown


def test_the_list_shows_initials_and_never_a_name(client, one, bea):
    client.force_login(bea)
    assert "Secretname" not in text(client.get(LIST))
    assert ">JQ<" in text(client.get(LIST))


@pytest.mark.parametrize("address", [LIST, "/handoffs/1/", "/handoffs/1/file.pdf"])
def test_anonymous_people_are_asked_to_sign_in(client, one, address):
    assert client.get(address).url.startswith("/sign-in/")


@pytest.mark.parametrize("who", OTHERS)
def test_other_roles_are_refused_the_list_with_the_reason(client, one, world, who):
    client.force_login(world.people[who])
    answer = client.get(LIST)
    assert answer.status_code == 403
    assert "Handoffs are for billing" in text(answer)


def test_another_departments_handoffs_are_not_listed(client, world, bea):
    store(world, "S-1", south=True)
    client.force_login(bea)
    assert "S-1" not in text(client.get(LIST))
    assert client.get(LIST).context["chips"][0]["count"] == 0


def test_the_list_takes_no_other_method(client, bea):
    client.force_login(bea)
    assert client.post(LIST).status_code == 405


def states(world):
    for number, state in enumerate(["ready", "ready", "pending", "received", "returned", "replaced"]):
        store(world, f"26-{number:04}", state=state, stream=("facility", "surgeon_professional")[number % 2])


@pytest.mark.parametrize("stream", ["", "facility", "surgeon_professional", "nonsense"])
def test_every_count_is_the_length_of_its_list(client, world, bea, stream):
    states(world)
    client.force_login(bea)
    counted = {}
    for tab in selectors.TABS:
        page = client.get(LIST, {"tab": tab, "stream": stream})
        counts = dict(zip(selectors.TABS, [chip["count"] for chip in page.context["chips"]], strict=True))
        assert counts[tab] == len(page.context["rows"])
        counted[tab] = counts
    assert len({tuple(counts.items()) for counts in counted.values()}) == 1


def test_beyond_the_cap_a_count_says_so(client, world, bea, monkeypatch):
    monkeypatch.setattr("casetracker.selectors.keyset.CAP", 1)
    states(world)
    client.force_login(bea)
    page = client.get(LIST)
    assert page.context["chips"][0]["count"] == "1+"
    assert page.context["total"] == "1+ handoffs, newest approval first"


def statements(client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)
    return len(asked)


def test_the_list_asks_a_fixed_number_of_questions(client, world, bea, django_assert_num_queries):
    client.force_login(bea)
    client.get(LIST)  # the first request also writes down that the session is alive
    for number in range(3):
        store(world, f"26-{number:04}")
    few = statements(client)
    for number in range(3, 60):
        store(world, f"26-{number:04}")
    assert statements(client) == few <= 13
    access_of(bea)
    with django_assert_num_queries(2):  # rows, counts of all tabs
        assert len(selectors.handoffs_for(bea, "to_receive").rows) == 50


def test_no_question_of_the_list_reads_file_bytes(client, one, bea):
    client.force_login(bea)
    with CaptureQueriesContext(connection) as asked:
        client.get(LIST)
    assert len(asked) > 3
    assert not any("content" in query["sql"] for query in asked.captured_queries)


def test_pages_follow_each_other_without_gap_or_repeat(client, world, bea):
    for number in range(120):
        store(world, f"26-{number:04}", approved_at=APPROVED + timedelta(days=number // 30))
    client.force_login(bea)
    seen, address = [], LIST
    while address:
        page = client.get(address)
        seen += [row["case_number"] for row in page.context["rows"]]
        address = page.context["older_url"]
    assert seen == [f"26-{number:04}" for number in reversed(range(120))]


@pytest.mark.parametrize("key", ["x", "2026-01-01~x", "2026-01-01~3", "~", "2026-13-01T00:00+00:00~1"])
def test_a_mangled_key_starts_at_the_beginning(client, one, bea, key):
    client.force_login(bea)
    assert len(client.get(LIST, {"before": key}).context["rows"]) == 1


def test_an_empty_tab_says_what_will_come(client, world, bea):
    client.force_login(bea)
    assert "A summary appears here when a supervisor has approved a packet" in text(client.get(LIST))
    assert "billing sends back with a reason" in text(client.get(LIST, {"tab": "returned"}))


def test_a_reopened_packet_is_marked(client, one, bea):
    Packet.objects.update(status="collecting", reopened_because="A date was wrong.")
    client.force_login(bea)
    listed = text(client.get(LIST))
    for part in ("Reopened", "Do not bill", "wait for the next version"):
        assert part in listed
    assert one.snapshot["status"]["headline"] not in listed
    shown = text(client.get(url(one)))
    assert "do not bill from this version" in shown
    assert "A date was wrong." in shown
    assert "Confirm receipt" not in shown
