"""“Go to the field” leads into the row an item is about: this lesion, plan or session; without script too."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from casetracker.plausibility import Remark
from casetracker.presenters.checklist import check_url
from casetracker.presenters.fact_links import anchor_for, fact_url
from casetracker.selectors.subjects import subjects_of
from casetracker.services.evaluation import refresh
from checklists.engine.facts import FACTS
from tests.factories import case_at

pytestmark = pytest.mark.django_db


def page_of(client, case, person):
    client.force_login(person)
    return client.get(reverse("case-facts", args=[case.pk])).content.decode()


def url_of(case, item, check):
    return check_url({"check": check, "verdict": "unknown", "from": "facts"}, item, subjects_of(case))


def anchor_of(case, key, check, subject):
    item = case.items.filter(key=key).first()
    item.subject = subject
    address, _, anchor = url_of(case, item, check).partition("#")
    assert address == reverse("case-facts", args=[case.pk])
    return anchor


@pytest.mark.parametrize("story", [1, 2, 3])
def test_every_link_of_the_checklist_leads_to_a_place_of_the_form_that_can_take_the_focus(
    client, world, petra, story
):
    case = case_at("suggested", story, world)
    page = page_of(client, case, petra)
    links = {
        (item.subject.partition(":")[0], url_of(case, item, check["check"]))
        for item in case.items.all()
        for check in item.checks
        if check.get("from") == "facts"
    }
    addresses = {address for _, address in links if address}
    assert len(addresses) > 25
    for address in addresses:
        where, _, anchor = address.partition("#")
        shown = page if where == reverse("case-facts", args=[case.pk]) else client.get(where).content.decode()
        assert f'id="{anchor}"' in shown, address
    rows = {address.partition("#")[2] for kind, address in links if kind in ("lesion", "plan", "session")}
    for anchor in {
        anchor for anchor in rows if anchor and not anchor.startswith(("section-", "team-", "id_"))
    }:
        assert re.search(rf'id="{anchor}"[^>]*tabindex="-1"|tabindex="-1"[^>]*id="{anchor}"', page), anchor


def test_an_item_of_the_second_lesion_leads_to_its_own_target_and_prescription(client, world, petra):
    case = case_at("suggested", 2, world)
    second = case.lesions.get(label="L2")
    subject = f"lesion:{second.uuid}"
    assert (
        anchor_of(case, "target-delineation", "lesion.target_margin_recorded", subject)
        == "target-l2-margin_mm"
    )
    signed = anchor_of(case, "prescription-signed", "lesion.prescription_before_beam", subject)
    assert signed == "lesion-l2-prescribed_at"
    page = page_of(client, case, petra)
    row = page.partition('id="target-l2-margin_mm"')[2].partition("</span></div></span>")[0][:600]
    number = re.search(r'name="targets-(\d+)-margin_mm"', row)[1]
    assert re.search(rf'name="targets-{number}-lesion"[^>]* value="L2"', page)


def test_an_item_of_the_second_plan_leads_to_the_second_plan(client, world, petra):
    case = case_at("suggested", 3, world)
    plan = case.plans.create(label="Boost", technique="inverse", position=5)
    subject = f"plan:{plan.uuid}"
    anchor = anchor_of(case, "independent-dose-check", "plan.second_check_before_beam", subject)
    assert anchor == "plan-2-second_check_at"
    assert re.search(
        rf'id="{anchor}"[^>]*>.*?name="plans-1-second_check_at"', page_of(client, case, petra), re.S
    )
    case.plans.filter(pk=plan.pk).update(removed_at=datetime.now(UTC))
    assert (
        anchor_of(case, "independent-dose-check", "plan.second_check_before_beam", subject) == "section-plan"
    )


def test_an_item_of_the_third_session_leads_to_the_third_session(world):
    case = case_at("suggested", 3, world)
    session = case.sessions.get(number=3)
    anchor = anchor_of(case, "time-out", "session.timeout_before_beam", f"session:{session.uuid}")
    assert anchor == "session-3-timeout"


def test_a_question_about_one_of_several_plans_leads_to_that_plan():
    document = {"plans": [{"id": "a"}, {"id": "b"}]}
    assert fact_url(None, "plans[a].technique", document) == "#plan-technique"
    assert fact_url(None, "plans[b].technique", document) == "#plan-2-technique"
    assert anchor_for("plans[2].date") == "plan-2-planned_on"


def test_a_fact_of_a_target_without_its_lesion_leads_to_the_section():
    assert FACTS["lesion.target_before_beam"].path == "targets[].approved_at"
    assert anchor_for("targets[].approved_at") == "section-targets"


def test_a_refused_entry_of_the_second_plan_stands_beside_its_own_field(client, world):
    from casetracker.forms.case_entry import CaseEntry
    from casetracker.forms.stops import attach_stops
    from casetracker.recorded import recorded_input
    from casetracker.selectors.entry import entry_choices
    from tests.pages.sent_form import sent

    case = case_at("suggested", 3, world)
    case.plans.create(label="Boost", technique="inverse", position=5)
    client.force_login(world.people["petra"])
    fields = sent(client.get(reverse("case-facts", args=[case.pk])))
    recorded = recorded_input(case)
    entry = CaseEntry(entry_choices(case.department, recorded), recorded, fields)
    assert entry.is_valid()
    attach_stops(entry, [Remark("plans[2].approved_at", "Before it was planned.")])
    first, second = entry.plans.live()
    assert (list(first.errors), list(second.errors)) == ([], ["approved_at"])


def test_a_field_that_must_be_recorded_is_named_on_the_checklist_with_the_way_there(client, world, petra):
    case = case_at("suggested", 1, world)
    case.fixation_type = ""
    case.save()
    refresh(case, petra)
    client.force_login(petra)
    page = " ".join(client.get(reverse("case-checklist", args=[case.pk])).content.decode().split())
    found = re.search(r"<span>[^<]*: not recorded yet\. <a href=\"([^\"]*)\">Go to the field</a>", page)
    assert found
    assert found[1] == reverse("case-facts", args=[case.pk]) + "#id_fixation_type"
