"""Publishing and taking back a release, and what follows for the book and open cases."""

from datetime import date

import pytest
from django.db import IntegrityError

from casetracker.errors import NotAllowed, Refused, Stale, WrongState
from casetracker.models import AuditEvent, CaseRevision
from casetracker.services import reference, reference_judging, reference_reading
from checklists import published
from checklists.models import ReferenceRelease, UnitLimit
from checklists.reader import built_in_book, current_book
from tests.cast import *  # noqa: F403
from tests.factories import case_at
from tests.reference import files
from tests.reference.loading import (  # noqa: F401
    LIMITS_2026Q4,
    LIMITS_2027Q1,
    load,
    own_shelf,
    part,
    publish,
    refused,
    sent,
    small_tables,
    waiting_on_disk,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_shelf", "small_tables")]


def test_a_second_person_publishes_and_the_book_changes(cora, ada):
    release = load(cora)
    before = current_book()
    assert before is built_in_book()
    publish(release, ada)
    book = current_book()
    assert book.digest != before.digest
    assert book.edits_on(date(2026, 11, 1)) == "MUE practitioner 2026Q4; the rest as of 2024-07"
    assert book is current_book(), "built once"
    assert AuditEvent.objects.filter(user=ada).get().action == "reference.published"


def test_nobody_publishes_what_they_loaded(cora, ada):
    release = load(cora, part(1), part(2), part(3))
    load(ada, part(4, *files.PAIR_ROWS[3:]))
    release.refresh_from_db()
    for person in (cora, ada):
        with pytest.raises(NotAllowed, match="You loaded this release"):
            publish(release, person)


def test_the_database_refuses_it_too(cora):
    release = load(cora)
    with pytest.raises(IntegrityError):
        ReferenceRelease.objects.filter(pk=release.pk).update(published_by=cora)


def test_a_release_is_published_once_and_only_as_it_was_seen(cora, ada):
    release = load(cora)
    with pytest.raises(Stale):
        reference.publish(release=release, by=ada, version=release.version - 1)
    publish(release, ada)
    with pytest.raises(WrongState, match="published by now"):
        publish(release, ada)


def test_quarters_are_loaded_in_their_order(cora, ada):
    publish(load(cora, sent(LIMITS_2027Q1)), ada)
    told = refused(cora, sent(LIMITS_2026Q4, files.limits(files.LIMIT_ROWS[:2])))
    assert "This release is older than Unit limits (MUE), practitioner 2027Q1" in told


def test_days_must_not_overlap(cora, ada):
    publish(load(cora), ada)
    later = sent("x.csv", files.limits(files.LIMIT_ROWS[:2]))
    told = refused(cora, later, valid_from=date(2026, 12, 31), valid_to=date(2027, 3, 31))
    assert "overlap with" in told
    assert "until 2026-12-31" in told


def test_a_corrected_issue_replaces_the_first_and_both_stay(cora, ada):
    first = publish(load(cora), ada)
    corrected = sent(LIMITS_2026Q4, files.limits(["61796,2,2 Date of Service Edit: Policy,Own"]))
    assert "load it as a corrected issue" in refused(cora, corrected)
    second = publish(load(cora, corrected, corrects=True), ada)
    first.refresh_from_db()
    assert (first.state, second.state, second.replaces) == ("superseded", "published", first)
    assert UnitLimit.objects.filter(release=first).count() == 3
    limits = current_book().limits["61796"]
    assert [row.limit for row in limits if row.setting == "practitioner" and row.valid_from.year == 2026] == [
        2
    ]


def test_two_that_wait_for_the_same_days_cannot_both_be_published(cora, ada):
    one = load(cora)
    other = load(cora, sent(LIMITS_2026Q4, files.limits(files.LIMIT_ROWS[:2])))
    publish(one, ada)
    with pytest.raises(Refused, match="is published for these days"):
        publish(other, ada)
    assert ReferenceRelease.objects.filter(state="published").count() == 1


def test_taking_back_removes_what_waits_on_disk_and_keeps_the_record(
    cora, django_capture_on_commit_callbacks
):
    before = waiting_on_disk()
    release = load(cora, part(1), read=False)
    with django_capture_on_commit_callbacks(execute=True):
        reference.withdraw(release=release, by=cora, version=release.version)
    release.refresh_from_db()
    assert (release.state, release.closed_by) == ("withdrawn", cora)
    assert waiting_on_disk() == before
    assert reference_reading.read_waiting() == 0


def test_a_published_release_leaves_force_with_a_reason_only(cora, ada):
    release = publish(load(cora), ada)
    with pytest.raises(Refused, match="Say what was wrong"):
        reference.withdraw(release=release, by=cora, version=release.version, reason="  ")
    release.refresh_from_db()
    assert release.state == "published"
    reference.withdraw(release=release, by=cora, version=release.version, reason="Wrong year of the file.")
    published.forget()
    release.refresh_from_db()
    assert (release.state, release.withdrawn_because) == ("withdrawn", "Wrong year of the file.")
    assert current_book().digest == built_in_book().digest
    assert UnitLimit.objects.filter(release=release).exists()
    with pytest.raises(WrongState):
        reference.withdraw(release=release, by=cora, version=release.version, reason="Again.")


def test_a_corrected_issue_taken_out_of_force_gives_way_to_what_it_corrected(cora, ada):
    first = publish(load(cora), ada)
    digest = current_book().digest
    second = publish(load(cora, sent(LIMITS_2026Q4, files.limits(files.LIMIT_ROWS[:2])), corrects=True), ada)
    assert current_book().digest != digest
    reference.withdraw(release=second, by=cora, version=second.version, reason="The first was right.")
    published.forget()
    first.refresh_from_db()
    assert (first.state, first.closed_by, current_book().digest) == ("published", None, digest)


def test_cases_are_judged_anew_when_a_release_leaves_force(cora, ada, world):
    case = case_at("suggested", world=world)
    release = publish(load(cora), ada)
    reference_judging.judge_waiting()
    with_release = case.evaluations.get(occasion="current").rulebook_digest
    reference.withdraw(release=release, by=cora, version=release.version, reason="Not for us.")
    published.forget()
    reference_judging.judge_waiting()
    release.refresh_from_db()
    assert with_release != built_in_book().digest
    assert case.evaluations.get(occasion="current").rulebook_digest == built_in_book().digest
    assert release.judged_at is not None


def test_a_quarter_of_a_real_size_is_asked_for(cora, monkeypatch):
    monkeypatch.undo()
    release = load(cora)
    assert release.state == "refused"
    assert "4 rows were read, and a whole table has at least 5,000" in release.problem


def test_another_process_sees_a_publication_after_the_time_of_the_setting(cora, ada, settings, monkeypatch):
    settings.REFERENCE_CHECK_SECONDS = 5
    now = [100.0]
    monkeypatch.setattr(published.time, "monotonic", lambda: now[0])
    before = current_book()
    release = load(cora)
    reference.publish(release=release, by=ada, version=release.version)
    assert current_book() is before, "this process was not told"
    now[0] += 5
    assert current_book().digest != before.digest


def test_asking_costs_one_small_query_and_only_then(
    cora, ada, settings, monkeypatch, django_assert_num_queries
):
    settings.REFERENCE_CHECK_SECONDS = 5
    publish(load(cora), ada)
    now = [100.0]
    monkeypatch.setattr(published.time, "monotonic", lambda: now[0])
    published.forget()
    current_book()
    with django_assert_num_queries(0):
        current_book()
    now[0] += 6
    with django_assert_num_queries(1):
        current_book()


def test_without_the_tables_the_book_alone_judges(monkeypatch, settings):
    settings.REFERENCE_CHECK_SECONDS = 5

    def gone():
        from django.db import OperationalError

        raise OperationalError("no such table")

    monkeypatch.setattr(published, "_signature", gone)
    assert current_book() is built_in_book()


@pytest.fixture
def touched(world):
    """A case of two add-on lesions whose day lies in the release, with a surgeon's line for each."""
    return case_at("suggested", story=2, world=world)


def strict_limits(day: date):
    """A release around the day of the case that lets one add-on lesion a day pass."""
    rows = ["61796,1,2 Date of Service Edit: Policy,Own", "61797,1,3 Date of Service Edit: Clinical,Own"]
    told = {"valid_from": day.replace(day=1), "valid_to": None}
    return sent("limits.csv", files.limits(rows)), told


def test_open_cases_that_change_are_judged_anew_with_a_revision(world, touched, cora, ada):
    day = date.fromisoformat(touched.evaluations.get(occasion="current").result["rulebook"]["edition_on"])
    content, told = strict_limits(day)
    untouched = case_at("suggested", story=1, world=world)
    release = publish(load(cora, content, kind="limits_practitioner", **told), ada)
    counts = {case.pk: CaseRevision.objects.filter(case=case).count() for case in (touched, untouched)}
    assert reference_judging.judge_waiting() == 1
    latest = touched.revisions.order_by("-version").first()
    assert (latest.action, latest.by) == ("reference.applied", ada)
    assert latest.difference["edit_facts"][0] == "2024-07"
    assert CaseRevision.objects.filter(case=untouched).count() == counts[untouched.pk]
    for case in (touched, untouched):
        stored = case.evaluations.get(occasion="current")
        assert stored.rulebook_digest == stored.result["rulebook"]["digest"] == current_book().digest
        assert stored.result["rulebook"]["edits_release"].startswith("MUE practitioner")
    messages = [found["message"] for found in touched.evaluations.get(occasion="current").result["conflicts"]]
    assert any("limit 1 (MUE practitioner" in message for message in messages)
    release.refresh_from_db()
    assert release.judged_at is not None
    assert reference_judging.judge_waiting() == 0
