"""The facts form: saving, what stays when something is wrong, the panel, before and after, two versions."""

import json
import time
from copy import deepcopy
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.forms import formset_factory
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casetracker.forms.case_entry import CaseEntry
from casetracker.forms.lesions import LesionForm
from casetracker.forms.rows import SharedFields
from casetracker.models import AuditEvent, Case, Evaluation
from casetracker.presenters.fact_links import anchor_for
from casetracker.presenters.facts_page import facts_context
from casetracker.recorded import recorded_input
from casetracker.selectors.entry import entry_choices
from tests.factories import case_at
from tests.pages.sent_form import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    return case_at("suggested", world=world)


def url(case, name="case-facts"):
    return reverse(name, args=[case.pk])


def form_of(client, case):
    return sent(client.get(url(case)))


def save(client, case, fields, **typed):
    return client.post(url(case), {"do": "save", **fields, **typed})


def test_an_unchanged_form_writes_nothing(client, case, petra):
    client.force_login(petra)
    before = (Case.objects.values().get(), case.revisions.count(), recorded_input(case))
    answer = save(client, case, form_of(client, case))
    assert answer["Location"] == url(case)
    assert (Case.objects.values().get(), case.revisions.count(), recorded_input(case)) == before


def test_a_changed_size_shows_before_and_after_with_its_cause(client, case, petra):
    client.force_login(petra)
    answer = save(client, case, form_of(client, case), **{"lesions-0-max_dimension_mm": "3.5 cm"})
    assert answer["Location"] == url(case, "case-changed")
    shown = " ".join(client.get(answer["Location"]).content.decode().split())
    for part in (
        "Saved: before and after",
        "Lesion L1: Largest size",
        "18 mm",
        "35 mm",
        "61796",
        "61798",
        "CLS-01",
    ):
        assert part in shown
    assert case.lesions.get().max_dimension_mm == 35


def test_a_change_without_consequence_says_so(client, case, petra):
    client.force_login(petra)
    answer = client.post(
        url(case), {**form_of(client, case), "account_number": "A-77", "do": "save"}, follow=True
    )
    assert "stay the same" in answer.content.decode()
    assert Case.objects.get().account_number == "A-77"


def test_wrong_entries_are_told_beside_their_field_and_everything_typed_stays(client, case, petra):
    client.force_login(petra)
    typed = {
        "lesions-0-max_dimension_mm": "eighteen",
        "planned_sessions": "one",
        "simulated_on": "2026-13-01",
        "account_number": "A-1",
    }
    answer = save(client, case, form_of(client, case), **typed)
    shown = answer.content.decode()
    assert "Nothing is saved yet: 3 entries need a look" in shown
    assert 'href="#id_lesions-0-max_dimension_mm"' in shown
    assert 'id="id_lesions-0-max_dimension_mm_error"' in shown
    assert {name: sent(answer)[name] for name in typed} == typed
    assert case.revisions.count() == Case.objects.get().revisions.count()
    assert Case.objects.get().account_number == ""


def test_what_cannot_be_right_is_refused_beside_its_field(client, case, petra):
    client.force_login(petra)
    answer = save(client, case, form_of(client, case), **{"lesions-0-max_dimension_mm": "0"})
    assert "A lesion is larger than 0 mm" in answer.content.decode()
    assert 'id="id_lesions-0-max_dimension_mm_error"' in answer.content.decode()


def test_not_simulated_and_a_day_of_simulation_are_refused_with_the_way_out(client, case, petra):
    client.force_login(petra)
    form = form_of(client, case)
    assert form["simulated_on"] == "2026-02-20"
    answer = save(client, case, form, simulated="no")
    shown = unescape(answer.content.decode())
    assert "Not simulated, but simulated on 2026-02-20: answer yes, or clear the day." in shown
    assert 'id="id_simulated_error"' in shown
    assert Case.objects.get().simulated is None
    save(client, case, form, simulated="no", simulated_on="")
    assert (Case.objects.get().simulated, Case.objects.get().simulated_on) == (False, None)


def test_staff_may_say_that_a_frame_case_has_no_simulation(client, case, petra):
    client.force_login(petra)
    shown = unescape(client.get(url(case)).content.decode())
    assert "Patient was simulated" in shown
    assert (
        "No where the images were taken in the frame on the treatment day: usual there, and nothing is"
        in shown
    )
    assert f'id="{anchor_for("planning.simulated")}"' in shown


