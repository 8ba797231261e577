"""`manage.py verify_audit`: the audit chain is whole, nothing was changed, and the table still refuses changes."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from casetracker import audit_triggers
from casetracker.models import AuditEvent, AuditHead
from casetracker.services.history import GENESIS, event_digest


class Command(BaseCommand):
    help = (
        "Checks every audit event against the one before it, the end of the chain, and the table's triggers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--install", action="store_true", help="put missing triggers back first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["install"]:
            for name in audit_triggers.install(connection):
                self.stdout.write(f"Installed {name}.")
        problems = [*(f"trigger {name} is missing" for name in audit_triggers.missing(connection)), *broken()]
        if problems:
            raise CommandError("The audit trail cannot be trusted:\n  " + "\n  ".join(problems))
        self.stdout.write(f"{AuditEvent.objects.count()} audit events, chain whole, table append-only.")


def broken() -> Iterator[str]:
    """Each place where the chain does not hold, in order."""
    last = GENESIS
    for event in AuditEvent.objects.order_by("id").iterator():
        if event.previous != last:
            yield f"event {event.pk} does not follow the event before it"
        if event_digest(event) != event.digest:
            yield f"event {event.pk} was changed after it was written"
        last = event.digest
    head = AuditHead.objects.values_list("digest", flat=True).first()
    if (head or GENESIS) != last:
        yield "the end of the chain is not the last event: events are missing"
