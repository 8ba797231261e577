"""The note for a visit beside the procedure: the checklist names the line that brings it and leads there."""

from datetime import date
from html import unescape

import pytest

from casetracker.case_input import CaseInput
from casetracker.presenters.fact_links import fact_url
from casetracker.services import coding
from casetracker.services.cases import save_facts
from tests.factories import case_at
from tests.owed import item

pytestmark = pytest.mark.django_db
ITEM = "same-day-visit-separate"


def with_visit(world, day, **answers):
    case = case_at("suggested", world=world)
    if answers:
        save_facts(
            case=case,
            by=world.people["petra"],
            facts_version=case.facts_version,
            data=CaseInput(case=answers),
        )
        case.refresh_from_db()
    line = coding.add_line(
        case=case,
        by=world.people["cora"],
        code="99213",
        stream="surgeon_professional",
        units=1,
        modifiers=["57"],
        date=day,
        reason="Decided at this visit.",
    )
    return case, line


def pages(client, case, who):
    client.force_login(who)
    item_page = client.get(f"/cases/{case.pk}/checklist/{item(case, ITEM).pk}/").content.decode()
    return unescape(item_page), client.get(f"/cases/{case.pk}/codes/").content.decode()


def test_the_item_names_the_line_that_brings_it_and_leads_to_it(client, world, cora):
    case, _ = with_visit(world, date(2026, 3, 2))
    assert item(case, ITEM).condition == "true"
    shown, codes = pages(client, case, cora)
    assert "Found on the lines" in shown
    assert "99213 (Mar 2, 2026) on the day of 61796 (Mar 2, 2026)." in shown
    anchor = shown.partition(f'href="/cases/{case.pk}/codes/#')[2].partition('"')[0]
    assert anchor.startswith("line-99213-")
    assert f'id="{anchor}"' in codes


def test_a_denial_is_contradicted_in_words(client, world, cora):
    case, _ = with_visit(world, date(2026, 3, 1), visit_within_one_day=False)
    assert item(case, ITEM).condition == "true"
    assert "The case says that no such visit is billed, but the lines count." in pages(client, case, cora)[0]


def test_a_visit_without_a_day_leads_to_its_line(client, world, cora):
    case, _ = with_visit(world, None, visit_within_one_day=False)
    assert item(case, ITEM).condition == "unknown"
    shown, codes = pages(client, case, cora)
    assert f'href="/cases/{case.pk}/codes/#line-99213">99213: Date of the line</a>' in shown
    assert 'id="line-99213"' in codes


def test_an_item_brought_by_the_answer_alone_names_no_line(client, world, cora):
    case, _ = with_visit(world, date(2026, 1, 15), visit_within_one_day=True)
    assert item(case, ITEM).condition == "true"
    assert "Found on the lines" not in pages(client, case, cora)[0]


def test_lines_without_a_name_lead_to_the_codes(world):
    case = case_at("suggested", world=world)
    assert fact_url(case.pk, "entered_lines", {}) == f"/cases/{case.pk}/codes/#main"
