"""Migrate, then fill the stored columns that came with it: counters, queue columns and clinical steps of every case.

A migration reads no live code, so it can only leave such a column empty; `recount` computes it as the services do.
"""

import io
from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder

APP = "casetracker"


class Command(migrate.Command):
    help = f"{migrate.Command.help} Then fill stored columns of cases that came with the update."

    def handle(self, *args: Any, **options: Any) -> None:
        before = _applied(options["database"])
        super().handle(*args, **options)
        everything = not options["app_label"] and options["database"] == DEFAULT_DB_ALIAS
        if everything and _applied(options["database"]) - before:
            told = io.StringIO() if options["verbosity"] == 0 else self.stdout
            call_command("recount", repair=True, summary_only=True, stdout=told)


def _applied(database: str) -> set[str]:
    found = MigrationRecorder(connections[database]).applied_migrations()
    return {name for app, name in found if app == APP}
