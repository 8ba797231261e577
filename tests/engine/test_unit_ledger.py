"""Every mix of 0 to 12 simple and 0 to 12 complex lesions and created targets, against a list written out by hand.

The enumeration below sorts whole lesions and cuts the list; it shares no code and no counting with the engine.
"""

from collections import Counter
from itertools import product
from typing import Any, NamedTuple

import pytest

from checklists.engine import evaluate_document
from checklists.reader import current_book

MOST = range(13)
TARGETS = (0, 1, 3)
DAY = "2026-03-02"
SURGEON_CODES = ("61796", "61797", "61798", "61799")


class Expected(NamedTuple):
    """What one lesion is reported as, and a word of the reason."""

    code: str
    why: str


def lesions(simple: int, complex_: int, targets: int) -> list[dict[str, Any]]:
    """Rows in an order that is not the order of size: odd numbers larger than even ones."""
    rows = []
    for kind, count in (("simple", simple), ("complex", complex_), ("target", targets)):
        for number in range(1, count + 1):
            size = 2 * number + (5 if number % 2 else 0)
            rows.append({"id": f"{kind}{number}", "max_dimension_mm": size, **KINDS[kind]})
    return rows


METASTASIS = {"compartment": "cranial", "diagnosis": "metastasis", "icd10": "C79.31", "cavity": False}
KINDS: dict[str, dict[str, Any]] = {
    "simple": {**METASTASIS, "region": "frontal"},
    "complex": {**METASTASIS, "region": "brainstem", "within_brainstem": True, "optic_distance_mm": 40},
    "target": {
        "compartment": "cranial",
        "diagnosis": "functional",
        "therapeutic_target": "trigeminal",
        "icd10": "G50.0",
    },
}


def listed(rows: list[dict[str, Any]], order: str, further: str) -> dict[str, Expected]:
    """What each lesion must be reported as: the largest of the highest kind first, then at most four more."""
    kinds = {"target": [], "complex": [], "simple": []}
    for row in sorted(rows, key=lambda row: -row["max_dimension_mm"]):
        kinds[row["id"].rstrip("0123456789")].append(row["id"])
    found: dict[str, Expected] = {}
    queue = kinds["target"] + kinds["complex"] + kinds["simple"]
    base = queue[0]
    found[base] = Expected("61796" if base.startswith("simple") else "61798", "carries the base code")
    waiting = [name for name in queue[1:] if further == "each" or not name.startswith("target")]
    for name in set(queue[1:]) - set(waiting):
        found[name] = Expected("unreported", "SUR-06")
    if order == "simple_first":
        waiting.sort(key=lambda name: not name.startswith("simple"))
    for place, name in enumerate(waiting):
        code = "61797" if name.startswith("simple") else "61799"
        found[name] = Expected(code, "A further") if place < 4 else Expected("unreported", "SUR-04")
    return found


def document(rows: list[dict[str, Any]], order: str, further: str) -> dict[str, Any]:
    return {
        "schema": "srs-case/1",
        "date_of_service": DAY,
        "payer": {"class": "medicare_ffs"},
        "setting": "hospital_outpatient",
        "modality": "linac",
        "planned_sessions": 1,
        "sessions": [
            {"number": 1, "date": DAY, "status": "delivered", "lesions": [row["id"] for row in rows]}
        ],
        "lesions": rows,
        "people": [
            {
                "role": "neurosurgeon",
                "id": "9000000002",
                "specialty": "neurosurgery",
                "present_planning": True,
                "present_delivery": True,
            }
        ],
        "policy": {"addon_order": order, "therapeutic_addons": further},
    }


def check_mix(mix: tuple[int, int, int], order: str, further: str) -> None:
    rows = lesions(*mix)
    expected = listed(rows, order, further)
    result = evaluate_document(document(rows, order, further), current_book())
    assert "error" not in result, (mix, result)
    reported = {lesion["id"]: lesion["reported_as"] for lesion in result["lesions"]}
    assert reported == {name: entry.code for name, entry in expected.items()}, mix
    for lesion in result["lesions"]:
        assert expected[lesion["id"]].why in lesion["why"], (mix, lesion)
    lines = [line for line in result["lines"] if line["code"] in SURGEON_CODES]
    units = Counter(entry.code for entry in expected.values())
    left = units.pop("unreported", 0)
    assert {line["code"]: line["units"] for line in lines} == units, mix
    for line in lines:
        assert set(line["lesions"]) == {n for n, e in expected.items() if e.code == line["code"]}, mix
    used = units["61797"] + units["61799"]
    assert result["course"]["caps"]["add_ons"] == {"limit": 4, "used": used, "unreported": left}, mix


@pytest.mark.parametrize("further", ["once", "each"])
@pytest.mark.parametrize("order", ["complex_first", "simple_first"])
def test_every_mix_gets_the_base_the_add_ons_and_the_unreported_lesions(order, further):
    for mix in product(MOST, MOST, TARGETS):
        if sum(mix):
            check_mix(mix, order, further)


def test_without_any_lesion_there_is_no_surgeon_line_and_a_question():
    result = evaluate_document(document([], "complex_first", "once"), current_book())
    assert not result["lines"]
    assert "lesions" in {question["fact"] for question in result["questions"]}
