"""Attached files on the document pages: offered where the department keeps files, judged, downloaded, recorded."""

import pytest
from django.conf import settings as live
from django.urls import reverse

from casetracker.models import AuditEvent, Document
from casetracker.services import evidence
from tests.attached import PDF, PNG, SCRIPT, sent
from tests.cast import *  # noqa: F403
from tests.owed import open_story

pytestmark = pytest.mark.django_db
KIND = "treatment_order"


@pytest.fixture(autouse=True)
def uploads(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def case(world):
    world.north.attachments_allowed = True
    world.north.save()
    return open_story(world)


@pytest.fixture
def order(case, petra):
    return evidence.add_document(case=case, by=petra, kind=KIND, title="Order", file=sent())


def url(name, case, *more):
    return reverse(name, args=[case.pk, *more])


def entry(**more):
    return {"kind": KIND, "title": "Order", "do": "save", "subject": "case", **more}


def test_no_file_is_offered_where_the_department_keeps_none(client, world, petra):
    case = open_story(world)
    client.force_login(petra)
    shown = client.get(url("case-document-add", case)).content.decode()
    assert 'name="file"' not in shown
    assert "multipart/form-data" not in shown
    client.post(url("case-document-add", case), entry(file=sent()))
    assert not Document.objects.get().attachment


def test_a_file_is_sent_with_the_document(client, case, petra):
    client.force_login(petra)
    shown = client.get(url("case-document-add", case)).content.decode()
    assert 'enctype="multipart/form-data"' in shown
    assert f"PDF, PNG or JPEG, at most {live.UPLOAD_MAX_MB} MB" in shown
    answer = client.post(url("case-document-add", case), entry(file=sent(PNG, "scan.png")))
    assert answer.status_code == 302
    assert Document.objects.get().attachment.read() == PNG


def test_a_document_without_a_file_is_still_a_document(client, case, petra):
    client.force_login(petra)
    assert client.post(url("case-document-add", case), entry()).status_code == 302
    assert not Document.objects.get().attachment


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (sent(SCRIPT, "scan.png", "image/png"), "By its content this is no PDF, PNG or JPEG file"),
        (sent(b"", "scan.pdf"), "This file is empty."),
    ],
)
def test_a_wrong_file_is_told_beside_the_field_and_entries_stay(client, case, petra, file, message):
    file.seek(0)
    client.force_login(petra)
    answer = client.post(url("case-document-add", case), entry(reference="folder 12", file=file))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert message in shown
    assert 'id="id_file_error"' in shown
    assert 'value="folder 12"' in shown
    assert "choose it again" in shown
    assert Document.objects.count() == 0


def test_a_file_too_large_is_told(client, case, petra, settings):
    settings.UPLOAD_MAX_MB = 1
    client.force_login(petra)
    answer = client.post(url("case-document-add", case), entry(file=sent(PDF + b"0" * 1024 * 1024)))
    assert "1.0 MB; at most 1 MB" in answer.content.decode()


def test_ticking_usual_items_without_script_says_that_the_file_is_gone(client, case, petra):
    client.force_login(petra)
    answer = client.post(url("case-document-add", case), entry(do="refresh", file=sent()))
    assert "choose it again" in answer.content.decode()
    assert "choose it again" not in client.get(url("case-document-add", case)).content.decode()


def test_index_form_and_earlier_version_lead_to_the_file(client, case, petra, order):
    client.force_login(petra)
    link = f'href="{url("case-document-file", case, order.pk)}"'
    assert link in client.get(url("case-documents", case)).content.decode()
    form = client.get(url("case-document-change", case, order.pk)).content.decode()
    assert link in form
    assert "Take the file off" in form
    client.post(url("case-document-change", case, order.pk), entry(version=1, drop_file="on"))
    assert not Document.objects.get(removed_at=None).attachment
    assert link in client.get(url("case-document-change", case, order.pk)).content.decode()


def test_another_file_and_none_at_once_is_a_contradiction(client, case, petra, order):
    client.force_login(petra)
    both = entry(version=1, drop_file="on", file=sent(PNG))
    answer = client.post(url("case-document-change", case, order.pk), both)
    assert "not both" in answer.content.decode()
    assert Document.objects.count() == 1


def test_the_download_is_ours_by_name_kind_and_rules(client, case, petra, order):
    client.force_login(petra)
    answer = client.get(url("case-document-file", case, order.pk))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{case.number}-document-{order.pk}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


def test_every_download_leaves_one_event(client, case, petra, order):
    client.force_login(petra)
    before = AuditEvent.objects.count()
    client.get(url("case-document-file", case, order.pk))
    (event,) = AuditEvent.objects.order_by("id")[before:]
    assert (event.action, event.user, event.record) == ("document.downloaded", petra, f"case {case.number}")


def test_a_document_without_file_and_a_file_that_is_gone_are_not_found(client, case, petra, order):
    bare = evidence.add_document(case=case, by=petra, kind=KIND, title="Bare")
    client.force_login(petra)
    assert client.get(url("case-document-file", case, bare.pk)).status_code == 404
    order.attachment.storage.delete(order.attachment.name)
    assert client.get(url("case-document-file", case, order.pk)).status_code == 404
    assert not AuditEvent.objects.filter(action="document.downloaded").exists()


def test_compliance_may_read_the_file(client, case, carl, order):
    client.force_login(carl)
    assert client.get(url("case-document-file", case, order.pk)).status_code == 200


def test_other_methods_are_refused(client, case, petra, order):
    client.force_login(petra)
    for send in (client.post, client.put, client.delete):
        assert send(url("case-document-file", case, order.pk)).status_code == 405
