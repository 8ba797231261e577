"""P-23: uploads are limited by type and size, stored outside the web root, served only after a permission check, and
never executed."""

import stat
from pathlib import Path

import pytest
from django.conf import settings as live
from django.urls import reverse

from casetracker.models import AuditEvent, Document
from casetracker.services import evidence
from tests.attached import PDF, PROGRAM, SCRIPT, sent
from tests.owed import open_story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def case(world):
    for department in (world.north, world.south):
        department.attachments_allowed = True
        department.save()
    return open_story(world)


@pytest.fixture
def scan(case, petra):
    return evidence.add_document(
        case=case, by=petra, kind="treatment_order", title="Order", file=sent(PDF, "Alder, Ann MRN-1001.pdf")
    )


def address(case, document):
    return reverse("case-document-file", args=[case.pk, document.pk])


@pytest.mark.parametrize(
    ("content", "name"), [(SCRIPT, "scan.png"), (PROGRAM, "scan.jpg"), (SCRIPT, "a.pdf")]
)
def test_a_script_with_an_image_name_is_refused(client, case, petra, content, name):
    client.force_login(petra)
    entries = {"kind": "treatment_order", "title": "Order", "file": sent(content, name, "image/png")}
    answer = client.post(reverse("case-document-add", args=[case.pk]), entries)
    assert answer.status_code == 422
    assert Document.objects.count() == 0
    assert not list(Path(live.MEDIA_ROOT).rglob("*.*"))


def test_a_stored_file_has_no_address_of_its_own(client, petra, scan):
    client.force_login(petra)
    name = scan.attachment.name
    places = ["", "media/", "uploads/", "var/uploads/", "static/", "static/../var/uploads/"]
    for place in places:
        assert client.get(f"/{place}{name}").status_code == 404, place


def test_files_lie_outside_what_the_web_server_shows(settings):
    from casetracker import settings as site

    static = Path(site.STATIC_ROOT).resolve()
    assert static not in Path(site.MEDIA_ROOT).resolve().parents
    assert not settings.MEDIA_URL.startswith("/media")


@pytest.mark.parametrize("who", ["stella", "conrad", "sonja", "noor", "bea", "ada"])
def test_another_department_and_people_without_the_chart_find_nothing(client, world, case, scan, who):
    client.force_login(world.people[who])
    answer = client.get(address(case, scan))
    assert answer.status_code == 404
    assert PDF not in answer.content
    assert not AuditEvent.objects.filter(action="document.downloaded").exists()


def test_a_file_is_not_served_through_another_case(client, world, case, stella, scan):
    elsewhere = open_story(world, 3)
    client.force_login(world.people["petra"])
    assert client.get(address(elsewhere, scan)).status_code == 404


def test_nobody_gets_a_file_without_sign_in_nor_after_leaving(client, case, petra, scan):
    assert client.get(address(case, scan)).status_code == 302
    client.force_login(petra)
    assert client.get(address(case, scan)).status_code == 200
    petra.memberships.update(active=False)
    assert client.get(address(case, scan)).status_code == 404


def test_the_patient_is_in_no_name_of_the_file(case, petra, client, scan):
    client.force_login(petra)
    told = client.get(address(case, scan))["Content-Disposition"] + scan.attachment.name
    assert not any(word in told for word in ("Alder", "Ann", "MRN-1001"))


def test_nothing_stored_can_be_executed(scan):
    mode = Path(scan.attachment.path).stat().st_mode
    assert not mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH | stat.S_IROTH)
