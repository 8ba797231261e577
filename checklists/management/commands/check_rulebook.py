"""`manage.py check_rulebook`: read the rule book and say in plain words what is wrong, with file and line."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from checklists.engine.book import RuleBook
from checklists.reader import RulebookRefused, read_rulebook

STALE = dt.timedelta(days=365)


class Command(BaseCommand):
    help = "Read the rule book and explain every mistake with file and line."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="default: the rule book of this site")

    def handle(self, *args: Any, **options: Any) -> None:
        configured = getattr(settings, "RULEBOOK_DIR", None)
        folder = options["folder"] or configured or Path(settings.BASE_DIR) / "fixtures" / "rulebook"
        try:
            book = read_rulebook(Path(folder))
        except RulebookRefused as refusal:
            raise CommandError(f"{len(refusal.mistakes)} mistakes:\n{refusal}") from None
        counts = f"{len(book.codes)} codes, {len(book.items)} documentation items, {len(book.pairs)} pairs"
        self.stdout.write(f"Rule book {book.version} reads cleanly: {counts}. Digest {book.digest[:12]}.")
        for line in stale_sources(book, dt.datetime.now(tz=dt.UTC).date()):
            self.stdout.write(line)


def stale_sources(book: RuleBook, today: dt.date) -> list[str]:
    """One sentence per edition whose source was not checked again within a year of `today`."""
    return [
        f"{code.code}: source last checked on {edition.checked_on.isoformat()}; check it again."
        for code in book.codes.values()
        for edition in code.editions
        if today - edition.checked_on > STALE
    ]