def test_the_day_of_simulation_waits_once_there_was_none(client, case, petra):
    client.force_login(petra)
    save(client, case, form_of(client, case), simulated="no", simulated_on="")
    answer = client.get(url(case))
    waiting = (
        answer.content.decode().partition('data-called-for="simulated!=no"')[2].partition("</template>")[0]
    )
    assert 'name="simulated_on"' in waiting
    assert "simulated_on" not in sent(answer)
    told = client.post(url(case), {**sent(answer), "simulated": "yes", "do": "save"}, follow=True)
    assert "Simulated on" in told.content.decode().partition("What you chose asks for more")[2][:300]
    assert "simulated_on" in sent(client.get(url(case)))


def test_what_is_unlikely_is_saved_and_remarked(client, case, petra):
    client.force_login(petra)
    answer = client.post(
        url(case), {**form_of(client, case), "lesions-0-dose_gy": "95", "do": "save"}, follow=True
    )
    assert case.lesions.get().dose_gy == 95
    assert "unusual for this target" in client.get(url(case)).content.decode()
    assert answer.status_code == 200


def test_incomplete_is_allowed(client, world, petra):
    case = case_at("drafted", world=world)
    client.force_login(petra)
    save(client, case, form_of(client, case), **{"lesions-0-region": "frontal"})
    assert case.lesions.get().region == "frontal"
    assert case.lesions.get().max_dimension_mm is None


def test_sixty_one_lesions_are_refused_and_kept(client, case, petra):
    client.force_login(petra)
    fields = form_of(client, case) | {"lesions-TOTAL_FORMS": "61"}
    fields |= {f"lesions-{n}-region": "frontal" for n in range(1, 61)}
    answer = save(client, case, fields)
    shown = answer.content.decode()
    assert "At most 60 lesions; there are 61." in shown
    assert "No suggestion while this stands: lesions: At most 60 rows are accepted." in shown
    assert "No lesion has this" not in shown
    assert sent(answer)["lesions-60-region"] == "frontal"
    assert case.lesions.count() == 1


def test_rows_are_added_without_script_and_nothing_is_lost(client, case, petra):
    client.force_login(petra)
    fields = form_of(client, case) | {"account_number": "typed", "lesions-0-max_dimension_mm": "not a size"}
    answer = client.post(url(case), {**fields, "rows": "add:lesions"})
    back = sent(answer)
    assert back["lesions-TOTAL_FORMS"] == "2"
    assert (back["account_number"], back["lesions-0-max_dimension_mm"]) == ("typed", "not a size")
    assert "Nothing is saved yet" not in answer.content.decode()
    assert case.lesions.count() == 1


def test_pasted_rows_come_back_in_the_table_with_messages_per_row(client, case, petra):
    client.force_login(petra)
    pasted = "L7\tmetastasis\tparietal\tleft\t12\t30\tno\nL8\tmetastasis\tnowhere"
    answer = client.post(url(case), {**form_of(client, case), "pasted": pasted, "rows": "paste"})
    back = sent(answer)
    assert (back["lesions-1-label"], back["lesions-1-max_dimension_mm"]) == ("L7", "12")
    assert "Row 2, Region: “nowhere” is not one of the choices" in answer.content.decode()


def test_removing_and_adding_lesions_keeps_the_history_of_rows(client, case, petra):
    client.force_login(petra)
    fields = form_of(client, case)
    known = case.lesions.get()
    fields |= {"lesions-TOTAL_FORMS": "2", "lesions-0-DELETE": "on", "lesions-1-region": "insula"}
    save(client, case, fields)
    known.refresh_from_db()
    assert known.removed_at is not None
    assert case.lesions.get(removed_at=None).region == "insula"


def test_the_panel_answers_for_what_is_typed_and_writes_nothing(client, case, petra):
    client.force_login(petra)
    fields = form_of(client, case) | {"lesions-0-max_dimension_mm": "36"}
    counts = (AuditEvent.objects.count(), Evaluation.objects.values().get(), case.revisions.count())
    answer = client.post(url(case, "case-panel"), fields)
    shown = " ".join(answer.content.decode().split())
    assert "61798" in shown
    assert "Complex" in shown
    assert "as typed, not saved" in shown
    assert (AuditEvent.objects.count(), Evaluation.objects.values().get(), case.revisions.count()) == counts


