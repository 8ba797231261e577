"""The pair, limit and add-on tables: what they say about radiosurgery, and that they never contradict themselves."""

import csv
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from checklists.reader import current_book

RULEBOOK = Path(__file__).resolve().parents[2] / "fixtures" / "rulebook"
DELETED_FOR_2026 = {"77014", "77385", "77386", "77401", *(f"G{number}" for number in range(6001, 6018))}
PAYABLE_2024 = date(2024, 7, 1)


def rows(name: str) -> list[dict[str, str]]:
    with (RULEBOOK / name).open(newline="") as file:
        return list(csv.DictReader(file))


PAIRS, LIMITS, PARENTS = rows("pairs.csv"), rows("limits.csv"), rows("parents.csv")


def in_force(row: dict[str, str], day: date) -> bool:
    ends = row["valid_to"]
    return date.fromisoformat(row["valid_from"]) <= day and (not ends or day <= date.fromisoformat(ends))


def indicator(first: str, second: str, setting: str = "practitioner", day: date = PAYABLE_2024) -> str | None:
    for row in PAIRS:
        if (
            (row["col1"], row["col2"]) == (first, second)
            and row["setting"] in (setting, "both")
            and in_force(row, day)
        ):
            return row["indicator"]
    return None


def test_no_pair_stands_in_both_directions_or_with_itself():
    directed = {(row["col1"], row["col2"]) for row in PAIRS}
    assert not {(one, two) for one, two in directed if (two, one) in directed}


def test_no_two_rows_of_a_pair_hold_on_one_day_in_one_setting():
    by_pair: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in PAIRS:
        by_pair.setdefault((row["col1"], row["col2"]), []).append(row)
    for pair, found in by_pair.items():
        for one, two in combinations(found, 2):
            together = one["setting"] == two["setting"] or "both" in (one["setting"], two["setting"])
            later = max(one, two, key=lambda row: row["valid_from"])
            assert not (
                together
                and in_force(
                    min(one, two, key=lambda row: row["valid_from"]), date.fromisoformat(later["valid_from"])
                )
            ), pair


def test_every_row_names_its_source_and_days():
    for row in [*PAIRS, *LIMITS, *PARENTS]:
        assert row["source"], row
        assert row["confidence"] in {"data", "inferred"}, row
        assert row["valid_from"] >= "2024-01-01", row
        assert not row["valid_to"] or row["valid_to"] >= row["valid_from"], row


@pytest.mark.parametrize(
    ("first", "second", "setting", "expected"),
    [
        ("61796", "77432", "practitioner", "0"),
        ("61796", "61799", "both", "0"),
        ("61798", "61796", "both", "0"),
        ("61798", "61781", "practitioner", "1"),
        ("61796", "61781", "practitioner", "0"),
        ("61800", "20660", "both", "0"),
        ("63620", "77435", "practitioner", "1"),
        ("63620", "77432", "practitioner", "0"),
        ("77371", "77372", "both", "1"),
        ("77373", "77371", "both", "0"),
        ("77373", "77372", "both", "0"),
        ("77373", "77432", "both", "0"),
        ("77371", "77435", "both", "0"),
        ("77435", "77432", "both", "0"),
        ("77435", "77470", "both", "0"),
        ("77470", "77432", "both", "0"),
        ("77427", "77432", "both", "1"),
        ("77301", "77432", "both", "0"),
        ("77301", "77263", "both", "0"),
        ("77301", "77290", "both", "0"),
        ("77301", "77295", "both", "0"),
        ("77301", "77370", "both", "0"),
        ("77301", "77334", "practitioner", "1"),
        ("77301", "77334", "hospital", None),
        ("77338", "77334", "both", "1"),
        ("77336", "77370", "both", "1"),
        ("77263", "77336", "both", "1"),
        ("77372", "77387", "hospital", "0"),
        ("77372", "77387", "practitioner", None),
        ("63620", "G6002", "hospital", "1"),
        ("63620", "G6002", "practitioner", "0"),
        ("77523", "77372", "both", "0"),
        ("G0339", "G0340", "both", "1"),
    ],
)
def test_a_published_pair_has_its_indicator(first, second, setting, expected):
    asked = "practitioner" if setting == "both" else setting
    assert indicator(first, second, asked) == expected
    if setting == "both":
        assert indicator(first, second, "hospital") == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *((delivery, "77432") for delivery in ("77371", "77372")),
        *(
            (delivery, plan)
            for delivery in ("77371", "77372", "77373")
            for plan in ("77300", "77334", "77290", "77295")
        ),
        *((delivery, "77336") for delivery in ("77371", "77372", "77373")),
        ("77373", "77435"),
        ("77295", "77300"),
        ("77301", "77300"),
        ("77301", "77338"),
        ("77295", "77290"),
    ],
)
def test_pairs_retired_long_ago_are_not_in_the_table(first, second):
    assert indicator(first, second) is None
    assert indicator(second, first) is None


