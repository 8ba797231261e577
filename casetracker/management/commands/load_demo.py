"""Loads invented departments, people and forty cases for a demonstration; safe to repeat, refused in production."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from casetracker.management.demo.cases import load_cases
from casetracker.management.demo.people import load_people, sign_ins
from casetracker.management.demo.queries import ask_queries


class Command(BaseCommand):
    help = "Loads invented people and cases. Only where DEMO is set."

    def add_arguments(self, parser):
        parser.add_argument("--people-only", action="store_true", help="Departments and sign-ins, no cases.")
        parser.add_argument("--sign-ins", action="store_true", help="Only print the demonstration sign-ins.")
        parser.add_argument("--quiet", action="store_true", help="Load without printing the sign-ins.")

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError(
                "Demonstration data are refused here: DEMO is not set. Set DEMO=true (see .env.example) on a "
                "machine that holds no real patients."
            )
        if not options["sign_ins"]:
            world = load_people()
            if not options["people_only"]:
                settings.HANDOFF_DRAWING = "command"
                added = load_cases(world, timezone.localdate(), self._tell)
                ask_queries(world)
                self.stdout.write(f"\n{added} invented cases loaded.")
        if not options["quiet"]:
            self._print_sign_ins()

    def _tell(self, words: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{words}", ending="")
            self.stdout.flush()

    def _print_sign_ins(self) -> None:
        self.stdout.write("Demonstration sign-ins (role, name, password):")
        for role, username, password in sign_ins():
            self.stdout.write(f"  {role:<14} {username:<8} {password}")
