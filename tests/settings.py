"""The settings of a test run: the real ones, with every choice fixed so that a local `.env` changes nothing."""

import os
import tempfile
from pathlib import Path

CHOICES = {
    "SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
    "DEBUG": "false",
    "DEMO": "true",
    "HTTPS": "false",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "SESSION_IDLE_MINUTES": "15",
    "SESSION_MAX_HOURS": "12",
    "SIGN_IN_TRIES": "5",
    "HANDOFF_DRAWING": "inline",
    "EMAIL_URL": "",
    "SITE_URL": "https://casetracker.example.org",
    "REFERENCE_READING": "inline",
    "API_MAX_MB": "2",
    "API_MAX_DOCUMENTS": "100",
    "API_CALLS_PER_MINUTE": "60",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", "sqlite:///var/not-used-by-tests.sqlite3"),
}
os.environ.update(CHOICES)

from casetracker.settings import *  # noqa: E402, F403
from casetracker.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the browser tests serve pages from other threads, which need connections of their own.
    TEST_NAME = str(Path(tempfile.gettempdir()) / f"casetracker-test-{os.getpid()}.sqlite3")
else:
    TEST_NAME = f"test_casetracker_{os.getpid()}"
DATABASES["default"]["TEST"] = {"NAME": TEST_NAME}

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"casetracker-test-uploads-{os.getpid()}"
REFERENCE_CHECK_SECONDS = None  # never by the clock: a query now and then would make counts of queries differ
