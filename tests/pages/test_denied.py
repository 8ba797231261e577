"""The managed list of reasons, and the report of items called not applicable."""

from datetime import UTC, date, datetime

import pytest

from casetracker.errors import Refused
from casetracker.models import ChecklistItem, NotApplicableReason
from casetracker.selectors.reasons import denied_items, reasons_for
from casetracker.services import evidence
from tests.cast import *  # noqa: F403
from tests.factories import case_at

pytestmark = pytest.mark.django_db
URL = "/queue/not-applicable/"
FUSION = "image-fusion-approval"
SINCE, UNTIL = date(2026, 1, 1), date(2099, 1, 1)


@pytest.fixture
def case(world):
    return case_at("suggested", world=world)


def text(answer) -> str:
    return answer.content.decode()


def deny(case, by, because="The service was not performed", reason="No images were fused."):
    item = case.items.get(key=FUSION)
    return evidence.mark_not_applicable(case=case, by=by, item=item, because=because, reason=reason)


def test_a_reason_must_be_of_the_list_and_words_must_be_said(case, sam):
    with pytest.raises(Refused, match="Choose a reason from the list"):
        deny(case, sam, because="")
    with pytest.raises(Refused, match="Choose a reason from the list"):
        deny(case, sam, because="We are in a hurry")
    with pytest.raises(Refused, match="Say why"):
        deny(case, sam, reason=" ")
    deny(case, sam)
    assert case.items.get(key=FUSION).answer_because == "The service was not performed"


def test_the_department_adds_reasons_of_its_own(case, world, sam):
    NotApplicableReason.objects.create(department=world.north, label="Imported from the other hospital")
    NotApplicableReason.objects.create(department=world.south, label="South only")
    NotApplicableReason.objects.create(department=world.north, label="Old", active=False)
    offered = reasons_for(world.north)
    assert "Imported from the other hospital" in offered
    assert offered[-1] == "Other"
    assert not {"South only", "Old"} & set(offered)
    deny(case, sam, because="Imported from the other hospital")


def test_an_answer_taken_back_loses_its_reason(case, sam):
    item = deny(case, sam)
    evidence.reopen_item(case=case, by=sam, item=item, reason="Wrong patient.")
    assert case.items.get(key=FUSION).answer_because == ""
    assert denied_items(sam, SINCE, UNTIL).rows == []


def test_the_item_page_offers_the_list_and_keeps_what_was_typed(client, case, sam):
    client.force_login(sam)
    item = case.items.get(key=FUSION)
    page = f"/cases/{case.pk}/checklist/{item.pk}/"
    assert "It does not concern this patient</option>" in text(client.get(page))
    answer = client.post(f"{page}not-applicable/", {"words": "Typed with care.", "version": item.version})
    assert answer.status_code == 409
    assert "Choose a reason from the list" in text(answer)
    assert "Typed with care.</textarea>" in text(answer)


def test_the_report_lists_by_person_and_item(client, case, sam):
    deny(case, sam)
    client.force_login(sam)
    shown = text(client.get(URL))
    for part in ("Sam", "No images were fused.", "The service was not performed", case.number):
        assert part in shown


def test_the_period_is_kept_to_the_day(case, sam):
    deny(case, sam)
    ChecklistItem.objects.filter(key=FUSION).update(answered_at=datetime(2026, 3, 2, 17, tzinfo=UTC))
    assert len(denied_items(sam, date(2026, 3, 2), date(2026, 3, 2)).rows) == 1
    assert denied_items(sam, date(2026, 3, 3), UNTIL).rows == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"since": "x"}, "is not a date"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "ends before it begins"),
    ],
)
def test_a_wrong_period_is_told(client, world, sam, asked, told):
    client.force_login(sam)
    answer = client.get(URL, asked)
    assert answer.status_code == 422
    assert told in text(answer)


def test_nothing_denied_teaches(client, world, carl):
    client.force_login(carl)
    assert "Nothing was called not applicable" in text(client.get(URL))


def test_the_report_is_for_supervisors_and_compliance(client, world, petra, noor, case, sam):
    deny(case, sam)
    client.force_login(petra)
    assert client.get(URL).status_code == 403
    assert denied_items(noor, SINCE, UNTIL).rows == []
    client.logout()
    assert client.get(URL).status_code == 302
    client.force_login(sam)
    assert client.post(URL).status_code == 405


def test_two_statements_whatever_the_number(case, sam, django_assert_num_queries):
    deny(case, sam)
    denied_items(sam, SINCE, UNTIL)
    with django_assert_num_queries(2):
        denied_items(sam, SINCE, UNTIL)
