"""Sessions of the next working days: what they lack before the beam, whose it is, what is no longer possible."""

from datetime import UTC, date, datetime, timedelta

import pytest

from casetracker.choices import Answer, Halt, SessionStatus
from casetracker.models import Case, TreatmentSession
from casetracker.presenters.before_beam_page import before_beam_context
from casetracker.selectors.before_beam import sessions_ahead
from tests.cast import *  # noqa: F403
from tests.factories import case_at

pytestmark = pytest.mark.django_db
URL = "/queue/before-the-beam/"
FRIDAY = datetime(2026, 3, 6, 15, tzinfo=UTC)


@pytest.fixture
def case(world):
    return planned(case_at("suggested", world=world), date(2026, 3, 9))


def text(answer) -> str:
    return answer.content.decode()


def planned(case: Case, *days: date) -> Case:
    """The same case with its sessions still ahead, on these days."""
    for session, day in zip(case.sessions.order_by("number"), days, strict=True):
        TreatmentSession.objects.filter(pk=session.pk).update(
            date=day, status=SessionStatus.PLANNED, beam_on_at=None, ended_at=None, started_at=None
        )
    return case


def test_the_next_two_working_days_are_looked_at(case, petra):
    found = sessions_ahead(petra, FRIDAY)
    assert (found.today, found.last) == (date(2026, 3, 6), date(2026, 3, 10))
    assert [(one.number, one.day) for one in found.sessions] == [(case.number, date(2026, 3, 9))]


def test_only_what_cannot_be_made_up_is_listed_with_owner_and_lines(case, petra):
    unmet = sessions_ahead(petra, FRIDAY).sessions[0].unmet
    known = {item.label: item for item in case.items.filter(cure="before_beam")}
    assert unmet
    assert {item.label for item in unmet} <= set(known)
    consent = next(item for item in unmet if item.role == "radiation_oncologist")
    assert consent.who == ("Dr. Olga Onco",)
    assert "77372" in next(item for item in unmet if "time-out" in item.label.lower() or item.codes).codes


def test_a_met_item_leaves_the_page(case, petra):
    first = sessions_ahead(petra, FRIDAY).sessions[0].unmet[0]
    case.items.filter(pk=first.id).update(answer=Answer.SATISFIED)
    assert first.id not in {item.id for item in sessions_ahead(petra, FRIDAY).sessions[0].unmet}


def test_what_can_never_be_met_stays_visible(case, petra):
    first = sessions_ahead(petra, FRIDAY).sessions[0].unmet[0]
    case.items.filter(pk=first.id).update(answer=Answer.CANNOT_BE_MET, answer_reason="Never signed.")
    again = next(item for item in sessions_ahead(petra, FRIDAY).sessions[0].unmet if item.id == first.id)
    assert again.never


@pytest.mark.parametrize(
    "change", [{"halt": Halt.ON_HOLD}, {"halt": Halt.CANCELLED}], ids=lambda change: change["halt"]
)
def test_halted_cases_are_not_ahead(case, petra, change):
    Case.objects.update(**change)
    assert sessions_ahead(petra, FRIDAY).sessions == []


@pytest.mark.parametrize("day", [date(2026, 3, 5), date(2026, 3, 11)])
def test_other_days_are_not_ahead(case, petra, day):
    planned(case, day)
    assert sessions_ahead(petra, FRIDAY).sessions == []


def test_after_the_first_beam_only_what_belongs_to_the_next_session_counts(world, petra):
    case = case_at("suggested", story=3, world=world)
    days = [date(2026, 3, 2), *(date(2026, 3, 9) + timedelta(days=n) for n in range(4))]
    planned(case, *days)
    before = sessions_ahead(petra, FRIDAY).sessions
    first = case.sessions.order_by("number")[0]
    TreatmentSession.objects.filter(pk=first.pk).update(status=SessionStatus.DELIVERED)
    after = sessions_ahead(petra, FRIDAY).sessions
    assert [one.session for one in after] == [2, 3]
    subjects = dict(case.items.values_list("id", "subject"))
    assert {"case"} & {subjects[item.id] for item in before[0].unmet}
    own = f"session:{case.sessions.get(number=2).uuid}"
    assert {subjects[item.id] for item in after[0].unmet} <= {own}


def test_the_evening_still_belongs_to_the_local_day(case, petra):
    case.department.time_zone = "America/Los_Angeles"
    case.department.save()
    planned(case, date(2026, 3, 6))
    late = datetime(2026, 3, 7, 3, tzinfo=UTC)  # seven in the evening of the sixth
    assert [one.day for one in sessions_ahead(petra, late).sessions] == [date(2026, 3, 6)]


def test_required_items_stand_first(case, petra):
    required = [item.required for item in sessions_ahead(petra, FRIDAY).sessions[0].unmet]
    assert required == sorted(required, reverse=True)


def test_the_page_counts_what_lacks(case, petra):
    context = before_beam_context(sessions_ahead(petra, FRIDAY))
    assert (context["total"], context["lacking"]) == (1, 1)
    assert [group["day"] for group in context["days"]] == [date(2026, 3, 9)]


def test_the_page_shows_sessions_and_hides_lines_on_paper(client, case, petra):
    TreatmentSession.objects.update(date=datetime.now(UTC).date() + timedelta(days=1))
    client.force_login(petra)
    shown = text(client.get(URL))
    assert case.number in shown
    assert '<th scope="col" class="num no-print">Lines at risk</th>' in shown
    assert '<span class="no-print">77300, </span>unit 1' in shown


def test_nothing_ahead_teaches(client, world, petra):
    client.force_login(petra)
    assert "No session is planned for these days" in text(client.get(URL))


def test_anonymous_signs_in(client):
    assert client.get(URL).status_code == 302


def test_billing_has_no_sessions(client, world, bea):
    client.force_login(bea)
    assert client.get(URL).status_code == 403


def test_another_department_stays_unseen(case, noor):
    assert sessions_ahead(noor, FRIDAY).sessions == []


def test_only_reading(client, world, petra):
    client.force_login(petra)
    assert client.post(URL).status_code == 405


def test_seven_statements_whatever_the_number(world, case, petra, django_assert_num_queries):
    for _ in range(3):
        planned(case_at("suggested", world=world), date(2026, 3, 9))
    sessions_ahead(petra, FRIDAY)  # the roles are read once and kept
    with django_assert_num_queries(7):
        assert len(sessions_ahead(petra, FRIDAY).sessions) == 4


def test_units_of_one_code_stand_in_one_row_and_are_named(case, petra):
    rows = before_beam_context(sessions_ahead(petra, FRIDAY))["days"][0]["sessions"][0]["unmet"]
    several = next(row for row in rows if len(row["subjects"]) > 1)
    assert several["subjects"] == [{"code": "77300, ", "words": f"unit {number}"} for number in range(1, 5)]
    assert [row["label"] for row in rows].count(several["label"]) == 1
