"""The sheet of one treatment day: 0730 is a time, the day is inherited, order errors are named where they stand."""

from datetime import date
from decimal import Decimal

import pytest

from casetracker.case_fields import DAY_TIMES
from casetracker.choices import Fixation, Halt, Modality
from casetracker.clinical import clinical_state
from casetracker.models import AuditEvent, Case, CaseRevision, Document
from casetracker.recorded import recorded_input
from casetracker.services.cases import save_facts
from tests.cast import *  # noqa: F403
from tests.factories import case_at, draft
from tests.stories import at, story

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture
def case(world):
    """A frame day on the cobalt unit, planned and not begun."""
    case = draft(2, world)
    _, facts = story(2, world)
    facts.case |= {"fixation_type": Fixation.INVASIVE_FRAME, "modality": Modality.COBALT60}
    for row in facts.sessions:
        row |= {"status": "planned", "started_at": None, "beam_on_at": None, "ended_at": None, "doses": {}}
    for row in facts.plans:
        row |= {"approved_at": None, "approved_by": None}
    facts.directives = []
    save_facts(case=case, by=world.people["petra"], facts_version=case.facts_version, data=facts)
    return Case.objects.get(pk=case.pk)


def url(case, number: int = 1) -> str:
    return f"/cases/{case.pk}/sessions/{number}/day/"


def text(answer) -> str:
    return answer.content.decode()


def whole_day(case, world, **more) -> dict[str, str]:
    onco, theo = world.clinicians["onco"], world.clinicians["theo"]
    return {
        "facts_version": str(Case.objects.get(pk=case.pk).facts_version),
        "date": "2026-03-02",
        "status": "delivered",
        "frame_on": "0730",
        "imaging": "08:15",
        "approved": "1005",
        "approved_by": str(onco.pk),
        "directive": "1010",
        "directive_by": str(onco.pk),
        "timeout": "1030",
        "timeout_by": str(theo.pk),
        "started": "1035",
        "beam_on": "1040",
        "ended": "1125",
        "frame_off": "1140",
        **more,
    }


def session_of(case):
    return case.sessions.get(removed_at=None, number=1)


def test_times_are_typed_without_a_day_and_belong_to_it(client, case, world, petra):
    client.force_login(petra)
    answer = client.post(url(case), whole_day(case, world), follow=True)
    assert "is recorded" in text(answer) or "What changed" in text(answer)
    session = session_of(case)
    assert (session.frame_on_at, session.beam_on_at) == (at(DAY, 7, 30), at(DAY, 10, 40))
    assert (session.imaging_at, session.ended_at, session.frame_off_at) == (
        at(DAY, 8, 15),
        at(DAY, 11, 25),
        at(DAY, 11, 40),
    )
    assert case.plans.get(removed_at=None).approved_at == at(DAY, 10, 5)


def test_directive_and_time_out_become_signed_documents_that_tick_their_items(client, case, world, petra):
    client.force_login(petra)
    client.post(url(case), whole_day(case, world))
    papers = {paper.kind: paper for paper in Document.objects.filter(case=case)}
    assert papers["written_directive"].signed_at == at(DAY, 10, 10)
    assert papers["time_out_record"].subject == f"session:{session_of(case).uuid}"
    ticked = case.items.filter(links__document__kind="time_out_record").values_list("key", "answer")
    assert ("time-out", "satisfied") in list(ticked)
    assert case.items.filter(key="written-directive", links__removed_at=None).exists()


def test_a_paper_on_file_is_shown_and_not_asked_again(client, case, world, petra):
    client.force_login(petra)
    client.post(url(case), whole_day(case, world))
    shown = text(client.get(url(case)))
    assert 'name="directive"' not in shown
    assert "Written directive" in shown
    client.post(url(case), whole_day(case, world, ended="1130"))
    assert Document.objects.filter(case=case).count() == 2
    assert session_of(case).ended_at == at(DAY, 11, 30)


