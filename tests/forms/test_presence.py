"""Who was there: whom the form asks about, what two times mean, what cannot be right."""

import datetime as dt

import pytest

from casetracker.case_input import CaseInput
from casetracker.forms.case_entry import CaseEntry
from casetracker.forms.row_actions import acted
from casetracker.forms.starting_rows import starting_rows
from casetracker.models import Clinician
from casetracker.selectors.entry import EntryChoices, Offer
from tests.forms.test_case_rows import posted

ONCO, FRAME, SKULL = (Clinician(pk=pk, name=name) for pk, name in ((1, "Onco"), (2, "Frame"), (3, "Skull")))
PHIL, NINA = Clinician(pk=4, name="Phil"), Clinician(pk=5, name="Nina")
PEOPLE = {str(person.pk): person for person in (ONCO, FRAME, SKULL, PHIL, NINA)}
DAY = dt.date(2026, 3, 2)


def at(hour, minute=0):
    return dt.datetime(2026, 3, 2, hour, minute, tzinfo=dt.UTC)


def member(role, person):
    return {"role": role, "clinician": person}


def session(*presences, **more):
    names = ("clinician", "arrived_at", "left_at")
    rows = [dict(zip(names, presence, strict=True)) for presence in presences]
    empty = dict.fromkeys(("started_at", "beam_on_at", "ended_at"))
    return {
        "uuid": "s",
        "number": 1,
        "date": DAY,
        "lesions": [],
        "plan": None,
        "presences": rows,
        **empty,
        **more,
    }


def recorded(*sessions, team=()):
    return CaseInput(case={}, team=list(team), sessions=list(sessions))


def entry(data=None, known=None):
    people = Offer(PEOPLE, [(pk, str(person)) for pk, person in PEOPLE.items()])
    return CaseEntry(EntryChoices(None, Offer(), Offer(), people), known or CaseInput(case={}), data)


def typed(**more):
    """One session on its day, the oncologist and the surgeon chosen."""
    data = posted({"team": 2}, sessions__0__number="1", sessions__0__date="2026-03-02")
    data.update({"team-0-role": "radiation_oncologist", "team-0-clinician": "1"})
    data.update({"team-1-role": "neurosurgeon", "team-1-clinician": "2"})
    data.update({name.replace("__", "-"): value for name, value in more.items()})
    return data


def presences(data, known=None):
    rows = entry(data, known).typed().sessions[0]["presences"]
    return [(row["clinician"], row["arrived_at"], row["left_at"]) for row in rows]


def problems(data):
    checked = entry(data)
    assert not checked.is_valid()
    return {problem.where: (problem.message, problem.anchor) for problem in checked.problems()}


def keys(checked):
    return [(slot.key, slot.clinician) for slot in checked.sessions.slots]


def test_usual_roles_are_asked_for_others_when_they_are_on_the_case():
    assert keys(entry()) == [("radiation_oncologist", None), ("neurosurgeon", None), ("physicist", None)]
    team = [member("nurse", NINA), member("neurosurgeon", FRAME), member("dosimetrist", PHIL)]
    assert keys(entry(known=recorded(team=team))) == [
        ("radiation_oncologist", None),
        ("2", FRAME),
        ("physicist", None),
        ("5", NINA),
    ]


def test_two_surgeons_have_a_line_each_and_one_person_in_two_roles_has_one():
    team = [
        member("radiation_oncologist", ONCO),
        member("neurosurgeon", FRAME),
        member("neurosurgeon", SKULL),
    ]
    assert [key for key, _ in keys(entry(known=recorded(team=team)))] == ["1", "2", "3", "physicist"]
    both = [member("radiation_oncologist", ONCO), member("neurosurgeon", ONCO)]
    assert [key for key, _ in keys(entry(known=recorded(team=both)))] == ["1", "physicist"]


def test_who_is_recorded_as_present_is_shown_even_when_no_longer_on_the_team():
    slots = entry(known=recorded(session((SKULL, at(8), None)))).sessions.slots
    assert (slots[-1].key, slots[-1].role_words) == ("3", "not on the team now")


def test_times_belong_to_the_date_of_the_session():
    data = typed(**{"sessions-0-arrived_1": "0730", "sessions-0-left_1": "08:15"})
    assert presences(data) == [(ONCO, at(7, 30), at(8, 15))]


def test_one_time_is_enough_and_nothing_is_not_recorded():
    assert presences(typed(**{"sessions-0-left_2": "0815"})) == [(FRAME, None, at(8, 15))]
    assert presences(typed()) == []


