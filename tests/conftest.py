"""What holds for every test: no network, a full run leaves nothing out. The cast of people is in `cast.py`."""

import os
import socket

import pytest
from django.conf import settings

from tests import audit_flush  # noqa: F401
from tests.cast import *  # noqa: F403
from tests.left_out import pytest_collection_modifyitems, pytest_runtest_makereport  # noqa: F401

# Playwright runs an event loop in the test's own thread; Django would refuse its own records there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = {"127.0.0.1", "::1", "localhost"}


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
