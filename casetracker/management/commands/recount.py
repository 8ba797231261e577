"""Recompute the stored counters and queue columns of every case and compare. `--repair` corrects them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from casetracker.models import Case
from casetracker.services import queueing


class Command(BaseCommand):
    help = (
        "Compare the stored queue columns with a fresh count; exit 1 if any differ. --repair corrects them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Store the fresh count where it differs.")
        parser.add_argument(
            "--summary-only", action="store_true", help="Say how many cases differ, not which."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for case in Case.objects.order_by("id").iterator(chunk_size=500):
            found = queueing.differences(case)
            for difference in [] if options["summary_only"] else found:
                self.stdout.write(f"case {case.number}: {difference}")
            wrong += bool(found)
            if found and options["repair"]:
                with transaction.atomic():
                    queueing.refresh(case=case)
        self.stdout.write(self._summary(wrong, options["repair"]))
        if wrong and not options["repair"]:
            raise SystemExit(1)

    def _summary(self, wrong: int, repaired: bool) -> str:
        if not wrong:
            return "Every counter is right."
        cases = "1 case" if wrong == 1 else f"{wrong} cases"
        return (
            f"{cases} repaired." if repaired else f"{cases} differ. Run again with --repair to correct them."
        )
