"""Wide statements: many rows in one statement, so that the number of statements does not grow with the rows.

Django 5.2 assumes SQLite's old limit of 999 values per statement and splits earlier than needed. The library
itself knows its limit (32,766 or more since SQLite 3.32). This can go with a Django that asks it.
"""

import sqlite3

from django.db import connection


def allow_wide_statements() -> None:
    """Let this connection send as many values per statement as its SQLite takes; other databases are left alone."""
    if connection.vendor != "sqlite":
        return
    connection.ensure_connection()
    limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    connection.features.max_query_params = limit  # type: ignore[misc]
