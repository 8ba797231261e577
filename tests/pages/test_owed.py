"""What one person owes across cases: whose item it is, when it is due, in which order, with fixed statements."""

from datetime import UTC, date, datetime

import pytest

from casetracker.choices import Answer, Duty, Halt, ItemReview
from casetracker.models import Case, ChecklistItem, DutyAssignment
from casetracker.presenters.owed_page import owed_context
from casetracker.selectors.owed import owed_items
from casetracker.selectors.subjects import line_words
from casetracker.services.cases import save_facts
from casetracker.services.evaluation import refresh
from casetracker.services.item_review import return_item
from tests.cast import *  # noqa: F403
from tests.factories import case_at
from tests.stories import story

pytestmark = pytest.mark.django_db
URL = "/queue/mine/"
NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


@pytest.fixture
def case(world):
    DutyAssignment.objects.all().delete()
    DutyAssignment.objects.create(user=world.people["petra"], department=world.north, duty=Duty.PHYSICIST)
    return case_at("suggested", world=world)


def owed(user, **more):
    return owed_items(user, NOON, **more)


def text(answer) -> str:
    return answer.content.decode()


def test_a_duty_brings_its_items_earliest_first(case, petra):
    rows = owed(petra).rows
    assert rows
    assert {row["role"] for row in rows} == {"physicist"}
    assert [row["due_key"] for row in rows] == sorted(row["due_key"] for row in rows)


def test_every_item_of_a_planned_course_has_its_day(case):
    days = dict(case.items.values_list("key", "due_on"))
    assert days["consent-radiation"] == date(2026, 3, 2)
    assert days["treatment-summary"] == date(2026, 3, 16)
    assert None not in days.values()


def test_a_moved_session_moves_the_days(case, world):
    _, facts = story(1, world)
    facts.sessions[0]["date"] = date(2026, 3, 9)
    save_facts(case=case, by=world.people["petra"], facts_version=case.facts_version, data=facts)
    assert case.items.get(key="treatment-summary").due_on == date(2026, 3, 23)


def test_an_item_of_a_named_user_is_not_everybodys(case, world, petra):
    phil = world.clinicians["phil"]
    assert case.team.filter(role="physicist", clinician=phil).exists()
    phil.user = world.people["sam"]
    phil.save()
    assert owed(petra).rows == []
    assert {row["role"] for row in owed(petra, whose="roles").rows} == {"physicist"}
    assert {row["role"] for row in owed(world.people["sam"]).rows} == {"physicist"}


def test_a_met_item_is_not_owed_and_a_returned_one_is(case, petra):
    first = owed(petra).rows[0]
    ChecklistItem.objects.filter(pk=first["id"]).update(answer=Answer.SATISFIED)
    assert first["id"] not in {row["id"] for row in owed(petra).rows}
    ChecklistItem.objects.filter(pk=first["id"]).update(review=ItemReview.RETURNED)
    assert first["id"] in {row["id"] for row in owed(petra).rows}


@pytest.mark.parametrize("change", [{"halt": Halt.ON_HOLD}, {"queued_at": None}], ids=["on hold", "done"])
def test_cases_out_of_work_owe_nothing(case, petra, change):
    Case.objects.update(**change)
    assert owed(petra).rows == []


def test_counts_agree_with_the_rows(case, petra):
    found = owed(petra)
    context = owed_context(found, "mine")
    assert sum(found.counts.values()) == len(found.rows)
    for group in context["groups"]:
        assert group["count"] == sum(case["count"] for case in group["cases"]) == found.counts[group["key"]]
    assert found.pressing == found.counts["overdue"] + found.counts["today"]


def test_units_of_one_code_stand_in_one_row(case, petra):
    DutyAssignment.objects.update(duty=Duty.DOSIMETRIST)
    (one,) = owed_context(owed(petra), "mine")["groups"][-1]["cases"]
    rows = {row["label"]: row["subjects"] for row in one["rows"]}
    assert rows["Dose calculation sheets"] == [f"77300, unit {number}" for number in range(1, 5)]
    assert one["count"] > len(one["rows"])


def test_cases_stand_apart_each_with_what_it_owes(case, world, petra):
    other = case_at("suggested", world=world)
    group = owed_context(owed(petra), "mine")["groups"][0]
    assert [one["number"] for one in group["cases"]] == [case.number, other.number]
    assert group["cases"][0]["count"] == group["cases"][1]["count"]


def test_sessions_that_are_only_planned_have_their_place_in_the_list(case, world, petra):
    DutyAssignment.objects.update(duty=Duty.THERAPIST)
    _, facts = story(1, world)
    facts.sessions.clear()
    save_facts(case=case, by=world.people["petra"], facts_version=case.facts_version, data=facts)
    assert "session 1" in {row["subject_name"] for row in owed(petra).rows}


def test_pages_follow_each_other_without_gap(case, petra, monkeypatch):
    every = [row["id"] for row in owed(petra).rows]
    monkeypatch.setattr("casetracker.selectors.owed.PAGE", 2)
    seen, after = [], ""
    while True:
        found = owed(petra, after=after)
        seen += [row["id"] for row in found.rows]
        after = found.after
        if not after:
            break
    assert seen == every


@pytest.mark.parametrize("after", ["x", "2026-13-45~1", "2026-03-01~x", "~"])
def test_an_odd_key_starts_at_the_beginning(case, petra, after):
    assert owed(petra, after=after).rows == owed(petra).rows


def test_the_statements_do_not_grow_with_the_cases(case, world, petra, django_assert_max_num_queries):
    owed(petra)
    with django_assert_max_num_queries(7) as few:
        owed(petra)
    for _ in range(3):
        case_at("suggested", world=world)
    with django_assert_max_num_queries(7) as many:
        owed(petra)
    assert len(few) == len(many)


def test_the_page_and_the_start_say_what_is_overdue(client, case, petra):
    client.force_login(petra)
    shown = text(client.get(URL))
    assert "Overdue" in shown
    assert case.number in shown
    assert "of your items overdue" in text(client.get("/"))


def test_without_a_duty_the_page_says_whom_to_ask(client, case, sam):
    client.force_login(sam)
    assert "No duty is yours yet" in text(client.get(URL))


def test_anonymous_signs_in(client):
    assert client.get(URL).status_code == 302


def test_billing_owes_no_items(client, world, bea):
    client.force_login(bea)
    assert client.get(URL).status_code == 403


def test_another_department_stays_unseen(case, noor):
    assert owed(noor, whose="roles").rows == []


def test_only_reading(client, world, petra):
    client.force_login(petra)
    assert client.post(URL).status_code == 405


def test_a_return_sets_the_day_and_keeps_it(world):
    case = case_at("in_review", world=world)
    packet = case.packets.first()
    packet.case = case
    item = next(one for one in case.items.filter(answer=Answer.SATISFIED) if packet.stream in one.streams)
    day = date(2026, 12, 4)
    return_item(packet=packet, item=item, by=world.people["sam"], reason="unsigned", text="Sign.", due_on=day)
    refresh(case, world.people["petra"])
    assert ChecklistItem.objects.get(pk=item.pk).due_on == day


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("session:2", "Session 2"),
        ("unit:77300:2", "77300, unit 2"),
        ("line:77290/facility/course", "77290, facility"),
        ("lesion:0b0f6c52-0000-4000-8000-000000000000", "Lesion (removed)"),
    ],
)
def test_words_of_what_no_row_names(subject, words):
    assert line_words(subject) == words
