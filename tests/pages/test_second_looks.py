"""Second looks: which packets are in the list and why, who may record what, and the way to an overpayment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casetracker import working_days
from casetracker.errors import NotAllowed, NotFound, Refused, WrongState
from casetracker.models import (
    AuditEvent,
    CaseClinician,
    CaseRevision,
    Document,
    Handoff,
    Membership,
    SecondLook,
    User,
)
from casetracker.second_look import DRAWN, next_month
from casetracker.selectors.second_looks import second_look_of, second_looks
from casetracker.services import second_looks as services
from tests.cast import PASSWORD
from tests.factories import case_at

pytestmark = pytest.mark.django_db
URL = "/queue/second-look/"
WHY = "Two devices were billed, the record shows one."
NOON = 17


@pytest.fixture
def case(world):
    return case_at("handed_off", 1, world)


@pytest.fixture
def month(world):
    return working_days.local_day(timezone.now(), world.north).replace(day=1)


@pytest.fixture
def other(world):
    """A second supervisor, who has touched nothing."""
    made = User.objects.create_user("otto", "otto@example.org", PASSWORD, full_name="Otto Other")
    Membership.objects.create(user=made, department=world.north, role="supervisor")
    return made


def later(month):
    day = next_month(month)
    return datetime(day.year, day.month, day.day, NOON, tzinfo=UTC)


def approved(case, day):
    """The packets of the case, approved on another day."""
    moment = datetime(day.year, day.month, day.day, NOON, tzinfo=UTC)
    Handoff.objects.filter(packet__case=case).update(approved_at=moment)


def reasons(user, month, now, case=None):
    """Stream -> reasons."""
    rows = second_looks(user, month, now)
    return {row.packet.stream: row.reasons for row in rows if case is None or row.packet.case_id == case.pk}


def known(case):
    """As if the department had known the physicians of this case for long."""
    old = case_at("handed_off", 1)
    approved(old, timezone.localdate() - timedelta(days=400))
    return old


def plain(case):
    """Take away what makes the case special: only the random draw can choose it."""
    known(case)
    for handoff in Handoff.objects.filter(packet__case=case):
        snapshot = handoff.snapshot
        for group in ("professional", "technical"):
            snapshot[group] = [line for line in snapshot[group] if line["code"] not in ("77470", "77370")]
        Handoff.objects.filter(pk=handoff.pk).update(snapshot=snapshot)


def test_the_share_is_drawn_when_the_month_is_over(case, month, carl):
    plain(case)
    now = timezone.now()
    assert reasons(carl, month, now) == {}
    found = reasons(carl, month, later(month))
    assert list(found.values()) == [[DRAWN]]
    assert found == reasons(carl, month, later(month) + timedelta(days=300))
    assert reasons(carl, next_month(month), later(next_month(month))) == {}


def test_a_month_is_that_of_the_department(world, case, month, carl):
    """Half past midnight UTC on the first is still the month before in New York."""
    plain(case)
    begin = datetime(month.year, month.month, 1, 0, 30, tzinfo=UTC)
    Handoff.objects.filter(packet__case=case).update(approved_at=begin)
    assert reasons(carl, month, later(month)) == {}
    before = (month - timedelta(days=1)).replace(day=1)
    assert len(reasons(carl, before, later(month))) == 1


def test_special_codes_are_always_looked_at(case, month, carl):
    plain(case)
    handoff = Handoff.objects.filter(packet__case=case, packet__stream="facility").get()
    line = {**handoff.snapshot["technical"][0], "code": "77370"}
    handoff.snapshot["technical"].append(line)
    Handoff.objects.filter(pk=handoff.pk).update(snapshot=handoff.snapshot)
    assert reasons(carl, month, timezone.now()) == {"facility": ["77370"]}


def test_more_than_two_late_entries_bring_every_packet_of_the_case(case, month, carl):
    plain(case)
    rows = list(Document.objects.filter(case=case, removed_at=None).values_list("pk", flat=True)[:3])
    Document.objects.filter(pk__in=rows[:2]).update(entry_type="late_entry")
    assert reasons(carl, month, timezone.now()) == {}
    Document.objects.filter(pk=rows[2]).update(entry_type="late_entry")
    found = reasons(carl, month, timezone.now())
    assert len(found) == case.packets.count()
    assert set(map(tuple, found.values())) == {("3 late entries",)}
    Document.objects.filter(pk=rows[2]).update(removed_at=timezone.now())
    assert reasons(carl, month, timezone.now()) == {}


def test_the_first_case_of_a_physician_and_none_later(world, case, month, carl):
    found = reasons(carl, month, timezone.now())
    assert len(found) == case.packets.count()
    assert all("First case of Dr. Olga Onco" in why for why in found.values())
    second = case_at("handed_off", 1, world)
    assert not any(
        "First case" in " ".join(why) for why in reasons(carl, month, timezone.now(), second).values()
    )
    CaseClinician.objects.filter(case=second, role="neurosurgeon").update(clinician=world.clinicians["skull"])
    later_found = reasons(carl, month, timezone.now(), second)
    assert all("First case of Dr. Sven Skull" in why for why in later_found.values())
    assert later_found


def test_a_packet_whose_file_is_not_drawn_waits(case, month, carl):
    assert reasons(carl, month, timezone.now())
    Handoff.objects.filter(packet__case=case).update(state="pending")
    assert reasons(carl, month, timezone.now()) == {}


def test_the_outcome_is_recorded_once_by_somebody_else(case, month, sam, petra, bea, carl, other):
    packet = case.packets.get(stream="facility")
    for who, words in ((sam, "You approved"), (petra, "role"), (bea, "role")):
        with pytest.raises(NotAllowed, match=words):
            services.record(packet=packet, by=who, outcome="agrees")
    with pytest.raises(Refused, match="what is wrong"):
        services.record(packet=packet, by=carl, outcome="error", text=" ")
    with pytest.raises(Refused, match="Choose"):
        services.record(packet=packet, by=carl, outcome="perhaps", text="X")
    assert not SecondLook.objects.exists()
    made = services.record(packet=packet, by=other, outcome="error", text=WHY)
    assert made.version == 1
    assert any("First case" in why for why in made.reasons)
    packet.case.refresh_from_db()
    with pytest.raises(WrongState, match="already"):
        services.record(packet=packet, by=carl, outcome="agrees")
    assert CaseRevision.objects.filter(case=case, action="second_look.recorded").count() == 1
    done = AuditEvent.objects.filter(action="second_look.recorded", outcome="done")
    assert [event.record for event in done] == [f"case {case.number}"]


def test_who_worked_on_the_case_takes_no_second_look(case, petra):
    Membership.objects.create(user=petra, department=case.department, role="supervisor")
    petra = User.objects.get(pk=petra.pk)  # what a person may is read once per request
    with pytest.raises(NotAllowed, match="somebody else takes the second look"):
        services.record(packet=case.packets.get(stream="facility"), by=petra, outcome="agrees")


def test_reasons_stay_as_they_were_recorded(world, case, month, carl):
    packet = case.packets.get(stream="facility")
    made = services.record(packet=packet, by=carl, outcome="agrees")
    known(case)
    assert second_look_of(packet, timezone.now()).reasons == made.reasons
    with pytest.raises(NotFound):
        second_look_of(case_at("coded", 1, world).packets.first(), timezone.now())


def test_a_packet_that_was_not_chosen_takes_no_outcome(client, case, carl):
    plain(case)
    packet = case.packets.get(stream="facility")
    with pytest.raises(NotFound):
        services.record(packet=packet, by=carl, outcome="agrees")
    client.force_login(carl)
    assert client.get(reverse("case-second-look", args=[case.pk, packet.pk])).status_code == 404
    assert not SecondLook.objects.exists()


@pytest.mark.parametrize("share", [0, 4, 11])
def test_the_share_stays_between_five_and_ten(world, share):
    world.north.second_look_share = share
    with pytest.raises(ValidationError):
        world.north.full_clean()


def test_the_list_by_role_and_month(client, world, case, month, sam, carl):
    assert client.get(URL).url.startswith("/sign-in/")
    for who in ("petra", "cora", "bea", "ada", "noor"):
        client.force_login(world.people[who])
        assert client.get(URL).status_code == 403, who
    client.force_login(world.people["sonja"])
    assert case.number not in client.get(URL, {"month": f"{month:%Y-%m}"}).content.decode()
    client.force_login(sam)
    shown = client.get(URL, {"month": f"{month:%Y-%m}"}).content.decode()
    assert "you approved it" in shown
    assert "The random share is drawn" in shown
    assert case.patient.name not in shown
    client.force_login(carl)
    shown = client.get(URL, {"month": f"{month:%Y-%m}"}).content.decode()
    assert case.number in shown
    assert "you approved it" not in shown
    assert "First case of Dr. Olga Onco" in shown
    assert case.number not in client.get(URL).content.decode()
    for odd in ("2026-13", "March", "0000-01", "2026-03-01"):
        answer = client.get(URL, {"month": odd})
        assert answer.status_code == 422, odd
        assert "for example 2026-03" in answer.content.decode()
    assert client.post(URL).status_code == 405


def test_one_look_from_page_to_overpayment(client, world, case, sam, carl):
    packet = case.packets.get(stream="facility")
    page = reverse("case-second-look", args=[case.pk, packet.pk])
    assert client.get(page).url.startswith("/sign-in/")
    for who, code in (("petra", 403), ("cora", 403), ("bea", 404), ("sonja", 404), ("noor", 404)):
        client.force_login(world.people[who])
        assert client.get(page).status_code == code, who
        assert client.post(page, {"outcome": "agrees"}).status_code == code, who
    client.force_login(sam)
    assert "You approved this packet" in client.get(page).content.decode()
    assert client.post(page, {"outcome": "agrees"}).status_code == 403
    client.force_login(carl)
    assert client.delete(page).status_code == 405
    assert client.post(page, {"outcome": "error", "text": ""}).status_code == 422
    assert client.post(page, {"outcome": "", "text": "X"}).status_code == 422
    assert client.post(page, {"outcome": "error", "text": WHY}).url == page
    shown = client.get(page).content.decode()
    flag = f"{reverse('case-overpayment-new', args=[case.pk])}?look={packet.pk}"
    assert flag in shown
    assert WHY in client.get(flag).content.decode()
    assert WHY not in client.get(flag.replace(f"={packet.pk}", "=x")).content.decode()
    assert client.post(page, {"outcome": "agrees"}).status_code == 422
    assert SecondLook.objects.count() == 1


def test_agreement_offers_no_flag(client, case, carl):
    packet = case.packets.get(stream="facility")
    services.record(packet=packet, by=carl, outcome="agrees")
    client.force_login(carl)
    shown = client.get(reverse("case-second-look", args=[case.pk, packet.pk])).content.decode()
    assert "?look=" not in shown
    assert "Agrees" in shown


def test_it_costs_the_same_with_many_cases(client, world, case, month, carl):
    client.force_login(carl)

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get(URL, {"month": f"{month:%Y-%m}"})
        return len(found)

    asked()
    few = asked()
    case_at("handed_off", 1, world)
    case_at("handed_off", 1, world)
    asked()  # the session notes its use once a minute; on a busy machine two cases take longer
    assert asked() == few