def test_somebody_was_there_and_nobody_wrote_the_times_down():
    data = typed(**{"sessions-0-there_1": "on"})
    assert presences(data) == [(ONCO, None, None)]
    data["sessions-0-arrived_1"] = "0730"
    assert presences(data) == [(ONCO, at(7, 30), None)]


def test_times_typed_before_a_person_was_chosen_belong_to_the_one_chosen_for_the_role():
    data = typed(**{"sessions-0-arrived_neurosurgeon": "0730"})
    assert presences(data) == [(FRAME, at(7, 30), None)]
    assert [key for key, _ in keys(entry(data))] == ["1", "neurosurgeon", "physicist"]


def test_times_of_nobody_are_refused_beside_the_field():
    told = problems(typed(**{"sessions-0-arrived_physicist": "0730"}))
    assert told["Session 1, Medical physicist: arrived"] == (
        "Choose the medical physicist under People: whose times are these?",
        "id_sessions-0-arrived_physicist",
    )


def test_another_surgeon_does_not_inherit_the_times():
    data = typed(**{"team-1-clinician": "3", "sessions-0-arrived_2": "0730"})
    assert presences(data) == [(FRAME, at(7, 30), None)]
    assert ("3", SKULL) in keys(entry(data))


def test_leaving_before_arriving_is_told_beside_the_second_time():
    told = problems(typed(**{"sessions-0-arrived_1": "0900", "sessions-0-left_1": "0800"}))
    message, anchor = told["Session 1, Onco: left"]
    assert "08:00 is before 09:00" in message
    assert anchor == "id_sessions-0-left_1"


def test_what_is_no_time_stays_and_counts_as_not_recorded():
    data = typed(**{"sessions-0-arrived_1": "early", "sessions-0-left_1": "0800"})
    assert "is not a time of day" in problems(data)["Session 1, Onco: arrived"][0]
    assert presences(data) == [(ONCO, None, at(8))]


def test_times_without_a_date_ask_for_the_date():
    data = typed(**{"sessions-0-arrived_1": "0730", "sessions-0-date": ""})
    assert problems(data)["Session 1, Date"][0] == "Type the date of these times."


def test_the_same_person_twice_in_one_session_is_told():
    data = typed(**{"team-1-clinician": "1", "sessions-0-arrived_1": "0730"})
    data["sessions-0-arrived_neurosurgeon"] = "0740"
    assert "has a line here already" in str(problems(data))


def test_people_of_elsewhere_cannot_be_named():
    assert presences(typed(**{"sessions-0-arrived_99": "0730"})) == []


def test_a_session_in_which_only_presence_was_typed_is_not_blank():
    data = posted({"sessions": 1, "team": 1}, team__0__role="physicist", team__0__clinician="4")
    data["sessions-0-there_4"] = "on"
    (only,) = entry(data).typed().sessions
    assert (only["number"], only["presences"][0]["clinician"]) == (1, PHIL)


@pytest.mark.parametrize("times", [(at(7, 55), at(9, 20)), (at(8), None), (None, at(9)), (None, None)])
def test_recorded_presence_comes_back_as_it_was(times):
    known = recorded(session((ONCO, *times)), team=[member("radiation_oncologist", ONCO)])
    shown = starting_rows(known)["sessions"][0]
    data = typed()
    for kind, value in (("arrived", shown["arrived_1"]), ("left", shown["left_1"])):
        data[f"sessions-0-{kind}_1"] = value.strftime("%H:%M") if value else ""
    data["sessions-0-there_1"] = "on" if shown["there_1"] else ""
    assert presences(data, known) == [(ONCO, *times)]


def test_a_copied_session_copies_nobody_s_presence():
    data = typed(**{"sessions-0-arrived_1": "0730", "sessions-0-there_2": "on", "sessions-0-doses": "20"})
    copied, _ = acted(data, "duplicate:sessions-0")
    assert copied["sessions-2-doses"] == "20"
    assert not [name for name in copied if name.startswith(("sessions-2-arrived", "sessions-2-there"))]


def test_doses_follow_the_lesions_of_the_form():
    data = typed(**{"lesions-0-label": "A", "lesions-0-region": "frontal", "sessions-0-lesions": "all"})
    data["sessions-0-doses"] = "18"
    assert entry(data).typed().sessions[0]["doses"] == {0: 18}
    data["sessions-0-doses"] = "B 18"
    message, anchor = problems(data)["Session 1, Dose per lesion"]
    assert "No lesion is called B" in message
    assert anchor == "id_sessions-0-doses"
    assert entry(data).typed().sessions[0]["doses"] == {}


def test_unknown_lesions_are_told_once():
    data = typed(**{"lesions-0-region": "frontal", "sessions-0-lesions": "L7", "sessions-0-doses": "18"})
    assert list(problems(data)) == ["Session 1, Lesions treated"]
