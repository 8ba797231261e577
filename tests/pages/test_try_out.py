"""The try-out page: the engine's own result, errors with path and line, and nothing lost or stored."""

import json
import re

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


def test_two_documents_are_refused_in_words(reader):
    assert "one document at a time" in words(reader.post(TRY, {"text": f"{EXAMPLE}---\n{EXAMPLE}"}))


def test_the_saved_result_is_the_engines_own(reader):
    answer = reader.post(TRY, {"text": EXAMPLE, "save": "result"})
    assert answer["Content-Disposition"] == 'attachment; filename="result.json"'
    assert json.loads(answer.content) == evaluate_document(single(EXAMPLE), current_book())


def test_the_saved_document_is_what_was_typed(reader):
    assert reader.post(TRY, {"text": EXAMPLE, "save": "document"}).content.decode() == EXAMPLE


def test_a_file_is_judged_and_one_that_is_no_text_is_refused(reader):
    upload = SimpleUploadedFile("case.yaml", EXAMPLE.encode())
    assert "77372" in words(reader.post(TRY, {"file": upload}))
    broken = reader.post(TRY, {"text": "kept", "file": SimpleUploadedFile("case.yaml", b"\xff\xfe\x00")})
    assert broken.status_code == 400
    assert "not UTF-8" in words(broken)
    assert "kept" in words(broken)
