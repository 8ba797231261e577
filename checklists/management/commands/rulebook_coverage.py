"""`manage.py rulebook_coverage`: write docs/rulebook-coverage.md, or check that it is true and complete."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from checklists.coverage import covered, gaps, page
from checklists.coverage_list import read_list
from checklists.reader import RulebookRefused, current_book, rulebook_folder


class Command(BaseCommand):
    help = "List every rule of the field with the place that carries it out and the cases that show it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when the page is not true"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        base = Path(settings.BASE_DIR)
        cases, target = base / "tests" / "rulebook", base / "docs" / "rulebook-coverage.md"
        if not (cases / "golden").is_dir():
            raise CommandError(
                f"The rule-book cases are missing: {cases}. Run this in a full copy of the project."
            )
        book = current_book()
        try:
            listed = read_list(rulebook_folder())
        except RulebookRefused as refusal:
            raise CommandError(str(refusal)) from None
        rules = covered(listed.values(), book, cases)
        for rule in rules:
            if rule.stale:
                self.stdout.write(
                    f"{rule.listed.id} is carried out now; take its left_out away in coverage.yaml."
                )
        found = gaps(rules, lambda name: exists(name, base, cases))
        if found:
            raise CommandError("\n".join(found))
        text = page(rules)
        if not options["check"]:
            target.write_text(text, encoding="utf-8")
            self.stdout.write(f"Written: {target.relative_to(base)}, {len(rules)} rules.")
        elif not target.is_file() or target.read_text(encoding="utf-8") != text:
            raise CommandError(
                "docs/rulebook-coverage.md is not up to date: run manage.py rulebook_coverage."
            )
        else:
            self.stdout.write(f"{len(rules)} rules, every one in its place.")


def exists(name: str, base: Path, cases: Path) -> bool:
    """Whether a name is a golden scenario, a file of the project, or a test in one: `tests/x.py::test_y`."""
    path, _, test = name.partition("::")
    if (cases / "golden" / f"{name}.yaml").is_file():
        return True
    file = base / path
    return file.is_file() and (not test or f"def {test}(" in file.read_text(encoding="utf-8"))