def test_questions_of_the_panel_lead_to_the_field(client, case, petra):
    client.force_login(petra)
    fields = form_of(client, case) | {"lesions-0-max_dimension_mm": ""}
    shown = client.post(url(case, "case-panel"), fields).content.decode()
    assert 'href="#lesion-l1-max_dimension_mm"' in shown
    assert 'id="lesion-l1-max_dimension_mm"' in client.get(url(case)).content.decode()


def test_the_panel_asks_a_fixed_number_of_queries(client, case, petra):
    client.force_login(petra)
    fields = form_of(client, case)
    client.post(url(case, "case-panel"), fields)
    with CaptureQueriesContext(connection) as few:
        client.post(url(case, "case-panel"), fields)
    fields |= {"lesions-TOTAL_FORMS": "40"} | {f"lesions-{n}-region": "frontal" for n in range(1, 40)}
    with CaptureQueriesContext(connection) as many:
        client.post(url(case, "case-panel"), fields)
    assert len(many) == len(few)


def test_template_values_are_confirmed_together(client, world, petra):
    client.force_login(petra)
    client.post(
        "/cases/new/",
        {"source": f"template-{world.template.pk}", "record_number": "1", "name": "Doe, J", "do": "open"},
    )
    case = Case.objects.get()
    save(client, case, form_of(client, case), confirm_template="yes")
    assert Case.objects.get().unconfirmed == []
    assert "Save and confirm all" not in client.get(url(case)).content.decode()


def test_save_and_start_next_goes_on_with_the_same_machine(client, case, petra):
    client.force_login(petra)
    answer = client.post(url(case), {**form_of(client, case), "do": "next"})
    assert answer["Location"] == f"/cases/new/?after={case.pk}"


def test_another_machine_brings_its_own_modality(client, world, case, petra):
    client.force_login(petra)
    save(client, case, form_of(client, case), machine=str(world.machines["gamma"].pk))
    assert Case.objects.get().modality == "cobalt60"


def test_two_people_get_both_versions_and_lose_neither(client, world, case, petra, cora):
    client.force_login(petra)
    mine = form_of(client, case) | {
        "lesions-0-dose_gy": "21",
        "account_number": "MINE",
        "member_number": "M1",
    }
    other = Client()
    other.force_login(cora)
    theirs = form_of(other, case) | {"account_number": "THEIRS", "policy_reference": "L1"}
    assert save(other, case, theirs).status_code == 302
    answer = save(client, case, mine)
    assert answer.status_code == 409
    shown = " ".join(answer.content.decode().split())
    for part in ("Two versions", "Cora Codes", "MINE", "THEIRS", "Account number", "Lesion L1: Dose"):
        assert part in shown
    carried = sent_by_action(answer, url(case, "case-resolve"))
    assert carried["member_number"] == "M1"
    done = client.post(url(case, "case-resolve"), {**carried, "pick-case/.account_number": "yours"})
    assert done.status_code == 302
    saved = Case.objects.get()
    assert (saved.account_number, saved.member_number, saved.policy_reference) == ("MINE", "M1", "L1")
    assert case.lesions.get(removed_at=None).dose_gy == 21


def sent_by_action(answer, action):
    html = answer.content.decode().replace(
        f'<form method="post" action="{action}"', '<form id="both" method="post"'
    )

    class Page:
        content = html.encode()

    return sent(Page, "both")


def test_an_undecided_clash_comes_back(client, case, petra, cora):
    client.force_login(petra)
    mine = form_of(client, case) | {"account_number": "MINE"}
    other = Client()
    other.force_login(cora)
    save(other, case, form_of(other, case), account_number="THEIRS")
    carried = sent_by_action(save(client, case, mine), url(case, "case-resolve"))
    answer = client.post(url(case, "case-resolve"), carried)
    assert answer.status_code == 409
    assert Case.objects.get().account_number == "THEIRS"


def test_a_lesion_that_the_other_person_added_stays(client, case, petra, cora):
    client.force_login(petra)
    mine = form_of(client, case) | {"account_number": "MINE"}
    other = Client()
    other.force_login(cora)
    theirs = form_of(other, case)
    save(other, case, theirs, **{"lesions-TOTAL_FORMS": "2", "lesions-1-region": "insula"})
    carried = sent_by_action(save(client, case, mine), url(case, "case-resolve"))
    client.post(url(case, "case-resolve"), carried)
    assert case.lesions.filter(removed_at=None).count() == 2
    assert Case.objects.get().account_number == "MINE"


