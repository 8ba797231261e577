"""The catalogue of codes and the hospital table: what they say by day, and that the code files agree with them."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from checklists.reader import RulebookRefused, current_book, read_rulebook

BOOK = Path(settings.BASE_DIR) / "fixtures" / "rulebook"
LAST_2025, FIRST_2026 = date(2025, 12, 31), date(2026, 1, 1)
A, C, N, B = "active", "contractor_priced", "not_for_medicare", "bundled"
SURGEONS = ("61796", "61797", "61798", "61799", "61800", "63620", "63621")
FREESTANDING = tuple(f"G{number}" for number in range(6003, 6017))

# codes, status on the last day of 2024, 2025 and 2026 (None: not valid), component on those days, global period
PUBLISHED = [
    (("61796", "61798", "63620"), (A, A, A), "none", "090"),
    (("61797", "61799", "61800", "63621", "61781", "61782", "61783"), (A, A, A), "none", "ZZZ"),
    (("20660",), (A, A, A), "none", "000"),
    (("20665",), (A, A, A), "none", "010"),
    (("77371",), (C, C, C), "technical_only", "XXX"),
    (("77372", "77373", "77336", "77370"), (A, A, A), "technical_only", "XXX"),
    (("G0339", "G0340"), (C, C, C), "none", "XXX"),
    (("G0563",), (None, C, C), "technical_only", "XXX"),
    (("77520", "77522", "77523", "77525"), (C, C, C), "technical_only", "XXX"),
    (("77402", "77407", "77412"), (N, N, A), "technical_only", "XXX"),
    (("77385", "77386"), (N, N, None), "technical_only", "XXX"),
    (("77401", *FREESTANDING), (A, A, None), "technical_only", "XXX"),
    (("77437", "77438"), (None, None, A), "technical_only", "XXX"),
    (("77436",), (None, None, A), "split", "XXX"),
    (("77439",), (None, None, A), "split", "ZZZ"),
    (("77427", "77431", "77432", "77435", "77261", "77262", "77263"), (A, A, A), "professional_only", "XXX"),
    (("77470", "77280", "77285", "77290", "77295", "77300", "77301"), (A, A, A), "split", "XXX"),
    (("77306", "77307", "77321", "77331", "77332", "77333", "77334", "77338"), (A, A, A), "split", "XXX"),
    (("77293",), (A, A, A), "split", "ZZZ"),
    (("77299", "77399", "77499"), (C, C, C), "split", "XXX"),
    (("G0562",), (None, C, C), "split", "XXX"),
    (("77014", "G6001", "G6002"), (A, A, None), "split", "XXX"),
    (("77387",), (N, N, A), ("none", "none", "professional_part"), "XXX"),
    (("G6017",), (C, C, None), "none", "XXX"),
    (("77417",), (A, A, B), ("technical_only", "technical_only", "none"), "XXX"),
    (("77011", "70551", "70552", "70553", "76376", "76377"), (A, A, A), "split", "XXX"),
]
CODES = [(code, *rest) for codes, *rest in PUBLISHED for code in codes]


def test_the_catalogue_holds_these_codes_and_no_others():
    assert set(current_book().catalogue) == {code for code, *_ in CODES}


@pytest.mark.parametrize(("code", "statuses", "components", "global_period"), CODES)
def test_a_code_has_its_published_status_and_component_each_year(code, statuses, components, global_period):
    per_year = (components,) * 3 if isinstance(components, str) else components
    for year, status, component in zip((2024, 2025, 2026), statuses, per_year, strict=True):
        row = current_book().listed(code, date(year, 12, 31))
        assert (row.status if row else None) == status
        if row:
            assert (row.component, row.global_period) == (component, global_period)


@pytest.mark.parametrize(
    ("code", "indicators"),
    [
        *((code, ("0", "0", "2", "0", "0")) for code in SURGEONS),
        ("20660", ("2", "0", "1", "0", "0")),
        *((code, ("0", "0", "0", "0", "0")) for code in ("61781", "61782", "61783", "77372", "77432", "77295")),
        ("77427", ("9", "9", "9", "9", "9")),
        ("77014", ("0", "0", "9", "0", "0")),
    ],
)  # fmt: skip
def test_a_code_has_its_surgery_indicators(code, indicators):
    row = current_book().listed(code, date(2025, 7, 1))
    assert (row.multiple, row.bilateral, row.assistant, row.co_surgeon, row.team) == indicators


def test_before_the_book_begins_no_code_is_listed():
    assert all(current_book().listed(code, date(2023, 12, 31)) is None for code in current_book().catalogue)


def test_rows_that_were_not_read_for_2026_are_marked_as_inferred():
    unread = {"20660", "70551", "70552", "70553", "76376", "76377", "77011"}
    book = current_book()
    remembered = {"20665"}  # in no file that was read
    listed = set(book.catalogue) - remembered
    before = [row for code in listed if (row := book.listed(code, LAST_2025))]
    after = [row for code in listed if (row := book.listed(code, FIRST_2026))]
    assert {row.code for row in after if row.confidence == "inferred"} == unread
    assert {row.confidence for row in before} == {"data"}
    assert {book.listed(code, FIRST_2026).confidence for code in remembered} == {"memory"}


def test_a_code_file_and_the_catalogue_agree_on_component_and_days():
    book = current_book()
    for code in book.codes.values():
        assert code.code in book.catalogue, code.code
        for edition in code.editions:
            row = book.listed(code.code, edition.first_day)
            assert row, f"{code.code} is not valid on the first day of its edition"
            assert row.component == code.component, code.code
        if code.retired:
            assert book.listed(code.code, code.retired) is None, code.code


def test_every_code_with_a_unit_limit_is_in_the_catalogue():
    open_procedures = {"61790"}
    assert set(current_book().limits) - open_procedures <= set(current_book().catalogue)


def test_a_label_is_found_for_codes_without_a_file():
    assert current_book().label("77280") == "Simulation, simple"
    assert current_book().label("00000") == "00000"


# Hospital outpatient payment ------------------------------------------------------------------------------------


def test_one_session_delivery_is_comprehensive_and_ten_codes_stay_paid_apart():
    book, day = current_book(), date(2025, 6, 1)
    for code in ("77371", "77372"):
        row = book.outpatient_row(code, day)
        assert (row.status, row.apc, row.confidence) == ("J1", "5627", "data")
    apart = {code for code in book.outpatient if (row := book.outpatient_row(code, day)) and row.kept_apart}
    assert apart == {"70551", "70552", "70553", "77011", "77014", "77280", "77285", "77290", "77295", "77336"}
    assert book.outpatient_row("77014", FIRST_2026) is None
    assert {book.outpatient_row(code, day).confidence for code in apart} == {"memory"}


def test_code_files_and_the_hospital_table_agree_on_packaging():
    book, day = current_book(), date(2025, 6, 1)
    for code in book.codes.values():
        row = book.outpatient_row(code.code, day)
        if code.packaging == "comprehensive":
            assert row.status == "J1", code.code
        elif code.packaging == "paid_apart":
            assert row.kept_apart, code.code
        elif code.packaging == "packaged" and row:
            assert not row.kept_apart, code.code


# Reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "row", "said"),
    [
        ("catalogue.csv", "7728,x,facility,split,XXX,0,0,0,0,0,active,2024-01-01,,x,data", "'7728' is not"),
        (
            "catalogue.csv",
            "77280,x,facility,half,XXX,0,0,0,0,0,active,2023-01-01,,x,data",
            "allowed: technical",
        ),
        ("catalogue.csv", "77280,x,facility,split,XXX,0,,0,0,0,active,2023-01-01,,x,data", "'bilateral': ''"),
        ("catalogue.csv", "77280,x,facility,split,XXX,0,0,0,0,0,active,2025-01-01,,x,data", "stands twice"),
        ("catalogue.csv", "77280,x,facility", "3 cells found, 15 expected"),
        ("outpatient.csv", "77280,Q,5611,yes,2023-01-01,2023-12-31,x,data", "allowed: J1, S"),
        ("outpatient.csv", "77280,S,5611,yes,2025-01-01,,x,data", "77280 stands twice"),
    ],
)
def test_a_wrong_row_is_refused_with_file_and_line(tmp_path, file, row, said):
    folder = tmp_path / "book"
    shutil.copytree(BOOK, folder)
    text = (folder / file).read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n"
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(RulebookRefused) as refusal:
        read_rulebook(folder)
    found = [str(mistake) for mistake in refusal.value.mistakes]
    assert any(f"{file}:{text.count(chr(10))}: " in mistake and said in mistake for mistake in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{line.bilateral})", "{line.bilaterl})", "the fact 'line.bilaterl' is unknown"),
        ("components: [professional_part]", "components: [half]", "allowed: technical_only"),
        ("rules: [PAY-05]", "rules: [PAY-99]", "the rule 'PAY-99'"),
        (
            "The payer authorized a code",
            "{line.code} was authorized, a code",
            "facts of one line are not available",
        ),
        ("{codes}: 51 is never", "{lesion.region}: 51 is never", "facts of one lesion are not available"),
    ],
)
def test_a_wrong_word_in_the_messages_about_lines_is_refused(tmp_path, old, new, said):
    folder = tmp_path / "book"
    shutil.copytree(BOOK, folder)
    files = sorted(folder.glob("conflicts_*.yaml"))
    file = next(file for file in files if old in file.read_text(encoding="utf-8"))
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulebookRefused) as refusal:
        read_rulebook(folder)
    assert any(said in str(mistake) for mistake in refusal.value.mistakes)
