"""Transactional tests empty every table afterwards; only around that flush are the audit triggers lifted."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import TransactionTestCase

from casetracker import audit_triggers

_flush = TransactionTestCase._fixture_teardown


@contextmanager
def triggers_lifted() -> Iterator[None]:
    """Without the audit triggers inside, with them again afterwards."""
    on = f" ON {audit_triggers.TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in audit_triggers.wanted(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    try:
        yield
    finally:
        audit_triggers.install(connection)


def _flush_without_triggers(self: TransactionTestCase) -> None:
    with triggers_lifted():
        _flush(self)


TransactionTestCase._fixture_teardown = _flush_without_triggers
