"""A wrong rule file stops `check_rulebook` and the start of the site, with file, line, words and the nearest one."""

import datetime as dt
import importlib
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command

import casetracker.wsgi
from checklists.checks import rule_book_reads_cleanly
from checklists.reader import RulebookRefused, read_rulebook

BOOK = Path(configured.BASE_DIR) / "fixtures" / "rulebook"
CODE = "codes/77372.yaml"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(BOOK, tmp_path / "book")
    return tmp_path / "book"


def edit(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first place of `old` and give its line."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


WRONG = {
    "unknown fact": (CODE, "fact: modality", "fact: modalty", "the fact 'modalty' is unknown; allowed: "),
    "misspelt word": (
        CODE,
        "one_of: [linac,",
        "one_of: [linak,",
        "'linak' is not accepted; allowed: cobalt60",
    ),
    "misspelt key": (CODE, "because:", "becuase:", "unknown key 'becuase'; allowed: because"),
    "missing source": (CODE, "source: [", "rules_of: [", "'source' is missing"),
    "duplicate key": (
        CODE,
        "component: ",
        "component: split\ncomponent: ",
        "the key 'component' stands twice",
    ),
    "unknown rule": (CODE, "rule: CRS-03", "rule: CRS-33", "the rule 'CRS-33' is not in the book"),
    "unknown rule of an edition": (
        CODE,
        "rules: [",
        "rules: [DEL-99, ",
        "the rule 'DEL-99' is not in the book",
    ),
    "unknown source": (CODE, "source: [", "source: [PFSS, ", "the source 'PFSS' is not in the book"),
    "unknown source of a policy": (
        "policies.yaml",
        "source: [A-TN",
        "source: [A-TM",
        "the source 'A-TM' is not",
    ),
    "unknown rule of a policy": ("policies.yaml", "rules: [D-03", "rules: [D-33", "the rule 'D-33' is not"),
    "duplicate code of a list": (
        "policies.yaml",
        "key: davf_class",
        "key: tn_code",
        "'tn_code' stands twice",
    ),
}
NEAREST = {
    "unknown fact": "modality",
    "misspelt word": "linac",
    "misspelt key": "because",
    "unknown rule": "CRS-03",
    "unknown source": "PFS",
}
# These name the entry or the edition, not the line of the edit.
OF_THE_ENTRY = {"missing source": 0, "duplicate key": 1}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_stops_the_check_and_the_site_with_file_line_and_words(folder, mistake, settings):
    file, old, new, said = WRONG[mistake]
    line = edit(folder, file, old, new)
    with pytest.raises(CommandError) as refusal:
        call_command("check_rulebook", str(folder))
    told = [entry for entry in str(refusal.value).split("\n") if said in entry]
    assert told, refusal.value
    assert told[0].startswith(f"{file}:")
    if mistake != "missing source":
        assert told[0].startswith(f"{file}:{line + OF_THE_ENTRY.get(mistake, 0)}: ")
    if mistake in NEAREST:
        assert told[0].endswith(f"Did you mean '{NEAREST[mistake]}'?")
    settings.RULEBOOK_DIR = folder
    assert any(said in error.msg for error in rule_book_reads_cleanly(None))
    with pytest.raises(RulebookRefused, match=file.replace(".", r"\.")):
        importlib.reload(casetracker.wsgi)


def another_edition(folder: Path, first_day: str) -> None:
    text = (folder / CODE).read_text(encoding="utf-8")
    edition = text[text.index("  - from:") :].replace("2024-01-01", first_day, 1)
    (folder / CODE).write_text(text.rstrip("\n") + "\n" + edition, encoding="utf-8")


@pytest.mark.parametrize("first_day", ["2024-01-01", "2023-01-01"])
def test_overlapping_and_unordered_editions_stop_it_with_the_day_at_fault(folder, first_day, settings):
    another_edition(folder, first_day)
    with pytest.raises(
        CommandError, match=f"editions must follow each other by day, and {first_day} does not"
    ):
        call_command("check_rulebook", str(folder))
    settings.RULEBOOK_DIR = folder
    assert rule_book_reads_cleanly(None)


def test_one_mistake_is_counted_as_one(folder):
    edit(folder, CODE, "fact: modality", "fact: modalty")
    with pytest.raises(CommandError, match=r"^1 mistake in the rule book"):
        call_command("check_rulebook", str(folder))


def test_no_near_word_is_offered_for_a_word_that_is_near_to_none(folder):
    edit(folder, CODE, "fact: modality", "fact: zzz")
    with pytest.raises(CommandError) as refusal:
        call_command("check_rulebook", str(folder))
    assert "Did you mean" not in str(refusal.value)


def test_sources_that_were_not_checked_for_a_year_are_listed_by_edition(folder):
    edition = read_rulebook(folder).codes["77372"].editions[0]
    due = edition.checked_on + dt.timedelta(days=366)
    told = StringIO()
    call_command("check_rulebook", str(folder), "--today", due.isoformat(), stdout=told)
    named = ", ".join(edition.source)
    expected = f"77372, edition of {edition.first_day}: {named} last checked on {edition.checked_on}"
    assert expected in told.getvalue()
    told = StringIO()
    call_command("check_rulebook", str(folder), "--today", edition.checked_on.isoformat(), stdout=told)
    assert "last checked" not in told.getvalue()


def test_the_site_starts_with_the_book_of_the_project():
    importlib.reload(casetracker.wsgi)
    assert callable(casetracker.wsgi.application)
