"""What `dev.py` decides: when to install, what to say, what it never touches. The commands themselves run in CI."""

import json
import os
import socket
import subprocess
import sys
from argparse import Namespace

import pytest

import dev


@pytest.fixture
def project(tmp_path, monkeypatch):
    """dev.py in an empty project folder; programs are not started but written down in the list it returns."""
    started: list[list[str]] = []

    def write_down(*command, env=None, quiet=False):
        started.append([str(word) for word in command])
        return 0

    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / "installed.json")
    monkeypatch.setattr(dev, "run", write_down)
    (tmp_path / "requirements.txt").write_text("a==1")
    (tmp_path / "requirements-dev.txt").write_text("a==1\nb==2")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return started


def installs(started) -> list[str]:
    return [words[-1] for words in started if "--require-hashes" in words]


def test_an_old_python_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(dev.Stop, match=r"Python 3\.11 or newer is needed.*3\.9\.2") as stop:
        dev.check_python()
    assert "apt-get install python3 python3-venv" in str(stop.value)


def test_packages_are_installed_once_and_again_when_the_lock_changes(project, tmp_path):
    dev.prepare_venv(for_development=False)
    dev.prepare_venv(for_development=False)
    assert installs(project) == ["requirements.txt"]
    (tmp_path / "requirements.txt").write_text("a==2")
    dev.prepare_venv(for_development=False)
    assert installs(project) == ["requirements.txt"] * 2


def test_the_development_lock_covers_the_other_one(project):
    dev.prepare_venv(for_development=True)
    dev.prepare_venv(for_development=False)
    assert installs(project) == ["requirements-dev.txt"]


def test_a_failed_installation_is_not_taken_for_done(project, monkeypatch):
    monkeypatch.setattr(dev, "run", lambda *command, **_: int("--require-hashes" in map(str, command)))
    with pytest.raises(dev.Stop, match="This failed"):
        dev.prepare_venv(for_development=False)
    assert dev.installed() == {}


def test_a_damaged_stamp_means_not_installed(project):
    dev.STAMP.write_text("[not json")
    assert dev.installed() == {}
    dev.STAMP.write_text(json.dumps(["odd"]))
    assert dev.installed() == {}


def test_env_file_gets_its_own_secret_and_is_never_overwritten(project, tmp_path):
    (tmp_path / ".env.example").write_text("# about\nSECRET_KEY=\nDEBUG=false\nDEMO=false\nHTTPS=true\n")
    dev.prepare_env_file()
    first = (tmp_path / ".env").read_text()
    values = dict(line.split("=", 1) for line in first.splitlines() if not line.startswith("#"))
    assert len(values["SECRET_KEY"]) >= 50
    assert (values["DEBUG"], values["DEMO"], values["HTTPS"]) == ("false", "true", "false")
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    dev.prepare_env_file()
    assert (tmp_path / ".env").read_text() == first


