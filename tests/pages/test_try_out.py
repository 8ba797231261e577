"""The try-out page: the engine's own result, errors with path and line, and nothing lost or stored."""

import json
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from checklists.engine import evaluate_document
from checklists.pages.trying import EXAMPLE
from checklists.reader import current_book
from checklists.yaml_source import single

pytestmark = pytest.mark.django_db
TRY = "/rulebook/try/"


@pytest.fixture
def reader(client, noor):
    client.force_login(noor)
    return client


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_page_opens_with_an_example_that_can_be_judged(reader):
    assert "schema: srs-case/1" in words(reader.get(TRY))
    answer = reader.post(TRY, {"text": EXAMPLE})
    assert answer.status_code == 200
    assert "77372" in words(answer)
    assert "Open questions" in words(answer)


def test_without_sign_in_nothing_is_judged(client):
    assert client.get(TRY).status_code == 302
    assert client.post(TRY, {"text": EXAMPLE}).status_code == 302


def test_other_methods_are_refused(reader):
    assert reader.put(TRY).status_code == 405


def test_a_misspelt_word_is_told_with_path_line_and_allowed_words_and_stays(reader):
    answer = reader.post(TRY, {"text": EXAMPLE.replace("modality: linac", "modality: lineac")})
    assert answer.status_code == 422
    shown = words(answer)
    assert "Line 5:" in shown
    assert "cobalt60, linac" in shown
    assert "modality: lineac" in shown


def test_broken_yaml_is_told_with_its_line(reader):
    answer = reader.post(TRY, {"text": "schema: srs-case/1\nlesions: [\n"})
    assert answer.status_code == 422
    assert "Line 3:" in words(answer)


def test_several_documents_each_have_a_heading_and_errors_name_document_and_line(reader):
    wrong = EXAMPLE.replace("modality: linac", "modality: lineac")
    answer = reader.post(TRY, {"text": f"{EXAMPLE}---\n{wrong}---\n{EXAMPLE}"})
    assert answer.status_code == 422
    shown = words(answer)
    assert "Document 1 of 3, from line 1" in shown
    assert "Document 2 cannot be judged" in shown
    # 10 lines, the marker, then the fifth line of the second document
    assert "Line 16:" in shown
    assert "Document 3 of 3, from line 23" in shown


def as_json(*documents) -> str:
    return json.dumps([single(text) for text in documents], indent=1)


def test_a_json_list_is_judged_entry_by_entry(reader):
    assert "Document 2 of 2" in words(reader.post(TRY, {"text": as_json(EXAMPLE, EXAMPLE)}))


def test_an_error_in_json_has_its_line_too(reader):
    text = as_json(EXAMPLE, EXAMPLE.replace("modality: linac", "modality: lineac"))
    line = text.split("\n").index('  "modality": "lineac",') + 1
    shown = words(reader.post(TRY, {"text": text}))
    assert "Document 2 cannot be judged" in shown
    assert f"Line {line}:" in shown


def test_anchors_of_several_documents_are_told_apart(reader):
    answer = reader.post(TRY, {"text": f"{EXAMPLE}---\n{EXAMPLE}"})
    names = re.findall(r' id="([^"]+)"', answer.content.decode())
    assert len(names) == len(set(names))


def test_too_many_documents_are_refused_in_words(reader):
    answer = reader.post(TRY, {"text": "\n---\n".join(["schema: srs-case/1"] * 21)})
    assert answer.status_code == 422
    assert "more than 20 documents" in words(answer)


@pytest.mark.parametrize("text", ["[]", "[1, 2", "[{]", "{", "---", "- a\n- b", "[[1]]"])
def test_odd_text_is_refused_in_words(reader, text):
    answer = reader.post(TRY, {"text": text})
    assert answer.status_code == 422
    assert "cannot be judged" in words(answer)


FACTS = {
    "build": "1",
    "date_of_service": "2026-03-02",
    "payer_class": "medicare_ffs",
    "setting": "hospital_outpatient",
    "modality": "linac",
    "planned_sessions": "1",
    "session_days": "2026-03-02",
    "technique": "forward_3d",
    "fixation": "mask",
    "surgeon_delivery": "no",
    "lesions-TOTAL_FORMS": "3",
    "lesions-INITIAL_FORMS": "3",
    "lesions-0-region": "frontal",
    "lesions-0-diagnosis": "metastasis",
    "lesions-0-max_dimension_mm": "14",
    "lesions-0-within_brainstem": "no",
    "lesions-0-treated": "yes",
    "lesions-1-region": "parietal",
    "lesions-1-optic_distance_mm": "7.5",
    "lesions-1-treated": "no",
    "lesions-2-treated": "yes",
}


def document_of(answer):
    return single(answer.context["text"])


