"""The pasted document list: what it understands, and the exact words of each complaint."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from casetracker.document_list import MAX_BYTES, MAX_ROWS, UnreadableList, decode, read_list

KINDS = {"consult_note": "Consultation note", "prescription": "Prescription", "plan_report": "Plan report"}
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
GOOD = "prescription\tPrescription 20 Gy\tAnna Berg\t2026-03-01\t2026-03-01 16:20\tARIA 123"


def read(text):
    return read_list(text, KINDS, ZONE, NOW)


def only(text):
    (row,) = read(text)
    return row


def test_a_tab_separated_line_is_read_in_the_fixed_order():
    row = only(GOOD)
    assert (row.kind, row.title, row.author) == ("prescription", "Prescription 20 Gy", "Anna Berg")
    assert row.service_date == date(2026, 3, 1)
    assert row.signed_at == datetime(2026, 3, 1, 21, 20, tzinfo=UTC)
    assert row.reference == "ARIA 123"
    assert row.errors == {}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_of_three_separators_is_found(delimiter):
    row = only(GOOD.replace("\t", delimiter))
    assert (row.reference, row.errors) == ("ARIA 123", {})


def test_a_heading_may_reorder_and_leave_out_columns():
    row = only("Title,Signed at,Comment,Kind\nConsult,2026-02-01 09:00,ignored,Consultation note")
    assert (row.number, row.kind, row.title, row.author) == (2, "consult_note", "Consult", "")
    assert row.signed_at == datetime(2026, 2, 1, 14, tzinfo=UTC)


def test_a_heading_with_a_column_twice_is_refused():
    with pytest.raises(UnreadableList, match="Two columns of the heading mean the same"):
        read("kind,date,date of service\nprescription,2026-03-01,2026-03-01")


@pytest.mark.parametrize("text", ["", "  \n\t\n", "kind,title\n"])
def test_a_list_without_documents_is_refused(text):
    with pytest.raises(UnreadableList):
        read(text)


@pytest.mark.parametrize(
    "word", ["prescription", "Prescription", "PRESCRIPTION ", "consult-note", "consult_note"]
)
def test_kinds_are_known_by_key_or_label_in_any_case(word):
    assert only(f"{word},Title").errors == {}


def test_an_unknown_kind_is_answered_with_suggestions_and_keeps_its_text():
    row = only("Prescripton,Title")
    assert row.kind == ""
    assert row.errors["kind"] == "'Prescripton' is not a known kind. Did you mean: Prescription?"
    assert row.cells["kind"] == "Prescripton"


def test_a_missing_title_is_taken_from_the_kind():
    assert only("prescription,,Anna Berg").title == "Prescription"


@pytest.mark.parametrize(
    "text", ["2026-03-02", "03/02/2026", "3/2/2026", "02.03.2026", "2 Mar 2026", '"Mar 2, 2026"', "20260302"]
)
def test_the_usual_ways_to_write_a_day_are_read(text):
    assert only(f"prescription,T,A,{text}").service_date == date(2026, 3, 2)


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "13/13/2026", "0026-03-01", "3/2/26"])
def test_other_dates_are_named_in_the_error(text):
    row = only(f"prescription,T,A,{text}")
    assert row.service_date is None
    assert row.errors["service_date"] == f"'{text}' is not a date. Write 2026-03-02 or 03/02/2026."


@pytest.mark.parametrize(
    "text",
    ["2026-03-02 07:45", "2026-03-02T07:45", "03/02/2026 7:45 AM", "2 Mar 2026 07:45", "2026-03-02 07:45:00"],
)
def test_the_usual_ways_to_write_a_moment_are_read(text):
    assert only(f"prescription,T,A,,{text}").signed_at == datetime(2026, 3, 2, 12, 45, tzinfo=UTC)


def test_a_moment_with_its_own_zone_keeps_it():
    assert only("prescription,T,A,,2026-03-02T07:45+00:00").signed_at.hour == 7


def test_a_signature_without_a_time_is_refused_because_before_the_beam_needs_one():
    row = only("prescription,T,A,,2026-03-02")
    assert row.errors["signed_at"] == "'2026-03-02' has no time. Write 2026-03-02 07:45."


def test_a_comma_in_an_unquoted_text_is_noticed():
    row = only("prescription,T,A,2026-03-01,2026-03-01 08:00,folder,page 2")
    assert "Put quotes round a text" in row.errors["title"]


def test_quotes_hold_a_comma_together():
    assert only('prescription,"Plan, final",A').title == "Plan, final"


def test_every_row_keeps_its_own_errors_and_line_number():
    rows = read("prescription,One\n\nnonsense,Two,,31/31/2026\nplan_report,Three")
    assert [(row.number, sorted(row.errors)) for row in rows] == [
        (1, []),
        (3, ["kind", "service_date"]),
        (4, []),
    ]


def test_too_long_texts_are_named():
    row = only(f"prescription,{'x' * 201},{'y' * 121},,,{'z' * 201}")
    assert sorted(row.errors) == ["author", "reference", "title"]


def test_too_many_rows_are_refused_with_the_limit():
    with pytest.raises(UnreadableList, match=f"at most {MAX_ROWS} fit"):
        read("prescription,T\n" * (MAX_ROWS + 1))
    assert len(read("prescription,T\n" * MAX_ROWS)) == MAX_ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_in_three_encodings_are_read(encoding):
    row = only(decode("prescription,Überprüfung,Zoë".encode(encoding)))
    assert (row.kind, row.title, row.author) == ("prescription", "Überprüfung", "Zoë")


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", b"%PDF-1.7", b"a\x00b", b"\xd0\xcf\x11\xe0"])
def test_spreadsheets_and_other_binaries_are_refused_with_the_way_out(content):
    with pytest.raises(UnreadableList, match="Save the sheet as CSV first"):
        decode(content)


def test_a_file_that_is_too_large_is_refused_with_both_sizes():
    with pytest.raises(UnreadableList, match="The file has 200 kB; a list may have 200 kB"):
        decode(b"x" * (MAX_BYTES + 1))
    with pytest.raises(UnreadableList, match="letters of this file"):
        decode(b"\x81\x8d prescription")


def test_a_signature_counts_up_to_now_in_the_zone_of_the_department():
    assert only(GOOD.replace("2026-03-01 16:20", "2026-03-10 08:00")).errors == {}
    row = only(GOOD.replace("2026-03-01 16:20", "2026-03-10 08:01"))
    assert row.errors == {"signed_at": "This time has not come yet. Check the day and the time."}
    assert row.cells["signed_at"] == "2026-03-10 08:01"
