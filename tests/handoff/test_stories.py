"""The four stories from approval to paper: every figure of the frozen snapshot stands in the PDF, row by row."""

import csv
import io
import re

import pytest

from casetracker.handoff.csv_form import render_csv
from casetracker.handoff.document import as_dict, digest_of
from casetracker.handoff.pdf import render_pdf
from tests.handoff.reading import missing_from, missing_rows, pages_of

pytestmark = pytest.mark.django_db
STREAMS = ("facility", "oncology_professional", "surgeon_professional")
TOTALS = {
    (1, "facility"): "77290 x1, 77295 x1, 77300 x4, 77334 x1, 77336 x1, 77372 x1",
    (1, "oncology_professional"): "77263 x1, 77290-26 x1, 77295-26 x1, 77300-26 x4, 77334-26 x1, 77432 x1",
    (1, "surgeon_professional"): "61796 x1",
    (2, "facility"): "77290 x1, 77295 x1, 77300 x7, 77336 x1, 77371 x1",
    (2, "oncology_professional"): "77263 x1, 77290-26 x1, 77295-26 x1, 77300-26 x7, 77432 x1",
    (2, "surgeon_professional"): "61796 x1, 61797 x4, 61800 x1",
    (3, "facility"): "77300 x4, 77301 x1, 77334 x1, 77336 x1, 77338 x1, 77373 x5",
    (3, "oncology_professional"): "77263 x1, 77300-26 x4, 77301-26 x1, 77334-26 x1, 77338-26 x1, 77435 x1",
    (3, "surgeon_professional"): "61798 x1",
    (4, "facility"): "77300 x4, 77301 x1, 77334 x1, 77336 x1, 77338 x1, 77372 x1",
    (4, "oncology_professional"): "77263 x1, 77300-26 x4, 77301-26 x1, 77334-26 x1, 77338-26 x1, 77432 x1",
    (4, "surgeon_professional"): "61797 x1, 61798 x1, 61799 x1",
}


@pytest.mark.parametrize("story", [1, 2, 3, 4])
@pytest.mark.parametrize("stream", STREAMS)
def test_a_story_stands_on_paper_as_it_was_approved(approved_story, story, stream):
    document = approved_story(story)[stream]
    assert document.status.headline == f"Bill {TOTALS[story, stream]}."
    assert (document.status.decision, document.status.state) == ("RELEASE", "approved")
    assert digest_of(as_dict(document)) == document.digest
    pdf = render_pdf(document)
    assert missing_from(pdf, document) == []
    assert missing_rows(pdf, document) == []
    first = pages_of(pdf)[0]
    for answer in ("RELEASE", document.status.headline, "File claim until", document.status.file_until):
        assert answer in first
    rows = list(csv.DictReader(io.StringIO(render_csv(document).decode("utf-8-sig"))))
    released = [(row["code"], int(row["units"])) for row in rows if row["decision"] == "RELEASE"]
    assert released == [(line.code, line.units) for line in document.lines]


def test_the_cobalt_story_names_its_unreported_lesions(approved_story):
    document = approved_story(2)["surgeon_professional"]
    unreported = [row for row in document.lesions if row.reported_as.startswith("unreported")]
    assert len(unreported) == 2
    assert all("ceiling of 4 add-on units" in row.reported_as for row in unreported)
    note = next(note for note in document.units if note.code == "61797")
    reported = [row.label for row in document.lesions if row.reported_as == "61797"]
    assert note.units == len(reported) == 4
    assert note.basis.endswith(f"Lesions {', '.join(reported)}.")
    assert "7 lesions were treated, 5 are reportable." in {
        row.message.split(" (")[0] for row in document.edits
    }


@pytest.mark.parametrize("story", [1, 2, 4])
def test_planning_lines_of_a_medicare_hospital_session_are_marked(approved_story, story):
    document = approved_story(story)["facility"]
    marks = {line.code: line.packaging for line in document.technical}
    assert all(marks.values())
    assert marks["77300"] == "packaged, not paid apart"
    assert marks["77336"] == "paid apart"
    assert any("Packaging marks" in note for note in document.notes)


