#!/usr/bin/env python3
"""Sets up, runs, tests and checks SRS Case Tracker. Needs Python 3.11 or newer and nothing else.

    python3 dev.py setup              prepare .venv, system libraries and .env
    python3 dev.py run [--port N]     the site with invented demo data, on this machine only
    python3 dev.py test [--complete]  the tests; --complete installs what is missing and leaves nothing out
    python3 dev.py check              format, lint, types, import contracts, migrations, rule book
    python3 dev.py bench [name]       measure what README claims

Only the standard library is imported here. What the application itself does is in `manage.py help`.
"""

import argparse
import contextlib
import ctypes.util
import functools
import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
OLDEST_PYTHON = (3, 11)

# What pip cannot bring: library (as the linker knows it) -> Debian package. Without them only PDF files wait.
PDF_LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
say = functools.partial(print, flush=True)


class Stop(Exception):
    """Something this script cannot repair; the text says what a person can do."""


def run(*command: str | Path, env: dict[str, str] | None = None, quiet: bool = False) -> int:
    """Run one program in the project's folder and return its exit code."""
    words = [str(word) for word in command]
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(words, cwd=ROOT, env={**runtime_env(), **(env or {})}, stdout=output).returncode


def must_run(*command: str | Path, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    if run(*command, env=env, quiet=quiet):
        raise Stop(f"This failed: {' '.join(str(word) for word in command)}")


def answer_of(*command: str | Path) -> str:
    """What a program prints; empty when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env=runtime_env())
    return done.stdout.strip("\n") if done.returncode == 0 else ""


def in_venv(name: str) -> Path:
    return VENV / ("Scripts" if os.name == "nt" else "bin") / name


def runtime_env() -> dict[str, str]:
    extra = (
        {"DYLD_FALLBACK_LIBRARY_PATH": "/opt/homebrew/lib:/usr/local/lib"} if sys.platform == "darwin" else {}
    )
    return {**os.environ, **extra}


def manage(*arguments: str) -> None:
    must_run(in_venv("python"), "manage.py", *arguments)


# --- what the system must have


def check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        raise Stop(
            f"Python 3.11 or newer is needed; {sys.executable} is {found}.\n"
            "On Debian 12 or later and Ubuntu 24.04 or later: apt-get install python3 python3-venv, then\n"
            "start again with that python3. Elsewhere: install a newer Python and call this script with it."
        )


def missing_pdf_packages() -> list[str]:
    return [package for library, package in PDF_LIBRARIES.items() if not ctypes.util.find_library(library)]


def can_make_venv() -> bool:
    return all(map(importlib.util.find_spec, ("ensurepip", "venv")))


def install_packages(packages: list[str]) -> bool:
    """Install Debian packages where this person may; otherwise print the exact command. True when installed."""
    prefix = root_prefix()
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if prefix is None:
        by_hand = "brew install pango" if sys.platform == "darwin" else f"sudo {command}"
        say(f"Missing: {', '.join(packages)}. Install with:\n\n    {by_hand}\n")
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    install = [*prefix, *command.split(), "-qq"]
    say(f"Installing {', '.join(packages)} ...")
    if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        run(*prefix, "apt-get", "update", "-qq", env=quiet, quiet=True)
    if run(*install, env=quiet, quiet=True) == 0:
        return True
    run(*prefix, "apt-get", "update", "-qq", env=quiet, quiet=True)  # the lists may be out of date
    return run(*install, env=quiet, quiet=True) == 0


def root_prefix() -> list[str] | None:
    """How to become root: nothing needed, sudo on a terminal, or None when there is no way."""
    if not shutil.which("apt-get"):
        return None
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    return ["sudo"] if shutil.which("sudo") and sys.stdin and sys.stdin.isatty() else None


def prepare_system() -> None:
    if not can_make_venv() and not install_packages(["python3-venv"]):
        raise Stop("Without Python's venv module nothing can be set up. See the command above.")
    missing = missing_pdf_packages()
    if missing and not install_packages(missing):
        say(
            "Going on without them: everything works except the PDF summary, which waits until they are there."
        )


def prepare_venv(*, for_development: bool) -> None:
    """Install the locked packages into .venv, only when the lock files differ from what is there."""
    if not venv_works():
        say("Creating .venv ...")
        must_run(sys.executable, "-m", "venv", "--clear", VENV)
    lock = "requirements-dev.txt" if for_development else "requirements.txt"
    if installed().get(lock) == digest(lock):
        return
    say(f"Installing {lock} ...")
    must_run(
        in_venv("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--require-hashes", "-r", lock,
    )  # fmt: skip
    locks = ["requirements.txt", lock]  # the development lock holds everything of the other one
    STAMP.write_text(json.dumps({name: digest(name) for name in locks}))


def venv_works() -> bool:
    python = in_venv("python")
    return python.exists() and run(python, "-c", "import pip", quiet=True) == 0


def installed() -> dict[str, str]:
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        found = {}
    return found if isinstance(found, dict) else {}


def digest(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def prepare_env_file() -> None:
    """Write a .env for this machine: own secret, demo data allowed. An existing file is never touched."""
    target = ROOT / ".env"
    if target.exists():
        return
    own = {"SECRET_KEY": secrets.token_urlsafe(60), "DEMO": "true", "HTTPS": "false"}
    lines = (ROOT / ".env.example").read_text().splitlines()
    filled = [f"{name}={own[name]}" if (name := line.partition("=")[0]) in own else line for line in lines]
    target.write_text("\n".join(filled) + "\n")
    target.chmod(0o600)


def setup(*, for_development: bool) -> None:
    check_python()
    prepare_system()
    prepare_venv(for_development=for_development)
    prepare_env_file()


def command_setup(_: argparse.Namespace) -> int:
    setup(for_development=True)
    say("Ready. Next: python3 dev.py run")
    return 0


def command_run(options: argparse.Namespace) -> int:
    setup(for_development=False)
    if not port_is_free(options.port):
        raise Stop(
            f"Port {options.port} is in use. Take another: python3 dev.py run --port {options.port + 1}"
        )
    manage("migrate", "--verbosity", "0")
    if in_manage_shell("from casetracker.models import Case; print(Case.objects.exists())") == "False":
        load_first_data()
    say(f"\nSRS Case Tracker: http://127.0.0.1:{options.port}/   (stop with Ctrl+C)\n")
    if is_demo():
        manage("load_demo", "--sign-ins")
    with contextlib.suppress(KeyboardInterrupt):
        run(in_venv("python"), "manage.py", "runserver", "--nostatic", f"127.0.0.1:{options.port}")
    return 0


def in_manage_shell(line: str) -> str:
    return answer_of(in_venv("python"), "manage.py", "shell", "--verbosity", "0", "--no-imports", "-c", line)


def is_demo() -> bool:
    return in_manage_shell("from django.conf import settings; print(settings.DEMO)") == "True"


def load_first_data() -> None:
    if not is_demo():
        say("No case yet, and DEMO is off. How to create the first account: docs/running.md.")
    else:
        say("Loading invented demo cases (only the first time) ...")
        manage("load_demo", "--quiet")


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def command_test(options: argparse.Namespace) -> int:
    setup(for_development=True)
    if options.complete:
        return test_completely(options.pytest)
    left_out = {"PostgreSQL (tests ran on SQLite)": "postgres"}
    if not browser():
        left_out["browser tests (no Chromium here)"] = "browser"
    marks = " and ".join(f"not {mark}" for mark in left_out.values())
    result = pytest("-m", marks, *options.pytest)
    say(f"Left out: {'; '.join(left_out)}. `python3 dev.py test --complete` installs what they need.")
    return result


def test_completely(arguments: list[str]) -> int:
    """Everything on SQLite, browser included, then whatever touches the database on PostgreSQL."""
    if not browser() and not install_packages(["chromium"]):
        raise Stop("A complete test run needs Chromium.")
    complete = {"TEST_COMPLETE": "1"}
    with postgres() as address:
        say("\n--- SQLite, with the browser tests")
        on_sqlite = pytest("-m", "not postgres", *arguments, env=complete)
        say("\n--- PostgreSQL, everything that touches the database")
        on_postgres = pytest(
            "-m", "not browser and not sqlite", *arguments,
            env={**complete, "TEST_DATABASE_URL": address, "TEST_DATABASE_ONLY": "1"},
        )  # fmt: skip
    return on_sqlite or on_postgres


def pytest(*arguments: str, env: dict[str, str] | None = None) -> int:
    """Run the tests, one process per core; `-n 0` among the arguments keeps them in one."""
    workers = [] if "-n" in arguments else ["-n", str(min(os.cpu_count() or 1, 8))]
    return run(in_venv("python"), "-m", "pytest", *workers, *arguments, env=env)


def browser() -> str | None:
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def command_check(options: argparse.Namespace) -> int:
    setup(for_development=True)
    tools: list[tuple[str, list[str | Path]]] = [
        ("format", [in_venv("ruff"), "format", "--check", "."]),
        ("lint", [in_venv("ruff"), "check", "."]),
        ("templates", [in_venv("djade"), "--check", "--target-version", "5.2", *templates()]),
        ("types", [in_venv("mypy")]),
        ("import contracts", [in_venv("lint-imports")]),
        ("settings", [in_venv("python"), "manage.py", "check", "--fail-level", "WARNING"]),
        ("migrations", [in_venv("python"), "manage.py", "makemigrations", "--check", "--dry-run"]),
        ("rule book", [in_venv("python"), "manage.py", "check_rulebook"]),
    ]
    failed = []
    for name, command in tools:
        say(f"--- {name}")
        if run(*command):
            failed.append(name)
    say(f"\nNot in order: {', '.join(failed)}." if failed else f"\nAll {len(tools)} checks are in order.")
    return 1 if failed else 0


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def command_bench(options: argparse.Namespace) -> int:
    setup(for_development=True)
    scripts = sorted((ROOT / "benchmarks").glob("*.py"))
    chosen = [script for script in scripts if options.name in (None, script.stem)]
    if not chosen:
        raise Stop(
            f"There is no benchmark {options.name}; known: {', '.join(script.stem for script in scripts)}"
        )
    return max(run(in_venv("python"), script) for script in chosen)


# --- PostgreSQL for a complete test run


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a server the tests may create databases on: given, already running, or a private one."""
    given = os.environ.get("DATABASE_URL_TEST_POSTGRES") or running_server()
    if not given and not server_program("initdb") and not install_packages(["postgresql"]):
        raise Stop("A complete test run needs PostgreSQL, or its address in DATABASE_URL_TEST_POSTGRES.")
    with contextlib.nullcontext(given) if given else private_server() as address:
        yield address


def running_server() -> str | None:
    """A local server that lets this machine's user `postgres` in without a password."""
    line = (
        "import psycopg; psycopg.connect('host=127.0.0.1 port=5432 user=postgres connect_timeout=3').close()"
    )
    known = subprocess.run([in_venv("python"), "-c", line], capture_output=True).returncode == 0
    return "postgres://postgres@127.0.0.1:5432/postgres" if known else None


def server_program(name: str) -> str | None:
    newest = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(4)
    )
    return str(newest[-1]) if newest else shutil.which(name)