class TestSystemPackages:
    @pytest.fixture(autouse=True)
    def debian(self, monkeypatch, project):
        monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr(sys, "platform", "linux")

    def test_root_installs_them(self, monkeypatch, project):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        assert dev.install_packages(["libpango-1.0-0"])
        assert ["apt-get", "install", "-y", "--no-install-recommends", "libpango-1.0-0", "-qq"] in project

    def test_sudo_is_asked_on_a_terminal_only(self, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        monkeypatch.setattr(sys, "stdin", Namespace(isatty=lambda: True))
        assert dev.root_prefix() == ["sudo"]
        monkeypatch.setattr(sys, "stdin", Namespace(isatty=lambda: False))
        assert dev.root_prefix() is None

    def test_otherwise_the_exact_command_is_printed(self, monkeypatch, capsys, project):
        monkeypatch.setattr(dev, "root_prefix", lambda: None)
        assert not dev.install_packages(["libpango-1.0-0", "libpangoft2-1.0-0"])
        command = "sudo apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0"
        assert command in capsys.readouterr().out
        assert project == []

    def test_without_pango_everything_else_goes_on(self, monkeypatch, capsys):
        monkeypatch.setattr(dev, "missing_pdf_packages", lambda: ["libpango-1.0-0"])
        monkeypatch.setattr(dev, "install_packages", lambda packages: False)
        dev.prepare_system()
        assert "everything works except the PDF summary" in capsys.readouterr().out

    def test_without_venv_nothing_goes_on(self, monkeypatch):
        monkeypatch.setattr(dev, "can_make_venv", lambda: False)
        monkeypatch.setattr(dev, "install_packages", lambda packages: False)
        with pytest.raises(dev.Stop, match="venv"):
            dev.prepare_system()


def test_a_port_in_use_is_named_with_a_way_out(monkeypatch):
    monkeypatch.setattr(dev, "setup", lambda **_: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(dev.Stop, match=f"--port {port + 1}"):
            dev.command_run(Namespace(port=port))


class TestTests:
    @pytest.fixture(autouse=True)
    def ready(self, monkeypatch, project):
        monkeypatch.setattr(dev, "setup", lambda **_: None)

    def test_a_short_run_says_what_it_left_out(self, monkeypatch, project, capsys):
        monkeypatch.setattr(dev, "browser", lambda: None)
        dev.command_test(Namespace(complete=False, pytest=["tests/accounts"]))
        assert project[-1][-3:] == ["-m", "not postgres and not browser", "tests/accounts"]
        told = capsys.readouterr().out
        assert "PostgreSQL" in told
        assert "no Chromium" in told
        assert "--complete" in told

    def test_a_complete_run_stops_when_chromium_cannot_be_had(self, monkeypatch):
        monkeypatch.setattr(dev, "browser", lambda: None)
        monkeypatch.setattr(dev, "install_packages", lambda packages: False)
        with pytest.raises(dev.Stop, match="needs Chromium"):
            dev.command_test(Namespace(complete=True, pytest=[]))

    def test_a_complete_run_stops_when_postgresql_cannot_be_had(self, monkeypatch):
        monkeypatch.delenv("DATABASE_URL_TEST_POSTGRES", raising=False)
        monkeypatch.setattr(dev, "browser", lambda: "/usr/bin/chromium")
        monkeypatch.setattr(dev, "running_server", lambda: None)
        monkeypatch.setattr(dev, "server_program", lambda name: None)
        monkeypatch.setattr(dev, "install_packages", lambda packages: False)
        with pytest.raises(dev.Stop, match="needs PostgreSQL"):
            dev.command_test(Namespace(complete=True, pytest=[]))

    @pytest.mark.parametrize("failing", ["not postgres", "not browser and not sqlite"])
    def test_a_failure_on_either_database_fails_the_run(self, monkeypatch, failing):
        monkeypatch.setenv("DATABASE_URL_TEST_POSTGRES", "postgres://given")
        monkeypatch.setattr(dev, "browser", lambda: "/usr/bin/chromium")
        runs = []

        def pytest_run(*arguments, env=None):
            runs.append((arguments[1], env.get("TEST_DATABASE_URL"), env["TEST_COMPLETE"]))
            return int(arguments[1] == failing)

        monkeypatch.setattr(dev, "pytest", pytest_run)
        assert dev.command_test(Namespace(complete=True, pytest=[])) == 1
        assert runs == [
            ("not postgres", None, "1"),
            ("not browser and not sqlite", "postgres://given", "1"),
        ]


def test_check_names_every_part_that_is_not_in_order(monkeypatch, capsys, project, tmp_path):
    (tmp_path / "templates").mkdir()
    monkeypatch.setattr(dev, "setup", lambda **_: None)
    monkeypatch.setattr(
        dev, "run", lambda *command, **_: int("mypy" in str(command[0]) or "lint" in str(command[0]))
    )
    assert dev.command_check(Namespace()) == 1
    assert capsys.readouterr().out.strip().endswith("Not in order: types, import contracts.")


def test_help_works_with_nothing_installed():
    """Only the standard library is imported: -S leaves installed packages out."""
    done = subprocess.run(
        [sys.executable, "-S", "-E", dev.__file__, "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "run [--port N]" in done.stdout


class TestCompleteRun:
    """The rule in left_out.py: what would be left out fails a complete run."""

    @pytest.mark.parametrize(("complete", "result"), [("0", "1 skipped"), ("1", "1 failed")])
    def test_a_skipped_test_fails_a_complete_run(self, tmp_path, complete, result):
        (tmp_path / "test_it.py").write_text("import pytest\ndef test_it(): pytest.skip('not here')\n")
        root = os.path.dirname(dev.__file__)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "tests.left_out", "--rootdir", root, str(tmp_path)],
            cwd=root,
            env={**os.environ, "TEST_COMPLETE": complete},
            capture_output=True,
            text=True,
        )
        assert result in done.stdout
