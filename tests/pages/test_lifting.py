"""Lifting one block of one case: on the codes page, in the review, with the reason, by compliance only."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.models import AuditEvent
from casetracker.services import coding, lifting
from tests.factories import case_at
from tests.privacy.scenes import block_of

pytestmark = pytest.mark.django_db
WHY = "An unrelated biopsy on the same day."


@pytest.fixture
def case(world, cora):
    case = case_at("coded", world=world)
    coding.add_line(
        case=case,
        by=cora,
        code="61782",
        stream="surgeon_professional",
        units=1,
        modifiers=[],
        date=date(2026, 3, 2),
        reason="Navigation for a biopsy.",
        hold_until=date(2026, 12, 31),
    )
    case.refresh_from_db()
    return case


def lift_url(case):
    return reverse("case-conflict-lift", args=[case.pk, block_of(case)])


def text(response):
    return " ".join(response.content.decode().split())


def test_compliance_lifts_a_block_and_everybody_reads_who_and_why(client, world, case, carl, cora):
    client.force_login(carl)
    codes = reverse("case-codes", args=[case.pk])
    assert lift_url(case) in text(client.get(codes))
    page = text(client.get(lift_url(case)))
    assert "navigation add-ons do not go with radiosurgery." in page
    answer = client.post(lift_url(case), {"reason": WHY})
    assert answer.url == codes
    assert AuditEvent.objects.filter(action="conflict.lifted", user=carl).count() == 1
    client.force_login(cora)
    shown = text(client.get(codes))
    assert "Lifted for this case" in shown
    assert f": {WHY}" in shown
    assert "Lifted by Carl Complies, compliance" in shown
    assert "Take back" not in shown
    key = case.lines.get(code="61782").key
    assert (
        client.post(reverse("case-codes-accept", args=[case.pk]), {"key": [key], "reason": "Lifted."}).url
        == codes
    )
    packet = case.packets.get(stream="surgeon_professional")
    review = text(client.get(reverse("packet-review", args=[case.pk, packet.pk])))
    assert "Lifted by Carl Complies, compliance" in review
    assert f": {WHY}" in review


def test_taking_back_needs_a_reason_and_blocks_again(client, case, carl):
    lift = lifting.lift_conflict(case=case, by=carl, conflict=block_of(case), reason=WHY)
    client.force_login(carl)
    address = reverse("case-conflict-restore", args=[case.pk, lift.pk])
    assert address in text(client.get(reverse("case-codes", args=[case.pk])))
    assert WHY in text(client.get(address))
    answer = client.post(address, {"reason": ""})
    assert answer.status_code == 422
    assert client.post(address, {"reason": "A mistake."}).status_code == 302
    assert client.get(address).status_code == 404
    assert lift_url(case) in text(client.get(reverse("case-codes", args=[case.pk])))


def test_a_reason_is_needed(client, case, carl):
    client.force_login(carl)
    answer = client.post(lift_url(case), {"reason": " "})
    assert answer.status_code == 422
    assert not case.lifts.exists()


@pytest.mark.parametrize("who", ["petra", "cora", "sam"])
def test_other_roles_read_the_page_and_lift_nothing(client, world, case, who):
    client.force_login(world.people[who])
    assert lift_url(case) not in text(client.get(reverse("case-codes", args=[case.pk])))
    assert "Lifting a conflict needs the role compliance" in text(client.get(lift_url(case)))
    assert client.post(lift_url(case), {"reason": WHY}).status_code == 403
    assert not case.lifts.exists()


@pytest.mark.parametrize("who", ["bea", "ada", "noor", "sonja"])
def test_people_without_the_chart_find_nothing(client, world, case, who):
    client.force_login(world.people[who])
    assert client.get(lift_url(case)).status_code == 404
    assert client.post(lift_url(case), {"reason": WHY}).status_code == 404


def test_anonymous_people_are_asked_to_sign_in_and_methods_are_fixed(client, case, carl):
    assert client.get(lift_url(case)).url.startswith("/sign-in/")
    client.force_login(carl)
    assert client.delete(lift_url(case)).status_code == 405
    assert client.get(reverse("case-conflict-lift", args=[case.pk, "0" * 16])).status_code == 404
    assert client.get(reverse("case-conflict-restore", args=[case.pk, 999])).status_code == 404


def test_a_lift_that_does_not_fit_any_more_is_told(client, case, carl):
    lifting.lift_conflict(case=case, by=carl, conflict=block_of(case), reason=WHY)
    case.lifts.update(message="Two units of 61782, one is the most.")
    client.force_login(carl)
    shown = text(client.get(reverse("case-codes", args=[case.pk])))
    assert "Lifted earlier, does not fit any more" in shown
    assert lift_url(case) in shown


def test_a_blocked_line_is_added_as_held_for_compliance(client, world, cora):
    case = case_at("coded", world=world)
    client.force_login(cora)
    typed = {
        "code": "61782",
        "stream": "surgeon_professional",
        "units": "1",
        "date": "2026-03-02",
        "reason": "Navigation.",
    }
    address = reverse("case-line-add", args=[case.pk])
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "61782 cannot be released" in text(refused)
    assert client.post(address, typed | {"hold_until": "2099-12-31"}).status_code == 302
    assert "Waits for: compliance." in text(client.get(reverse("case-codes", args=[case.pk])))


def test_the_pages_cost_the_same_with_a_lift(client, case, carl, sam):
    client.force_login(sam)
    packet = case.packets.get(stream="surgeon_professional")
    pages = [reverse("case-codes", args=[case.pk]), reverse("packet-review", args=[case.pk, packet.pk])]

    def queries():
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counts.append(len(asked))
        return counts

    queries()
    before = queries()
    lifting.lift_conflict(case=case, by=carl, conflict=block_of(case), reason=WHY)
    assert queries() == before
