"""Files of documents: stored, carried to the next version, taken off, and taken back when nothing was saved."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from casetracker.errors import NotAllowed, Refused, Stale
from casetracker.models import AuditEvent, Document
from casetracker.services import evidence
from tests.attached import JPEG, PDF, PNG, SCRIPT, sent
from tests.cast import *  # noqa: F403
from tests.owed import open_story

pytestmark = pytest.mark.django_db
KIND = "treatment_order"


@pytest.fixture(autouse=True)
def uploads(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return settings.MEDIA_ROOT


@pytest.fixture
def case(world):
    world.north.attachments_allowed = True
    world.north.save()
    return open_story(world)


@pytest.fixture
def order(case, petra):
    return evidence.add_document(
        case=case, by=petra, kind=KIND, title="Order", file=sent(PDF, "Doe, Jane.pdf")
    )


def stored():
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def changed(case, by, document, **values):
    entry = replace(evidence.as_input(document, ()), **values)
    return evidence.change_document(
        case=case, by=by, document=document, version=document.version, entry=entry
    )


def test_a_file_is_stored_without_its_name_and_only_for_the_site(order):
    (path,) = stored()
    assert path.read_bytes() == PDF
    assert "Doe" not in str(path)
    assert path.suffix == ".pdf"
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert order.attachment.name.endswith(path.name)


def test_the_ending_follows_the_content(case, petra):
    evidence.add_document(case=case, by=petra, kind=KIND, title="Scan", file=sent(JPEG, "scan.pdf"))
    assert stored()[0].suffix == ".jpg"


def test_revision_and_audit_tell_of_the_file_once(case, petra, order):
    revision = case.revisions.latest("version")
    assert revision.difference["documents"][0]["file"].startswith("PDF ")
    assert AuditEvent.objects.filter(action="document.added").count() == 1
    assert "Doe" not in str(revision.difference)


def test_the_next_version_keeps_the_file(case, petra, order):
    newer = changed(case, petra, order, reference="folder 2")
    assert newer.attachment.name == order.attachment.name
    assert "file" not in case.revisions.latest("version").difference


def test_another_file_replaces_it_and_the_earlier_version_keeps_its_own(case, petra, order):
    newer = changed(case, petra, order, file=sent(PNG))
    assert newer.attachment.read() == PNG
    order.refresh_from_db()
    assert order.attachment.read() == PDF
    before, after = case.revisions.latest("version").difference["file"]
    assert (before[:4], after[:4]) == ("PDF ", "PNG ")


def test_taken_off_it_stays_with_the_earlier_version(case, petra, order):
    newer = changed(case, petra, order, drop_file=True)
    assert not newer.attachment
    order.refresh_from_db()
    assert order.attachment.read() == PDF
    assert len(stored()) == 1


def test_a_removed_document_keeps_its_file(case, petra, order):
    evidence.remove_document(case=case, by=petra, document=order)
    assert len(stored()) == 1


def test_a_department_that_keeps_no_files_refuses(world, case, petra):
    world.north.attachments_allowed = False
    world.north.save()
    case.department.refresh_from_db()
    with pytest.raises(Refused, match="keeps no files here"):
        evidence.add_document(case=case, by=petra, kind=KIND, title="Order", file=sent())
    assert (stored(), Document.objects.count()) == ([], 0)


def test_a_file_of_another_kind_is_refused(case, petra):
    with pytest.raises(Refused, match="no PDF, PNG or JPEG"):
        evidence.add_document(case=case, by=petra, kind=KIND, title="Order", file=sent(SCRIPT))
    assert (stored(), Document.objects.count()) == ([], 0)


def test_a_file_too_large_is_refused(case, petra, settings):
    settings.UPLOAD_MAX_MB = 1
    with pytest.raises(Refused, match="at most 1 MB"):
        evidence.add_document(case=case, by=petra, kind=KIND, title="X", file=sent(PDF + b"0" * 1024 * 1024))
    assert stored() == []


def test_who_may_not_enter_evidence_stores_nothing(case, carl):
    with pytest.raises(NotAllowed):
        evidence.add_document(case=case, by=carl, kind=KIND, title="Order", file=sent())
    assert stored() == []


def test_a_file_whose_document_was_not_saved_is_taken_back(case, petra, order):
    type(case).objects.filter(pk=case.pk).update(version=99)
    with pytest.raises(Stale):
        evidence.add_document(case=case, by=petra, kind=KIND, title="Late", file=sent(PNG))
    with pytest.raises(Stale):
        changed(case, petra, order, file=sent(PNG))
    assert [path.suffix for path in stored()] == [".pdf"]
    assert Document.objects.get().attachment.read() == PDF
