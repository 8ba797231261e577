"""Releases over the rule book: replaced rows for the days covered, everything else untouched, one digest for both."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from checklists.engine import evaluate_document
from checklists.reader import built_in_book
from checklists.reference.differences import COMPONENTS, changes, disagreements
from checklists.reference.opening import Unusable
from checklists.reference.plausible import ROWS, Whole, check_once, check_whole, lines_on
from checklists.reference.records import FeeLine, LimitLine, PairLine, ParentLine
from checklists.releases import Published, codes_of, with_releases

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
BEFORE, INSIDE, AFTER = date(2026, 9, 30), date(2026, 11, 1), date(2027, 1, 1)
BOOK = built_in_book()


def release(kind: str, *lines, **changed) -> Published:
    made = Published(kind, "2026Q4", FIRST, LAST, codes_of(BOOK), "digest of " + kind, lines)
    return replace(made, **changed)


def row_on(rows, day, setting):
    found = [
        row
        for row in rows
        if row.setting in ("both", setting)
        and row.valid_from <= day
        and (row.valid_to is None or day <= row.valid_to)
    ]
    assert len(found) < 2, "two rows would judge one day"
    return found[0] if found else None


def test_without_a_release_the_book_is_the_same_object():
    assert with_releases(BOOK, []) is BOOK


def test_limits_are_replaced_for_their_days_and_their_kind_of_claim():
    book = with_releases(BOOK, [release("limits_practitioner", LimitLine("77300", 8, 2))])
    told = [
        (row.limit, row.absolute, row.source) if (row := row_on(book.limits["77300"], day, setting)) else None
        for day in (BEFORE, INSIDE, AFTER)
        for setting in ("practitioner", "hospital")
    ]
    own = (10, False, "MUE 2024-07-01")
    assert told == [own, own, (8, True, "MUE practitioner 2026Q4"), own, own, own]


def test_a_code_without_a_limit_in_the_release_has_none_on_its_days():
    book = with_releases(BOOK, [release("limits_practitioner", LimitLine("77300", 8, 3))])
    assert row_on(book.limits["61796"], INSIDE, "practitioner") is None
    assert row_on(book.limits["61796"], INSIDE, "hospital").limit == 1


def test_a_release_says_nothing_about_codes_it_was_not_read_for():
    book = with_releases(
        BOOK, [release("limits_practitioner", LimitLine("77300", 8, 3), codes=codes_of(BOOK) - {"61796"})]
    )
    assert row_on(book.limits["61796"], INSIDE, "practitioner").limit == 1


def test_a_pair_holds_from_its_effective_to_its_deletion_day_within_the_release():
    pair = PairLine("77371", "77373", date(2020, 1, 1), date(2026, 11, 15), 1)
    book = with_releases(BOOK, [release("pairs_hospital", pair)])
    found = [row_on(book.pairs[("77371", "77373")], date(2026, 11, day), "hospital") for day in (15, 16)]
    assert [bool(row) for row in found] == [True, False]
    assert found[0].indicator == 1


def test_pairs_of_the_release_replace_those_of_the_book():
    pair = next(key for key, rows in BOOK.pairs.items() if row_on(rows, INSIDE, "practitioner"))
    book = with_releases(BOOK, [release("pairs_practitioner", PairLine("77371", "77373", FIRST, None, 0))])
    assert row_on(book.pairs[pair], INSIDE, "practitioner") is None
    assert row_on(book.pairs[pair], BEFORE, "practitioner") is not None
    assert row_on(book.pairs[pair], AFTER, "practitioner") is not None


def test_two_quarters_follow_each_other():
    later = release(
        "limits_practitioner", LimitLine("77300", 5, 3), name="2027Q1", valid_from=AFTER, valid_to=None
    )
    book = with_releases(BOOK, [later, release("limits_practitioner", LimitLine("77300", 8, 3))])
    days = (BEFORE, LAST, AFTER, date(2030, 1, 1))
    assert [row_on(book.limits["77300"], day, "practitioner").limit for day in days] == [10, 8, 5, 5]


def test_the_digest_covers_book_and_releases():
    one = with_releases(BOOK, [release("add_ons")])
    other = with_releases(BOOK, [release("add_ons", digest="another")])
    longer = with_releases(BOOK, [release("add_ons", valid_to=None)])
    assert len({BOOK.digest, one.digest, other.digest, longer.digest}) == 4
    assert with_releases(BOOK, [release("add_ons")]).digest == one.digest


def test_the_edit_facts_of_a_day_are_named():
    limits = release("limits_practitioner", LimitLine("77300", 8, 3))
    book = with_releases(BOOK, [limits])
    assert book.edits_on(BEFORE) == BOOK.edits_release == "2024-07"
    assert book.edits_on(INSIDE) == "MUE practitioner 2026Q4; the rest as of 2024-07"
    assert book.edits_on(None) == "2024-07"
    kinds = ("pairs_practitioner", "pairs_hospital", "limits_practitioner", "limits_hospital", "add_ons")
    whole_set = with_releases(BOOK, [release(kind) for kind in kinds]).edits_on(INSIDE)
    assert whole_set.count("2026Q4") == 5
    assert "2024-07" not in whole_set


def case(day: str, *lines) -> dict:
    entered = [
        {"code": code, "units": units, "date": day, "performer": "neurosurgeon"} for code, units in lines
    ]
    return {
        "schema": "srs-case/1",
        "date_of_service": day,
        "setting": "hospital_outpatient",
        "entered_lines": entered,
    }


def conflicts(book, document) -> set[str]:
    return {found["message"] for found in evaluate_document(document, book)["conflicts"]}


def test_a_line_is_judged_by_the_release_of_its_day():
    book = with_releases(BOOK, [release("limits_practitioner", LimitLine("61797", 2, 2))])
    inside, before = (
        case("2026-11-01", ("61796", 1), ("61797", 3)),
        case("2026-09-01", ("61796", 1), ("61797", 3)),
    )
    assert any("limit 2 (MUE practitioner 2026Q4)" in told for told in conflicts(book, inside))
    assert not any("limit 2" in told for told in conflicts(book, before) | conflicts(BOOK, inside))


def test_an_add_on_parent_counts_only_while_it_is_in_force():
    ends = ParentLine("61797", "61796", date(2020, 1, 1), date(2026, 10, 31))
    other = ParentLine("61797", "61798", date(2020, 1, 1), None)
    book = with_releases(BOOK, [release("add_ons", ends, other)])
    told = "61797 needs 61798 by the same physician."
    assert any(told in text for text in conflicts(book, case("2026-11-01", ("61796", 1), ("61797", 1))))
    assert not any(
        "61797 needs" in text for text in conflicts(book, case("2026-10-31", ("61796", 1), ("61797", 1)))
    )


def test_what_a_release_changes_is_told_against_what_judges_its_first_day():
    lines = [LimitLine(code, rows[0].limit, rows[0].absolute + 1) for code, rows in BOOK.limits.items()]
    same = [
        LimitLine(line.code, line.units, 2 if BOOK.limits[line.code][0].absolute else 3) for line in lines
    ]
    found = changes(BOOK, release("limits_practitioner", *[line for line in same if line.code != "77300"]))
    assert [(change.what, change.kind) for change in found if change.what == "77300"] == [
        ("77300", "removed")
    ]
    raised = release("limits_practitioner", *[replace(x, units=99) if x.code == "77300" else x for x in same])
    assert [(c.kind, c.after) for c in changes(BOOK, raised) if c.what == "77300"] == [
        ("changed", "99 a day, may be appealed")
    ]


def fee(code: str, component: str, days: str = "XXX", status: str = "A") -> FeeLine:
    return FeeLine(code, "", status, component, days, "0", "0", "2", "0", "0")


def test_indicators_that_fit_the_book_are_no_disagreement():
    fitting = [
        fee(code, COMPONENTS[entry.component], "ZZZ" if code in BOOK.parents else "XXX")
        for code, entry in BOOK.codes.items()
    ]
    assert disagreements(BOOK, fitting, INSIDE, {}) == []


@pytest.mark.parametrize(
    ("line", "about"),
    [
        (fee("77334", "3"), "Professional and technical part"),
        (fee("77334", "1", status="I"), "Status"),
        (fee("61797", "0", days="090"), "Add-on"),
        (fee("61796", "0", days="ZZZ"), "Add-on"),
    ],
)
def test_indicators_that_do_not_fit_the_book_are_listed(line, about):
    assert [found.about for found in disagreements(BOOK, [line], INSIDE, {})] == [about]


@dataclass(frozen=True)
class Row:
    """A row of a catalogue of indicators."""

    component: str = "split"
    status: str = "active"
    global_period: str = "XXX"
    multiple: str | None = "0"
    bilateral: str = "0"
    assistant: str | None = None
    co_surgeon: str = "0"
    team: str = "0"
    valid_from: date = date(2024, 1, 1)
    valid_to: date | None = None


def test_indicators_are_compared_with_the_catalogue_row_of_the_day():
    old = Row(global_period="000", valid_to=BEFORE)
    listed = {"77334": [old, replace(Row(), valid_from=FIRST)], "99999": [Row(component="technical_only")]}
    assert disagreements(BOOK, [fee("77334", "1")], INSIDE, listed) == []
    told = disagreements(BOOK, [fee("77334", "1")], BEFORE, listed)
    assert [(found.about, found.book, found.published) for found in told] == [
        ("Global days", "global days 000", "global days XXX")
    ]
    assert [
        found.about for found in disagreements(BOOK, [fee("99999", "1", status="C")], INSIDE, listed)
    ] == [
        "Professional and technical part",
        "Status",
    ]


def whole(**changed) -> Whole:
    lines = (PairLine("77371", "77373", FIRST, None, 0),)
    made = Whole("pairs_practitioner", FIRST, LAST, 2_500_000, FIRST, lines, frozenset())
    return replace(made, **changed)


def test_a_whole_release_passes():
    check_whole(whole())


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"rows": ROWS["pairs_practitioner"][0] - 1}, "cut off, or a part is missing"),
        ({"rows": ROWS["pairs_practitioner"][1] + 1}, "no published table has more"),
        ({"kind": "limits_hospital", "rows": 4_999}, "at least 5,000"),
        ({"newest": date(2027, 1, 1)}, "a later quarter"),
        ({"newest": date(2026, 1, 1)}, "an older table"),
        ({"lines": ()}, "switch every check off"),
        (
            {"known": frozenset((str(code), "77373") for code in range(77_000, 77_030))},
            "A part is probably missing",
        ),
    ],
)
def test_what_cannot_be_whole_is_refused(changed, told):
    with pytest.raises(Unusable, match=told):
        check_whole(whole(**changed))


def test_losing_few_rows_is_allowed():
    known = frozenset([("77371", "77373"), *((str(code), "77373") for code in range(77_000, 77_009))])
    assert len(known) == 10
    lines = (
        PairLine("77371", "77373", FIRST, None, 0),
        *(PairLine(*key, FIRST, None, 1) for key in sorted(known)[:5]),
    )
    check_whole(whole(known=known, lines=tuple(lines_on(lines, FIRST).values())))


def test_the_same_pair_may_come_back_later_but_not_stand_twice():
    first = PairLine("77371", "77373", date(2020, 1, 1), date(2021, 12, 31), 0)
    check_once([first, PairLine("77371", "77373", date(2022, 1, 1), None, 1)])
    with pytest.raises(Unusable, match="77371 with 77373 stands twice"):
        check_once([first, PairLine("77371", "77373", date(2021, 12, 31), None, 1)])
