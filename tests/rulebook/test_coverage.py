"""Every rule of the field has its place: carried out and shown by a case, or left out with the reason."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from checklists.coverage import covered, gaps
from checklists.coverage_list import RuleListed, read_list
from checklists.reader import RulebookRefused, current_book, rulebook_folder

BASE = Path(settings.BASE_DIR)
CASES = BASE / "tests" / "rulebook"
BOOK = BASE / "fixtures" / "rulebook"


@pytest.fixture(scope="module")
def rules():
    return covered(read_list(rulebook_folder()).values(), current_book(), CASES)


def test_the_page_is_true_and_no_rule_is_without_a_place():
    told = StringIO()
    call_command("rulebook_coverage", "--check", stdout=told)
    assert "every one in its place" in told.getvalue()


def test_the_list_holds_all_families_without_a_hole(rules):
    families: dict[str, list[int]] = {}
    for rule in rules:
        family, _, number = rule.listed.id.partition("-")
        if rule.listed.section != "Further rules of the book":
            families.setdefault(family, []).append(int(number))
    last = {"CRS": 5, "CMP": 5, "DEL": 18, "SUR": 21, "PHY": 10, "MGT": 12, "PLN": 20, "FAC": 13, "PTP": 5}
    last |= {"MUE": 3, "SIT": 28, "EFF": 1, "DX": 4, "PAY": 7, "X": 30, "D": 21}
    assert families.pop("CLS") == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12]
    assert families == {family: list(range(1, number + 1)) for family, number in last.items()}


def test_a_rule_names_the_codes_conflicts_and_modules_that_cite_it_and_its_cases(rules):
    ceiling = next(rule for rule in rules if rule.listed.id == "SUR-04")
    assert {"code 61797", "code 61799", "conflict X-05", "engine/ledger.py"} <= set(ceiling.where)
    assert {"G03", "G07"} <= set(ceiling.shown)
    policy = next(rule for rule in rules if rule.listed.id == "FAC-13")
    assert "policy off_campus_modifier" in policy.where


def told_of(rule: RuleListed) -> list[str]:
    found = covered([rule], current_book(), CASES)
    return [gap for gap in gaps(found, lambda name: name == "G01") if gap.startswith(rule.id)]


def test_a_rule_that_nobody_cites_needs_a_reason():
    assert told_of(RuleListed("XYZ-01", "Somewhere")) == [
        "XYZ-01 is cited nowhere: carry it out, or give the reason under left_out."
    ]
    assert told_of(RuleListed("XYZ-01", "Somewhere", left_out="Not asked of us.")) == []


def test_a_rule_that_is_carried_out_needs_words_and_a_case_that_exists():
    by_hand = RuleListed("XYZ-01", "Somewhere", by=("engine/x.py",))
    assert [gap.split(":")[0] for gap in told_of(by_hand)] == [
        "XYZ-01 is shown by no case",
        "XYZ-01 has no words",
    ]
    named = RuleListed("XYZ-01", "Somewhere", says="Says.", by=("engine/x.py",), shown_by=("G99",))
    assert told_of(named) == ["XYZ-01: G99 is no case and no test."]


@pytest.fixture
def folder(tmp_path):
    shutil.copy(BOOK / "coverage.yaml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ids: [CRS-01,", "ids: [CRS-01, CRS-01,", "the rule 'CRS-01' stands twice"),
        ("  - {id: SUR-07", "  - {id: SUR-70", "the rule 'SUR-70' is in no section of this file"),
        ("reason:", "raison:", "'reason' needs a text"),
        ("\nleft_out:", "\nleft_over:", "unknown key 'left_over'"),
    ],
)
def test_a_mistake_in_the_list_is_told_with_its_line(folder, old, new, said):
    text = (folder / "coverage.yaml").read_text(encoding="utf-8")
    (folder / "coverage.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old) + 1].count("\n") + 1
    with pytest.raises(RulebookRefused) as refusal:
        read_list(folder)
    assert any(mistake.line == line and said in mistake.message for mistake in refusal.value.mistakes)


def test_an_outdated_page_is_told_with_the_command(monkeypatch):
    monkeypatch.setattr("checklists.management.commands.rulebook_coverage.page", lambda rules: "other")
    with pytest.raises(CommandError, match="not up to date"):
        call_command("rulebook_coverage", "--check")
