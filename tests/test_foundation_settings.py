"""A missing or odd setting stops the start, names the variable and says where it is described."""

import re
from pathlib import Path

import pytest

from casetracker.environment import WHERE, Environment, SettingProblem

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def env(tmp_path, monkeypatch):
    """Build an Environment from the lines of a .env file: `env("DEBUG=maybe")`."""
    for name in ("SECRET_KEY", "DEBUG", "NUMBER", "DATABASE_URL", "PLACE", "HOSTS"):
        monkeypatch.delenv(name, raising=False)

    def from_lines(*lines: str) -> Environment:
        file = tmp_path / ".env"
        file.write_text("\n".join(lines))
        return Environment(file)

    return from_lines


@pytest.mark.filterwarnings("ignore:Engine not recognized")
@pytest.mark.parametrize(
    ("line", "read", "text"),
    [
        ("", lambda env: env.text("SECRET_KEY"), "SECRET_KEY: it is not set"),
        ("SECRET_KEY=", lambda env: env.text("SECRET_KEY"), "SECRET_KEY: it is not set"),
        ("SECRET_KEY=short", lambda env: env.text("SECRET_KEY", minimum_length=50), "at least 50 characters"),
        ("DEBUG=maybe", lambda env: env.yes_no("DEBUG", False), "DEBUG: 'maybe' is neither yes nor no"),
        (
            "NUMBER=ten",
            lambda env: env.whole("NUMBER", 5, least=1, most=9),
            "NUMBER: 'ten' is not a whole number",
        ),
        ("NUMBER=10", lambda env: env.whole("NUMBER", 5, least=1, most=9), "from 1 to 9"),
        ("DATABASE_URL=mysql://a@b/c", lambda env: env.database("DATABASE_URL", ""), "only sqlite"),
        ("MAIL=what", lambda env: env.mail("MAIL"), "MAIL: it is not a mail server"),
        ("MAIL=smtp+tls://u:p@mail:abc", lambda env: env.mail("MAIL"), "MAIL: it is not a mail server"),
        ("MAIL=smtp+what://u:p@mail", lambda env: env.mail("MAIL"), "MAIL: it is not a mail server"),
        ("DATABASE_URL=what", lambda env: env.database("DATABASE_URL", ""), "DATABASE_URL"),
        (
            "PLACE=/no/such/place",
            lambda env: env.folder("PLACE", Path("."), must_exist=True),
            "there is no folder",
        ),
    ],
)
def test_an_odd_value_is_refused_with_its_name_and_where_it_is_described(env, line, read, text):
    with pytest.raises(SettingProblem) as refusal:
        read(env(line))
    assert text in str(refusal.value)
    assert WHERE in str(refusal.value)


def test_values_are_read_as_written(env):
    found = env(
        "DEBUG=Yes", "NUMBER=7", "HOSTS=a.example.org, b.example.org", "DATABASE_URL=postgres://u:p@h:5432/n"
    )
    assert found.yes_no("DEBUG", False) is True
    assert found.whole("NUMBER", 5, least=1, most=9) == 7
    assert found.words("HOSTS", []) == ["a.example.org", "b.example.org"]
    assert found.database("DATABASE_URL", "")["ENGINE"] == "django.db.backends.postgresql"


def test_a_mail_server_is_read_or_refused(env):
    found = env("POST_URL=smtp+tls://user:secret@mail.example.org:587").mail("POST_URL")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == (
        "mail.example.org",
        587,
        True,
    )
    assert "EMAIL_HOST" not in env("").mail("NO_MAIL_URL")
    with pytest.raises(SettingProblem, match="OTHER_URL: it is not a mail server"):
        env("OTHER_URL=https://mail.example.org").mail("OTHER_URL")


def test_the_environment_wins_over_the_file(env, monkeypatch):
    monkeypatch.setenv("NUMBER", "3")
    assert env("NUMBER=7").whole("NUMBER", 5, least=1, most=9) == 3


def test_every_setting_is_described_in_the_example_and_for_people_who_run_a_site():
    settings = (ROOT / "casetracker" / "settings.py").read_text()
    named = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    example = (ROOT / ".env.example").read_text()
    running = (ROOT / "docs" / "running.md").read_text()
    assert len(named) > 15
    assert [name for name in sorted(named) if not re.search(rf"^#?{name}=", example, re.M)] == []
    assert [name for name in sorted(named) if f"`{name}`" not in running] == []


def test_the_example_names_no_setting_that_does_not_exist():
    settings = (ROOT / "casetracker" / "settings.py").read_text()
    offered = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
    assert [name for name in offered if f'"{name}"' not in settings] == []


@pytest.mark.django_db
@pytest.mark.sqlite
def test_sqlite_writes_ahead_and_takes_the_lock_at_once():
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (1,)
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")
