"""The audit table is append-only: the database itself refuses to change, remove or replace an event.

One idempotent function installs the triggers, called after every migration (a rebuilt table loses them on SQLite).
The system check and `manage.py verify_audit` report a missing one. How events are chained is in `services.history`.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "casetracker_auditevent"
REFUSAL = "audit events are append-only"

SQLITE = {
    "audit_event_no_update": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    "audit_event_no_delete": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    # INSERT OR REPLACE removes the old row without firing the delete trigger.
    "audit_event_no_replace": (
        f"BEFORE INSERT ON {TABLE} "  # noqa: S608 - fixed names
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR digest = NEW.digest) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    ),
}
FUNCTION = (
    "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger AS $$ "
    f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END; $$ LANGUAGE plpgsql"
)
POSTGRES = {
    f"audit_event_no_{word.lower()}": (
        f"BEFORE {word} ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()"
    )
    for word in ("UPDATE", "DELETE", "TRUNCATE")
}


def wanted(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Trigger name -> definition, for this kind of database."""
    return POSTGRES if connection.vendor == "postgresql" else SQLITE


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Create the triggers that are missing; returns their names. Does nothing before the table exists."""
    names = missing(connection)
    if names:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(FUNCTION)
            for name in names:
                cursor.execute(f"CREATE TRIGGER {name} {wanted(connection)[name]}")
    return names


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that should stand on the audit table and do not (or are switched off)."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return []
        cursor.execute(_STANDING[connection.vendor], [TABLE])
        standing = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted(connection) if name not in standing]


_STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled <> 'D'",
}


def after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`."""
    install(connections[using])


def check_triggers(
    *, app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """System check for `manage.py check --database default` and for every migration."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        names = missing(connections[alias])
        if names:
            found.append(
                Error(
                    f"The audit table can be changed: trigger {', '.join(names)} is missing.",
                    hint="Find out who removed it, then run `manage.py verify_audit --install`.",
                    id="casetracker.E001",
                )
            )
    return found
