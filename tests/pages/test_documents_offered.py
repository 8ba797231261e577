"""Which kind, items and author the form of a document offers for an item."""

import re

import pytest
from django.urls import reverse

from tests.cast import *  # noqa: F403
from tests.factories import case_at
from tests.owed import item, rebuild, row
from tests.pages.documents_desk import *  # noqa: F403
from tests.pages.documents_desk import CONSULT, typed, url

pytestmark = pytest.mark.django_db


def test_once_only_the_second_signature_is_missing_its_kind_is_offered(client, petra, world):
    case = case_at("suggested", world=world)
    verified = item(case, "dosimetric-verification-signed")
    verified.checks = [
        *verified.checks,
        {"check": "cosigner", "verdict": "fails", "message": "Sign.", "from": ""},
    ]
    verified.save()
    client.force_login(petra)
    form = client.get(url("case-document-add", case), {"item": verified.pk}).context["form"]
    assert form["kind"].value() == "management_note"
    assert form["author"].value() == case.team.get(role="radiation_oncologist").clinician_id


def test_a_paper_of_the_plan_asked_for_by_one_lesion_proves_every_lesion(client, petra, world):
    case = case_at("suggested", 2, world)
    drawn = list(case.items.filter(key="target-delineation", condition="true"))
    assert len(drawn) == 7
    client.force_login(petra)
    form = client.get(url("case-document-add", case), {"item": drawn[1].pk}).context["form"]
    assert (form["kind"].value(), form["subject"].value()) == ("plan_approval", "case")
    assert {str(row.pk) for row in drawn} <= set(form["items"].value())
    prescribed = case.items.filter(key="prescription-signed", condition="true")
    form = client.get(url("case-document-add", case), {"item": prescribed[0].pk}).context["form"]
    assert form["kind"].value() == "prescription"
    assert {str(row.pk) for row in prescribed} <= set(form["items"].value())


@pytest.mark.parametrize(("story", "kind"), [(2, "plan_report_3d"), (3, "plan_report_inverse")])
def test_of_two_reports_the_one_of_this_technique_is_offered(client, petra, world, story, kind):
    case = case_at("suggested", story, world)
    limits = case.items.get(key="organs-at-risk", condition="true")
    client.force_login(petra)
    form = client.get(url("case-document-add", case), {"item": limits.pk}).context["form"]
    assert form["kind"].value() == kind


def test_what_is_there_and_signed_is_not_offered_again(client, petra, world):
    case = case_at("suggested", 3, world)
    leaves = case.items.get(key="mlc-design-record", condition="true")
    client.force_login(petra)
    signed = typed(case, kind="plan_report_inverse", items=[leaves.pk], signed_at="2026-02-12 08:00")
    assert client.post(url("case-document-add", case), signed).status_code == 302
    form = client.get(url("case-document-add", case), {"item": leaves.pk}).context["form"]
    assert form["kind"].value() == "physics_chart_check"


def test_no_author_is_proposed_for_a_review_of_the_treating_physician_s_work(client, world, petra):
    case = case_at("suggested", 1, world)
    client.force_login(petra)
    for key, proposed in (("peer-review", False), ("radiation-oncology-consult", True)):
        item = case.items.get(key=key)
        page = client.get(reverse("case-document-add", args=[case.pk]), {"item": item.pk}).content.decode()
        listed = page.partition('name="author"')[2].partition("</select>")[0]
        assert bool(re.search(r"<option[^>]*selected[^>]*>[^<]*Onco", listed)) is proposed, key


def test_a_check_of_the_file_is_by_who_fills_it_in(client, world, case):
    rebuild(case, row("signatures-valid"), row("patient-identity-on-every-page"), row(CONSULT))
    client.force_login(world.people["cora"])
    form = client.get(url("case-document-add", case), {"kind": "file_check"}).context["form"]
    assert form["author_name"].value() == world.people["cora"].get_full_name()
    assert form["author"].value() is None
    other = client.get(url("case-document-add", case), {"item": item(case, CONSULT).pk}).context["form"]
    assert other["author_name"].value() == ""
