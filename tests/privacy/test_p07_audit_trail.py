"""P-07: audit entries cannot be changed or deleted through the application by anyone, and tampering in the store is
found: the table refuses every change in both databases; an altered, removed or cut-off entry breaks the chain.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

import casetracker
from casetracker import audit_triggers
from casetracker.models import AuditEvent, AuditHead, Department
from casetracker.services.history import audit
from tests.audit_flush import triggers_lifted
from tests.privacy.addresses import all_addresses

pytestmark = pytest.mark.django_db
CHANGES = {
    "update": f"UPDATE {audit_triggers.TABLE} SET outcome = 'done'",
    "delete": f"DELETE FROM {audit_triggers.TABLE}",
}


@pytest.fixture
def events(petra):
    return [audit(action=f"test.{n}", by=petra) for n in range(3)]


def refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_an_event(events, change):
    refused(CHANGES[change])
    assert AuditEvent.objects.count() == 3


BY_ORM = {
    "save": lambda event: event.save(),
    "delete": lambda event: event.delete(),
    "queryset update": lambda event: AuditEvent.objects.update(action="x"),
    "queryset delete": lambda event: AuditEvent.objects.all().delete(),
    "bulk update": lambda event: AuditEvent.objects.bulk_update([event], ["action"]),
}


@pytest.mark.parametrize("way", BY_ORM)
def test_the_orm_is_refused_too(events, way):
    events[0].action = "x"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        BY_ORM[way](events[0])
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == [
        "test.0",
        "test.1",
        "test.2",
    ]


def test_a_person_in_the_trail_cannot_be_deleted(events, petra):
    with pytest.raises(ProtectedError), transaction.atomic():
        petra.delete()


def test_no_page_and_no_admin_site_reaches_the_table():
    """Only `services.history` writes events; nothing registers the model with an admin site."""
    pages = [address.path for address in all_addresses()]
    assert not [path for path in pages if "admin" in path]
    root = Path(casetracker.__file__).parent
    writers = [
        file.relative_to(root).as_posix()
        for file in root.rglob("*.py")
        if "migrations" not in file.parts
        and re.search(r"AuditEvent\(|AuditEvent\.objects\.(create|bulk)", file.read_text())
    ]
    assert sorted(writers) == ["models/audit.py", "services/history.py"]


@pytest.mark.sqlite
def test_sqlite_refuses_to_replace_an_event(events):
    columns = "id, at, user_id, username, action, record, revision_digest, outcome, source, previous, digest"
    refused(
        f"INSERT OR REPLACE INTO {audit_triggers.TABLE} ({columns}) "
        f"SELECT {columns.replace('outcome', chr(39) + 'x' + chr(39))} FROM {audit_triggers.TABLE}"
    )


@pytest.mark.postgres
def test_postgresql_refuses_to_truncate(events):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # pending checks would refuse first
    refused(f"TRUNCATE {audit_triggers.TABLE}")


def test_installing_twice_changes_nothing():
    assert audit_triggers.missing(connection) == []
    assert audit_triggers.install(connection) == []


def test_a_missing_trigger_fails_the_system_check(db):
    name = next(iter(audit_triggers.wanted(connection)))
    on = f" ON {audit_triggers.TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on}")
    found = [check for check in run_checks(databases=["default"]) if check.id == "casetracker.E001"]
    assert name in found[0].msg
    with pytest.raises(CommandError, match=name):
        call_command("verify_audit")
    call_command("verify_audit", "--install")
    assert not [check for check in run_checks(databases=["default"]) if check.id == "casetracker.E001"]


def test_a_whole_chain_is_verified(events, capsys):
    call_command("verify_audit")
    assert "3 audit events, chain whole" in capsys.readouterr().out


ALTERED = {
    "at": lambda event: {"at": event.at + timedelta(seconds=1)},
    "user": lambda event: {"user": None},
    "username": lambda event: {"username": "sam"},
    "department": lambda event: {"department": Department.objects.first()},
    "action": lambda event: {"action": "test.9"},
    "record": lambda event: {"record": "case 9"},
    "revision_digest": lambda event: {"revision_digest": "0" * 64},
    "outcome": lambda event: {"outcome": "refused"},
    "source": lambda event: {"source": "10.0.0.9"},
    "previous": lambda event: {"previous": "0" * 64},
}


def test_every_column_of_an_event_is_tried_below():
    columns = {field.name for field in AuditEvent._meta.fields}
    assert set(ALTERED) == columns - {"id", "digest"}


@pytest.mark.parametrize("column", ALTERED)
def test_a_changed_event_is_found(events, column):
    with triggers_lifted():
        AuditEvent.objects.filter(pk=events[1].pk).update(**ALTERED[column](events[1]))
    with pytest.raises(CommandError, match=f"event {events[1].pk} was changed"):
        call_command("verify_audit")


def test_a_removed_event_is_found(events):
    with triggers_lifted():
        AuditEvent.objects.filter(pk=events[1].pk).delete()
    with pytest.raises(CommandError, match=f"event {events[2].pk} does not follow"):
        call_command("verify_audit")


def test_a_cut_off_end_is_found(events):
    with triggers_lifted():
        AuditEvent.objects.filter(pk=events[2].pk).delete()
    with pytest.raises(CommandError, match="events are missing"):
        call_command("verify_audit")


def test_the_head_is_the_last_event(events):
    assert AuditHead.objects.get().digest == events[-1].digest


@pytest.mark.django_db(transaction=True)
def test_triggers_stand_in_transactional_tests_too(events):
    refused(CHANGES["delete"])


@pytest.mark.django_db(transaction=True)
def test_the_flush_between_transactional_tests_works():
    assert AuditEvent.objects.count() == 0
