"""Every published pair of radiosurgery, typed by its two codes on one day, gives the published answer."""

import re
from datetime import date
from pathlib import Path

import pytest

from checklists.engine.catalogue import in_force
from checklists.reader import current_book
from checklists.yaml_source import single

ROWS = single((Path(__file__).parent / "published_pairs.yaml").read_text(encoding="utf-8"))
PUBLISHED_ON = date(2024, 7, 1)
PLACES = ("practitioner", "hospital")
ENDED = {"77014", "77385", "77386", "77401", *(f"G{number}" for number in range(6001, 6018))}


def codes(words: list[str]) -> list[str]:
    """Codes of a list in which `A..B` stands for a range of numbers."""
    found: list[str] = []
    for word in words:
        first, _, last = word.partition("..")
        letter, start = re.fullmatch(r"(\D?)(\d+)", first).groups()
        end = int(last.lstrip("G") or start)
        found += [f"{letter}{number:0{len(start)}d}" for number in range(int(start), end + 1)]
    return found


def expected() -> list[tuple[str, str, str, int]]:
    groups = [("never", 0, PLACES), ("opened", 1, PLACES)]
    groups += [
        (f"{place}_{word}", number, (place,))
        for place in PLACES
        for word, number in (("never", 0), ("opened", 1))
    ]
    return [
        (row["first"], code, place, number)
        for row in ROWS
        for name, number, places in groups
        for code in codes(row.get(name, []))
        for place in places
    ]


def indicator(first: str, second: str, place: str, day: date) -> int | None:
    rows = current_book().pairs.get((first, second), ())
    return next(
        (row.indicator for row in rows if row.setting in ("both", place) and in_force(row, day)), None
    )


@pytest.mark.parametrize("row", ROWS, ids=[row["first"] for row in ROWS])
def test_each_published_pair_stands_in_the_book_with_its_indicator(row):
    wrong = [
        (first, second, place, number, indicator(first, second, place, PUBLISHED_ON))
        for first, second, place, number in expected()
        if first == row["first"] and indicator(first, second, place, PUBLISHED_ON) != number
    ]
    assert not wrong


def test_pairs_go_on_in_2026_unless_a_code_ended():
    for first, second, place, number in expected():
        wanted = None if ENDED & {first, second} else number
        assert indicator(first, second, place, date(2026, 3, 2)) == wanted, (first, second, place)


def test_the_list_is_long_enough_to_mean_something():
    assert len(expected()) > 600
