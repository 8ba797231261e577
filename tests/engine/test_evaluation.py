"""The answer as a whole: stable order, questions, policies, documentation, blocked lines."""

import copy
import json
from pathlib import Path

import pytest

from checklists.engine import Policy, evaluate, evaluate_document, read_case
from checklists.engine.result import as_dict
from checklists.reader import current_book
from checklists.yaml_source import single
from tests.rulebook.cases import adding, asked, changed, golden, judged, lines_of, without

HERE = Path(__file__).parent
GOLDEN = golden()
ONE = GOLDEN["G01"]["document"]


def test_the_result_is_plain_json():
    result = judged(GOLDEN["G30"]["document"])
    assert json.loads(json.dumps(result)) == result


def test_the_order_of_lesions_and_sessions_does_not_matter():
    for name in ("G06", "G12", "G17"):
        document = copy.deepcopy(GOLDEN[name]["document"])
        expected = judged(document)
        document["lesions"].reverse()
        document["sessions"].reverse()
        assert judged(document) == expected


def test_the_published_example_blocks_nothing_that_is_suggested():
    """Only the line somebody typed in it, one-session delivery with 26, is refused and told its way out."""
    document = single((HERE / "published_example.yaml").read_text(encoding="utf-8"))
    result = judged(document)
    assert [entry for entry in result["not_suggested"] if entry["outcome"] == "blocked"] == []
    assert [(found["id"], found["codes"]) for found in result["conflicts"]] == [("X-01", ["77372"])]
    assert {"61796", "77301", "77338", "77372", "77432"} <= {line["code"] for line in result["lines"]}
    assert result["questions"] == []
    del document["entered_lines"]
    assert judged(document)["conflicts"] == []


def test_an_empty_case_asks_and_suggests_nothing():
    result = judged({"schema": "srs-case/1"})
    assert result["lines"] == []
    assert result["documentation"] == []
    assert {"lesions", "people"} <= asked(result)


def test_a_question_names_field_label_kind_choices_and_codes():
    question = judged(without(ONE, "modality"))["questions"][0]
    assert question["fact"] == "modality"
    assert question["label"] == "Treatment machine type"
    assert question["kind"] == "word"
    assert "cobalt60" in question["choices"]
    assert question["affects"] == ["77371", "77372", "77523"]
    assert "77372" in question["why"]


def test_a_question_about_a_lesion_uses_its_label():
    document = changed(without(ONE, "lesions[L1].max_dimension_mm"), "lesions[L1].label", "Left frontal")
    question = judged(document)["questions"][0]
    assert question["label"] == "Lesion Left frontal: Largest dimension (mm)"


def test_answering_a_question_removes_it():
    open_ = without(without(ONE, "modality"), "setting")
    assert asked(judged(open_)) == {"modality", "setting"}
    assert asked(judged(changed(open_, "modality", "linac"))) == {"setting"}


def test_policies_resolve_case_then_payer_then_department_then_default():
    facts = read_case(GOLDEN["G14"]["document"])
    stored = Policy(payer={"tn_code": "61796"}, department={"tn_code": "61798", "split_single": "single"})

    def policy(facts):
        result = as_dict(evaluate(facts, current_book(), stored))
        return {entry["key"]: (entry["value"], entry["from"]) for entry in result["policies"]}

    found = policy(facts)
    assert found["tn_code"] == ("61796", "payer_profile")
    assert found["split_single"] == ("single", "department_policy")
    assert found["davf_class"] == ("simple", "built_in_default")
    own = read_case(changed(GOLDEN["G14"]["document"], "policy", {"tn_code": "61798"}))
    assert policy(own)["tn_code"] == ("61798", "case_document")


