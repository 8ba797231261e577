"""`manage.py check_rulebook`: read the rule book and say in plain words what is wrong, with file and line."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from checklists.coverage_list import read_list
from checklists.engine.book import RuleBook
from checklists.reader import RulebookRefused, read_rulebook

STALE = dt.timedelta(days=365)


class Command(BaseCommand):
    help = "Read the rule book and explain every mistake with file and line."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today", type=dt.date.fromisoformat, help="count the year of sources to this day"
        )
        parser.add_argument("folder", nargs="?", type=Path, help="default: the rule book of this site")

    def handle(self, *args: Any, **options: Any) -> None:
        configured = getattr(settings, "RULEBOOK_DIR", None)
        folder = options["folder"] or configured or Path(settings.BASE_DIR) / "fixtures" / "rulebook"
        try:
            book = read_rulebook(Path(folder))
            listed = read_list(Path(folder))
        except RulebookRefused as refusal:
            raise CommandError(told(refusal)) from None
        counts = f"{len(book.codes)} codes, {len(book.items)} documentation items, {len(book.pairs)} pairs"
        counts = f"{counts}, {len(listed)} listed rules"
        self.stdout.write(f"Rule book {book.version} reads cleanly: {counts}. Digest {book.digest[:12]}.")
        for line in stale_sources(book, options["today"] or dt.datetime.now(tz=dt.UTC).date()):
            self.stdout.write(line)


def told(refusal: RulebookRefused) -> str:
    """The mistakes one per line, with how many there are."""
    count = len(refusal.mistakes)
    lead = "1 mistake" if count == 1 else f"{count} mistakes"
    return f"{lead} in the rule book. Nothing is judged with it until this is put right.\n{refusal}"


def stale_sources(book: RuleBook, today: dt.date) -> list[str]:
    """One sentence per edition whose sources were not checked again within a year of `today`."""
    return [
        f"{code.code}, edition of {edition.first_day.isoformat()}: {', '.join(edition.source)} last checked on "
        f"{edition.checked_on.isoformat()}, more than a year ago. Check again, then set checked_on."
        for code in book.codes.values()
        for edition in code.editions
        if today - edition.checked_on > STALE
    ]
