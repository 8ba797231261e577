"""Rows of the case form: names, numbers, order, blank and removed rows, and what rows say about each other."""

import datetime as dt
from decimal import Decimal

import pytest
from django.http import QueryDict

from casetracker.case_input import CaseInput
from casetracker.forms.case_entry import CaseEntry
from casetracker.forms.lesion_names import names_of, numbers_of
from casetracker.forms.pasted_lesions import read_pasted
from casetracker.forms.row_actions import acted
from casetracker.forms.sessions import spread_dates
from casetracker.selectors.entry import EntryChoices, Offer

COUNTS = {"lesions": 3, "plans": 1, "sessions": 2, "team": 1, "authorizations": 1, "courses": 1}


def posted(counts=None, **values):
    data = QueryDict(mutable=True)
    for name, count in {**COUNTS, **(counts or {})}.items():
        data[f"{name}-TOTAL_FORMS"], data[f"{name}-INITIAL_FORMS"] = str(count), "0"
    for name, value in values.items():
        data[name.replace("__", "-")] = value
    return data


def entry(data):
    return CaseEntry(EntryChoices(None, Offer(), Offer(), Offer()), CaseInput(case={}), data)


def problems(data):
    checked = entry(data)
    checked.is_valid()
    return {problem.where: problem.message for problem in checked.problems()}


def test_blank_rows_are_not_saved_and_unnamed_lesions_take_the_next_free_name():
    data = posted(lesions__0__label="L2", lesions__0__region="frontal", lesions__1__region="occipital")
    data["lesions-2-label"] = "L9"
    typed = entry(data).typed()
    assert [row["label"] for row in typed.lesions] == ["L2", "L1"]


def test_rows_follow_their_place_and_removed_rows_are_left_out():
    data = posted(lesions__0__region="frontal", lesions__0__ORDER="2", lesions__1__region="parietal")
    data.update({"lesions-1-ORDER": "1", "lesions-2-region": "insula", "lesions-2-DELETE": "on"})
    assert [row["region"] for row in entry(data).typed().lesions] == ["parietal", "frontal"]


def test_two_lesions_cannot_share_a_name():
    data = posted(lesions__0__label="L1", lesions__0__region="frontal", lesions__1__label="l1")
    data["lesions-1-region"] = "parietal"
    assert "Another lesion has this name" in problems(data)["Lesion 2, Lesion"]


def test_sixty_one_lesions_are_one_too_many_and_stay_on_the_page():
    rows = {f"lesions__{n}__region": "frontal" for n in range(61)}
    checked = entry(posted({"lesions": 61}, **rows))
    assert not checked.is_valid()
    assert "At most 60 lesions; there are 61." in [problem.message for problem in checked.problems()]
    assert len(checked.lesions.shown()) == 61
    assert entry(posted({"lesions": 60}, **{k: v for k, v in rows.items() if "60" not in k})).is_valid()


def test_sessions_cover_lesions_by_name_and_times_belong_to_their_date():
    data = posted(lesions__0__region="frontal", lesions__1__region="parietal", lesions__2__region="insula")
    data.update({"sessions-0-date": "3/2/26", "sessions-0-started": "0730", "sessions-0-lesions": "L1-L2"})
    data.update({"sessions-1-date": "2026-03-04", "sessions-1-lesions": "all"})
    first, second = entry(data).typed().sessions
    assert (first["number"], first["lesions"], second["lesions"]) == (1, [0, 1], [0, 1, 2])
    assert first["started_at"] == dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC)
    assert second["number"] == 2


def test_reversed_times_dates_and_unknown_names_are_told_beside_their_field():
    data = posted(lesions__0__region="frontal", sessions__0__date="2026-03-02", sessions__0__ended="0700")
    data.update({"sessions-0-started": "0800", "sessions-1-number": "2", "sessions-1-lesions": "L7"})
    data.update({"authorizations-0-valid_from": "2026-03-02", "authorizations-0-valid_to": "2026-01-01"})
    data.update({"courses-0-started_on": "2026-03-02"})
    told = problems(data)
    assert "07:00 is before 08:00" in told["Session 1, End"]
    assert "No lesion is called L7" in told["Session 2, Lesions treated"]
    assert "look exchanged" in told["Authorization 1, Valid to"]
    assert "how that course is related" in told["Other course 1, Relation"]


