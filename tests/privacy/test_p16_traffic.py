"""P-16: traffic is encrypted; cookies are Secure, HttpOnly, SameSite; the strict-transport header is set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
REAL_SITE = {"DEBUG": "false", "DEMO": "false", "HTTPS": "true", "ALLOWED_HOSTS": "cases.example.org"}


def test_a_real_site_passes_djangos_deployment_check():
    """In a process of its own: the settings are read once, and the tests run with plain http."""
    ours = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ours |= {
        **REAL_SITE,
        "SECRET_KEY": "0123456789abcdefghij" * 3,
        "DATABASE_URL": "sqlite:///var/unused.sqlite3",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def encrypted(settings) -> Client:
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    return Client()


def test_a_plain_request_is_redirected_without_data(encrypted):
    answer = encrypted.get("/sign-in/")
    assert (answer.status_code, answer.url) == (301, "https://testserver/sign-in/")
    assert answer.content == b""


def test_cookies_are_secure_http_only_and_same_site(encrypted, petra):
    encrypted.force_login(petra)
    answer = encrypted.get("/account/password/", secure=True)
    assert answer.status_code == 200
    assert {"sessionid", "csrftoken", "last_person"} <= set(encrypted.cookies)
    for name, cookie in encrypted.cookies.items():
        if name != "sessionid":  # set by the test's own sign-in, from the settings below
            assert cookie["secure"], name
            assert cookie["httponly"], name
            assert cookie["samesite"] == "Lax", name
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_the_browser_is_told_to_stay_encrypted_and_to_run_nothing_foreign(encrypted):
    headers = encrypted.get("/sign-in/", secure=True).headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
