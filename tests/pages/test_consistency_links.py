"""Each consistency check that does not hold leads to the field or page where it is mended."""

import re

import pytest
from django.urls import reverse

from casetracker.presenters.consistency_links import PLACES, link_of
from casetracker.selectors.consistency import consistency_of
from checklists.reader import current_book
from tests.factories import case_at

pytestmark = pytest.mark.django_db


def test_every_check_of_the_rule_book_has_its_place():
    assert set(PLACES) == {check.key for check in current_book().checks}


def test_every_place_exists_and_can_be_jumped_to(client, world, petra):
    case = case_at("suggested", 1, world)
    client.force_login(petra)
    pages = {}
    for key in PLACES:
        says, url = link_of(key, case.pk)
        page, _, anchor = url.partition("#")
        assert says.startswith("Go to the "), key
        answer = pages[page] = pages.get(page) or client.get(page)
        assert answer.status_code in (200, 302), (key, page)
        assert not anchor or f'id="{anchor}"' in answer.content.decode(), (key, anchor)


def test_the_checklist_links_what_does_not_hold_and_nothing_else(client, world, petra):
    case = case_at("suggested", 1, world)
    case.machine, case.modality = world.machines["gamma"], "cobalt60"
    case.save()
    client.force_login(petra)
    shown = client.get(reverse("case-checklist", args=[case.pk])).content.decode()
    panel = shown.partition('id="consistency"')[2].partition("</section>")[0]
    found = consistency_of(case)
    open_ = [one for one in found if one.verdict != "holds"]
    assert open_
    assert len(open_) < len(found)
    links = re.findall(r'<a href="([^"]*)">Go to the', panel)
    assert links == [link_of(one.key, case.pk)[1] for one in open_]


def test_an_unknown_check_has_no_link():
    assert link_of("no-such-check", 1) == ("", "")
