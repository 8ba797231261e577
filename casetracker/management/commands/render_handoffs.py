"""Draw every handoff file that is not stored yet: after installing Pango, or where no thread may run."""

from django.core.management.base import BaseCommand, CommandError

from casetracker.selectors.handoff import unstored_files
from casetracker.services.handoff import draw_pending


class Command(BaseCommand):
    help = "Draws and stores the handoff files that are still waiting. Fails when one still waits afterwards."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="also try files that failed five times")

    def handle(self, *args, **options):
        stored = draw_pending(again=options["again"])
        self.stdout.write(f"{stored} file{'s' if stored != 1 else ''} stored.")
        if waiting := unstored_files():
            raise CommandError("Still waiting:\n" + "\n".join(waiting))
