"""The record of patient and session in the forms, in the checklist and in two people's changes to one case."""

import re
from datetime import date
from decimal import Decimal

import pytest

from casetracker.case_input import CaseInput
from casetracker.forms.case import CaseForm
from casetracker.models import Case, Document
from casetracker.recorded import recorded_input
from casetracker.services import evidence
from casetracker.services.cases import save_facts
from tests.cast import *  # noqa: F403
from tests.factories import case_at
from tests.stories import at

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture
def case(world):
    return case_at("suggested", world=world)


def change(case, world, who: str = "petra", session: dict | None = None, **values) -> None:
    """Save these facts of the case, and of its first session."""
    case.refresh_from_db()
    recorded = recorded_input(case)
    sessions = [dict(row) for row in recorded.sessions]
    sessions[0] |= session or {}
    save_facts(
        case=case,
        by=world.people[who],
        facts_version=case.facts_version,
        data=CaseInput(case=values, sessions=sessions),
    )


def item(case, key: str):
    return case.items.get(key=key)


def prove(case, world, key: str, kind: str, **more) -> None:
    values = {
        "kind": kind,
        "title": "Paper",
        "author": world.clinicians["onco"],
        "author_role": "radiation_oncologist",
        "service_date": DAY,
        "signed_at": at(DAY, 8, 5),
        "subject": item(case, key).subject,
        **more,
    }
    evidence.add_document(case=case, by=world.people["petra"], item_ids=[item(case, key).pk], **values)


def test_a_signed_note_does_not_stand_for_a_score_nobody_recorded(case, world):
    change(case, world, kps=None, ecog=None)
    prove(case, world, "performance-status", "consult_radiation_oncology", service_date=date(2026, 2, 12))
    found = item(case, "performance-status")
    assert found.answer == "open"
    assert any("not recorded" in check["message"] for check in found.checks)
    change(case, world, ecog=1)
    assert item(case, "performance-status").answer == "satisfied"


def test_a_score_outside_the_window_fails_with_its_reason(case, world):
    change(case, world, performance_on=date(2026, 1, 2))
    found = item(case, "performance-status")
    wrong = [check["message"] for check in found.checks if check["verdict"] == "fails"]
    assert len(wrong) == 1
    assert wrong[0].startswith("Performance status scored within")


def test_what_is_not_recorded_stops_nobody_from_accepting_a_partly_judged_document(case, world):
    change(case, world, extracranial_status="")
    key = "extracranial-disease-status"
    prove(case, world, key, "consult_radiation_oncology", service_date=date(2026, 2, 12))
    found = item(case, key)
    assert found.answer == "satisfied"
    assert "unknown" in {check["verdict"] for check in found.checks}


def test_a_signed_time_out_record_is_the_source_of_its_time(case, world):
    change(case, world, session={"timeout_at": None})
    assert item(case, "time-out").answer == "open"
    prove(case, world, "time-out", "time_out_record")
    assert item(case, "time-out").answer == "satisfied"
    evidence.remove_document(
        case=case, document=Document.objects.get(case=case), by=world.people["petra"], reason="Filed twice."
    )
    assert item(case, "time-out").answer == "open"
    prove(case, world, "time-out", "time_out_record", signed_at=None)
    assert item(case, "time-out").answer == "open"


def test_a_time_out_entered_after_the_beam_fails_whatever_is_on_file(case, world):
    change(case, world, session={"timeout_at": at(DAY, 8, 45)})
    prove(case, world, "time-out", "time_out_record")
    assert item(case, "time-out").answer == "open"


def test_an_open_fact_links_to_its_field(client, case, world, petra):
    change(case, world, session={"coordinates_noted": None})
    client.force_login(petra)
    page = client.get(f"/cases/{case.pk}/checklist/{item(case, 'positioning-record').pk}/").content.decode()
    assert f"/cases/{case.pk}/facts/#session-1-coordinates_noted" in page


