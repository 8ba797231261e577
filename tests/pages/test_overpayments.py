"""Suspected overpayments: flagged after a handoff, clock, suspension, outcome, and who may."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.models import CaseRevision, Overpayment
from casetracker.selectors.overpayments import overpayments_for
from casetracker.services import overpayments
from tests.factories import case_at

pytestmark = pytest.mark.django_db
WHY = "The record shows one device, two were billed."


@pytest.fixture
def case(world):
    return case_at("handed_off", 1, world)


@pytest.fixture
def today():
    return timezone.localdate() - timedelta(days=1)  # a day that has begun everywhere


def flagged(case, by, day, **more):
    case.refresh_from_db()
    return overpayments.flag(case=case, by=by, identified_on=day, because=WHY, codes="77334", **more)


def left(user):
    return [row.days_left for row in overpayments_for(user, timezone.now())]


def test_the_clock_is_sixty_days_and_a_suspension_adds_at_most_180(case, today, sam, carl):
    made = flagged(case, sam, today)
    assert made.due_on == today + timedelta(days=60)
    before = left(carl)[0]
    with pytest.raises(NotAllowed):
        overpayments.suspend(case=case, overpayment=made, by=sam, because="Others?")
    with pytest.raises(Refused, match="looked for"):
        overpayments.suspend(case=case, overpayment=made, by=carl, because=" ")
    overpayments.suspend(case=case, overpayment=made, by=carl, because="Other cases of that month.")
    assert made.due_on == today + timedelta(days=240)
    assert left(carl) == [before + 180]
    with pytest.raises(WrongState, match="already"):
        overpayments.suspend(case=case, overpayment=made, by=carl, because="Again.")


def test_it_is_not_suspended_after_its_days_are_over(case, today, carl):
    made = flagged(case, carl, today - timedelta(days=70))
    assert left(carl)[0] < 0
    with pytest.raises(WrongState, match="60 days are over"):
        overpayments.suspend(case=case, overpayment=made, by=carl, because="Late.")


def test_it_is_settled_once_with_an_outcome(case, today, carl):
    made = flagged(case, carl, today)
    with pytest.raises(Refused, match="outcome"):
        overpayments.settle(case=case, overpayment=made, by=carl, outcome="", note="X")
    overpayments.settle(case=case, overpayment=made, by=carl, outcome="returned", note="Sent to the payer.")
    assert left(carl) == [None]
    with pytest.raises(WrongState, match="already"):
        overpayments.settle(case=case, overpayment=made, by=carl, outcome="none", note="X")
    acts = CaseRevision.objects.filter(case=case, action__startswith="overpayment.")
    assert sorted(acts.values_list("action", flat=True)) == ["overpayment.raised", "overpayment.settled"]


def test_only_what_was_billed_and_no_day_ahead(world, case, today, carl):
    with pytest.raises(WrongState, match="handed to billing"):
        flagged(case_at("coded", 1, world), carl, today)
    with pytest.raises(Refused, match="lies ahead"):
        flagged(case, carl, today + timedelta(days=3))
    assert not Overpayment.objects.exists()


def test_pages_by_role(client, world, case, today, sam, carl):
    new = reverse("case-overpayment-new", args=[case.pk])
    assert client.get(new).url.startswith("/sign-in/")
    client.force_login(world.people["petra"])
    assert client.get(reverse("overpayments")).status_code == 403
    assert client.post(new, {"identified_on": today.isoformat(), "because": WHY}).status_code == 403
    client.force_login(sam)
    assert client.post(new, {"identified_on": "", "because": WHY}).status_code == 422
    answer = client.post(new, {"identified_on": today.isoformat(), "because": WHY})
    page = reverse("case-overpayment", args=[case.pk, Overpayment.objects.get().pk])
    assert answer.url == page
    assert "Compliance suspends the clock" in client.get(page).content.decode()
    assert client.post(page, {"step": "suspend", "because": "X"}).status_code == 403
    assert client.delete(page).status_code == 405
    assert WHY in client.get(reverse("overpayments")).content.decode()
    for who in ("bea", "sonja", "noor"):
        client.force_login(world.people[who])
        assert client.get(page).status_code == 404
    client.force_login(carl)
    assert client.post(page, {"step": "suspend", "because": ""}).status_code == 422
    assert client.post(page, {"step": "suspend", "because": "Related cases."}).url == page
    assert client.post(page, {"step": "settle", "outcome": "", "note": "X"}).status_code == 422
    assert client.post(page, {"step": "settle", "outcome": "none", "note": "Right after all."}).url == page
    assert "No overpayment" in client.get(page).content.decode()


def test_the_list_costs_the_same_with_many(client, case, today, carl):
    client.force_login(carl)

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("overpayments"))
        return len(found)

    flagged(case, carl, today)
    asked()
    few = asked()
    for _ in range(3):
        flagged(case, carl, today)
    assert asked() == few


def test_an_open_one_stands_on_the_overview_until_it_is_settled(client, case, today, carl):
    made = flagged(case, carl, today)
    client.force_login(carl)
    page = reverse("case", args=[case.pk])
    link = reverse("case-overpayment", args=[case.pk, made.pk])
    shown = client.get(page).content.decode()
    assert link in shown
    assert "days left" in shown
    Overpayment.objects.update(identified_on=today - timedelta(days=61))
    assert "the days are over since" in client.get(page).content.decode()
    overpayments.settle(case=case, overpayment=made, by=carl, outcome="none", note="Right after all.")
    assert link not in client.get(page).content.decode()
