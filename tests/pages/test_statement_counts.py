"""Each page asks a fixed number of questions: as many for a long list or a large case as for a small one."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import case_at

pytestmark = pytest.mark.django_db
VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
LISTS = [
    ("/", "petra"),
    ("/cases/", "petra"),
    ("/queue/", "sam"),
    ("/queue/held/", "sam"),
    ("/queries/", "petra"),
    ("/access/", "carl"),
]
OF_A_CASE = [
    ("", "petra"),
    ("facts/", "petra"),
    ("codes/", "cora"),
    ("checklist/", "petra"),
    ("checklist/?who=everyone", "petra"),
    ("documents/", "petra"),
    ("documents/add/", "petra"),
    ("history/", "petra"),
    ("review/", "sam"),
]


def statements(client, world, address, who):
    """What the page asks the database, without values and conditions, on a second visit."""
    client.force_login(world.people[who])
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    asked = (VALUES.sub("?", entry["sql"]).partition(" WHERE ")[0] for entry in found)
    return Counter(text for text in asked if "SAVEPOINT" not in text)


def test_a_longer_list_asks_no_more(client, world):
    case_at("in_review", 1, world)
    few = {page: statements(client, world, *page) for page in LISTS}
    for state in ("drafted", "suggested", "suggested", "in_review", "in_review"):
        case_at(state, 1, world)
    more = {page: statements(client, world, *page) - few[page] for page in LISTS}
    assert {page: found for page, found in more.items() if found} == {}


def test_a_larger_case_asks_no_more(client, world):
    """Seven lesions and a frame against one lesion, everything on file."""
    small, large = case_at("documented", 1, world), case_at("documented", 2, world)
    more = {
        (page, who): statements(client, world, f"/cases/{large.pk}/{page}", who)
        - statements(client, world, f"/cases/{small.pk}/{page}", who)
        for page, who in OF_A_CASE
    }
    assert {page: found for page, found in more.items() if found} == {}
