"""Migrations run forwards on a database that holds data."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from casetracker import audit_triggers

FIRST = [("casetracker", "0001_records")]


@pytest.fixture
def back_to_the_first():
    """The schema of the first migration; afterwards the newest one again, with its audit triggers."""
    executor = MigrationExecutor(connection)
    newest = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == "casetracker"]
    executor.migrate(FIRST)
    yield executor.loader.project_state(FIRST).apps, newest
    MigrationExecutor(connection).migrate(newest)
    audit_triggers.install(connection)


@pytest.mark.django_db(transaction=True)
def test_a_case_of_the_first_version_survives_every_later_migration(back_to_the_first):
    old, newest = back_to_the_first
    case = _old_case(old)

    executor = MigrationExecutor(connection)
    executor.migrate(newest)

    new = executor.loader.project_state(newest).apps
    found = new.get_model("casetracker", "Case").objects.get(pk=case.pk)
    assert (found.number, found.patient.name) == ("26-0001", "Invented, Ina")
    assert (found.ecog, found.extracranial_status, found.follow_up_mri_on) == (None, "", None)
    assert (found.clinical_step, found.clinical_from) == ("", None)
    assert found.department.clinical_clocks == {"treated": {"days": 21, "unit": "calendar"}}
    session = new.get_model("casetracker", "TreatmentSession").objects.get(case_id=case.pk)
    assert (session.number, session.timeout_at, session.residual_mm, session.operator) == (1, None, None, "")
    line = new.get_model("casetracker", "BillingLine").objects.get(case_id=case.pk)
    assert (line.code, line.reason, line.modifiers) == ("77300", "The sheet is unsigned.", ["26"])


def _old_case(old):
    now = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    get = lambda name: old.get_model("casetracker", name)
    user = get("User").objects.create(username="petra", full_name="Petra Prepares")
    department = get("Department").objects.create(name="North", summary_days=21)
    patient = get("Patient").objects.create(department=department, record_number="1", name="Invented, Ina")
    case = get("Case").objects.create(
        department=department,
        number="26-0001",
        patient=patient,
        opened_by=user,
        opened_at=now,
        updated_at=now,
    )
    get("TreatmentSession").objects.create(case=case, number=1, date=now.date(), status="delivered")
    get("BillingLine").objects.create(
        case=case,
        key="77300/oncology_professional/course/-",
        code="77300",
        stream="oncology_professional",
        performer="radiation_oncologist",
        units=3,
        modifiers=["26"],
        decision="hold",
        origin="suggested",
        reason="The sheet is unsigned.",
        decided_by=user,
        decided_at=now,
    )
    return case
