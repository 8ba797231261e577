"""Published layouts are read by what their headings say; whatever is not understood is refused in words."""

import zipfile
from datetime import date
from io import BytesIO

import pytest

from checklists.reference import opening
from checklists.reference.choosing import Chosen, chosen_tables
from checklists.reference.layouts import recognised
from checklists.reference.opening import Unusable, tables_in
from checklists.reference.records import FeeLine, LimitLine, PairLine, ParentLine, Reading
from checklists.reference.rows import read_lines
from tests.reference import files

OURS = frozenset(("61796", "61797", "61798", "61799", "61800", "77300", "77301", "77334", "77336"))
OURS |= {"77371", "77372", "77373"}


def read(folder, name: str, content: bytes, ours=OURS) -> tuple[Chosen, list[Reading]]:
    with tables_in(files.written(folder, name, content), name) as tables:
        chosen = chosen_tables(tables)
        return chosen, [read_lines(recognised(table), ours) for table in chosen.tables]


def refusal(folder, name: str, content: bytes) -> str:
    with pytest.raises(Unusable) as raised:
        read(folder, name, content)
    return str(raised.value)


PAIRS = [
    PairLine("77372", "77373", date(2020, 1, 1), None, 0),
    PairLine("77334", "77336", date(2020, 1, 1), None, 1),
    PairLine("77371", "77372", date(2020, 1, 1), date(2026, 11, 15), 1),
    PairLine("77300", "77301", date(2026, 10, 1), None, 0),
]


def test_pairs_are_kept_for_our_codes_and_the_rest_is_counted(tmp_path):
    chosen, (found,) = read(tmp_path, "ccipra-v323r0-f2.TXT", files.pairs())
    assert found.lines == PAIRS
    assert (found.rows, found.other_codes, found.never_in_force) == (7, 2, 1)
    assert found.newest == date(2026, 10, 1)
    assert (chosen.kind, chosen.clues[0].quarter, chosen.clues[0].part) == (
        "pairs_practitioner",
        (2026, 4),
        2,
    )


@pytest.mark.parametrize("preamble", [1, 2, 9])
def test_a_preamble_of_another_length_moves_nothing(tmp_path, preamble):
    _, (found,) = read(tmp_path, "ccioph-v320r1-f1.txt", files.pairs(preamble=preamble))
    assert found.lines == PAIRS


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"\r\n", b"\n"),
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\t*\t0\tMore", b"\t\t0\tMore"),
        lambda content: content.removesuffix(b"\r\n"),
    ],
    ids=["line ends without CR", "byte order mark", "empty deletion date", "no line end after the last row"],
)
def test_harmless_differences_are_read(tmp_path, change):
    _, (found,) = read(tmp_path, "ccipra-v323r0-f1.txt", change(files.pairs()))
    assert found.lines == PAIRS


def test_a_spreadsheet_of_pairs_with_numeric_cells_is_read_alike(tmp_path):
    _, (found,) = read(tmp_path, "ccipra-v323r0-f1.xlsx", files.pairs_sheet())
    assert found.lines == PAIRS


def test_codes_that_a_spreadsheet_made_numbers_get_their_zeros_back(tmp_path):
    _, (found,) = read(
        tmp_path,
        "ccipra-v323r0-f1.xlsx",
        files.pairs_sheet(["00100\t00102\t\t20200101\t*\t0\tx"]),
        {"00100", "00102"},
    )
    assert found.lines == [PairLine("00100", "00102", date(2020, 1, 1), None, 0)]


@pytest.mark.parametrize("bom", [False, True])
def test_limits_under_a_record_of_several_lines(tmp_path, bom):
    chosen, (found,) = read(
        tmp_path, "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", files.limits(bom=bom)
    )
    assert found.lines == [LimitLine("61796", 1, 2), LimitLine("77300", 8, 3), LimitLine("77334", 0, 3)]
    assert (found.rows, found.other_codes) == (4, 1)
    assert (chosen.kind, chosen.clues[0].quarter) == ("limits_practitioner", (2026, 4))


def test_limits_of_a_hospital_are_told_by_their_heading(tmp_path):
    chosen, _ = read(tmp_path, "renamed.csv", files.limits(table="Outpatient Hospital Services"))
    assert (chosen.kind, chosen.clues[0].quarter) == ("limits_hospital", None)


def test_limits_of_suppliers_are_not_loaded(tmp_path):
    assert "unit limits of suppliers" in refusal(
        tmp_path, "dme.csv", files.limits(table="DME Supplier Services")
    )


