"""Random documents: any field missing, any mix. The engine never raises, keeps its caps and its order."""

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists.engine import evaluate_document, words
from checklists.reader import current_book
from tests.rulebook.cases import asked, golden

CODES = [*current_book().codes, "20660", "77280", "77470", "77014", "G0339", "99213"]
DAYS = st.sampled_from(["2026-02-20", "2026-02-24", "2026-03-02", "2026-03-03", "2026-03-09", "2025-12-31"])
YES_NO = st.booleans()
SIZES = st.decimals(0, 80, places=1).map(str)


def record(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


def lesion(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return record(
        {"id": st.just(name)},
        {
            "compartment": st.sampled_from(words.COMPARTMENTS),
            "diagnosis": st.sampled_from((*words.DIAGNOSES, "cavity")),
            "region": st.sampled_from(words.REGIONS),
            "max_dimension_mm": SIZES,
            "optic_distance_mm": SIZES,
            "brainstem_distance_mm": SIZES,
            "within_brainstem": YES_NO,
            "therapeutic_target": st.sampled_from(words.THERAPEUTIC_TARGETS),
            "icd10": st.sampled_from(["C79.31", "G50.0", "D33.3", "Q28.2"]),
            "cavity": YES_NO,
            "target": st.sampled_from(["V1", "V2"]),
            "stated_class": st.sampled_from(words.STATED_CLASSES),
        },
    )


def session(number: int, names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return record(
        {"number": st.just(number)},
        {
            "date": DAYS,
            "status": st.sampled_from(words.SESSION_STATUSES),
            "lesions": st.lists(st.sampled_from(names), unique=True) if names else st.just([]),
            "image_guidance": YES_NO,
            "present": st.lists(st.sampled_from(["900", "901"]), unique=True),
        },
    )


PERSON = record(
    {"role": st.sampled_from(words.ROLES)},
    {
        "id": st.sampled_from(["900", "901", "902"]),
        "specialty": st.sampled_from(words.SPECIALTIES),
        "group": st.sampled_from(["G1", "G2"]),
        "documented_role": st.sampled_from(words.ROLES),
        "present_planning": YES_NO,
        "present_delivery": YES_NO,
    },
)
PLAN = record(
    {},
    {
        "technique": st.sampled_from(words.TECHNIQUES),
        "date": DAYS,
        "calculations": st.integers(0, 14),
        "arcs": st.integers(0, 8),
        "isocenters": st.integers(0, 4),
        "custom_devices": st.integers(0, 3),
        "mlc_modulated": YES_NO,
    },
)
ENTERED = record(
    {"code": st.sampled_from(CODES)},
    {
        "units": st.integers(1, 7),
        "date": DAYS,
        "performer": st.sampled_from(words.PERFORMERS),
        "stream": st.sampled_from(words.STREAMS),
        "modifiers": st.lists(st.sampled_from(["26", "TC", "59", "62", "79", "52"]), max_size=2),
        "reason": st.just("documented"),
    },
)
POLICY = st.fixed_dictionaries(
    {},
    optional={
        key: st.sampled_from(entry.words) for key, entry in current_book().policies.items() if entry.words
    },
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    names = [f"L{number}" for number in range(1, draw(st.integers(0, 8)) + 1)]
    numbers = range(1, draw(st.integers(0, 7)) + 1)
    optional = {
        "date_of_service": DAYS,
        "payer": record({}, {"class": st.sampled_from(words.PAYER_CLASSES)}),
        "setting": st.sampled_from(words.SETTINGS),
        "off_campus": YES_NO,
        "modality": st.sampled_from(words.MODALITIES),
        "device": st.sampled_from(["ZAP-X", "TrueBeam", "Gamma Knife Icon", "unheard of"]),
        "planning": record({}, {"clinical_plan_on": DAYS, "simulated_on": DAYS}),
        "plan": PLAN,
        "fixation": record(
            {},
            {"type": st.sampled_from(words.FIXATIONS), "placed_by": st.sampled_from(words.FRAME_PLACERS)},
        ),
        "planned_sessions": st.integers(1, 12),
        "people": st.lists(PERSON, max_size=4),
        "physics": record(
            {},
            {
                "special_consult_order": YES_NO,
                "special_consult_report": YES_NO,
                "special_consult_on": DAYS,
                "continuing_check": YES_NO,
                "continuing_check_on": DAYS,
            },
        ),
        "other_courses": st.lists(
            record(
                {},
                {
                    "started_on": DAYS,
                    "relation": st.sampled_from(words.RELATIONS),
                    "surgeon": st.sampled_from(["900", "901"]),
                    "lines": st.lists(ENTERED, max_size=1),
                },
            ),
            max_size=2,
        ),
        "entered_lines": st.lists(ENTERED, max_size=3),
        "policy": POLICY,
    }
    return {
        "schema": "srs-case/1",
        "lesions": [draw(lesion(name)) for name in names],
        "sessions": [draw(session(number, names)) for number in numbers],
        **draw(st.fixed_dictionaries({}, optional=optional)),
    }


def judged(document: dict[str, Any]) -> dict[str, Any]:
    result = evaluate_document(document, current_book())
    assert "error" not in result, result["error"]
    return result


OFTEN = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@OFTEN
@given(documents())
def test_the_engine_never_raises_and_explains_every_code(document):
    result = judged(document)
    told = {line["code"] for line in result["lines"]} | {entry["code"] for entry in result["not_suggested"]}
    assert told == set(current_book().codes)
    for entry in result["not_suggested"]:
        assert entry["because"]
        assert bool(entry["missing_facts"]) == (entry["outcome"] == "cannot_tell")
    missing = {path for entry in result["not_suggested"] for path in entry["missing_facts"]}
    assert missing <= asked(result)


@OFTEN
@given(documents())
def test_caps_hold_and_no_two_suggested_lines_block_each_other(document):
    result = judged(document)
    units: dict[str, int] = {}
    for line in result["lines"]:
        if line["stream"] in ("surgeon_professional", "facility", "freestanding_global"):
            units[line["code"]] = units.get(line["code"], 0) + line["units"]
    assert units.get("61797", 0) + units.get("61799", 0) <= 4
    assert units.get("61796", 0) + units.get("61798", 0) <= 1
    assert units.get("77373", 0) <= 5
    assert not {"77371", "77372"} <= set(units)
    codes = {line["code"] for line in result["lines"]}
    assert not {"77432", "77435"} <= codes
    keys = {line["key"] for line in result["lines"]}
    for conflict in result["conflicts"]:
        if conflict["severity"] == "block" and len(conflict["keys"]) > 1:
            assert not set(conflict["keys"]) <= keys


@OFTEN
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(document, random):
    shuffled = copy.deepcopy(document)
    for section in ("lesions", "sessions"):
        random.shuffle(shuffled[section])
    assert judged(shuffled) == judged(document)


@OFTEN
@given(documents())
def test_without_a_surgeon_there_is_no_surgeon_line(document):
    people = [person for person in document.get("people", []) if person["role"] != "neurosurgeon"]
    result = judged({**document, "people": people})
    assert not [line for line in result["lines"] if line["stream"] == "surgeon_professional"]


# Distances are asked for only where the region makes them matter (CLS-00).
NEEDS_NO_QUESTION = {"id", "number", "role", "optic_distance_mm", "within_brainstem"}


@OFTEN
@given(st.sampled_from(sorted(golden())), st.data())
def test_a_removed_fact_is_asked_for_or_does_not_matter(name, data):
    document = copy.deepcopy(golden()[name]["document"])
    document.pop("entered_lines", None)
    before = judged(document)
    row = data.draw(st.sampled_from(document["lesions"] + document["sessions"] + document["people"]))
    field = data.draw(st.sampled_from([key for key in row if key not in NEEDS_NO_QUESTION]))
    del row[field]
    after = judged(document)
    lost = {line["key"] for line in before["lines"]} - {line["key"] for line in after["lines"]}
    assert not lost or asked(after)
