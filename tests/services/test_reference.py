"""Published files of coding edits: sending, reading, and what refuses them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from casetracker.errors import NotAllowed
from casetracker.models import AuditEvent
from casetracker.services import reference, reference_reading
from casetracker.services.reference_store import path_of
from checklists.models import FeeIndicator, PairEdit, ReferenceFile, ReferenceRelease, UnitLimit
from tests.cast import *  # noqa: F403
from tests.reference import files
from tests.reference.loading import (  # noqa: F401
    LIMITS_2026Q4,
    LIMITS_2027Q1,
    load,
    own_shelf,
    part,
    refused,
    sent,
    small_tables,
    waiting_on_disk,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_shelf", "small_tables")]


def test_a_loaded_release_keeps_our_rows_and_what_the_file_was(cora):
    content = files.limits()
    release = load(cora, sent(content=content))
    (file,) = release.files.all()
    assert (release.state, release.kind, release.name) == ("ready", "limits_practitioner", "2026Q4")
    assert (release.valid_from, release.valid_to) == (date(2026, 10, 1), date(2026, 12, 31))
    assert (file.name, file.size, file.loaded_by) == (LIMITS_2026Q4, len(content), cora)
    assert (file.rows, file.kept, file.other_codes, len(file.sha256)) == (4, 3, 1, 64)
    assert sorted(UnitLimit.objects.values_list("code", "units", "adjudication")) == [
        ("61796", 1, 2),
        ("77300", 8, 3),
        ("77334", 0, 3),
    ]
    assert [event.action for event in AuditEvent.objects.filter(user=cora)] == ["reference.loaded"]


def test_the_file_is_removed_once_it_was_read_or_refused(cora):
    before = waiting_on_disk()
    waiting = load(cora, read=False)
    assert len(waiting_on_disk()) == len(before) + 1
    reference_reading.read_waiting()
    assert waiting_on_disk() == before
    waiting.refresh_from_db()
    assert waiting.state == "ready"
    bad = files.limits([*files.LIMIT_ROWS, "61797,4,7 Unknown,Own"])
    assert load(cora, sent(LIMITS_2027Q1, bad)).state == "refused"
    assert waiting_on_disk() == before


def test_nothing_of_a_wrong_file_is_stored_and_its_record_stays(cora):
    bad = files.limits([*files.LIMIT_ROWS, "61797,4,7 Unknown,Own"])
    release = load(cora, sent(content=bad))
    assert release.state == "refused"
    assert "line 11: the adjudication indicator of 61797 is '7 Unknown', not 1, 2 or 3." in release.problem
    assert not UnitLimit.objects.exists()
    assert release.files.get().problem == release.problem


def test_pairs_are_ready_when_every_part_was_read(cora):
    release = load(cora, part(1), part(2))
    assert release.state == "collecting"
    assert load(cora, part(3), part(4, *files.PAIR_ROWS[3:])) == release
    release.refresh_from_db()
    assert release.state == "ready"
    assert PairEdit.objects.filter(release=release).count() == 4


def test_files_of_two_tables_become_two_releases(cora):
    told = reference.Told(licence_held=True)
    parts = [
        sent(),
        sent(
            "MCR_MUE_OutpatientHospitalServices_Eff_10-01-2026.csv",
            files.limits(table="Outpatient Hospital Services"),
        ),
    ]
    found = reference.load(sent=parts, told=told, by=cora)
    assert [release.kind for release in found] == ["limits_practitioner", "limits_hospital"]


def test_the_same_part_twice_is_refused_and_the_release_goes_on(cora):
    load(cora, part(1))
    release = load(cora, sent("ccipra-v323r0-f1.txt", files.pairs([files.PAIR_ROWS[1]])))
    assert release.state == "collecting"
    assert "Part 1 of this release was sent already" in release.files.last().problem
    assert PairEdit.objects.count() == 1


def test_rows_of_one_part_under_two_names_are_refused(cora):
    load(cora, part(1))
    release = load(cora, sent("ccipra-v323r0-f2.txt", files.pairs([files.PAIR_ROWS[0]], preamble=3)))
    assert "stand in another file" in release.files.last().problem
    assert PairEdit.objects.count() == 1


def test_what_the_files_do_not_say_is_asked(cora):
    release = load(cora, sent("edits.txt", files.pairs()), files_expected=1)
    assert (release.kind, release.valid_from, release.state) == ("pairs", None, "collecting")
    told = reference.Told(kind="pairs_hospital", valid_from=date(2026, 10, 1), valid_to=date(2026, 12, 31))
    reference.complete(release=release, by=cora, told=told)
    release.refresh_from_db()
    assert (release.kind, release.name, release.state) == ("pairs_hospital", "2026-10-01", "ready")


def test_a_later_table_under_an_earlier_name_is_refused(cora):
    release = load(cora, sent("ccipra-v322r0-f1.txt", files.pairs()), files_expected=1)
    assert release.state == "refused"
    assert "this is the table of a later quarter" in release.problem


def test_the_licences_must_be_confirmed(cora):
    assert "Confirm that the site holds the licences" in refused(cora, licence_held=False)


def test_a_wrong_kind_is_refused_at_once_and_leaves_one_refusal(cora):
    told = refused(cora, kind="add_ons")
    assert "holds unit limits (mue), practitioner, and add-on codes was chosen" in told
    assert not ReferenceRelease.objects.exists()
    assert [event.outcome for event in AuditEvent.objects.filter(user=cora)] == ["refused"]


def test_a_file_is_loaded_once(cora):
    load(cora)
    assert "was loaded already" in refused(cora, sent("other name, Eff_10-01-2026.csv"))


def test_a_file_that_is_too_large_leaves_nothing_behind(cora, settings):
    settings.REFERENCE_MAX_MB = 0
    before = waiting_on_disk()
    assert "is larger than 0 MB" in refused(cora)
    assert waiting_on_disk() == before


def test_staff_cannot_load(petra):
    with pytest.raises(NotAllowed, match="coder or administrator"):
        load(petra)


def test_a_reading_that_broke_off_is_done_again_after_two_minutes(cora):
    release = load(cora, read=False)
    ReferenceFile.objects.update(state="reading", beat_at=timezone.now())
    assert reference_reading.read_waiting() == 0
    ReferenceFile.objects.update(beat_at=timezone.now() - timedelta(minutes=3))
    assert reference_reading.read_waiting() == 1
    release.refresh_from_db()
    assert release.state == "ready"


def test_a_sent_file_that_is_gone_is_said(cora):
    release = load(cora, read=False)
    path_of(release.files.get().stored_as).unlink()
    reference_reading.read_waiting()
    release.refresh_from_db()
    assert "Send it again" in release.problem


def test_a_reader_that_fails_refuses_the_file(cora, monkeypatch):
    def broken(*args):
        raise RuntimeError("no")

    monkeypatch.setattr(reference_reading, "read_lines", broken)
    release = load(cora)
    assert release.state == "refused"
    assert "the log of the site" in release.problem


def test_how_far_a_reading_is_can_be_seen(cora, monkeypatch):
    monkeypatch.setattr(reference_reading, "BEAT_SECONDS", 0.0)
    seen = []
    store = reference_reading._store
    monkeypatch.setattr(
        reference_reading,
        "_store",
        lambda file, *rest: (
            seen.append(ReferenceFile.objects.get(pk=file.pk).bytes_done),
            store(file, *rest),
        ),
    )
    release = load(cora)
    assert seen == [release.files.get().size]


def test_loading_starts_the_reading_when_the_record_is_committed(cora, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        release = load(cora, read=False)
    release.refresh_from_db()
    assert release.state == "ready"


def test_fees_are_kept_as_indicators_only(cora):
    release = load(cora, sent("PPRRVU2026_Oct_nonQPP.csv", files.fees()))
    assert release.state == "ready"
    assert FeeIndicator.objects.get(code="77334", modifier="26").component == "1"
    text_fields = {
        field.name
        for field in FeeIndicator._meta.fields
        if getattr(field, "max_length", 0) and field.max_length > 5
    }
    assert text_fields == set()
