"""Draw every handoff file that is not stored yet: after installing Pango, or where no thread may run."""

from django.core.management.base import BaseCommand

from casetracker.services.handoff import draw_pending


class Command(BaseCommand):
    help = "Draws and stores the handoff files that are still waiting."

    def handle(self, *args, **options):
        stored = draw_pending()
        self.stdout.write(f"{stored} file{'s' if stored != 1 else ''} stored.")