def test_add_on_codes_end_with_the_earliest_of_their_days(tmp_path):
    chosen, (found,) = read(tmp_path, "AOC_V2026Q2-MCR.xlsx", files.add_ons())
    assert found.lines == [
        ParentLine("61797", "61796", date(2020, 1, 1), None),
        ParentLine("61799", "61798", date(2020, 1, 1), date(2020, 12, 31)),
        ParentLine("61800", "", date(2020, 1, 1), None),
    ]
    assert (found.other_codes, chosen.clues[0].quarter) == (1, (2026, 2))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_indicators_are_found_in_the_columns_of_each_year(tmp_path, year):
    chosen, (found,) = read(tmp_path, "renamed.csv", files.fees(year=year))
    assert found.lines[0] == FeeLine("61796", "", "A", "0", "090", "0", "0", "2", "0", "0")
    assert [(line.code, line.modifier, line.component) for line in found.lines[2:4]] == [
        ("77334", "", "1"),
        ("77334", "26", "1"),
    ]
    assert chosen.clues[0].quarter == (year, 4)


def test_fixed_width_indicators_are_read_by_position(tmp_path):
    _, (found,) = read(tmp_path, "PPRRVU25_OCT.txt", files.fees_fixed())
    assert found.lines[0] == FeeLine("61796", "", "A", "0", "090", "0", "0", "2", "0", "0")
    assert len(found.lines) == 5


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("61796", "", "A", "0", "91"), "the global days indicator of 61796 is '091'"),
        (("61796", "", "A", "", "090"), "the component indicator of 61796 is ''"),
        (("10021", "", "9", "0", "000"), "the status indicator of 10021 is '9'"),
    ],
)
def test_an_indicator_outside_its_set_is_refused(tmp_path, row, told):
    assert told in refusal(tmp_path, "PPRRVU26_OCT.csv", files.fees([*files.FEES, row]))


def test_an_empty_indicator_of_a_code_that_is_not_ours_is_tolerated(tmp_path):
    _, (found,) = read(
        tmp_path, "PPRRVU26_OCT.csv", files.fees([*files.FEES, ("10021", "26", "E", "", "XXX")])
    )
    assert (found.rows, len(found.lines)) == (7, 5)


def test_no_word_of_a_description_is_kept(tmp_path):
    for name, content in (
        ("a.csv", files.fees()),
        ("b.txt", files.fees_fixed()),
        ("ccipra.txt", files.pairs()),
    ):
        _, readings = read(tmp_path, name, content)
        assert "Words" not in repr(readings)
        assert files.RATIONALE not in repr(readings)


def test_an_archive_is_read_by_the_table_that_names_its_columns(tmp_path):
    content = files.zipped(
        PPRRVU2026_Oct_QPP__csv=files.fees(files.FEES[:1]),
        PPRRVU2026_Oct_nonQPP__csv=files.fees(),
        PPRRVU2026_Oct__txt=files.fees_fixed(),
        GPCI2026__csv=b"Geographic Practice Cost Indices\r\na,b\r\n",
        RVU26D__pdf=b"%PDF-1.4",
    )
    chosen, (found,) = read(tmp_path, "rvu26d.zip", content)
    assert [table.name for table in chosen.tables] == ["PPRRVU2026_Oct_nonQPP.csv"]
    assert len(found.lines) == 5


def test_all_parts_of_an_archive_are_read_in_order(tmp_path):
    parts = {
        f"ccipra-v323r0-f{number}__{ending}": files.pairs([row])
        for number, ending, row in ((2, "TXT", files.PAIR_ROWS[1]), (1, "txt", files.PAIR_ROWS[0]))
    }
    chosen, readings = read(tmp_path, "ptp.zip", files.zipped(**parts))
    assert [clues.part for clues in chosen.clues] == [1, 2]
    assert [reading.lines for reading in readings] == [PAIRS[:1], PAIRS[1:2]]


def test_two_tables_of_different_kinds_in_one_archive_are_refused(tmp_path):
    told = refusal(tmp_path, "both.zip", files.zipped(ccipra__txt=files.pairs(), ccioph__txt=files.pairs()))
    assert "several tables" in told


