"""The rule book itself: every condition matters, every edition has its first day and the day before."""

import datetime as dt
from dataclasses import replace

import pytest

from checklists.reader import current_book
from tests.rulebook.cases import changed, entered, golden, judged, variations
from tests.rulebook.mutations import mutants
from tests.rulebook.stated import claims

CASES = [case["document"] for case in (*golden().values(), *variations(), *entered())]
CLAIMS = claims()  # the claim that noticed the last mutant is tried first for the next
MUTANTS = dict(mutants(current_book()))


def test_the_book_keeps_what_every_case_states():
    assert [claim.name for claim in CLAIMS if claim.broken_by(current_book())] == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_deleted_condition_breaks_what_a_case_states(name):
    book = replace(MUTANTS[name], items={})
    found = next((claim for claim in CLAIMS if claim.broken_by(book)), None)
    assert found is not None, name
    CLAIMS.remove(found)
    CLAIMS.insert(0, found)


def test_every_code_is_suggested_by_one_case_and_not_by_another():
    results = [judged(document) for document in CASES]
    for code, entry in current_book().codes.items():
        suggested = [any(line["code"] == code for line in result["lines"]) for result in results]
        assert any(suggested) != all(edition.never for edition in entry.editions), code
        assert not all(suggested), code


ONE_SESSION = [{"number": 1, "date": "2026-03-02", "status": "delivered", "lesions": ["L1"]}]
LONG = {"planned_sessions": 6, "sessions": ONE_SESSION}
FORWARD = {**LONG, "plan.technique": "forward_3d", "plan.mlc_modulated": False}


def leveled(level: int, document: dict) -> dict:
    return {**document, "policy": {"conventional_level": f"level_{level}"}}


def freestanding(level: int, band: str) -> dict:
    policy = {"conventional_level": f"level_{level}", "beam_energy_band": band}
    return {**FORWARD, "setting": "freestanding", "policy": policy}


BANDS = ("up_to_5", "6_to_10", "11_to_19", "20_up")
# By code, or by code and first year of the edition: a golden scenario and what to change in it.
SAMPLES = {
    "20660": ("G29", {"policy": {"abort_surgeon": "20660"}}),
    "61796": ("G01", {}),
    "61797": ("G16", {}),
    "61798": ("G08", {}),
    "61799": ("G05", {}),
    "61800": ("G02", {}),
    "63620": ("G25", {}),
    "63621": ("G26", {}),
    "77263": ("G01", {}),
    "77290": ("G01", {}),
    "77295": ("G01", {}),
    "77300": ("G01", {}),
    "77301": ("G12", {}),
    **{code: ("G01", {"policy": {"mask_code": code}}) for code in ("77332", "77333")},
    "77334": ("G01", {}),
    "77336": ("G01", {}),
    "77338": ("G12", {}),
    "77370": ("G01", {}),
    "77371": ("G11", {}),
    "77372": ("G01", {}),
    "77373": ("G12", {}),
    "77385": ("G24", {**LONG, "policy": {"imrt_level": "simple"}}),
    "77386": ("G24", LONG),
    "77402 2024": ("G24", leveled(1, FORWARD)),
    "77402 2026": ("G24", leveled(1, LONG)),
    "77407 2024": ("G24", leveled(2, FORWARD)),
    "77407 2026": ("G24", leveled(2, LONG)),
    "77412 2024": ("G24", leveled(3, FORWARD)),
    "77412 2026": ("G24", leveled(3, LONG)),
    "77427": ("G24", {}),
    "77431": ("G23", {"policy": {"proton_mgmt": "weekly"}}),
    "77432": ("G01", {}),
    "77435": ("G12", {}),
    **{code: ("G23", {"policy": {"proton_level": code}}) for code in ("77520", "77522", "77523", "77525")},
    "G0563": (
        "G12",
        {
            "lesions[L1].compartment": "body",
            "device": "RefleXion X1",
            "policy": {"emission_guided_codeset": "g"},
        },
    ),
    "G0339": ("G21", {}),
    "G0340": ("G21", {}),
    **{
        f"G{6003 + 4 * (level - 1) + place}": ("G24", freestanding(level, band))
        for level in (1, 2, 3)
        for place, band in enumerate(BANDS)
    },
    "G6015": ("G24", {**LONG, "setting": "freestanding"}),
    "G6016": (
        "G24",
        {**LONG, "setting": "freestanding", "policy": {"modulation_method": "compensator"}},
    ),
}
DATED = (
    "date_of_service",
    "planning.clinical_plan_on",
    "planning.simulated_on",
    "plan.date",
    "physics.continuing_check_on",
)
SUGGESTED_EDITIONS = [
    (code.code, edition.first_day)
    for code in current_book().codes.values()
    for edition in code.editions
    if not edition.never
]


def moved_to(document: dict, day: dt.date, *, first: bool) -> dict:
    """The document with every date on one day; of its sessions the first is on it, or the last."""
    for path in DATED:
        document = changed(document, path, day.isoformat())
    sessions = document["sessions"]
    for place, session in enumerate(sessions):
        apart = dt.timedelta(days=place if first else place - len(sessions) + 1)
        session["date"] = (day + apart).isoformat()
    return document


def codes_on(code: str, first_day: dt.date, day: dt.date) -> set[str]:
    base, changes = SAMPLES.get(code) or SAMPLES[f"{code} {first_day.year}"]
    document = golden()[base]["document"]
    for path, value in changes.items():
        document = changed(document, path, value)
    if code == "77370":
        for name in ("special_consult_order", "special_consult_report"):
            document = changed(document, f"physics.{name}", "true")
        document = changed(document, "physics.special_consult_on", day.isoformat())
    edition = current_book().edition(code, first_day)
    document = moved_to(document, day, first="first_session" in (edition.day, edition.per))
    if code in ("77301", "77336"):
        document = changed(document, "planning.clinical_plan_on", "2026-01-15")
        document = changed(document, "policy", {"same_day_77336": "yes"})
    return {line["code"] for line in judged(document)["lines"]}


@pytest.mark.parametrize(("code", "first_day"), SUGGESTED_EDITIONS)
def test_an_edition_begins_on_its_first_day_and_not_the_day_before(code, first_day):
    assert code in codes_on(code, first_day, first_day)
    assert code not in codes_on(code, first_day, first_day - dt.timedelta(days=1))


@pytest.mark.parametrize("code", [code.code for code in current_book().codes.values() if code.retired])
def test_a_retired_code_holds_on_its_last_day_and_not_the_day_after(code):
    entry = current_book().codes[code]
    if all(edition.never for edition in entry.editions):
        assert entry.edition_on(entry.retired - dt.timedelta(days=1))
        assert entry.edition_on(entry.retired) is None
        return
    first_day = entry.editions[-1].first_day
    assert code in codes_on(code, first_day, entry.retired - dt.timedelta(days=1))
    assert code not in codes_on(code, first_day, entry.retired)


@pytest.mark.parametrize("code", [c.code for c in current_book().codes.values() if c.editions[0].never])
def test_a_code_that_only_people_enter_says_why_it_is_left_out(code):
    found = next(entry for entry in judged(CASES[0])["not_suggested"] if entry["code"] == code)
    assert found["outcome"] == "not_suggested"
    assert found["because"].endswith(".")
