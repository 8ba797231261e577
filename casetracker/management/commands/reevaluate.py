"""`manage.py reevaluate`: judge open cases again after the rule book changed; writes only what differs."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casetracker.models import User
from casetracker.services.reevaluation import Counts, reevaluate


class Command(BaseCommand):
    help = "Judge again every open case that another rule book judged. Approved cases stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--by", required=True, metavar="NAME", help="who runs this; stands in the history"
        )
        parser.add_argument("--count", action="store_true", help="write nothing, count only")
        parser.add_argument("--after", type=int, default=0, metavar="ID", help="go on behind this case")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(
                f"There is no active person '{options['by']}'. Give your own sign-in name with --by."
            )
        started = time.monotonic()
        counts = reevaluate(by=by, after=options["after"], write=not options["count"], tell=self._tell)
        for number in counts.changed:
            self.stdout.write(
                f"case {number}: the answer {'would change' if options['count'] else 'changed'}"
            )
        self.stdout.write(
            f"{counts.judged} judged again, {len(counts.changed)} changed, {counts.same} the same, "
            f"{counts.locked} approved and left alone, in {time.monotonic() - started:.1f} s."
        )
        if counts.refused:
            raise CommandError("Cannot be judged:\n" + "\n".join(counts.refused))

    def _tell(self, counts: Counts) -> None:
        self.stderr.write(f"{counts.judged} judged; go on with --after {counts.last} if this run is stopped.")