def test_fields_stand_only_where_the_case_calls_for_them(client, case, world, petra):
    change(case, world, session={"event_suspected": None})
    client.force_login(petra)
    page = client.get(f"/cases/{case.pk}/facts/").content.decode()
    page = re.sub(r"<template data-called-for.*?</template>", "", page, flags=re.S)
    for absent in ("id_pregnancy_result", "id_device_risk", "id_trial_number", "event_suspected"):
        assert f'{absent}"' not in page, absent
    for shown in ("id_kps", "id_ecog", "id_follow_up_mri_on", "session-1-timeout", "session-1-residual_mm"):
        assert f'id="{shown}"' in page, shown
    change(case, world, implanted_device=True, could_be_pregnant=None, trial=True)
    page = client.get(f"/cases/{case.pk}/facts/").content.decode()
    for shown in ("id_pregnancy_result", "id_device_risk", "id_trial_number"):
        assert f'id="{shown}"' in page, shown


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("kps", "85", "in tens"),
        ("ecog", "6", "Between 0 and 5"),
        ("trial_number", "NCT12", "NCT and eight digits"),
        ("pregnancy_on", "soon", ""),
        ("device_dose_gy", "much", "not a number of Gy"),
    ],
)
def test_implausible_entries_are_refused_beside_their_field(field, typed, told):
    class Nobody:
        records: dict = {}
        choices: list = []

    class Offers:
        payers = machines = clinicians = Nobody

    form = CaseForm({field: typed}, offers=Offers, recorded={})
    assert not form.is_valid()
    assert told in " ".join(form.errors[field])


def test_two_people_may_record_different_facts_of_one_session(case, world):
    change(case, world, session={"residual_mm": Decimal("0.4")})
    change(case, world, who="cora", session={"operator": "Okoro, Ada"})
    session = case.sessions.get(removed_at=None)
    assert (session.residual_mm, session.operator) == (Decimal("0.4"), "Okoro, Ada")


def test_the_day_sheet_records_the_approval_of_images_with_its_order(client, case, world, petra):
    change(case, world, session={"images_approved_at": None, "timeout_at": None})
    client.force_login(petra)
    url = f"/cases/{case.pk}/sessions/1/day/"
    onco, theo = world.clinicians["onco"].pk, world.clinicians["theo"].pk
    sent = {
        "facts_version": str(Case.objects.get(pk=case.pk).facts_version),
        "date": "2026-03-02", "status": "delivered", "started": "0800", "beam_on": "0830", "ended": "0915",
        "timeout": "0810", "timeout_by": str(theo), "images": "0840", "images_by": str(onco),
    }  # fmt: skip
    assert client.post(url, sent).status_code == 302
    session = case.sessions.get(removed_at=None)
    assert (session.images_approved_at, session.images_approved_by_id) == (at(DAY, 8, 40), onco)
    assert (session.timeout_at, session.timeout_by_id) == (at(DAY, 8, 10), theo)
    assert Document.objects.filter(case=case, kind="time_out_record").count() == 1
    page = client.get(url).content.decode()
    assert "Beam on 08:30 lies before the approval of the images (08:40)" in page


def test_an_approval_of_another_day_keeps_its_day(client, case, world, petra):
    change(case, world, session={"images_approved_at": at(date(2026, 3, 3), 9)})
    client.force_login(petra)
    sent = {
        "facts_version": str(Case.objects.get(pk=case.pk).facts_version),
        "date": "2026-03-02", "status": "delivered", "started": "0801", "beam_on": "0830", "ended": "0915",
        "images": "09:00", "images_by": str(world.clinicians["onco"].pk),
    }  # fmt: skip
    client.post(f"/cases/{case.pk}/sessions/1/day/", sent)
    session = case.sessions.get(removed_at=None)
    assert (session.images_approved_at, session.started_at) == (at(date(2026, 3, 3), 9), at(DAY, 8, 1))
