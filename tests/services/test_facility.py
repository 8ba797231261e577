"""The facility file: one entry serves every case it concerns, and only those; approved packets stay."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.models import AuditEvent, Case, CaseRevision, MachineCheck
from casetracker.services.evaluation import refresh
from casetracker.services.evidence import add_document
from casetracker.services.facility import record_check, remove_check, remove_qualification, save_qualification
from tests.cast import *  # noqa: F403
from tests.factories import case_at

pytestmark = pytest.mark.django_db
SIX = datetime(2026, 3, 2, 11, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def linac(world):
    return world.machines["linac"]


def checked(world, machine, **more):
    return record_check(
        by=world.people["petra"],
        machine=machine,
        **{"kind": "daily", "passed_at": SIX, "signed_by": world.clinicians["phil"], **more},
    )


def day_item(case: Case):
    return case.items.get(key="linac-day-qa")


def qualify(world, *keys: str, until: date | None = None):
    return [
        save_qualification(
            by=world.people["ada"],
            department=world.north,
            clinician=world.clinicians[key],
            kind=kind,
            valid_from=LONG_AGO,
            valid_to=until,
        )
        for key in keys
        for kind in ("privileges", "srs_training")
    ]


TEAM = ("onco", "frame", "phil", "theo")


def test_one_day_check_proves_its_item_in_every_case_of_that_machine_and_day(world, linac):
    first, second = (case_at("suggested", world=world) for _ in range(2))
    checked(world, linac)
    for case in (first, second):
        item = day_item(case)
        assert (item.answer, item.answered_by_system) == ("satisfied", True)
        assert "06:00" in item.checks[-1]["message"]


def test_a_case_entered_after_the_check_is_proved_at_once(world, linac):
    checked(world, linac)
    assert day_item(case_at("suggested", world=world)).answer == "satisfied"


def test_another_machine_or_day_proves_nothing(world, linac):
    case = case_at("suggested", world=world)
    checked(world, world.machines["gamma"])
    checked(world, linac, passed_at=SIX - timedelta(days=1))
    assert day_item(case).answer == "open"


def test_each_changed_case_gets_one_revision_and_the_entry_one_event(world, linac):
    case = case_at("suggested", world=world)
    checked(world, linac)
    assert CaseRevision.objects.filter(case=case, action="facility.judged").count() == 1
    assert AuditEvent.objects.filter(action="machine.checked").count() == 1
    checked(world, linac, kind="end_to_end", passed_at=SIX - timedelta(days=900))
    assert CaseRevision.objects.filter(case=case, action="facility.judged").count() == 1


def test_an_entry_taken_out_opens_the_item_again_and_stays_readable(world, linac):
    case = case_at("suggested", world=world)
    check = checked(world, linac)
    remove_check(by=world.people["petra"], check=check, reason="Wrong machine.")
    assert day_item(case).answer == "open"
    assert MachineCheck.objects.get(pk=check.pk).removed_because == "Wrong machine."
    with pytest.raises(WrongState, match="removed already"):
        remove_check(by=world.people["petra"], check=check, reason="Again.")


def test_an_approved_case_stays_as_it_was(world, linac):
    case = case_at("approved", world=world)
    before = list(case.items.order_by("id").values_list("id", "answer", "version"))
    check = checked(world, linac, passed_at=SIX + timedelta(hours=9))
    remove_check(by=world.people["petra"], check=check, reason="Wrong.")
    assert list(case.items.order_by("id").values_list("id", "answer", "version")) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"passed_at": timezone.now() + timedelta(days=2)}, "future"),
        ({"kind": "weekly"}, "not a valid choice"),
    ],
    ids=["future", "kind"],
)
def test_a_wrong_entry_is_refused(world, linac, change, told):
    with pytest.raises(Refused, match=told):
        checked(world, linac, **change)


def test_only_people_who_enter_evidence_record_checks(world, linac):
    with pytest.raises(NotAllowed):
        record_check(by=world.people["bea"], machine=linac, kind="daily", passed_at=SIX)


def test_qualified_people_satisfy_the_item_and_an_expiry_opens_exactly_the_affected_case(world):
    case = case_at("suggested", world=world)
    rows = qualify(world, *TEAM)
    assert case.items.get(key="personnel-qualified").answer == "satisfied"
    save_qualification(
        by=world.people["ada"],
        department=world.north,
        clinician=world.clinicians["frame"],
        kind="privileges",
        valid_from=LONG_AGO,
        valid_to=date(2026, 2, 28),
        known=next(row for row in rows if row.clinician == world.clinicians["frame"]),
    )
    item = case.items.get(key="personnel-qualified")
    assert item.answer == "open"
    assert any("Privileges of Dr. Felix Frame ended 2026-02-28" in check["message"] for check in item.checks)


def test_an_expiry_after_the_treatment_changes_nothing(world):
    case = case_at("suggested", world=world)
    qualify(world, *TEAM, until=date(2026, 3, 2))
    assert case.items.get(key="personnel-qualified").answer == "satisfied"


def test_a_qualification_of_somebody_else_touches_no_case(world):
    case_at("suggested", world=world)
    before = CaseRevision.objects.count()
    qualify(world, "reed")
    assert CaseRevision.objects.count() == before


def test_a_removed_qualification_no_longer_counts(world):
    case = case_at("suggested", world=world)
    row = qualify(world, *TEAM)[0]
    remove_qualification(by=world.people["ada"], department=world.north, row=row)
    assert case.items.get(key="personnel-qualified").answer == "open"


def test_dates_turned_around_are_refused_and_only_administrators_keep_people(world):
    wrong = {
        "department": world.north,
        "clinician": world.clinicians["onco"],
        "kind": "privileges",
        "valid_from": date(2026, 1, 2),
        "valid_to": date(2026, 1, 1),
    }
    with pytest.raises(Refused, match="ends before it begins"):
        save_qualification(by=world.people["ada"], **wrong)
    with pytest.raises(NotAllowed):
        save_qualification(by=world.people["petra"], **wrong)


def test_a_persons_statement_is_never_overwritten(world, linac):
    case = case_at("suggested", world=world)
    case.items.filter(key="linac-day-qa").update(
        answer="cannot_be_met", answer_reason="The log was lost.", answered_by=world.people["sam"]
    )
    checked(world, linac)
    assert day_item(case).answer == "cannot_be_met"


COBALT = 2


def listed(world, until: date | None, key: str = "onco"):
    return save_qualification(
        by=world.people["ada"],
        department=world.north,
        clinician=world.clinicians[key],
        kind="authorized_user",
        valid_from=LONG_AGO,
        valid_to=until,
    )


def directive_check(case: Case):
    item = case.items.get(key="written-directive")
    return item, next(one for one in item.checks if one["check"] == "directive.by_authorized_user")


def test_without_a_listing_the_directive_is_judged_by_what_is_typed(world):
    item, check = directive_check(case_at("suggested", COBALT, world))
    assert item.answer == "satisfied"
    assert (check["verdict"], check["from"]) == ("holds", "facts")
    assert "as typed in the directive" in check["message"]


def test_an_expired_listing_opens_the_directive_of_exactly_the_affected_case(world):
    case = case_at("suggested", COBALT, world)
    signed = case.directives.get().signed_at.date()
    other = case_at("suggested", COBALT, world)
    other.directives.update(signed_at=case.directives.get().signed_at - timedelta(days=9))
    row = listed(world, signed - timedelta(days=1))
    item, check = directive_check(case)
    assert (item.answer, check["verdict"], check["from"]) == ("open", "fails", "facility")
    assert "ended" in check["message"]
    assert directive_check(other)[0].answer == "satisfied"
    remove_qualification(by=world.people["ada"], department=world.north, row=row)
    item, check = directive_check(case)
    assert (item.answer, check["from"]) == ("satisfied", "facts")


def test_a_listing_proves_the_signer_where_nothing_is_typed(world):
    case = case_at("suggested", COBALT, world)
    case.directives.update(authorized_user=None)
    refresh(case, world.people["petra"])
    assert directive_check(case)[0].answer == "open"
    listed(world, None)
    item, check = directive_check(case)
    assert (item.answer, check["from"]) == ("satisfied", "facility")
    refresh(case, world.people["petra"])
    assert directive_check(case)[1] == check


def test_a_listing_of_somebody_else_leaves_the_directive(world):
    case = case_at("suggested", COBALT, world)
    before = directive_check(case)[1]
    listed(world, date(2021, 1, 1), "reed")
    assert directive_check(case)[1] == before


def test_a_directive_on_paper_is_judged_by_the_listing_on_the_day_of_signature(world):
    case = case_at("documented", COBALT, world)
    signed = case.directives.get().signed_at
    paper = {
        "kind": "written_directive",
        "title": "Directive",
        "author": world.clinicians["onco"],
        "author_role": "radiation_oncologist",
        "service_date": signed.date(),
        "signed_at": signed,
    }
    item, _ = directive_check(case)
    add_document(case=case, by=world.people["petra"], item_ids=[item.pk], **paper)
    listed(world, signed.date() - timedelta(days=1))
    item, _ = directive_check(case)
    signer = next(one for one in item.checks if one["check"] == "signer")
    assert (item.answer, signer["verdict"]) == ("open", "fails")
