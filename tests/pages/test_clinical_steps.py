"""Overdue clinical steps: on the overview, in lists and reports, in the reminder; and their clocks."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casetracker.models import AuditEvent, Case, CaseClinician, Department, Membership, User
from casetracker.selectors.case_lists import CaseFilter, case_page_of
from casetracker.selectors.clinical_steps import own_late_steps
from casetracker.selectors.queue import queue_page
from casetracker.selectors.queue_filters import QueueFilter
from casetracker.selectors.reminders import reminder_for
from casetracker.services import queueing
from casetracker.services.cases import record_progress
from casetracker.services.checklist import course_days
from casetracker.services.reminders import send_digests
from casetracker.working_days import local_day
from tests.cast import *  # noqa: F403
from tests.packets import desk

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 3, 6)
TUESDAY = date(2026, 3, 10)  # two working days later: the last day in time
WEDNESDAY = date(2026, 3, 11)
MARK = "clinical step"


def noon(day):
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def case_on(world, number="N-0001", **dates):
    """A case of North Hospital that Petra opened, with these clinical dates."""
    case = desk(world, number=number).case
    record_progress(case=case, by=world.people["petra"], dates=dates)
    return Case.objects.select_related("department", "patient").get(pk=case.pk)


@pytest.fixture
def referred(world):
    return case_on(world, referred_on=FRIDAY)


@pytest.fixture
def overdue_now(world):
    """Referred ten days ago: eight or so days past its two working days, whatever day it is today."""
    return case_on(world, referred_on=timezone.localdate() - timedelta(days=10))


# --- what is stored


def test_the_step_follows_the_recorded_dates(world, petra, referred):
    assert (referred.clinical_step, referred.clinical_from) == ("referred", FRIDAY)
    record_progress(case=referred, by=petra, dates={"consulted_on": TUESDAY})
    referred.refresh_from_db()
    assert (referred.clinical_step, referred.clinical_from) == ("in_consultation", TUESDAY)


def test_an_approved_case_still_ends_its_clock(world, petra):
    case = case_on(world, referred_on=FRIDAY)
    case.packets.update(status="closed")
    record_progress(case=case, by=petra, dates={"follow_up_on": TUESDAY})
    case.refresh_from_db()
    assert (case.clinical_step, case.clinical_from) == ("", None)


# --- exact days


@pytest.mark.parametrize(("day", "days"), [(FRIDAY, 0), (TUESDAY, 0), (WEDNESDAY, 1), (date(2026, 3, 14), 4)])
def test_lists_call_it_overdue_from_the_day_after_its_last_day(world, petra, referred, day, days):
    now = noon(day)
    assert queue_page(petra, QueueFilter(), now=now).rows[0]["step_over"] == days
    assert case_page_of(petra, CaseFilter(), now=now).rows[0]["days_over"] == days
    found = 1 if days else 0
    narrowed = queue_page(petra, QueueFilter(step="overdue"), now=now)
    assert (len(narrowed.rows), narrowed.total) == (found, found)
    assert len(case_page_of(petra, CaseFilter(step="overdue"), now=now).rows) == found
    assert queue_page(petra, QueueFilter(), now=now).counts["step"] == {"overdue" if days else "": 1}
    assert reminder_for(petra, now).steps == found


def test_the_day_is_that_of_the_department(petra, referred):
    late_on_tuesday = datetime(2026, 3, 11, 3, 30, tzinfo=UTC)  # half past ten in New York
    assert reminder_for(petra, late_on_tuesday).steps == 0
    assert reminder_for(petra, late_on_tuesday + timedelta(hours=1)).steps == 1


def test_a_changed_clock_holds_at_once(world, petra, referred):
    home = Department.objects.filter(pk=world.north.pk)
    home.update(clinical_clocks={"referred": {"days": 3, "unit": "working"}})
    assert reminder_for(petra, noon(WEDNESDAY)).steps == 0
    home.update(clinical_clocks={"referred": {"days": 0, "unit": "calendar"}})
    assert reminder_for(petra, noon(FRIDAY)).steps == 0
    assert reminder_for(petra, noon(FRIDAY + timedelta(days=1))).steps == 1
    home.update(clinical_clocks={"referred": None})
    assert reminder_for(petra, noon(FRIDAY + timedelta(days=400))).steps == 0


@pytest.mark.parametrize(
    ("halt", "word"), [("on_hold", "On hold"), ("cancelled", "Cancelled before delivery")]
)
def test_no_clock_on_hold_and_after_a_cancellation(client, world, petra, overdue_now, halt, word):
    client.force_login(petra)
    address = reverse("case", args=[overdue_now.pk])
    assert "overdue by" in text(client.get(address))
    overdue_now.halt = halt
    Case.objects.filter(pk=overdue_now.pk).update(halt=halt)
    queueing.refresh(case=overdue_now)
    shown = text(client.get(address))
    assert "overdue by" not in shown
    assert f"{word}: no clock runs." in shown
    assert reminder_for(petra, timezone.now()).steps == 0
    assert MARK not in text(client.get("/cases/"))


# --- the pages


def test_the_overview_says_state_owner_and_day(client, world, petra):
    case = case_on(world, consulted_on=FRIDAY)
    client.force_login(petra)
    shown = text(client.get(reverse("case", args=[case.pk])))
    for words in (
        "In consultation",
        "since Mar 6, 2026",
        "Sign both consultation notes",
        "Radiation oncologist",
        "surgeon",
        "3 days from the consultation, Mar 6, 2026",
        "Mar 9, 2026",
    ):
        assert words in shown, words
    days = (local_day(timezone.now(), world.north) - date(2026, 3, 9)).days
    assert f"overdue by {days} day" in shown


def test_the_overview_says_what_is_not_known(client, world, petra):
    case = desk(world).case
    client.force_login(petra)
    shown = text(client.get(reverse("case", args=[case.pk])))
    assert "since not known" in shown
    assert "That day is not recorded, so no clock runs yet." in shown
    assert "overdue by" not in shown
    Department.objects.filter(pk=world.north.pk).update(clinical_clocks={"referred": None})
    assert "has set no clock for this step" in text(client.get(reverse("case", args=[case.pk])))


LISTS = ["/cases/?step=overdue", "/queue/?view=all&step=overdue"]


@pytest.mark.parametrize("address", LISTS)
def test_lists_mark_and_filter(client, world, petra, overdue_now, address):
    case_on(world, number="N-0002", referred_on=timezone.localdate())
    client.force_login(petra)
    shown = text(client.get(address))
    assert "N-0001" in shown
    assert "N-0002" not in shown
    assert MARK in shown
    everything = client.get(address.replace("step=overdue", "")).content.decode()
    assert "N-0002" in everything
    assert everything.count(f">{MARK}") + everything.count(f"</svg>{MARK}") >= 1


@pytest.mark.parametrize("address", [*LISTS, "/queue/ageing/", "/queue/mine/"])
def test_lists_are_closed_to_others(client, world, overdue_now, address):
    assert client.get(address).url.startswith("/sign-in/")
    for who in ("bea", "ada", "noor"):
        client.force_login(world.people[who])
        assert client.get(address).status_code == 403, who
    client.force_login(world.people["sonja"])
    assert overdue_now.number not in client.get(address).content.decode()
    if not address.startswith("/cases/"):  # a search of cases is posted
        assert client.post(address).status_code == 405


def test_a_search_keeps_the_filter(client, petra, overdue_now):
    client.force_login(petra)
    answer = client.post("/cases/", {"q": "", "step": "overdue"})
    assert answer["Location"] == "/cases/?step=overdue"


def test_the_report_of_ages_lists_steps_with_their_owners(client, world, sam, overdue_now):
    client.force_login(sam)
    answer = client.get("/queue/ageing/")
    (row,) = answer.context["steps"]
    assert (row["number"], row["owner"]) == ("N-0001", "Coder, nurse")
    assert "Arrange the consultation" in text(answer)
    assert "overdue by" in text(answer)
    assert overdue_now.patient.name not in answer.content.decode()


def test_what_i_owe_lists_own_steps(client, petra, overdue_now):
    client.force_login(petra)
    shown = text(client.get("/queue/mine/"))
    assert "Clinical steps overdue 1 step" in shown
    assert overdue_now.patient.name in shown


ADDRESSES = ["/cases/", "/queue/?view=all", "/queue/ageing/", "/queue/mine/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_statements_do_not_grow_with_overdue_steps(client, world, address):
    client.force_login(world.people["sam"])

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    past = timezone.localdate() - timedelta(days=40)
    case_on(world, number="N-0001", referred_on=past)
    asked()
    few = asked()
    for n in range(2, 9):
        case_on(world, number=f"N-{n:04}", **{"consulted_on" if n % 2 else "referred_on": past})
    assert asked() == few


def test_own_steps_cost_four_statements(world, django_assert_num_queries):
    for n in range(1, 6):
        case_on(world, number=f"N-{n:04}", referred_on=FRIDAY)
    user = User.objects.get(username="petra")
    with django_assert_num_queries(4):  # roles, clocks, cases, people
        assert len(own_late_steps(user, noon(WEDNESDAY))) == 5


# --- whose step it is


def numbers_of(world, who, day=date(2026, 3, 31)):
    user = User.objects.get(username=who)
    return [row["number"] for row in own_late_steps(user, noon(day))]


def test_nobody_named_leaves_it_to_the_coders_and_to_whoever_opened_the_case(world):
    case_on(world, consulted_on=FRIDAY)
    assert [who for who in world.people if numbers_of(world, who)] == ["petra", "cora"]


def test_a_named_person_who_signs_in_owns_it_alone(world):
    case = case_on(world, consulted_on=FRIDAY)
    onco = world.clinicians["onco"]
    onco.user = world.people["sam"]
    onco.save()
    assert [who for who in world.people if numbers_of(world, who)] == ["sam"]
    CaseClinician.objects.filter(case=case).update(role="physicist")
    assert [who for who in world.people if numbers_of(world, who)] == ["petra", "cora"]
    CaseClinician.objects.filter(case=case).update(role="radiation_oncologist")
    Membership.objects.filter(user=world.people["sam"]).update(active=False)
    assert [who for who in world.people if numbers_of(world, who)] == ["petra", "cora"]


def test_coding_work_stays_with_the_coders_beside_a_named_nurse(world):
    case = case_on(world, referred_on=FRIDAY)
    nina = world.clinicians["nina"]
    nina.user = world.people["sam"]
    nina.save()
    CaseClinician.objects.create(case=case, clinician=nina, role="nurse")
    assert [who for who in world.people if numbers_of(world, who)] == ["cora", "sam"]


def test_another_department_hears_of_nothing(world):
    case_on(world, referred_on=FRIDAY)
    assert numbers_of(world, "stella") == numbers_of(world, "conrad") == []


# --- the reminder


def test_the_mail_counts_steps_and_names_nobody(world, referred):
    User.objects.exclude(username="cora").update(email="")
    send_digests(now=noon(WEDNESDAY))
    (message,) = mail.outbox
    assert message.to == ["cora@example.org"]
    assert "1 clinical step of yours is overdue" in message.body
    for word in (referred.number, referred.patient.name, referred.patient.record_number, "77372"):
        assert word not in message.subject + message.body


def test_nothing_overdue_sends_no_mail(world, referred):
    User.objects.exclude(username="cora").update(email="")
    assert send_digests(now=noon(TUESDAY)).nothing == 1
    assert mail.outbox == []


# --- the settings


@pytest.fixture
def clocks_page(client, world, ada):
    client.force_login(ada)
    return reverse("people-clocks", args=[world.north.pk])


def sent(**changed):
    usual = {
        "referred_days": "2",
        "referred_unit": "working",
        "in_consultation_days": "3",
        "in_consultation_unit": "calendar",
        "treated_days": "14",
        "treated_unit": "calendar",
    }
    return usual | changed


def test_the_page_shows_what_holds_and_what_it_counts_from(client, world, clocks_page):
    answer = client.get(clocks_page)
    rows = {row["word"]: row for row in answer.context["form"].rows()}
    assert len(rows) == 10
    assert rows["Treated"]["days"].value() == 14
    assert rows["Planned"]["days"].value() is None
    shown = text(answer)
    for words in ("Counts from the last session given", "Usually 2 working days", "Usually no clock"):
        assert words in shown, words


def test_clocks_are_saved_with_one_audit_event(client, world, clocks_page):
    answer = client.post(clocks_page, sent(treated_days="30", in_consultation_days="", planned_days="1"))
    assert answer["Location"] == reverse("people-department", args=[world.north.pk])
    stored = Department.objects.get(pk=world.north.pk).clinical_clocks
    assert stored["treated"] == {"days": 30, "unit": "calendar"}
    assert stored["referred"] == {"days": 2, "unit": "working"}
    assert stored["planned"] == {"days": 1, "unit": "calendar"}
    assert stored["in_consultation"] is None
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.user_id) == ("department.saved", world.people["ada"].pk)
    assert AuditEvent.objects.filter(action="department.saved").count() == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"treated_days": "-1"}, "Treated: days are 0 or more"),
        ({"treated_days": "366"}, "Treated: type at most 365 days"),
        ({"treated_days": "two"}, "Treated: type a whole number"),
        ({"treated_unit": "weeks"}, "Select a valid choice"),
        ({}, ""),
    ],
)
def test_what_cannot_be_is_refused_and_kept(client, world, clocks_page, typed, told):
    answer = client.post(clocks_page, sent(**typed) if typed else {})
    assert answer.status_code == 422
    assert told in text(answer)
    assert Department.objects.get(pk=world.north.pk).clinical_clocks == {}


@pytest.mark.parametrize("who", ["petra", "cora", "sam", "bea", "carl", "noor", "sonja"])
def test_other_roles_set_no_clock(client, world, who):
    client.force_login(world.people[who])
    page = reverse("people-clocks", args=[world.north.pk])
    assert client.get(page).status_code == 404
    assert client.post(page, sent(treated_days="1")).status_code == 404
    assert Department.objects.get(pk=world.north.pk).clinical_clocks == {}


def test_the_items_of_the_summary_follow_its_clock(world, petra):
    case = desk(world).case
    case.department.clinical_clocks = {"treated": {"days": 30, "unit": "calendar"}, "in_follow_up": None}
    found = course_days(case)
    assert (found.summary.days, found.follow_up) == (30, None)