def test_what_is_not_understood_counts_as_not_recorded_for_the_panel():
    data = posted(lesions__0__max_dimension_mm="big", lesions__0__optic_distance_mm="4 cm")
    checked = entry(data)
    assert not checked.is_valid()
    (row,) = checked.typed().lesions
    assert (row["max_dimension_mm"], row["optic_distance_mm"]) == (None, Decimal(40))


def test_a_diagnosis_code_gets_its_dot_and_nonsense_is_refused():
    data = posted(lesions__0__icd10="c7931", lesions__1__icd10="brain")
    checked = entry(data)
    assert not checked.is_valid()
    assert checked.typed().lesions[0]["icd10"] == "C79.31"
    assert "not written like a diagnosis code" in problems(data)["Lesion 2, ICD-10-CM"]


def test_presence_without_a_person_asks_who_it_is_about():
    data = posted(team__0__role="neurosurgeon", team__0__standing="1", team__0__present_delivery="yes")
    assert problems(data)["Person 1, Person"] == "Choose the person this is about."


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("all", [0, 1, 2]), ("", []), ("l2", [1]), ("L1, L3", [0, 2]), ("L1 - L2", [0, 1])],
)
def test_lesions_are_named_in_several_ways(text, numbers):
    assert numbers_of(text, ["L1", "L2", "L3"]) == numbers


def test_all_lesions_are_shown_as_all():
    names = ["L1", "L2", "L3"]
    assert [names_of([0, 1, 2], names), names_of([], names), names_of([0, 2], names)] == [
        "all",
        "",
        "L1, L3",
    ]


def test_pasted_rows_are_read_in_the_order_of_the_page():
    text = (
        "Lesion\tDiagnosis\tRegion\nA\tMetastasis\tfrontal\tR\t1.8 cm\t40\tno\tC79.31\t20\n\nB\tmet\tFrontl\n"
    )
    rows, told = read_pasted(text)
    assert rows[0] == {
        "label": "A",
        "diagnosis": "metastasis",
        "region": "frontal",
        "side": "right",
        "max_dimension_mm": "1.8 cm",
        "optic_distance_mm": "40",
        "within_brainstem": "no",
        "icd10": "C79.31",
        "dose_gy": "20",
    }
    assert (rows[1]["diagnosis"], rows[1]["region"]) == ("metastasis", "")
    assert told == ["Row 2, Region: “Frontl” is not one of the choices. Choose it in the table."]


def test_row_buttons_add_copy_and_paste_without_losing_what_was_typed():
    data = posted({"lesions": 1}, lesions__0__label="L1", lesions__0__region="frontal", lesions__0__uuid="u")
    added, _ = acted(data, "add:lesions")
    assert added["lesions-TOTAL_FORMS"] == "2"
    copied, _ = acted(data, "duplicate:lesions-0")
    assert copied["lesions-1-region"] == "frontal"
    assert "lesions-1-uuid" not in copied
    assert "lesions-1-label" not in copied
    data["pasted"] = "M1\tmetastasis\tparietal"
    pasted, told = acted(data, "paste")
    assert (pasted["lesions-1-label"], pasted["lesions-0-region"], told) == ("M1", "frontal", [])


def test_dates_are_spread_over_working_days_and_delivered_sessions_stay():
    friday = dt.date(2026, 3, 6)
    assert [day.isoformat() for day in spread_dates(friday, 3, 2)] == [
        "2026-03-06",
        "2026-03-09",
        "2026-03-11",
    ]
    data = posted(spread_count="3", spread_first="3/6/26", spread_every="2", sessions__0__status="delivered")
    data["sessions-0-date"] = "2026-03-05"
    filled, told = acted(data, "spread")
    assert told == []
    assert [filled.get(f"sessions-{n}-date") for n in range(3)] == ["2026-03-05", "2026-03-09", "2026-03-11"]
    assert acted(posted(spread_count="99", spread_first="3/6/26"), "spread")[1]


def test_rows_whose_number_is_no_number_are_named_without_words_of_the_framework():
    told = problems(posted({"sessions": "many"}))
    assert "The rows did not arrive whole. Reload the page and enter them again." in told.values()
