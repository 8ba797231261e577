"""What the facility file says about items, without a database: each rule holds, fails, and says nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casetracker.facility import FacilityFile, Held, MachineEntry, Member, SignedDirective, Treatment

ZONE = ZoneInfo("America/New_York")
DAY = date(2026, 3, 2)
BEAM = datetime(2026, 3, 2, 14, tzinfo=UTC)  # nine in the morning
TREATED = Treatment("session:a", 1, DAY, BEAM, 7, "Linac 1")
MORNING = MachineEntry(7, "daily", datetime(2026, 3, 2, 11, 30, tzinfo=UTC), "Phil")
ALWAYS = (Held("privileges", date(2020, 1, 1), None), Held("srs_training", date(2020, 1, 1), None))
ONCO = Member("Onco", "radiation_oncologist", ALWAYS)
EMPTY = FacilityFile((TREATED,), (), (), "linac", ZONE)


def said(file: FacilityFile, key: str, subject: str = "case") -> list[tuple[str, str]]:
    return [(check["verdict"], check["message"]) for check in file.checks(key, subject)]


def day(entry: MachineEntry, **session) -> list[tuple[str, str]]:
    file = replace(EMPTY, treatments=(replace(TREATED, **session),), machines=(entry,))
    return said(file, "linac-day-qa", "session:a")


@pytest.mark.parametrize(
    "key", ["linac-day-qa", "cobalt-monthly-spot-check", "personnel-qualified", "time-out"]
)
def test_an_empty_file_says_nothing(key):
    assert said(EMPTY, key, "session:a") == []


def test_a_signed_day_check_before_the_beam_holds():
    assert day(MORNING) == [("holds", "Day check of Linac 1 passed 2026-03-02 06:30, signed by Phil.")]


def test_a_day_check_after_the_beam_fails():
    late = replace(MORNING, passed_at=BEAM + timedelta(minutes=1))
    assert day(late) == [
        ("fails", "Day check of Linac 1 passed 2026-03-02 09:01, after the beam (2026-03-02 09:00).")
    ]


def test_an_unsigned_day_check_fails():
    assert day(replace(MORNING, signed=""))[0][0] == "fails"


@pytest.mark.parametrize(
    "changed", [{"day": DAY + timedelta(days=1)}, {"machine": 8}, {"subject": "session:b"}]
)
def test_another_day_machine_or_session_is_not_proved(changed):
    assert day(MORNING, **changed) == []


def test_the_day_of_a_check_is_the_local_day():
    evening_before = replace(MORNING, passed_at=datetime(2026, 3, 2, 4, tzinfo=UTC))
    assert day(evening_before) == []


@pytest.mark.parametrize(
    ("key", "kind", "days"),
    [
        ("cobalt-annual-calibration", "annual", 365),
        ("end-to-end-test", "end_to_end", 365),
        ("cobalt-monthly-spot-check", "monthly", 31),
    ],
)
def test_a_check_is_current_until_its_last_day(key, kind, days):
    for age, verdict in ((0, "holds"), (days, "holds"), (days + 1, "fails")):
        at = datetime(2026, 3, 2, 12, tzinfo=UTC) - timedelta(days=age)
        entry = MachineEntry(7, kind, at, "Phil", at.date() if kind == "monthly" else None)
        assert said(replace(EMPTY, machines=(entry,)), key)[0][0] == verdict


@pytest.mark.parametrize(("reviewed", "verdict"), [(None, "fails"), (15, "holds"), (16, "fails")])
def test_a_monthly_check_is_reviewed_within_fifteen_days(reviewed, verdict):
    at = datetime(2026, 2, 10, 12, tzinfo=UTC)
    on = at.date() + timedelta(days=reviewed) if reviewed is not None else None
    entry = MachineEntry(7, "monthly", at, "Phil", on)
    assert said(replace(EMPTY, machines=(entry,)), "cobalt-monthly-spot-check")[0][0] == verdict


def test_a_check_after_the_session_does_not_count_for_it():
    later = MachineEntry(7, "annual", BEAM + timedelta(days=2), "Phil")
    assert said(replace(EMPTY, machines=(later,)), "cobalt-annual-calibration") == []


def people(*members: Member, modality: str = "linac") -> list[tuple[str, str]]:
    return said(replace(EMPTY, team=members, modality=modality), "personnel-qualified")


def test_everybody_current_holds_and_names_them():
    assert people(ONCO) == [("holds", "Current on every treatment day: Onco.")]


def test_an_expired_privilege_names_person_and_day():
    ended = (Held("privileges", date(2020, 1, 1), date(2026, 3, 1)), ALWAYS[1])
    assert people(replace(ONCO, held=ended)) == [
        ("fails", "Privileges of Onco ended 2026-03-01; treatment was on 2026-03-02.")
    ]


def test_the_last_day_is_included_and_a_renewal_counts():
    last = (Held("privileges", date(2020, 1, 1), DAY), ALWAYS[1])
    renewed = (
        Held("privileges", date(2020, 1, 1), date(2025, 1, 1)),
        Held("privileges", DAY, None),
        ALWAYS[1],
    )
    assert [people(replace(ONCO, held=held))[0][0] for held in (last, renewed)] == ["holds", "holds"]


def test_what_is_not_in_the_file_is_named_once_anybody_is():
    assert people(ONCO, Member("Theo", "therapist")) == [
        ("fails", "Privileges of Theo is not in the file."),
        ("fails", "Stereotactic training of Theo is not in the file."),
    ]


def test_a_license_counts_where_one_is_kept():
    short = (*ALWAYS, Held("license", date(2020, 1, 1), date(2026, 1, 1)))
    assert people(replace(ONCO, held=short))[0][1].startswith("Professional license of Onco ended")


@pytest.mark.parametrize(
    ("role", "kind"), [("radiation_oncologist", "authorized_user"), ("physicist", "authorized_physicist")]
)
def test_cobalt_needs_the_listing_on_the_license(role, kind):
    member = Member("One", role, ALWAYS)
    assert people(member, modality="cobalt60")[0][0] == "fails"
    listed = replace(member, held=(*ALWAYS, Held(kind, date(2020, 1, 1), None)))
    assert people(listed, modality="cobalt60")[0][0] == "holds"
    assert people(member)[0][0] == "holds"


def test_a_nurse_is_not_asked():
    assert people(ONCO, Member("Nina", "nurse"))[0][0] == "holds"


LISTED = Held("authorized_user", date(2020, 1, 1), DAY)
BY_ONCO = SignedDirective(1, "Onco", DAY, None, (LISTED,))


def authorized(*versions: SignedDirective) -> tuple[str, str, str]:
    told = replace(EMPTY, directives=versions).authorized()
    return told["verdict"], told["from"], told["message"]


def test_without_a_directive_nothing_is_said_about_its_signer():
    assert EMPTY.authorized() is None


def test_a_listing_on_the_day_of_signature_holds_whatever_is_typed():
    told = "Version 1: the facility file lists Onco as an authorized user on 2026-03-02."
    assert authorized(BY_ONCO) == ("holds", "facility", told)
    verdict, _, message = authorized(replace(BY_ONCO, typed=False))
    assert (verdict, message) == ("holds", f"{told} The directive says no: correct it there.")


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (Held("authorized_user", date(2020, 1, 1), DAY - timedelta(days=1)), "ended 2026-03-01"),
        (Held("authorized_user", DAY + timedelta(days=1), None), "had not begun"),
    ],
)
def test_a_listing_that_does_not_hold_on_that_day_fails_though_the_directive_says_yes(held, said):
    verdict, source, message = authorized(replace(BY_ONCO, typed=True, held=(held,)))
    assert (verdict, source) == ("fails", "facility")
    assert f"the listing of Onco as an authorized user {said}; signed 2026-03-02." in message


@pytest.mark.parametrize(("typed", "verdict"), [(True, "holds"), (False, "fails"), (None, "unknown")])
def test_a_signer_without_a_listing_is_judged_by_what_is_typed_and_it_says_so(typed, verdict):
    told = authorized(replace(BY_ONCO, typed=typed, held=()))
    assert told[:2] == (verdict, "facts")
    assert typed is None or "as typed in the directive; the file has no listing of Onco." in told[2]


def test_the_day_of_signature_is_asked_for_where_the_file_lists_the_signer():
    assert authorized(replace(BY_ONCO, signed_on=None))[0] == "unknown"


def test_one_version_that_fails_decides():
    second = replace(BY_ONCO, version=2, signed_on=DAY + timedelta(days=1))
    assert authorized(BY_ONCO, second)[0] == "fails"
