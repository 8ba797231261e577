"""P-31: times are stored in UTC and shown in the department's zone, and "before the beam" compares full moments:
tried on the nights when the clocks change, when the wall clock lies."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.forms import Form
from django.urls import reverse
from django.utils import timezone

from casetracker.forms.moments import MomentField
from casetracker.handoff import words
from casetracker.models import Case, Document
from casetracker.services.evidence import add_document
from tests.owed import item, open_story, rebuild, row

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/New_York")
APPROVAL = "plan-approval-radiation-oncologist"
# On November 1, 2026 the hour from 01:00 comes twice: first as EDT, then as EST.
FIRST_0110, FIRST_0150 = (datetime(2026, 11, 1, 5, minute, tzinfo=UTC) for minute in (10, 50))
SECOND_0110, SECOND_0150 = (datetime(2026, 11, 1, 6, minute, tzinfo=UTC) for minute in (10, 50))


class Typed(Form):
    moment = MomentField()


def typed(text: str) -> datetime:
    with timezone.override(ZONE):
        form = Typed({"moment": text})
        if not form.is_valid():
            raise ValidationError(form.errors["moment"].as_data())
        return form.cleaned_data["moment"]


def shown(moment: datetime) -> str:
    with timezone.override(ZONE):
        return MomentField().prepare_value(moment)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-03-07 07:30", 12), ("2026-03-08 07:30", 11), ("2026-10-31 07:30", 11), ("2026-11-01 07:30", 12)],
)
def test_a_typed_time_is_stored_in_utc_and_shown_as_it_was_typed(text, hour):
    stored = typed(text)
    assert (stored.utcoffset(), stored.hour, stored.minute) == (timedelta(0), hour, 30)
    assert shown(stored) == text


def test_a_time_that_the_clocks_skipped_is_refused():
    with pytest.raises(ValidationError, match="02:30 did not exist on 2026-03-08"):
        typed("2026-03-08 02:30")
    assert typed("2026-03-08 03:00") == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_an_hour_that_came_twice_needs_its_zone():
    with pytest.raises(ValidationError, match=r"Which 01:10 on 2026-11-01\? Type 01:10 EDT or 01:10 EST\."):
        typed("2026-11-01 01:10")
    assert (typed("2026-11-01 01:10 EDT"), typed("2026-11-01 0110 est")) == (FIRST_0110, SECOND_0110)
    assert (shown(FIRST_0110), shown(SECOND_0110)) == ("2026-11-01 01:10 EDT", "2026-11-01 01:10 EST")
    with pytest.raises(ValidationError, match="Which"):
        typed("2026-11-01 01:10 PST")


@pytest.fixture
def treated_that_night(world) -> Case:
    case = open_story(world)
    rebuild(case, row(APPROVAL))
    return case


def approve_plan(case: Case, petra, *, signed: datetime, beam: datetime) -> str:
    case.sessions.update(date=date(2026, 11, 1), beam_on_at=beam, started_at=beam, status="delivered")
    add_document(
        case=case,
        by=petra,
        item_ids=[item(case, APPROVAL).pk],
        kind="plan_approval",
        title="Plan approval",
        author_name="Dr. Onco",
        author_role="radiation_oncologist",
        service_date=date(2026, 11, 1),
        signed_at=signed,
    )
    return item(case, APPROVAL).answer


def test_signed_twenty_minutes_before_the_beam_although_the_clock_says_after(treated_that_night, petra):
    assert FIRST_0150.astimezone(ZONE).time() > SECOND_0110.astimezone(ZONE).time()
    assert approve_plan(treated_that_night, petra, signed=FIRST_0150, beam=SECOND_0110) == "satisfied"


def test_signed_twenty_minutes_after_the_beam_although_the_clock_says_before(treated_that_night, petra):
    assert SECOND_0110.astimezone(ZONE).time() < FIRST_0150.astimezone(ZONE).time()
    assert approve_plan(treated_that_night, petra, signed=SECOND_0110, beam=FIRST_0150) == "open"


def test_the_column_holds_utc_whatever_the_department_s_zone(treated_that_night, petra):
    approve_plan(treated_that_night, petra, signed=FIRST_0150.astimezone(ZONE), beam=SECOND_0150)
    stored = Document.objects.get(case=treated_that_night)
    assert stored.signed_at == FIRST_0150
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CAST(signed_at AS text) FROM {Document._meta.db_table}")
        assert cursor.fetchone()[0].startswith("2026-11-01 05:50:00")


def test_pages_show_the_department_s_zone(treated_that_night, petra, client):
    approve_plan(treated_that_night, petra, signed=FIRST_0150, beam=SECOND_0150)
    client.force_login(petra)
    page = client.get(reverse("case-documents", args=[treated_that_night.pk])).content.decode()
    assert "1:50" in page
    assert "5:50" not in page


def test_the_summary_names_the_zone():
    assert words.moment(FIRST_0110, ZONE) == "2026-11-01 01:10 EDT"
    assert words.moment(SECOND_0110, ZONE) == "2026-11-01 01:10 EST"


def test_a_department_elsewhere_reads_its_own_clock(world, petra, client):
    world.north.time_zone = "America/Los_Angeles"
    world.north.save()
    case = open_story(world)
    beam = datetime.combine(date(2026, 3, 2), time(16), tzinfo=UTC)
    case.sessions.update(beam_on_at=beam)
    client.force_login(petra)
    assert "0800" in client.get(reverse("case-facts", args=[case.pk])).content.decode().replace(
        "08:00", "0800"
    )