def test_presence_follows_the_policy_on_several_sessions():
    document = changed(GOLDEN["G13"]["document"], "sessions[1].present", ["9000000002"])
    strict = changed(document, "policy", {"surgeon_presence": "every_session"})
    assert "61796" in {line["code"] for line in judged(document)["lines"]}
    first = changed(document, "policy", {"surgeon_presence": "first"})
    assert "61796" in {line["code"] for line in judged(first)["lines"]}
    assert asked(judged(strict)) == {"sessions[2].present", "sessions[3].present"}
    absent = changed(
        changed(strict, "sessions[2].present", ["9000000001"]), "sessions[3].present", ["9000000002"]
    )
    assert "61796" not in {line["code"] for line in judged(absent)["lines"]}


def test_documentation_has_one_entry_per_subject_with_its_condition():
    result = judged(GOLDEN["G12"]["document"])
    items = {(item["key"], item["subject"]): item for item in result["documentation"]}
    assert {s for k, s in items if k == "delivery-record"} == {f"session:{n}" for n in range(1, 6)}
    assert {s for k, s in items if k == "dose-calculation-record"} == {f"unit:77300:{n}" for n in (1, 2, 3)}
    assert items["implanted-device-plan", "case"]["condition"] == "unknown"
    assert items["implanted-device-plan", "case"]["missing_facts"] == ["circumstances.implanted_device"]
    assert items["delivery-record", "session:1"]["codes"] == ["77373"]
    assert all(item["condition"] in ("true", "false", "unknown") for item in items.values())


def test_a_line_names_exactly_the_documents_of_its_code():
    line = judged(ONE)["lines"][0]
    assert line["code"] == "61796"
    assert tuple(line["documents"]) == current_book().documents("61796")


def test_an_entered_line_stands_in_for_the_suggested_one_with_the_same_key():
    typed = {"code": "61796", "units": 1, "date": "2026-03-02", "performer": "neurosurgeon"}
    result = judged(adding(ONE, typed))
    assert lines_of(result) == lines_of(judged(ONE))
    assert result["conflicts"] == []


def test_accepted_lines_of_an_earlier_shape_do_not_hide_the_new_suggestion():
    document = GOLDEN["G17"]["document"]
    for line in (
        {"code": "77372", "date": "2026-03-02", "performer": "facility"},
        {"code": "77432", "date": "2026-03-02", "performer": "radiation_oncologist"},
    ):
        document = adding(document, line)
    result = judged(document)
    assert {"77373", "77435"} <= {line["code"] for line in result["lines"]}
    assert "X-09" in {conflict["id"] for conflict in result["conflicts"] if conflict["severity"] == "block"}


def test_keys_follow_code_stream_session_and_person():
    keys = {line["key"] for line in judged(GOLDEN["G13"]["document"])["lines"]}
    assert "61796/surgeon_professional/course/9000000002" in keys
    assert "77373/facility/session:2/-" in keys


def test_a_refused_document_gives_errors_instead_of_a_result():
    assert set(evaluate_document({"schema": "x"}, current_book())) == {"error"}


@pytest.mark.parametrize("entered", [{"code": "77432"}, {"code": "77432", "date": "2026-03-09"}])
def test_an_entered_line_on_no_or_another_day_frees_nothing_that_its_suggestion_blocks(entered):
    document = {**golden()["G30"]["document"], "entered_lines": [entered]}
    codes = {line["code"] for line in judged(document)["lines"] if line["stream"] != "facility"}
    assert "77432" in codes
    assert "77301" not in codes


def test_a_condition_that_fails_is_told_by_the_sentence_of_the_book():
    document = {**ONE, "planned_sessions": 3, "modality": "cobalt60", "sessions": []}
    dropped = {row["code"]: row["because"] for row in judged(document)["not_suggested"]}
    assert dropped["77372"] == "The course is not a single session. The machine is no linac."
    single = {row["code"]: row["because"] for row in judged(ONE)["not_suggested"]}
    assert single["77373"] == "The course is a single session, and every lesion is cranial."
    assert "needed" in dropped["77523"], "without a sentence found and expected are told"