def test_the_facts_become_a_document_that_is_judged(reader):
    answer = reader.post(TRY, FACTS)
    assert answer.status_code == 200
    assert "77372" in words(answer)
    found = document_of(answer)
    assert found["payer"] == {"class": "medicare_ffs"}
    assert found["sessions"] == [
        {
            "number": "1",
            "date": "2026-03-02",
            "status": "delivered",
            "lesions": ["L1"],
            "percent_delivered": "100",
        }
    ]
    assert [(row["id"], row["compartment"], row["region"]) for row in found["lesions"]] == [
        ("L1", "cranial", "frontal"),
        ("L2", "cranial", "parietal"),
    ]
    assert found["lesions"][1]["optic_distance_mm"] == "7.5"
    assert found["people"] == [{"role": "neurosurgeon", "present_delivery": "false"}]
    assert "off_campus" not in found


def test_the_written_document_is_read_as_it_was_filled_in(reader):
    answer = reader.post(TRY, FACTS)
    again = reader.post(TRY, {"text": answer.context["text"], "save": "result"})
    assert json.loads(again.content) == answer.context["found"][0].result


def test_no_facts_are_a_document_of_questions(reader):
    answer = reader.post(TRY, {"build": "1", "lesions-TOTAL_FORMS": "1", "lesions-INITIAL_FORMS": "1"})
    assert answer.status_code == 200
    assert document_of(answer) == {"schema": "srs-case/1"}
    assert "Open questions" in words(answer)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("date_of_service", "2 March", "Write it as year-month-day"),
        ("session_days", "2026-03-02 2026-13-01", "Not a day: 2026-13-01."),
        ("planned_sessions", "0", "greater than or equal to 1"),
        ("lesions-1-max_dimension_mm", "big", "Enter a number."),
        ("setting", "moon", "not one of the available choices"),
        ("lesions-TOTAL_FORMS", "many", "Please look at these entries"),
        ("lesions-TOTAL_FORMS", "61", "Please look at these entries"),
    ],
)
def test_a_wrong_fact_is_told_beside_its_field_and_kept(reader, name, typed, said):
    answer = reader.post(TRY, {**FACTS, name: typed, "text": "kept"})
    assert answer.status_code == 422
    shown = words(answer)
    assert said in shown
    assert "kept" in shown
    if "TOTAL" not in name and name != "setting":
        assert typed in shown


def test_an_answer_against_the_day_of_simulation_is_refused(reader):
    facts = {**FACTS, "simulated": "no", "simulated_on": "2026-02-20"}
    shown = words(reader.post(TRY, facts))
    assert "Not simulated, but there is a day: answer yes, or clear the day." in shown


def test_more_rows_keep_what_was_typed(reader):
    sent = {name: value for name, value in FACTS.items() if name != "build"}
    answer = reader.post(TRY, {**sent, "more": "1", "planned_sessions": "x"})
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert 'name="lesions-6-region"' in shown
    assert 'name="lesions-7-region"' not in shown
    assert 'value="14"' in shown
    assert 'value="x"' in shown


def test_the_saved_result_is_the_engines_own(reader):
    answer = reader.post(TRY, {"text": EXAMPLE, "save": "result"})
    assert answer["Content-Disposition"] == 'attachment; filename="result.json"'
    assert json.loads(answer.content) == evaluate_document(single(EXAMPLE), current_book())


def test_the_saved_results_of_several_documents_are_a_list(reader):
    answer = reader.post(TRY, {"text": f"{EXAMPLE}---\n{EXAMPLE}", "save": "result"})
    assert json.loads(answer.content) == [evaluate_document(single(EXAMPLE), current_book())] * 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (EXAMPLE, "case.yaml"),
        (as_json(EXAMPLE), "case.json"),
        (json.dumps(single(EXAMPLE), indent=1), "case.json"),
        (f"{json.dumps(single(EXAMPLE))}\n{json.dumps(single(EXAMPLE))}", "case.json"),
        ("{schema: srs-case/1}", "case.yaml"),
    ],
)
def test_the_saved_document_is_what_was_typed_with_the_ending_of_its_format(reader, text, name):
    answer = reader.post(TRY, {"text": text, "save": "document"})
    assert answer.content.decode() == text
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_file_is_judged_and_one_that_is_no_text_is_refused(reader):
    upload = SimpleUploadedFile("case.yaml", EXAMPLE.encode())
    assert "77372" in words(reader.post(TRY, {"file": upload}))
    broken = reader.post(TRY, {"text": "kept", "file": SimpleUploadedFile("case.yaml", b"\xff\xfe\x00")})
    assert broken.status_code == 400
    assert "not UTF-8" in words(broken)
    assert "kept" in words(broken)


def test_the_result_is_worded_like_the_rule_book(reader):
    answer = reader.post("/rulebook/try/", {"text": EXAMPLE})
    shown = unescape(answer.content.decode())
    result = shown[shown.index('id="result-1"') :]
    words = re.sub(r"<[^>]*>", " ", result)
    assert "Treatment machine type:" in words
    assert "Policies in force" in words
    assert 'href="/rulebook/policies/#tn_code"' in result
    assert re.findall(r"\w+_\w+|\b[a-z]+\.[a-z]+|not not", words) == []