def test_rows_of_codes_deleted_for_2026_end_with_2025():
    ended = [
        row
        for row in PAIRS + LIMITS
        if DELETED_FOR_2026 & {row.get("col1"), row.get("col2"), row.get("code")}
    ]
    assert len(ended) > 100
    assert {row["valid_to"] for row in ended} == {"2025-12-31"}


def test_the_guidance_pair_is_only_presumed_after_2025():
    assert indicator("77372", "77387", "hospital", date(2025, 12, 31)) == "0"
    assert indicator("77372", "77387", "hospital", date(2026, 1, 1)) == "0"
    later = [row for row in PAIRS if row["col2"] == "77387" and row["valid_from"] == "2026-01-01"]
    assert {row["confidence"] for row in later} == {"inferred"}


@pytest.mark.parametrize(
    ("code", "limit", "mai"),
    [
        ("61796", "1", "2"), ("61797", "4", "3"), ("61798", "1", "2"), ("61799", "4", "3"), ("61800", "1", "2"),
        ("63620", "1", "2"), ("63621", "2", "2"), ("77371", "1", "2"), ("77372", "1", "2"), ("77373", "1", "3"),
        ("77432", "1", "2"), ("77435", "1", "2"), ("77263", "1", "3"), ("77290", "1", "3"), ("77295", "1", "3"),
        ("77301", "1", "3"), ("77300", "10", "3"), ("77334", "10", "3"), ("77338", "1", "3"), ("77336", "1", "2"),
        ("77370", "1", "3"), ("77470", "1", "2"), ("G0339", "1", "2"), ("G0340", "1", "3"), ("77523", "2", "3"),
    ],
)  # fmt: skip
def test_a_unit_limit_is_the_published_one(code, limit, mai):
    found = [(row["limit"], row["mai"]) for row in LIMITS if row["code"] == code]
    assert found == [(limit, mai)]


def test_image_guidance_has_another_limit_in_the_hospital():
    found = {row["setting"]: row["limit"] for row in LIMITS if row["code"] == "77387"}
    assert found == {"practitioner": "1", "hospital": "2"}


def test_every_add_on_has_exactly_its_published_parents():
    parents: dict[str, set[str]] = {}
    for row in PARENTS:
        parents.setdefault(row["add_on"], set()).add(row["parent"])
    assert parents == {
        "61797": {"61796", "61798"},
        "61799": {"61798"},
        "61800": {"61796", "61798"},
        "63621": {"63620"},
        "77293": {"77295", "77301"},
    }


DELIVERY = ("77371", "77372", "77373")


def test_planning_has_no_pair_with_stereotactic_delivery_apart_from_the_lower_device_levels():
    for delivery in DELIVERY:
        for plan in ("77290", "77295", "77300", "77301", "77334", "77336", "77338", "77370"):
            for setting in ("practitioner", "hospital"):
                assert indicator(delivery, plan, setting) is None
                assert indicator(plan, delivery, setting) is None
        for device in ("77332", "77333"):
            assert indicator(delivery, device, "practitioner") == "1"


def test_ct_for_field_placement_is_inside_simulation_and_inverse_plan_and_ends_with_2025():
    held = {
        first: indicator(first, "77014", "hospital")
        for first in ("77280", "77285", "77290", "77301", "77295")
    }
    assert held == {"77280": "0", "77285": "0", "77290": "0", "77301": "0", "77295": "1"}
    assert current_book().listed("77014", date(2025, 12, 31)) is not None
    assert current_book().listed("77014", date(2026, 1, 1)) is None
