"""Documents against the days of the case: the first service, the frame, the consultation, the line, the last session;
and items that read the documents of others."""

from datetime import UTC, date, datetime, timedelta

import pytest

from casetracker.models import ChecklistItem
from casetracker.selectors.course_moments import service_days
from casetracker.services import coding, evidence
from casetracker.services.item_judging import judge_of
from tests.cast import *  # noqa: F403
from tests.owed import item, open_story

pytestmark = pytest.mark.django_db
ONCOLOGIST = {"author_role": "radiation_oncologist", "author_name": "Dr. Onco"}


@pytest.fixture
def case(world):
    return open_story(world)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def add(case, who, keys, kind, day, **more):
    ids = [item(case, key).pk for key in keys]
    values = {"title": kind, "service_date": day, "signed_at": at(day), **ONCOLOGIST, **more}
    return evidence.add_document(case=case, by=who, item_ids=ids, kind=kind, **values)


def check(case, key, name):
    return next(one for one in item(case, key).checks if one["check"] == name)


def test_an_order_after_the_first_service_counts_once_the_lines_before_it_are_declined(case, petra, cora):
    lines = judge_of(case).lines
    first, *later = sorted(service_days(case, lines))
    add(case, petra, ["signed-treatment-order"], "treatment_order", first + timedelta(days=1))
    found = check(case, "signed-treatment-order", "before_first_service")
    assert found["verdict"] == "fails"
    assert f"after the first service on the claim ({first})" in found["message"]
    assert found["cure"] == "Decline the lines dated before the signature, or add an order signed earlier."
    assert item(case, "signed-treatment-order").answer == "open"
    for line in lines:
        if line["date"] and date.fromisoformat(line["date"]) == first:
            coding.decline_line(case=case, by=cora, key=line["key"], reason="No order at that time")
    case.refresh_from_db()
    assert min(service_days(case, judge_of(case).lines)) == later[0]
    assert check(case, "signed-treatment-order", "before_first_service")["verdict"] == "holds"


def test_a_surgical_consent_comes_before_the_frame(case, petra):
    session = case.sessions.first()
    session.frame_on_at = at(session.date, 11)
    session.save()
    surgeon = {"author_role": "neurosurgeon", "author_name": "Dr. Neuro"}
    keys = ["consent-neurosurgery"]
    add(case, petra, keys, "consent_surgery", session.date, signed_at=at(session.date, 12), **surgeon)
    assert check(case, "consent-neurosurgery", "before_frame")["verdict"] == "fails"
    add(case, petra, keys, "consent_surgery", session.date, signed_at=at(session.date, 10), **surgeon)
    assert check(case, "consent-neurosurgery", "before_frame")["verdict"] == "holds"


def test_a_request_is_judged_again_when_the_consultation_is_filed(case, petra):
    day = date(2026, 2, 12)
    case.consulted_on = None
    case.save()
    add(case, petra, ["referral-request"], "referral", day)
    assert check(case, "referral-request", "by_consult")["verdict"] == "unknown"
    version = item(case, "referral-request").version
    note = add(
        case, petra, ["radiation-oncology-consult"], "consult_radiation_oncology", day - timedelta(days=2)
    )
    assert check(case, "referral-request", "by_consult")["verdict"] == "fails"
    assert item(case, "referral-request").answer == "open"
    assert item(case, "referral-request").version == version + 1
    evidence.remove_document(case=case, by=petra, document=note, reason="Filed for the wrong patient")
    assert check(case, "referral-request", "by_consult")["verdict"] == "unknown"


def test_the_signatures_of_the_file_follow_every_document(case, petra):
    coder = {"author_role": "", "author_name": "Cora Coder"}
    add(case, petra, ["signatures-valid"], "file_check", date(2026, 3, 3), **coder)
    assert check(case, "signatures-valid", "file_signed")["verdict"] == "holds"
    assert check(case, "signatures-valid", "signer")["message"] == "Checked by Cora Coder."
    late = {"title": "Consult of Feb 10", "signed_at": None}
    add(case, petra, ["radiation-oncology-consult"], "consult_radiation_oncology", date(2026, 2, 10), **late)
    found = check(case, "signatures-valid", "file_signed")
    assert (found["verdict"], "Consult of Feb 10" in found["message"]) == ("fails", True)
    assert item(case, "signatures-valid").answer == "open"


def test_an_imaging_report_older_than_the_department_accepts_fails(case, petra):
    first = case.sessions.first().date
    add(case, petra, ["diagnostic-imaging-report"], "diagnostic_imaging_report", first - timedelta(days=61))
    found = check(case, "diagnostic-imaging-report", "recent_for_first")
    assert (found["verdict"], "61 days before" in found["message"]) == ("fails", True)
    add(case, petra, ["diagnostic-imaging-report"], "diagnostic_imaging_report", first - timedelta(days=60))
    assert item(case, "diagnostic-imaging-report").answer == "satisfied"


def test_the_window_of_the_report_is_the_departments(case, world):
    result = {"lines": [], "policies": [{"key": "imaging_report_days", "value": 30}]}
    assert judge_of(case, result).moments.report_days == 30
    world.north.clinical_clocks = {"treated": {"days": 7, "unit": "calendar"}}
    case.sessions.update(status="delivered")
    case.department = world.north
    last = case.sessions.order_by("-date").first().date
    assert judge_of(case).moments.summary_due_on == last + timedelta(days=7)


def test_a_verification_signed_before_the_last_session_is_signed_again(case, petra):
    case.sessions.update(status="delivered")
    last = case.sessions.order_by("-date").first().date
    physicist = {"author_role": "physicist", "author_name": "Dr. Phys"}
    keys = ["dosimetric-verification-signed"]
    add(case, petra, keys, "physics_check", last - timedelta(days=1), **physicist)
    found = check(case, "dosimetric-verification-signed", "after_last_session")
    assert (found["verdict"], found["cure"]) == ("fails", "Sign again, for the whole course.")


def test_what_an_approval_rests_on_is_not_judged_beside(world):
    from tests.factories import case_at

    approved = case_at("approved", 1, world)
    before = list(ChecklistItem.objects.filter(case=approved).values_list("pk", "version", "checks"))
    evidence.add_document(
        case=approved,
        by=world.people["petra"],
        item_ids=[],
        kind="referral",
        title="Letter",
        author_name="Dr. X",
    )
    assert list(ChecklistItem.objects.filter(case=approved).values_list("pk", "version", "checks")) == before
