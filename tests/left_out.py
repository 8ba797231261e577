"""Which tests cannot run here, and the rule that a complete run leaves nothing out.

`TEST_COMPLETE=1`: a skipped test has failed. `TEST_DATABASE_ONLY=1`: only tests that touch the database, for the
second run on PostgreSQL. Both are set by `dev.py test --complete`.
"""

import os
import shutil

import pytest
from django.db import connection

COMPLETE = os.environ.get("TEST_COMPLETE") == "1"
DATABASE_ONLY = os.environ.get("TEST_DATABASE_ONLY") == "1"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        reason = _cannot_run_here(item)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
    if DATABASE_ONLY:
        chosen = [item for item in items if _touches_the_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen


def _cannot_run_here(item: pytest.Item) -> str | None:
    if item.get_closest_marker("browser") and not any(map(shutil.which, BROWSERS)):
        return "no Chromium here; python3 dev.py test --complete installs it"
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        return "needs PostgreSQL; python3 dev.py test --complete starts one"
    if item.get_closest_marker("sqlite") and connection.vendor != "sqlite":
        return "about SQLite only"
    return None


def _touches_the_database(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") is not None
    return marked or bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """In a complete run a test that would be left out has failed."""
    outcome = yield
    report = outcome.get_result()
    if COMPLETE and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Left out in a complete run: {report.longrepr}"
