"""What the engine asks for in whole cases: the checklist of their codes, and each condition by one fact."""

from pathlib import Path

import pytest
import yaml

from checklists.reader import current_book
from checklists.rule_cases import varied
from tests.rulebook.cases import changed, golden, judged, without
from tests.rulebook.test_documents import EXPECTED, expected_for

CONDITIONS = yaml.safe_load((Path(__file__).parent / "conditions.yaml").read_text())


def named(entry):
    return f"{entry['item']} by {entry['fact']} in {entry['base']}"


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


def standing(document, item, subject=None, book=None):
    """How an item stands, for one subject or all that it is about, and what it asks for."""
    rows = [row for row in judged(document, book)["documentation"] if row["key"] == item]
    rows = [row for row in rows if subject in (None, row["subject"])]
    return {row["condition"] for row in rows}, {fact for row in rows for fact in row["missing_facts"]}


def based(entry):
    unset = entry.get("unset", [])
    changes = {**entry, "unset": [unset] if isinstance(unset, str) else unset}
    document = golden()[entry["base"]]["document"]
    return varied({**document, "circumstances": document.get("circumstances", {})}, changes)


def answers(entry, answer):
    """The values that mean yes, or no; one value may stand by itself."""
    found = entry.get(answer, [])
    return found if isinstance(found, list) else [found]


def wrong_answers(entry, book=None):
    """What the engine says otherwise than the row."""
    document, item, subject, fact = based(entry), entry["item"], entry.get("subject"), entry["fact"]
    for answer in (True, False):
        for value in answers(entry, answer):
            found = standing(changed(document, fact, value), item, subject, book)[0]
            if found != {str(answer).lower()}:
                yield f"{fact} {value}: {found}"
    if "always_told" in entry:
        return
    known = changed(document, fact, answers(entry, True)[0])
    conditions, missing = standing(without(known, fact), item, subject, book)
    if "unknown" not in conditions or fact not in missing:
        yield f"without {fact}: {conditions}, asked for {missing}"


@pytest.mark.parametrize("entry", CONDITIONS, ids=named)
def test_one_fact_decides_whether_an_item_is_needed(entry):
    assert list(wrong_answers(entry)) == []


def told(row, exemption):
    """Whether a row says why it lacks a case; the reason is printed."""
    if exemption in row:
        print(f"{row['item']}, {exemption.replace('_', ' ')}: {row[exemption]}")
    return len(row.get(exemption, "").split()) > 5


def test_every_condition_has_a_case_where_it_holds_one_where_it_fails_and_one_where_nobody_can_tell():
    conditional = {item.key for item in current_book().items.values() if item.when.nodes}
    assert {entry["item"] for entry in CONDITIONS} == conditional
    for item in sorted(conditional):
        rows = [entry for entry in CONDITIONS if entry["item"] == item]
        assert any(answers(row, True) for row in rows), f"{item} is never needed"
        assert any(answers(row, False) for row in rows), f"{item} is always needed"
        assert any("always_told" not in row for row in rows) or all(
            told(row, "always_told") for row in rows
        ), item


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
