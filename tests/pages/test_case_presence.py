"""Doses and presence of sessions on the facts page: saved, shown again, previewed, kept whatever comes between."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casetracker.facts import case_document
from casetracker.models import SessionLesion, SessionPresence
from casetracker.presenters.fact_links import anchor_for
from casetracker.recorded import recorded_input
from casetracker.selectors.preview import preview
from casetracker.views import case_facts
from tests.factories import case_at
from tests.pages.sent_form import sent
from tests.pages.test_case_facts import form_of, save, sent_by_action, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    return case_at("suggested", story=4, world=world)


def field(kind, clinician, row=0):
    return f"sessions-{row}-{kind}_{clinician.pk}"


def presence(clinician):
    return SessionPresence.objects.filter(clinician=clinician).values_list("arrived_at", "left_at").first()


def at(hour, minute=0):
    """That hour at North Hospital, where it is winter and five hours earlier than UTC."""
    return datetime(2026, 3, 2, hour + 5, minute, tzinfo=UTC)


def test_the_page_shows_what_is_recorded_in_the_department_s_time(client, world, case, petra):
    client.force_login(petra)
    fields = form_of(client, case)
    onco = world.clinicians["onco"]
    recorded = presence(onco)
    shown = datetime.strptime(fields[field("arrived", onco)], "%H:%M")  # noqa: DTZ007
    assert (shown.hour - recorded[0].hour) % 24 == 19
    assert fields["sessions-0-doses"] == "20"
    page = " ".join(client.get(url(case)).content.decode().split())
    assert "20 Gy · 3 people present" in page
    assert "Dr. Olga Onco, MD" in page


def test_typed_times_and_doses_are_saved_and_come_back(client, world, case, petra):
    client.force_login(petra)
    frame, theo = world.clinicians["frame"], world.clinicians["theo"]
    typed = {
        field("arrived", frame): "0710",
        field("left", frame): "",
        field("there", theo): "on",
        "sessions-0-doses": "L1 18, L2 18, L3 20",
    }
    assert save(client, case, form_of(client, case), **typed).status_code == 302
    assert presence(frame) == (at(7, 10), None)
    assert presence(theo) == (None, None)
    doses = SessionLesion.objects.order_by("lesion__position").values_list("dose_gy", flat=True)
    assert list(doses) == [18, 18, 20]
    again = form_of(client, case)
    assert (again[field("arrived", frame)], again[field("there", theo)]) == ("07:10", "on")
    assert again["sessions-0-doses"] == "L1 18, L2 18, L3 20"
    assert case_document(case)["sessions"][0]["doses_gy"]


def test_emptied_fields_take_presence_and_doses_out(client, world, case, petra):
    client.force_login(petra)
    phil = world.clinicians["phil"]
    emptied = {field("arrived", phil): "", field("left", phil): "", "sessions-0-doses": ""}
    save(client, case, form_of(client, case), **emptied)
    assert presence(phil) is None
    assert set(SessionLesion.objects.values_list("dose_gy", flat=True)) == {None}
    assert case.team.filter(clinician=phil).exists()


def test_the_history_tells_times_and_doses_in_words(client, world, case, petra):
    client.force_login(petra)
    frame = world.clinicians["frame"]
    changed = {field("arrived", frame): "0710", field("left", frame): "", "sessions-0-doses": "L2 18"}
    save(client, case, form_of(client, case), **changed)
    shown = " ".join(client.get(url(case, "case-history")).content.decode().split())
    assert "Changed: Session 1: Dose per lesion, Session 1: Present in the room" in shown
    assert "Dr. Felix Frame, MD, 07:10 to not recorded" in shown
    assert "L2 18 Gy" in shown


def test_wrong_times_and_doses_stay_beside_their_fields(client, world, case, petra):
    client.force_login(petra)
    onco = world.clinicians["onco"]
    typed = {
        field("arrived", onco): "0900",
        field("left", onco): "0800",
        "sessions-0-doses": "L1 20, L9 18",
    }
    answer = save(client, case, form_of(client, case), **typed)
    shown = answer.content.decode()
    assert "Nothing is saved yet: 2 entries need a look" in shown
    for name in (field("left", onco), "sessions-0-doses"):
        assert f'href="#id_{name}"' in shown
        assert f'aria-describedby="id_{name}_error"' in shown
    assert {name: sent(answer)[name] for name in typed} == typed
    assert '<details class="under" open>' in shown
    assert recorded_input(case).sessions[0]["doses"]


def test_a_person_chosen_on_the_page_gets_the_times_typed_for_the_role(client, world, petra):
    case = case_at("drafted", world=world)
    client.force_login(petra)
    fields = form_of(client, case)
    role = next(name for name in fields if name.endswith("-role") and fields[name] == "neurosurgeon")
    frame = world.clinicians["frame"]
    fields |= {role.replace("-role", "-clinician"): str(frame.pk), "sessions-0-arrived_neurosurgeon": "0700"}
    save(client, case, fields)
    assert presence(frame) == (at(7), None)
    assert field("arrived", frame) in form_of(client, case)


def test_the_panel_judges_typed_presence_and_doses(rf, client, world, case, petra, monkeypatch):
    judged = []

    def watched(case, typed):
        document, result = preview(case, typed)
        judged.append(document)
        return document, result

    monkeypatch.setattr(case_facts, "preview", watched)
    client.force_login(petra)
    onco = world.clinicians["onco"]
    typed = {field("arrived", onco): "0640", "sessions-0-doses": "9"}
    assert client.post(url(case, "case-panel"), form_of(client, case) | typed).status_code == 200
    session = judged[-1]["sessions"][0]
    assert set(session["doses_gy"].values()) == {9}
    assert "2026-03-02T06:40:00-05:00" in [one["arrived_at"] for one in session["present"]]
    assert not SessionPresence.objects.filter(arrived_at=at(6, 40)).exists()


def test_the_page_asks_a_fixed_number_of_queries(client, world, case, petra):
    client.force_login(petra)
    client.get(url(case))
    with CaptureQueriesContext(connection) as few:
        client.get(url(case))
    save(client, case, form_of(client, case), **{"sessions-TOTAL_FORMS": "9"} | more_sessions(world, 8))
    assert case.sessions.count() == 9
    with CaptureQueriesContext(connection) as many:
        client.get(url(case))
    assert len(many) == len(few)


def more_sessions(world, count):
    found = {}
    for row in range(1, count + 1):
        day = f"2026-03-{row + 2:02}"
        found |= {f"sessions-{row}-date": day, f"sessions-{row}-lesions": "all", f"sessions-{row}-doses": "5"}
        found |= {field("arrived", world.clinicians[key], row): "0700" for key in ("onco", "frame", "theo")}
    return found


def test_two_people_who_type_presence_lose_neither(client, world, case, petra, cora):
    client.force_login(petra)
    onco, frame, phil = (world.clinicians[key] for key in ("onco", "frame", "phil"))
    mine = form_of(client, case) | {field("arrived", onco): "0701", field("left", phil): "1001"}
    other = Client()
    other.force_login(cora)
    theirs = {field("arrived", frame): "0702", field("left", phil): "1002", "sessions-0-doses": "19"}
    assert save(other, case, form_of(other, case), **theirs).status_code == 302
    answer = save(client, case, mine)
    assert answer.status_code == 409
    shown = " ".join(answer.content.decode().split())
    for part in (
        "Session 1: Dr. Phil Physics, PhD, present",
        "to 10:01",
        "to 10:02",
        "Session 1: Dose of L1 in Gy",
        "before: ",
    ):
        assert part in shown
    carried = sent_by_action(answer, url(case, "case-resolve"))
    uuid = case.sessions.get().uuid
    client.post(url(case, "case-resolve"), {**carried, f"pick-sessions/{uuid}.present:{phil.pk}": "yours"})
    assert [presence(onco)[0], presence(frame)[0]] == [at(7, 1), at(7, 2)]
    assert presence(phil)[1] == at(10, 1)
    assert set(SessionLesion.objects.values_list("dose_gy", flat=True)) == {19}


def test_presence_typed_before_a_time_out_comes_back(client, world, case, petra):
    client.force_login(petra)
    onco = world.clinicians["onco"]
    fields = form_of(client, case) | {field("arrived", onco): "0633", "sessions-0-doses": "17"}
    client.session.flush()
    answer = client.post(url(case), {**fields, "do": "save"})
    client.force_login(petra)
    kept = sent(client.get(parse_qs(urlsplit(answer["Location"]).query)["next"][0]))
    assert (kept[field("arrived", onco)], kept["sessions-0-doses"]) == ("0633", "17")
    save(client, case, kept)
    assert presence(onco)[0] == at(6, 33)


def test_row_buttons_keep_presence_without_script(client, world, case, petra):
    client.force_login(petra)
    onco = world.clinicians["onco"]
    fields = form_of(client, case) | {field("arrived", onco): "never", "sessions-0-doses": "L1 x"}
    back = sent(client.post(url(case), {**fields, "rows": "add:sessions"}))
    assert (back[field("arrived", onco)], back["sessions-0-doses"]) == ("never", "L1 x")
    assert back[field("arrived", onco, 1)] == ""


@pytest.mark.parametrize("fact", ["present", "doses_gy"])
def test_a_question_about_a_session_leads_to_its_field(client, case, petra, fact):
    client.force_login(petra)
    assert f'id="{anchor_for(f"sessions[1].{fact}")}"' in client.get(url(case)).content.decode()


def test_another_day_of_a_session_with_three_people_present_is_told_before_and_after(client, case, petra):
    client.force_login(petra)
    answer = save(client, case, {**form_of(client, case), "sessions-0-date": "2026-03-03"})
    page = client.get(answer.url)
    assert page.status_code == 200
    assert "Present in the room" in page.content.decode()
    assert client.get(f"/cases/{case.pk}/history/").status_code == 200


def test_a_role_that_is_none_is_told_beside_its_field(client, case, petra):
    client.force_login(petra)
    fields = form_of(client, case)
    answer = save(client, case, {**fields, "team-1-role": "wizard"})
    assert answer.status_code == 200
    assert "“wizard” is not one of the choices" in answer.content.decode()