@pytest.mark.parametrize(
    ("story", "stream"), [(1, "oncology_professional"), (1, "surgeon_professional"), (3, "facility")]
)
def test_professional_lines_and_courses_of_several_sessions_carry_no_mark(approved_story, story, stream):
    document = approved_story(story)[stream]
    assert {line.packaging for line in document.lines} == {""}
    assert not any("Packaging marks" in note for note in document.notes)


def test_five_sessions_are_five_lines_in_order_of_their_days(approved_story):
    document = approved_story(3)["facility"]
    delivery = [line for line in document.technical if line.code == "77373"]
    assert [line.date for line in delivery] == [f"2026-03-0{day}" for day in range(2, 7)]
    assert [session.name for session in document.sessions] == [f"{n} of 5" for n in range(1, 6)]
    assert [lesion.sessions for lesion in document.lesions] == ["1-5"]
    assert [lesion.delivered_gy for lesion in document.lesions] == ["25"]


def test_exactly_35_mm_is_complex_and_says_so(approved_story):
    lesions = {row.label: row for row in approved_story(4)["surgeon_professional"].lesions}
    assert (lesions["L1"].size_mm, lesions["L1"].complexity) == ("35", "complex")
    assert lesions["L1"].basis == "The largest dimension reaches 35 mm. Size that counts (mm): 35."
    assert (lesions["L3"].complexity, lesions["L3"].reported_as) == ("simple", "61797")


def test_professional_lines_name_the_physician_and_what_26_means(approved_story):
    document = approved_story(1)["oncology_professional"]
    assert {(line.person, line.npi) for line in document.professional} == {
        ("Dr. Olga Onco, MD", "9000000001")
    }
    assert document.technical == ()
    onco = next(row for row in document.providers if row.npi == "9000000001")
    assert onco.lines == "77263, 77290, 77295, 77300, 77334, 77432"
    backing = {note.backing for note in document.units if note.modifiers == "26"}
    assert backing == {"Professional part; the facility reports the technical part."}


def test_the_surgeon_is_shown_with_the_real_specialty(approved_story):
    document = approved_story(1)["surgeon_professional"]
    frame = next(row for row in document.providers if row.name == "Dr. Felix Frame")
    assert (frame.role, frame.lines) == ("Surgeon (neurosurgery)", "61796")


def test_every_required_item_of_a_released_line_is_settled(approved_story):
    for document in approved_story(3).values():
        assert all(line.accepted == line.required > 0 for line in document.lines)


def test_dropped_codes_belong_to_the_claim_and_say_why(approved_story):
    surgeon = {row.code for row in approved_story(1)["surgeon_professional"].dropped}
    facility = {row.code for row in approved_story(1)["facility"].dropped}
    assert surgeon == {"61797", "61798", "61799", "61800"}
    assert {"77371", "77373", "77301", "77338"} <= facility
    assert not facility & {"61798", "77263", "77435"}
    assert not facility & {"77523", "77407", "77280"}, "codes of other treatments are no news to billing"
    assert all(row.label and row.reason for row in approved_story(1)["facility"].dropped)


def test_reasons_for_billing_are_sentences_of_the_book(approved_story):
    told = {row.code: row.reason for row in approved_story(1)["facility"].dropped}
    assert told["77371"] == "The machine is no cobalt unit."
    assert told["77301"] == "The plan was not made by inverse planning."
    assert told["77470"].startswith("Never on technique alone"), "billing asks why it is not there"


def test_one_document_for_several_units_is_one_row_of_the_index(approved_story):
    sheets = [row for row in approved_story(2)["facility"].index if "units 1-7" in row.subject]
    assert sheets
    assert {row.subject for row in sheets} == {"77300 units 1-7"}


def test_no_stored_word_and_no_identity_reaches_the_reader(approved_story):
    for story in (1, 2, 3, 4):
        for document in approved_story(story).values():
            shown = " ".join(composed(document))
            assert "_" not in shown
            assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", shown)


def composed(document):
    """Every sentence a reader sees in sections that are put together from stored words."""
    for row in document.not_billed:
        yield from (row.reason, row.label)
    for row in document.lesions:
        yield from (row.basis, row.reported_as, row.complexity)
    for row in document.index:
        yield from (row.subject, row.state)
    for row in document.edits:
        yield from (row.message, row.answer)
