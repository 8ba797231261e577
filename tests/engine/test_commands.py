"""The commands `evaluate` and `check_rulebook` as people call them: texts, JSON, exit codes, broken input."""

import io
import json
import re
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from checklists.case_report import subject_words
from checklists.reader import current_book
from tests.rulebook.cases import HERE, golden, judged

ONE = golden()["G01"]["document"]
LINE = json.dumps(ONE)


@pytest.fixture
def given_input(monkeypatch):
    def give(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return give


def evaluated(*names: str, refused: bool = False, form: str = "json") -> list:
    out = io.StringIO()
    if refused:
        with pytest.raises(SystemExit) as end:
            call_command("evaluate", *names, format=form, stdout=out)
        assert end.value.code == 1
    else:
        call_command("evaluate", *names, format=form, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()] if form == "json" else [out.getvalue()]


def test_json_lines_give_one_result_per_line_in_order(given_input):
    other = {**ONE, "modality": "cobalt60"}
    given_input(f"{LINE}\n{json.dumps(other)}\n")
    assert evaluated("-") == [judged(ONE), judged(other)]


def test_a_refused_document_gives_its_error_in_its_place(given_input):
    given_input(f'{LINE}\n{{"schema": "srs-case/1", "setting": "home"}}\n{LINE}\n')
    first, second, third = evaluated("-", refused=True)
    assert second["error"][0]["path"] == "setting"
    assert first == third == judged(ONE)


def test_a_broken_line_is_refused_with_its_number(given_input):
    given_input(f"{LINE}\n{{broken\n{LINE}\n")
    results = evaluated("-", refused=True)
    assert "Line 2" in results[1]["error"][0]["message"]
    assert results[0] == results[2]


def test_a_yaml_stream_goes_on_after_a_broken_document(given_input):
    given_input("schema: srs-case/1\n---\na: [1\n---\nschema: srs-case/1\nsetting: freestanding\n")
    results = evaluated("-", refused=True)
    assert ["error" in result for result in results] == [False, True, False]
    assert results[1]["error"][0]["message"].startswith("Line 4: ")


def test_duplicate_keys_are_refused_in_both_forms(given_input):
    given_input("schema: srs-case/1\nsetting: freestanding\nsetting: freestanding\n")
    assert "Line 3: the key 'setting' stands twice" in evaluated("-", refused=True)[0]["error"][0]["message"]
    given_input('{"schema": "srs-case/1", "setting": "freestanding", "setting": "freestanding"}')
    assert "stands twice" in evaluated("-", refused=True)[0]["error"][0]["message"]


def test_a_pretty_json_document_and_files_are_read(tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(ONE, indent=2), encoding="utf-8")
    assert evaluated(str(file), str(file)) == [judged(ONE), judged(ONE)]


def test_the_text_gives_lines_reasons_and_questions(given_input):
    open_ = {key: value for key, value in ONE.items() if key != "modality"}
    given_input(json.dumps(open_))
    (text,) = evaluated("-", form="text")
    assert "61796 x1  2026-03-02" in text
    assert "holds: Surgeon took part in delivery: yes, needed yes (SUR-19" in text
    assert "Treatment machine type (modality)" in text
    assert "77371" in text


def test_the_text_of_a_refused_document_says_what_is_accepted(given_input):
    given_input('{"schema": "srs-case/1", "setting": "home"}')
    (text,) = evaluated("-", refused=True, form="text")
    assert "setting" in text
    assert "hospital_outpatient" in text


@pytest.mark.parametrize("text", ["", "   \n", "[]", "just text", "- a\n- b\n"])
def test_what_is_no_case_is_refused_without_a_traceback(given_input, text):
    given_input(text)
    assert "error" in evaluated("-", refused=True)[0]


@pytest.mark.parametrize(
    "text",
    [
        '{"schema": "srs-case/1", "setting": "\\ud800"}',
        '{"schema": "srs-case/1", "\\ud800": 1}',
        '{"schema": "srs-case/1", "policy": {"\\ud800": 1}}',
        '{"schema": "srs-case/1", "\\ud800": 1, "\\ud800": 1}',
        '{"schema": "srs-case/1", "planned_sessions": 99999999999999999999}',
        '{"schema": "srs-case/1", "lesions": [{"id": ["a"], "max_dimension_mm": 1e400}]}',
        '{"a":' * 5000,
        "[" * 5000,
    ],
)
def test_hostile_text_is_refused_and_its_answer_can_be_written(given_input, text):
    given_input(text)
    (result,) = evaluated("-", refused=True)
    json.dumps(result, ensure_ascii=False).encode()


def test_a_missing_file_is_a_usage_error():
    with pytest.raises(CommandError) as refusal:
        call_command("evaluate", "no-such-case.yaml")
    assert refusal.value.returncode == 2


def test_text_that_is_not_utf8_is_a_usage_error(tmp_path):
    file = tmp_path / "case.yaml"
    file.write_bytes(b"schema: srs-case/1\nsetting: \xff\n")
    with pytest.raises(CommandError, match="line 2: the text is not UTF-8"):
        call_command("evaluate", str(file))


def test_golden_files_are_readable_documents():
    assert len(list((HERE / "golden").glob("*.yaml"))) >= 24


def test_check_rulebook_counts_and_names_mistakes(tmp_path):
    out = io.StringIO()
    call_command("check_rulebook", stdout=out)
    assert f"{len(current_book().codes)} codes" in out.getvalue()
    with pytest.raises(CommandError, match=r"book\.yaml:1: "):
        call_command("check_rulebook", tmp_path)


def test_sources_older_than_a_year_are_listed():
    import datetime as dt

    from checklists.management.commands.check_rulebook import stale_sources

    book = current_book()
    assert stale_sources(book, dt.date(2026, 12, 1)) == []
    assert len(stale_sources(book, dt.date(2028, 1, 1))) == sum(
        len(code.editions) for code in book.codes.values()
    )


@pytest.mark.parametrize("name", sorted(golden()))
def test_the_text_holds_stored_words_only_where_the_document_is_to_be_filled_in(name, given_input):
    given_input(json.dumps(golden()[name]["document"]))
    (text,) = evaluated("-", form="text")
    told = [line for line in text.splitlines() if not re.search(r"\([a-z_]+[.\[)].*", line)]
    assert len(told) > 50
    assert [line for line in told if re.search(r"\w_\w|\b[a-z]+\.[a-z]|not not", line)] == []


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("case", ""),
        ("lesion:L1", "lesion L1"),
        ("unit:77300:2", "77300, unit 2"),
        ("line:61796/surgeon_professional/course/1", "61796, surgeon"),
        ("line:61796", "61796"),
    ],
)
def test_the_text_names_what_an_item_is_about(subject, words):
    assert subject_words(subject) == words