ROW = b"77334\t77336\t\t20200101\t*\t1\t"
WRONG = {
    "indicator": (ROW, b"77334\t77336\t\t20200101\t*\t2\t", "line 10: the modifier indicator is '2'"),
    "day": (ROW, b"77334\t77336\t\t20201301\t*\t1\t", "line 10: '20201301' is no date"),
    "letters": (ROW, b"77334\t77336\t\t2020-1-1\t*\t1\t", "the effective date is '2020-1-1'"),
    "code": (ROW, b"77334\t773-6\t\t20200101\t*\t1\t", "line 10: '773-6' stands where a code is expected"),
    "cells": (ROW, b"77334\t77336\t\t*\t1\t", "line 10: 6 cells stand there, and the heading has 7"),
    "heading": (b"Modifier\t", b"Modifiers\t", "these columns were not found once each: indicator"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_row_stops_the_reading_with_its_line(tmp_path, case):
    old, new, told = WRONG[case]
    content = files.pairs()
    assert old in content
    assert told in refusal(tmp_path, "ccipra-v323r0-f1.txt", content.replace(old, new))


@pytest.mark.parametrize("cut", [3, 30, 60])
def test_a_table_cut_off_in_its_last_row_is_refused(tmp_path, cut):
    told = refusal(tmp_path, "ccipra-v323r0-f1.txt", files.pairs()[:-cut])
    assert "breaks off" in told or "cells stand there" in told


def test_a_table_cut_off_in_its_heading_is_refused(tmp_path):
    assert "download" in refusal(tmp_path, "ccipra-v323r0-f1.txt", files.pairs([], [])).lower()


def test_a_cut_archive_is_refused(tmp_path):
    told = refusal(tmp_path, "ptp.zip", files.zipped(ccipra__txt=files.pairs())[:-40])
    assert "cut off while downloading" in told


def test_a_damaged_archive_is_refused(tmp_path):
    content = bytearray(files.zipped(ccipra__txt=files.pairs()))
    content[60] ^= 0xFF
    with pytest.raises(Unusable, match=r"damaged|cannot be read"):
        read(tmp_path, "ptp.zip", bytes(content))


def test_an_open_quote_is_refused(tmp_path):
    assert "quoted cell" in refusal(tmp_path, "mue.csv", files.limits([*files.LIMIT_ROWS, '"61797,4']))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "is empty"),
        ("rvu.pdf", b"%PDF-1.7 and so on", "is a PDF"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "old .xls spreadsheet"),
        ("wide.txt", "Column 1\tColumn 2".encode("utf-16"), "no plain text"),
        ("b.csv", b"Addendum B.-Final Payment\r\nHCPCS Code,SI\r\n", "Addendum B"),
        ("x.csv", b"some,other,table\r\n1,2,3\r\n", "No heading of a pair"),
        ("nothing.zip", files.zipped(readme__pdf=b"%PDF"), "holds no .txt, .csv or .xlsx file"),
        ("names.csv", files.fees(year=2025), ""),
    ],
)
def test_what_is_no_published_table_is_refused_in_words(tmp_path, name, content, told):
    if not told:
        name, told = "PPRRVU26_OCT.csv", "speak of 2025Q4 and 2026Q4"
    assert told in refusal(tmp_path, name, content)


def test_an_archive_that_would_unpack_too_far_is_refused_before_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "MOST_UNPACKED", 1000)
    assert "would unpack to" in refusal(tmp_path, "bomb.zip", files.zipped(ccipra__txt=files.pairs() * 100))


def test_an_archive_of_zeros_is_refused(tmp_path):
    assert "would unpack to" in refusal(tmp_path, "bomb.zip", files.zipped(ccipra__txt=b"0" * 20_000_000))


def test_a_line_without_end_is_refused_before_it_is_held(tmp_path):
    assert "a line longer than" in refusal(tmp_path, "ccipra-v323r0-f1.txt", files.pairs() + b"x" * 1_500_000)


def test_what_would_have_to_be_held_at_once_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "MOST_HELD", 1_000)
    assert "Unpack it" in refusal(tmp_path, "aoc.zip", files.zipped(AOC_V2026Q2__xlsx=files.add_ons()))


def test_a_spreadsheet_that_declares_entities_is_refused(tmp_path):
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(files.add_ons())) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content
            target.writestr(entry, content)
    assert "declares its own document type" in refusal(tmp_path, "AOC_V2026Q2.xlsx", out.getvalue())


def test_reading_needs_no_more_memory_for_a_longer_table(tmp_path):
    import tracemalloc

    peaks = []
    for count in (2_000, 100_000):
        others = [f"{10_000 + row % 900}\t99999\t\t20200101\t*\t1\t{files.RATIONALE}" for row in range(count)]
        path = files.written(tmp_path, "ccipra-v323r0-f1.txt", files.pairs(others=others))
        del others
        tracemalloc.start()
        with tables_in(path, path.name) as tables:
            assert read_lines(recognised(tables[0]), OURS).other_codes == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000
