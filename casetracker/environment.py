"""Reads the settings a site may choose from the environment and from `.env`.

Lives here: how one value is read, checked and refused. Which values exist is in `settings.py`;
what they mean for the person who runs the site is in `.env.example` and `docs/running.md`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

WHERE = "It is described in .env.example and docs/running.md."
MISSING = object()

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}


class SettingProblem(ImproperlyConfigured):
    """A setting is missing or odd; the text names the variable and where it is described."""

    def __init__(self, name: str, problem: str):
        super().__init__(f"Setting {name}: {problem} {WHERE}")


class Environment:
    """The process environment, with `.env` behind it: a variable that is already set wins over the file."""

    def __init__(self, env_file: Path):
        self._env = environ.Env()
        if env_file.is_file():
            environ.Env.read_env(env_file)

    def text(self, name: str, default: Any = MISSING, *, minimum_length: int = 0) -> str:
        """The value as written; without a default an unset or empty variable stops the start."""
        value: str = self._env.str(name, default="").strip()
        if not value:
            if default is MISSING:
                raise SettingProblem(name, "it is not set. `python3 dev.py setup` writes a working .env.")
            return str(default)
        if len(value) < minimum_length:
            raise SettingProblem(
                name, f"it must have at least {minimum_length} characters, this has {len(value)}."
            )
        return value

    def yes_no(self, name: str, default: bool) -> bool:
        word = self.text(name, "true" if default else "false").lower()
        if word not in YES | NO:
            raise SettingProblem(name, f"'{word}' is neither yes nor no; write true or false.")
        return word in YES

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        word = self.text(name, default)
        if not word.isdecimal() or not least <= int(word) <= most:
            raise SettingProblem(name, f"'{word}' is not a whole number from {least} to {most}.")
        return int(word)

    def words(self, name: str, default: list[str]) -> list[str]:
        """A list separated by commas."""
        return [word.strip() for word in self.text(name, ",".join(default)).split(",") if word.strip()]

    def folder(self, name: str, default: Path, *, must_exist: bool = False) -> Path:
        path = Path(self.text(name, default)).expanduser()
        if must_exist and not path.is_dir():
            raise SettingProblem(name, f"there is no folder {path}.")
        return path

    def database(self, name: str, default: str) -> dict[str, Any]:
        """A database address as Django's settings want it; only SQLite and PostgreSQL are known to work."""
        return self._read(name, lambda: environ.Env.db_url_config(self.text(name, default)))

    def mail(self, name: str) -> dict[str, Any]:
        """A mail server as Django's settings want it; nothing named sends nothing."""
        address = self.text(name, "")
        if not address:
            return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
        try:
            found = dict(environ.Env.email_url_config(address)) if address.startswith("smtp") else {}
        except (ValueError, ImproperlyConfigured):
            found = {}
        if not found.get("EMAIL_HOST"):
            raise SettingProblem(name, "it is not a mail server; write smtp+tls://user:password@host:587.")
        return found

    def _read(self, name: str, read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            found = read()
        except Exception as problem:
            raise SettingProblem(name, "it is not a database address.") from problem
        if found.get("ENGINE", "").rpartition(".")[2] not in {"sqlite3", "postgresql"}:
            raise SettingProblem(name, "only sqlite:/// and postgres:// addresses are supported.")
        return found