@contextlib.contextmanager
def private_server() -> Iterator[str]:
    """A throw-away server on a free port of this machine; PostgreSQL refuses to run as root."""
    say("Starting a PostgreSQL server for the tests ...")
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = tempfile.mkdtemp(prefix="casetracker-postgres-")
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    control = [*as_user, server_program("pg_ctl") or "pg_ctl", "-D", f"{folder}/data", "-w"]
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    initdb = server_program("initdb") or "initdb"
    must_run(
        *as_user, initdb, "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", quiet=True
    )
    try:
        must_run(*control, "-l", f"{folder}/log", "-o", settings, "start", quiet=True)
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        run(*control, "-m", "immediate", "stop", quiet=True)
        shutil.rmtree(folder, ignore_errors=True)


def read_arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup").set_defaults(do=command_setup)
    commands.add_parser("check").set_defaults(do=command_check)
    runner = commands.add_parser("run")
    runner.add_argument("--port", type=int, default=8000)
    runner.set_defaults(do=command_run)
    tests = commands.add_parser("test")
    tests.add_argument("--complete", action="store_true", help="leave nothing out; install what is missing")
    tests.add_argument("pytest", nargs=argparse.REMAINDER, help="passed on, such as: tests/accounts -k kept")
    tests.set_defaults(do=command_test)
    bench = commands.add_parser("bench")
    bench.add_argument("name", nargs="?", help="one script of benchmarks/, without .py")
    bench.set_defaults(do=command_bench)
    return parser.parse_args(words)


def main() -> int:
    options = read_arguments(sys.argv[1:])
    try:
        return int(options.do(options))
    except (Stop, KeyboardInterrupt) as problem:
        say(f"\n{problem}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