def test_the_page_keeps_what_both_started_from(client, case, petra):
    client.force_login(petra)
    base = json.loads(form_of(client, case)["base"])
    key = next(name for name in base if name.endswith(".max_dimension_mm"))
    assert base[key] == "18"


def test_reading_the_page_leaves_one_trace(client, case, petra):
    client.force_login(petra)
    client.get(url(case))
    assert (
        AuditEvent.objects.filter(action="case.viewed", user=petra, record=f"case {case.number}").count() == 1
    )


def test_approved_facts_are_read_only_with_the_reason(client, world, petra):
    case = case_at("approved", world=world)
    client.force_login(petra)
    page = client.get(url(case))
    assert "These facts are read-only" in page.content.decode()
    answer = client.post(url(case), {**sent(page), "account_number": "X", "do": "save"}, follow=True)
    assert "read-only" in answer.content.decode()
    assert Case.objects.get().account_number != "X"


def test_compliance_reads_and_changes_nothing(client, case, carl):
    client.force_login(carl)
    page = client.get(url(case))
    assert "needs the role staff or coder or supervisor" in page.content.decode()
    assert client.post(url(case), {**sent(page), "do": "save"}).status_code == 403
    assert client.post(url(case, "case-panel"), sent(page)).status_code == 403


def test_anonymous_people_are_asked_to_sign_in(client, case):
    for name in ("case-facts", "case-changed"):
        assert "sign-in" in client.get(url(case, name))["Location"]


@pytest.mark.parametrize("name", ["bea", "ada", "noor", "stella"])
def test_who_may_not_read_the_chart_finds_nothing(client, world, case, name):
    client.force_login(world.people[name])
    assert client.get(url(case)).status_code == 404
    for route in ("case-facts", "case-panel", "case-resolve"):
        assert client.post(url(case, route), {"do": "save"}).status_code == 404


def test_other_methods_are_refused(client, case, petra):
    client.force_login(petra)
    assert client.put(url(case)).status_code == 405
    assert client.get(url(case, "case-panel")).status_code == 405
    assert client.get(url(case, "case-resolve")).status_code == 405
    assert client.post(url(case, "case-changed")).status_code == 405


def test_forty_rows_cost_little_more_than_building_plain_forms(case):
    """Drawing forty complete rows stays within four times of what only building forty ordinary forms takes."""
    recorded = recorded_input(case)
    recorded.lesions = [{**recorded.lesions[0], "label": f"L{n}", "uuid": str(n)} for n in range(1, 41)]
    entry = CaseEntry(entry_choices(case.department, recorded), recorded)
    context = facts_context(entry, unconfirmed=[])
    kind = formset_factory(LesionForm, extra=40)

    def plainly_built():
        return [
            kind.form(fields=SharedFields(deepcopy(LesionForm.base_fields)), prefix=str(n)) for n in range(40)
        ]

    def drawn():
        return render_to_string("cases/_lesions.html", context)

    assert quickest(drawn) < 4 * quickest(plainly_built)


def quickest(act):
    act()
    times = []
    for _ in range(7):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return min(times)


def test_a_form_sent_after_the_session_ended_comes_back_to_the_same_person_only(client, case, petra, cora):
    client.force_login(petra)
    fields = form_of(client, case) | {"account_number": "TYPED", "lesions-0-dose_gy": "22"}
    client.session.flush()
    answer = client.post(url(case), {**fields, "do": "save"})
    assert "sign-in" in answer["Location"]
    assert Case.objects.get().account_number == ""
    back = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
    other = Client()
    other.force_login(cora)
    assert "TYPED" not in other.get(back, follow=True).content.decode()
    client.force_login(petra)
    page = client.get(back)
    kept = sent(page)
    assert (kept["account_number"], kept["lesions-0-dose_gy"]) == ("TYPED", "22")
    assert "data-dirty" in page.content.decode()
    save(client, case, kept)
    assert Case.objects.get().account_number == "TYPED"


def test_what_was_typed_stays_when_the_case_was_approved_meanwhile(client, world, petra):
    case = case_at("in_review", world=world)
    client.force_login(petra)
    fields = form_of(client, case)
    for packet in case.packets.all():
        packet.status = "approved"
        packet.save()
    answer = save(client, case, fields, account_number="TYPED", confirm_template="yes")
    assert "read-only" in answer.content.decode()
    assert sent(answer)["account_number"] == "TYPED"
