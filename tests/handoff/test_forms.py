"""PDF, CSV and JSON agree with the document, line for line; the PDF is whole, tagged and archival."""

import csv
import io
import json
import logging
import re
from dataclasses import replace

import pdfplumber
import pikepdf
import pytest

from casetracker.handoff.csv_form import render_csv
from casetracker.handoff.document import as_dict
from casetracker.handoff.json_form import render_json
from casetracker.handoff.pdf import render_pdf
from tests.handoff import samples
from tests.handoff.reading import missing_from, missing_rows, pages_of, text_of

HEADINGS = [
    "Status",
    "Patient and coverage",
    "Encounter",
    "Providers",
    "Diagnoses",
    "Professional lines",
    "Technical or facility lines",
    "Lines held or not to be billed",
    "Units and modifiers explained",
    "Lesions",
    "Sessions",
    "Why it was needed",
    "Documentation index",
    "Exceptions",
    "Edits and rule versions",
    "Sign-off",
    "Notes",
]


@pytest.fixture(scope="module")
def large_pdf():
    return render_pdf(samples.large())


def test_every_figure_of_the_snapshot_stands_in_the_pdf(large_pdf):
    assert missing_from(large_pdf, samples.large()) == []
    assert missing_rows(large_pdf, samples.large()) == []


def test_the_comparison_would_notice_a_changed_figure(large_pdf):
    document = samples.large()
    other = replace(document, technical=(replace(document.technical[0], units=9), *document.technical[1:]))
    assert len(missing_rows(large_pdf, other)) == 1
    assert missing_from(large_pdf, replace(document, record_number="7001235")) == ["7001235"]


def test_all_seventeen_headings_stand_in_order_with_none_recorded_where_nothing_is():
    shown = text_of(render_pdf(samples.empty()))
    places = [shown.find(f"{number} {heading}") for number, heading in enumerate(HEADINGS, start=1)]
    assert -1 not in places
    assert places == sorted(places)
    assert shown.count("None recorded") >= 10


def test_every_page_carries_case_version_digest_and_page_of_pages(large_pdf):
    document = samples.large()
    pages = pages_of(large_pdf)
    assert len(pages) > 3
    for number, shown in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in shown
        assert "Case 26-0042" in shown
        assert "version 1" in shown
        assert document.digest[:32] in shown
        assert "JD 7001234" in shown


def test_the_first_page_alone_answers_the_biller(large_pdf):
    shown = pages_of(large_pdf)[0]
    for answer in (
        "RELEASE WITH HELD LINES",
        "Bill 77373",
        "Held: 77300",
        "Calculation sheet unsigned",
        "2027-03-06",
    ):
        assert answer in shown


def test_a_draft_says_so_on_every_page():
    pages = pages_of(render_pdf(samples.empty()))
    assert all("DRAFT – NOT FOR BILLING" in shown for shown in pages)


def test_an_approved_summary_carries_no_draft_mark(large_pdf):
    assert "NOT FOR BILLING" not in text_of(large_pdf)


def test_the_pdf_is_tagged_archival_and_carries_its_data(large_pdf):
    with pikepdf.open(io.BytesIO(large_pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in pdf.Root
        assert "/OutputIntents" in pdf.Root
        xmp = pdf.Root.Metadata.read_bytes().decode()
        attached = pdf.attachments["26-0042-facility-v1.json"].get_file().read_bytes()
    assert re.search(r"pdfaid:part[^>]*>3<|pdfaid:part=\"3\"", xmp)
    assert re.search(r"pdfaid:conformance[^>]*>A<|pdfaid:conformance=\"A\"", xmp)
    assert re.search(r"pdfuaid:part>1<", xmp)
    assert json.loads(attached) == as_dict(samples.large())


def test_every_font_is_embedded(large_pdf):
    with pikepdf.open(io.BytesIO(large_pdf)) as pdf:
        fonts = [
            obj
            for obj in pdf.objects
            if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_nothing_sticks_out_of_the_page(large_pdf):
    with pdfplumber.open(io.BytesIO(large_pdf)) as opened:
        words = [word for page in opened.pages for word in page.extract_words()]
    assert words
    assert all(word["x0"] >= 40 and word["x1"] <= 612 - 38 for word in words)


def test_two_renderings_of_one_version_are_the_same_bytes(large_pdf):
    assert render_pdf(samples.large()) == large_pdf


def test_drawing_logs_no_error(caplog):
    with caplog.at_level(logging.ERROR, logger="weasyprint"):
        render_pdf(samples.large(lesions=1, sessions=1, items=3))
    assert caplog.records == []


def test_the_csv_has_one_row_per_line_and_no_formula():
    document = samples.large()
    rows = list(csv.DictReader(io.StringIO(render_csv(document).decode("utf-8-sig"))))
    assert [row["code"] for row in rows[:6]] == [line.code for line in document.lines]
    assert len(rows) == len(document.lines) + len(document.not_billed)
    assert {row["digest"] for row in rows} == {document.digest}


def test_an_empty_csv_cell_stays_empty():
    document = samples.empty()
    rows = list(csv.DictReader(io.StringIO(render_csv(document).decode("utf-8-sig"))))
    full = list(csv.DictReader(io.StringIO(render_csv(samples.large()).decode("utf-8-sig"))))
    assert "'" not in {cell for row in [*rows, *full] for cell in row.values()}


def test_a_draft_csv_releases_nothing():
    rows = csv.DictReader(io.StringIO(render_csv(samples.empty()).decode("utf-8-sig")))
    assert all(row["decision"] == "DRAFT" for row in rows)


def test_the_json_is_the_snapshot():
    document = samples.large()
    assert json.loads(render_json(document)) == as_dict(document)
