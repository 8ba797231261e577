"""The reader refuses what it does not know, with file, line and the allowed words; nothing is skipped."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from checklists.checks import rule_book_reads_cleanly
from checklists.reader import RulebookRefused, read_rulebook

BOOK = Path(settings.BASE_DIR) / "fixtures" / "rulebook"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(BOOK, tmp_path / "book")
    return tmp_path / "book"


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(RulebookRefused) as refusal:
        read_rulebook(folder)
    return [str(mistake) for mistake in refusal.value.mistakes]


def edit(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first place of `old` and give its line."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_book_of_the_project_reads_cleanly():
    assert rule_book_reads_cleanly(None) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("codes/77372.yaml", "fact: modality", "fact: modalty", "'modalty' is unknown; allowed: "),
        (
            "codes/77372.yaml",
            "one_of: [linac",
            "one_of: [linack",
            "'linack' is not accepted; allowed: cobalt60, linac",
        ),
        (
            "codes/77372.yaml",
            "component: technical_only",
            "component: technical",
            "allowed: technical_only, ",
        ),
        ("codes/77372.yaml", "label: ", "lable: ", "unknown key 'lable'; allowed: "),
        ("codes/77372.yaml", "source: [", "sauce: [", "'source' is missing"),
        ("codes/77372.yaml", "from: 2024-01-01", "from: 2024-13-01", "'2024-13-01' is not accepted"),
        ("codes/77372.yaml", "one_of: [linac", "one_from: [linac", "unknown key 'one_from'; allowed: "),
        ("codes/77372.yaml", "is: yes", "is: maybe", "'maybe' is not accepted; allowed: true or false"),
        ("codes/77372.yaml", "rule: CRS-03", "rule: CRS-99", "the rule 'CRS-99' is not in the book"),
        (
            "policies.yaml",
            "default: simple,",
            "default: easy,",
            "'easy' is not accepted; allowed: simple, complex",
        ),
        ("classes.yaml", "fact: lesion.size_mm", "fact: line.units", "'line.units' is not available here"),
        ("classes.yaml", "at_least: 35", "at_least: big", "'big' is not accepted; allowed: a number"),
        (
            "conflicts_roles.yaml",
            "severity: block",
            "severity: hard",
            "'hard' is not accepted; allowed: block, warn",
        ),
        ("conflicts_delivery.yaml", "{modality}", "{modalty}", "the fact 'modalty' is unknown"),
    ],
)
def test_a_wrong_word_is_refused_with_file_line_and_allowed_words(folder, file, old, new, said):
    line = edit(folder, file, old, new)
    found = [mistake for mistake in mistakes(folder) if said in mistake]
    assert found
    assert found[0].startswith(f"{file}:")
    if "missing" not in said:
        assert found[0].startswith(f"{file}:{line}: ")


def test_a_duplicate_key_is_refused(folder):
    edit(folder, "codes/77372.yaml", "label: ", "component: split\nlabel: ")
    assert any("the key 'component' stands twice" in mistake for mistake in mistakes(folder))


def test_overlapping_editions_are_refused(folder):
    text = (folder / "codes/77372.yaml").read_text(encoding="utf-8")
    edition = text[text.index("  - from:") :]
    (folder / "codes/77372.yaml").write_text(text + edition, encoding="utf-8")
    assert any("editions must follow each other" in mistake for mistake in mistakes(folder))


def test_a_following_edition_ends_the_one_before(folder):
    text = (folder / "codes/77372.yaml").read_text(encoding="utf-8")
    edition = text[text.index("  - from:") :].replace("2024-01-01", "2026-01-01", 1)
    (folder / "codes/77372.yaml").write_text(text + edition, encoding="utf-8")
    first, second = read_rulebook(folder).codes["77372"].editions
    assert first.last_day.isoformat() == "2025-12-31"
    assert second.first_day.isoformat() == "2026-01-01"


def test_a_retired_code_has_no_edition_from_that_day(folder):
    edit(folder, "codes/77372.yaml", "editions:", "retired: 2026-01-01\neditions:")
    code = read_rulebook(folder).codes["77372"]
    assert code.edition_on(code.retired) is None


@pytest.mark.parametrize("cited", ["rules: [NOPE-01", "source: [NOPE"])
def test_rules_and_sources_that_are_cited_must_exist(folder, cited):
    word = cited.split("[")[0] + "["
    edit(folder, "codes/77372.yaml", word, cited + ", ")
    assert any("NOPE" in mistake and "not in the book" in mistake for mistake in mistakes(folder))


def test_an_item_that_is_needed_must_exist(folder):
    edit(folder, "codes/77372.yaml", "follow-up-plan,", "no-such-item, follow-up-plan,")
    assert any("the item 'no-such-item' is not in the book" in mistake for mistake in mistakes(folder))


@pytest.mark.parametrize(
    ("file", "row", "said"),
    [
        ("pairs.csv", "61796,6179,0,both,2024-01-01,,x,data", "'6179' is not accepted"),
        ("pairs.csv", "61796,61798,2,both,2024-01-01,,x,data", "allowed: 0, 1"),
        ("pairs.csv", "61796,20660,0,both,2024-01-01,,x,data", "stand twice"),
        ("limits.csv", "61796,both,one,2,2024-01-01,,x,data", "'one' is not accepted"),
        ("parents.csv", "61797,61796,2024-01-01,,x", "5 cells found, 6 expected"),
    ],
)
def test_a_wrong_table_row_is_refused_and_not_skipped(folder, file, row, said):
    table = folder / file
    table.write_text(table.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n", encoding="utf-8")
    count = table.read_text(encoding="utf-8").count("\n")
    assert any(mistake.startswith(f"{file}:{count}: ") and said in mistake for mistake in mistakes(folder))


def test_broken_yaml_and_aliases_are_refused_with_their_line(folder):
    (folder / "classes.yaml").write_text("- rule: [\n", encoding="utf-8")
    (folder / "policies.yaml").write_text("- &a {key: x}\n- *a\n", encoding="utf-8")
    found = mistakes(folder)
    assert any(mistake.startswith("classes.yaml:2: ") for mistake in found)
    assert any("anchors and aliases are not accepted" in mistake for mistake in found)


def test_a_missing_file_is_refused(folder):
    (folder / "parents.csv").unlink()
    assert any(mistake.startswith("parents.csv:1: ") for mistake in mistakes(folder))


def test_the_digest_follows_the_content_and_not_the_layout(folder):
    digest = read_rulebook(folder).digest
    edit(folder, "codes/77372.yaml", "code:", "# a remark\ncode:")
    assert read_rulebook(folder).digest == digest
    edit(folder, "codes/77372.yaml", "label: Cranial", "label: Head")
    assert read_rulebook(folder).digest != digest


def test_the_site_does_not_start_with_a_wrong_book(folder, settings):
    edit(folder, "codes/77372.yaml", "component: technical_only", "component: technical")
    settings.RULEBOOK_DIR = folder
    found = rule_book_reads_cleanly(None)
    assert found
    assert found[0].msg.startswith("codes/77372.yaml:")
