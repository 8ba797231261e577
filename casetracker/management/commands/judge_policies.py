"""Judge every open case that waits for changed policies, in all departments of the person it is done for."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casetracker.errors import Refused
from casetracker.models import User
from casetracker.selectors.access import departments_for
from casetracker.services.policy_effects import judge_waiting, note_judged


class Command(BaseCommand):
    help = (
        "Judge open cases anew that were last judged by other policies than are in force. Can be interrupted and "
        "repeated; cases that are done stay done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--by",
            required=True,
            metavar="USERNAME",
            help="Account that answers for it: compliance or administrator.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"There is no active account {options['by']}.")
        refused = 0
        for department in departments_for(by):
            try:
                step = judge_waiting(department=department, by=by)
            except Refused as refusal:
                self.stdout.write(f"{department}: {refusal.message}")
                continue
            if step.judged:
                note_judged(department=department, by=by)
            refused += step.refused
            self.stdout.write(
                f"{department}: {step.judged} judged, {step.changed} changed, {step.refused} could not be judged."
            )
        if refused:
            raise SystemExit(1)
