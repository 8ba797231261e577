"""What holds for every test: no network, a full run leaves nothing out. The cast of people is in `cast.py`."""

import os
import shutil
import socket

import pytest
from django.conf import settings
from django.db import connection

# Playwright runs an event loop in the test's own thread; Django would refuse its own records there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

COMPLETE = os.environ.get("TEST_COMPLETE") == "1"
DATABASE_ONLY = os.environ.get("TEST_DATABASE_ONLY") == "1"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HERE = {"127.0.0.1", "::1", "localhost"}


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


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may leave this machine."""
    connect = socket.socket.connect

    def connect_here(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in HERE:
            raise AssertionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(autouse=True)
def own_uploads(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "uploads"