def test_the_clinical_state_follows_the_times(client, case, world, petra):
    assert clinical_state(recorded_input(case), Halt.NONE).key != "treated"
    client.force_login(petra)
    client.post(url(case), whole_day(case, world))
    assert clinical_state(recorded_input(Case.objects.get(pk=case.pk)), Halt.NONE).key == "treated"


def test_an_unlikely_order_is_named_in_place_and_kept(client, case, world, petra):
    client.force_login(petra)
    client.post(url(case), whole_day(case, world, timeout="1045"))
    shown = text(client.get(url(case)))
    assert "Beam on 10:40 lies before the time-out (10:45)." in shown
    assert session_of(case).beam_on_at == at(DAY, 10, 40)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"ended": "1030"}, "Beam off 10:30 lies before the first beam (10:40)."),
        ({"frame_off": "0700"}, "Frame off 07:00 lies before the frame (07:30)."),
        ({"beam_on": "7h"}, "is not a time of day"),
        ({"date": "soon"}, "is not a date"),
        ({"date": "2099-03-02"}, "This time has not come yet."),
        ({"date": ""}, "Type the day of the session."),
        ({"status": "planned"}, "was it delivered, in part, or stopped?"),
        ({"timeout_by": ""}, "Name who signed it."),
        ({"status": "flown"}, "is not one of the choices"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(client, case, world, petra, wrong, told):
    client.force_login(petra)
    answer = client.post(url(case), whole_day(case, world, **wrong))
    assert answer.status_code == 422
    assert told in text(answer)
    assert 'value="0730"' in text(answer)
    assert session_of(case).frame_on_at is None
    assert not Document.objects.filter(case=case).exists()


def test_a_stale_sheet_keeps_what_was_typed_and_saves_nothing(client, case, world, petra):
    client.force_login(petra)
    typed = whole_day(case, world)
    Case.objects.filter(pk=case.pk).update(facts_version=case.facts_version + 1)
    answer = client.post(url(case), typed)
    assert answer.status_code == 409
    assert "Somebody else saved facts of this case" in text(answer)
    assert 'value="0730"' in text(answer)
    assert session_of(case).frame_on_at is None
    assert not Document.objects.filter(case=case).exists()


def test_the_facts_form_leaves_the_times_of_the_sheet_alone(client, case, world, petra):
    client.force_login(petra)
    client.post(url(case), whole_day(case, world))
    fresh = Case.objects.get(pk=case.pk)
    facts = recorded_input(fresh)
    rows = [{name: value for name, value in row.items() if name not in DAY_TIMES} for row in facts.sessions]
    rows[0]["percent_delivered"] = Decimal(100)
    facts.sessions = rows
    save_facts(case=fresh, by=petra, facts_version=fresh.facts_version, data=facts)
    assert session_of(case).frame_on_at == at(DAY, 7, 30)


def test_an_approval_of_an_earlier_day_keeps_its_day(client, world, petra):
    case = case_at("suggested", world=world)
    before = case.plans.get().approved_at
    client.force_login(petra)
    page = text(client.get(url(case)))
    assert 'name="frame_on"' not in page
    assert "another time records it on the day of this sheet" in page
    assert 'name="directive"' not in page
    typed = whole_day(case, world, approved=before.astimezone(at(DAY, 1).tzinfo).strftime("%H:%M"))
    client.post(url(case), typed)
    assert case.plans.get().approved_at == before


def test_an_approval_of_an_earlier_day_is_not_called_late_when_the_page_comes_back(client, world, petra):
    case = case_at("suggested", world=world)
    before = case.plans.get().approved_at.astimezone(at(DAY, 1).tzinfo)
    assert before.date() < DAY
    assert before.hour > 8
    client.force_login(petra)
    typed = whole_day(
        case, world, approved=before.strftime("%H:%M"), started="0700", beam_on="0710", ended="7h"
    )
    answer = client.post(url(case), typed)
    assert answer.status_code == 422
    assert "lies before the plan approval" not in text(answer)
    changed = client.post(url(case), typed | {"approved": "0715"})
    assert "Beam on 07:10 lies before the plan approval (07:15)." in text(changed)


def test_a_time_for_a_paper_filed_meanwhile_is_named_and_not_lost_in_silence(client, case, world, petra):
    client.force_login(petra)
    typed = whole_day(case, world)
    client.post(url(case), typed)
    stale = client.post(url(case), typed | {"timeout": "0915"})
    assert stale.status_code == 409
    assert "Time-out: “0915” was not recorded" in text(stale)
    client.post(url(case), whole_day(case, world, timeout="0915"))
    assert "Time-out: “0915” was not recorded" in text(client.get(url(case)))


def test_a_directive_of_the_facts_is_shown_with_its_time_and_not_asked_again(client, case, world, petra):
    onco = world.clinicians["onco"]
    for version, signed in enumerate((date(2026, 2, 27), date(2026, 3, 1), date(2026, 3, 3)), 1):
        case.directives.create(version=version, signed_at=at(signed, 16, 20), signed_by=onco)
    client.force_login(petra)
    shown = text(client.get(url(case)))
    assert "Mar 1, 2026, 16:20" in shown
    assert 'name="directive"' not in shown
    assert f'/cases/{case.pk}/facts/#section-directives">recorded with the facts' in shown
    client.post(url(case), whole_day(case, world))
    assert not Document.objects.filter(kind="written_directive").exists()
    assert "Written directive signed: “1010” was not recorded" in text(client.get(url(case)))


def test_a_directive_signed_too_late_is_named_and_a_paper_goes_before_the_facts(client, case, world, petra):
    onco = world.clinicians["onco"]
    late = case.directives.create(version=1, signed_at=at(DAY, 10, 50), signed_by=onco)
    case.sessions.update(beam_on_at=at(DAY, 10, 40))
    client.force_login(petra)
    assert "Beam on 10:40 lies before the written directive (10:50)." in text(client.get(url(case)))
    late.removed_at = late.signed_at
    late.save()
    client.post(url(case), whole_day(case, world))
    case.directives.create(version=2, signed_at=at(date(2026, 3, 1), 16, 20), signed_by=onco)
    shown = text(client.get(url(case)))
    assert "Mar 2, 2026, 10:10" in shown
    assert "recorded with the facts" not in shown


def test_the_history_calls_the_times_by_name(client, case, world, petra):
    client.force_login(petra)
    client.post(url(case), whole_day(case, world))
    shown = text(client.get(f"/cases/{case.pk}/history/"))
    assert "Session 1: Frame on" in shown
    assert CaseRevision.objects.filter(case=case, action="case.saved").exists()
    assert AuditEvent.objects.filter(action="case.saved", outcome="done").exists()


def test_the_sheet_is_reached_from_facts_and_overview(client, case, petra):
    client.force_login(petra)
    for page in (f"/cases/{case.pk}/", f"/cases/{case.pk}/facts/"):
        assert url(case) in text(client.get(page))


def test_an_approved_case_shows_why_it_cannot_be_changed(client, world, petra):
    case = case_at("approved", world=world)
    client.force_login(petra)
    shown = text(client.get(url(case)))
    assert "read-only" in shown
    assert "Record the day" not in shown


def test_a_session_that_is_not_there_is_not_found(client, case, petra):
    client.force_login(petra)
    assert client.get(url(case, 9)).status_code == 404


def test_anonymous_signs_in(client, case):
    assert client.get(url(case)).status_code == 302


def test_billing_sees_no_sheet(client, case, bea):
    client.force_login(bea)
    assert client.get(url(case)).status_code == 404


def test_compliance_reads_and_does_not_record(client, case, world, carl):
    client.force_login(carl)
    assert client.get(url(case)).status_code == 200
    assert client.post(url(case), whole_day(case, world)).status_code == 403


def test_another_department_finds_nothing(client, case, noor):
    client.force_login(noor)
    assert client.get(url(case)).status_code == 404


def test_only_get_and_post(client, case, petra):
    client.force_login(petra)
    assert client.put(url(case)).status_code == 405
