"""P-30, the restore: a copy made as `docs/running.md` says opens elsewhere with the audit events in their order,
their digests and the triggers that keep them. Encryption of the copy is the site's own."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from casetracker import audit_triggers
from casetracker.models import AuditEvent, Handoff
from tests.factories import case_at

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.sqlite,
]


@pytest.fixture
def copied(tmp_path, world) -> Path:
    """An approved case, and the database copied while it is open."""
    case_at("approved", 1, world)
    copy = tmp_path / "copy.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)
    return copy


def verified(copy: Path) -> subprocess.CompletedProcess[str]:
    """What another machine would find out about the copy."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": f"sqlite:///{copy}"}
    command = [sys.executable, "manage.py", "verify_audit"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def column(copy: Path, statement: str) -> list[str]:
    with closing(sqlite3.connect(copy)) as source:
        return [row[0] for row in source.execute(statement)]


def test_a_restored_copy_keeps_order_digests_and_triggers(copied):
    digests = list(AuditEvent.objects.order_by("id").values_list("digest", flat=True))
    assert len(digests) > 10
    assert column(copied, f"SELECT digest FROM {audit_triggers.TABLE} ORDER BY id") == digests
    files = list(Handoff.objects.order_by("id").values_list("digest", flat=True))
    assert files
    assert column(copied, "SELECT digest FROM casetracker_handoff ORDER BY id") == files
    found = verified(copied)
    assert (found.returncode, found.stderr) == (0, "")
    assert f"{len(digests)} audit events, chain whole, table append-only." in found.stdout


def test_a_copy_that_lost_an_event_is_found_out(copied):
    with closing(sqlite3.connect(copied)) as target:
        target.execute("DROP TRIGGER audit_event_no_delete")
        target.execute(
            f"DELETE FROM {audit_triggers.TABLE} WHERE id = (SELECT max(id) - 1 FROM {audit_triggers.TABLE})"
        )
        target.commit()
    found = verified(copied)
    assert found.returncode != 0
    assert "does not follow the event before it" in found.stderr
    assert "trigger audit_event_no_delete is missing" in found.stderr
