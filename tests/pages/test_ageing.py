"""The report of ages: who owes what since when, and what goes to whom."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker import working_days
from casetracker.models import ChecklistItem, Query
from casetracker.presenters.ageing_page import FORMULA, ageing_context, ageing_csv
from casetracker.selectors.ageing import Ageing, ageing_for, bucket_of, escalated, level_of
from casetracker.selectors.queue_filters import AGES
from tests.factories import case_at, query_to_clinician

pytestmark = pytest.mark.django_db
URL = "/queue/ageing/"


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-1, "0-3"), (3, "0-3"), (4, "4-7"), (7, "4-7"), (8, "8-14"), (14, "8-14"), (15, "15-30"), (31, "30+")],
)
def test_buckets(days, bucket):
    assert bucket_of(days) == bucket


def test_working_days_between():
    friday = date(2026, 3, 6)
    assert [working_days.between(friday, friday + timedelta(days=n)) for n in (-1, 0, 1, 3, 7)] == [
        0,
        0,
        0,
        1,
        5,
    ]


def test_levels_follow_the_settings_of_the_department(world):
    home = world.north
    assert [level_of(home, days) for days in (2, 3, 5, 10)] == ["", "reminder", "lead", "director"]
    home.lead_days = 4
    assert level_of(home, 4) == "lead"


def last_day(case):
    return max(day for day in case.sessions.values_list("date", flat=True) if day)


def noon(day):
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def test_open_items_are_counted_per_owner_and_age(world, sam):
    case = case_at("suggested", 1, world)
    day = last_day(case)
    owed = ChecklistItem.objects.filter(
        case=case, severity="required", answer="open", condition__in=("true", "unknown")
    ).count()
    for after, bucket in ((0, "0-3"), (10, "8-14"), (31, "30+")):
        found = ageing_for(sam, noon(day + timedelta(days=after)))
        assert sum(counts[bucket] for counts in found.owners.values()) == owed, bucket
        assert sum(sum(counts.values()) for counts in found.owners.values()) == owed
    assert ("radiation_oncologist", "Dr. Olga Onco") in found.owners
    assert len(found.write_offs) == owed
    assert ageing_for(sam, noon(day + timedelta(days=30))).write_offs == []


def test_escalations_reach_supervisors_and_compliance(world, petra, sam, carl):
    case = case_at("suggested", 1, world)
    asked = query_to_clinician(case, world)
    monday = date(2026, 3, 2)
    Query.objects.filter(pk=asked.pk).update(asked_at=noon(monday))
    days = [noon(monday + timedelta(days=count)) for count in (4, 7, 14)]
    assert [escalated(sam, day)["lead"] for day in days] == [0, 1, 1]
    assert [escalated(carl, day)["director"] for day in days] == [0, 0, 1]
    assert escalated(petra, noon(monday + timedelta(days=60))) == {"lead": 0, "director": 0, "write_offs": 0}
    assert escalated(carl, noon(last_day(case) + timedelta(days=31)))["write_offs"] > 0


def test_the_page_and_its_csv(client, world, sam):
    case = case_at("suggested", 1, world)
    assert client.get(URL).url.startswith("/sign-in/")
    client.force_login(sam)
    assert reverse("ageing") == URL
    shown = client.get(URL).content.decode()
    assert "Dr. Olga Onco" in shown
    assert case.number in shown
    assert case.patient.name not in shown
    table = client.get(URL, {"form": "csv"})
    assert table["Content-Type"].startswith("text/csv")
    assert table.content.decode().startswith("role,owner,0 to 3 days")
    assert "Dr. Olga Onco" in table.content.decode()
    assert client.post(URL).status_code == 405
    for who in ("petra", "cora", "bea", "noor"):
        client.force_login(world.people[who])
        assert client.get(URL).status_code == 403, who
    client.force_login(world.people["sonja"])
    assert case.number not in client.get(URL).content.decode()


def test_it_costs_the_same_with_many_cases(client, world, sam):
    client.force_login(sam)

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get(URL)
        return len(found)

    case_at("suggested", 1, world)
    asked()
    few = asked()
    case_at("suggested", 1, world)
    assert asked() == few


def test_write_offs_are_grouped_and_lead_to_the_line(client, world, sam):
    case = case_at("coded", 1, world)
    found = ageing_for(sam, noon(last_day(case) + timedelta(days=31)))
    (row,) = ageing_context(found)["write_offs"]
    assert sum(item["count"] for item in row["items"]) == len(found.write_offs)
    assert len({item["key"] for item in row["items"]}) == len(row["items"])
    needed = {code for item in found.write_offs for code in item["codes"]}
    assert row["lines"]
    assert {line["code"] for line in row["lines"]} <= needed
    client.force_login(world.people["cora"])
    for line in row["lines"]:
        page = client.get(line["url"])
        assert page.status_code == 200
        assert line["code"] in page.content.decode()
    declined = case.lines.filter(key=row["lines"][0]["key"])
    declined.update(decision="decline", reason="Not supported.")
    (row,) = ageing_context(ageing_for(sam, noon(last_day(case) + timedelta(days=31))))["write_offs"]
    assert declined.get().key not in {line["key"] for line in row["lines"]}


def test_an_item_asks_only_for_lines_of_its_codes_and_streams():
    lines = [
        {"case_id": 1, "key": f"77295/{stream}/course", "code": "77295", "stream": stream}
        for stream in ("facility", "oncology_professional")
    ]
    item = {"id": 1, "key": "plan", "label": "Plan", "role": "physicist", "codes": ["77295"], "days": 40}
    item |= {"case_id": 1, "case__number": "26-1"}
    for streams, count in (([], 2), (["facility"], 1), (["surgeon_professional"], 0)):
        found = Ageing(date(2026, 3, 1), write_offs=[item | {"streams": streams}], lines={1: lines})
        assert len(ageing_context(found)["write_offs"][0]["lines"]) == count
    other = Ageing(
        date(2026, 3, 1), write_offs=[item | {"codes": ["77300"], "streams": []}], lines={1: lines}
    )
    assert ageing_context(other)["write_offs"][0]["lines"] == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_can_run_as_a_formula(start):
    """A name is typed by people; one that a spreadsheet could run starts with an apostrophe, others stay."""
    counts = dict.fromkeys(AGES, 0)
    names = [f"{start}HYPERLINK(1)", "Dr. Olga Onco", f"Olga{start}Onco"]
    found = Ageing(date(2026, 3, 2), {("radiation_oncologist", name): counts for name in names})
    rows = list(csv.reader(io.StringIO(ageing_csv(found), newline="")))
    assert [row[1] for row in rows[1:]] == [f"'{names[0]}", *names[1:]]
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
