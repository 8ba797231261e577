"""What the engine asks for in whole cases: the checklist of their codes, and each condition by one fact."""

from pathlib import Path

import pytest
import yaml

from checklists.reader import current_book
from tests.rulebook.cases import changed, golden, judged, without
from tests.rulebook.test_documents import EXPECTED, expected_for

CONDITIONS = yaml.safe_load((Path(__file__).parent / "conditions.yaml").read_text())


@pytest.mark.parametrize("name", sorted(golden()))
def test_a_case_is_asked_for_exactly_the_documents_of_its_codes(name):
    document = golden()[name]["document"]
    result = judged(document)
    billed = {line["code"] for line in (*result["lines"], *document.get("entered_lines", []))}
    codes = billed & set(EXPECTED["codes"])
    rest = billed - codes
    everywhere = {item.key for item in current_book().items.values() if item.all_lines}
    for key in {row["key"] for row in result["documentation"]} - everywhere:
        told = {code for row in result["documentation"] if row["key"] == key for code in row["codes"]}
        assert told - rest <= {code for code in codes if key in expected_for(code)}, key
    for code in codes:
        told = {row["key"] for row in result["documentation"] if code in row["codes"]} - everywhere
        assert told <= expected_for(code), code
        by_scope = {key for key in expected_for(code) if current_book().items[key].scope in ("case", "plan")}
        assert by_scope <= told, code


def standing(document, item):
    rows = [row for row in judged(document)["documentation"] if row["key"] == item]
    return {row["condition"] for row in rows}, {fact for row in rows for fact in row["missing_facts"]}


def based(entry):
    document = golden()[entry["base"]]["document"]
    document = without(document, entry["unset"]) if "unset" in entry else document
    return {**document, "circumstances": {**document.get("circumstances", {})}}


@pytest.mark.parametrize("entry", CONDITIONS, ids=lambda entry: entry["item"])
def test_one_fact_decides_whether_an_item_is_needed(entry):
    document, item, fact = based(entry), entry["item"], entry["fact"]
    known = changed(document, fact, entry[True])
    assert standing(known, item)[0] == {"true"}
    if entry[False] is not None:
        assert standing(changed(document, fact, entry[False]), item)[0] == {"false"}
    conditions, missing = standing(without(known, fact), item)
    assert "unknown" in conditions
    assert fact in missing


LINACS = {"linac", "robotic_linac", "gyroscopic_linac"}
COBALT_ITEMS = (
    "written-directive", "gamma-plan-parameters", "cobalt-physical-presence", "cobalt-day-spot-check",
    "cobalt-monthly-spot-check", "cobalt-annual-calibration", "medical-event-screen",
)  # fmt: skip
MACHINES = {
    **{key: {"cobalt60"} for key in COBALT_ITEMS},
    "linac-day-qa": LINACS,
    "physicist-presence": LINACS,
    "robotic-session-record": {"robotic_linac"},
    "proton-rationale": {"proton"},
    "variance-screen": {*LINACS, "proton"},
}


@pytest.mark.parametrize("item", MACHINES)
def test_items_of_a_machine_are_needed_on_that_machine_only(item):
    seen = set()
    for case in golden().values():
        modality = case["document"].get("modality", "cobalt60")  # one case names a cobalt unit by its device
        found = standing(case["document"], item)[0]
        wanted = str(modality in MACHINES[item]).lower()
        assert found <= {wanted}, case["says"]
        seen |= found
    assert "true" in seen
