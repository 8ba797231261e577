"""Migrations run forwards on a database that holds data."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from casetracker import audit_triggers
from casetracker.models import Case

FIRST = [("casetracker", "0001_records")]
BEFORE_PLANNING = [("casetracker", "0013_hand_overs")]
BEFORE_CLINICAL = [("casetracker", "0016_overpayments")]
BEFORE_LOCALIZATION = [("casetracker", "0023_simulated_or_not")]
NOON = datetime(2026, 2, 20, 17, 0, tzinfo=UTC)


@pytest.fixture
def back_to():
    """`back_to(FIRST)`: the models of that migration and the newest ones. Afterwards the newest schema again."""
    executor = MigrationExecutor(connection)
    newest = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == "casetracker"]

    def migrated(state):
        executor.migrate(state)
        return executor.loader.project_state(state).apps, newest

    yield migrated
    MigrationExecutor(connection).migrate(newest)
    audit_triggers.install(connection)


@pytest.fixture
def back_to_the_first(back_to):
    return back_to(FIRST)


def forward(state):
    """Migrate on and hand out the models of that state."""
    executor = MigrationExecutor(connection)
    executor.migrate(state)
    return executor.loader.project_state(state).apps


def everything(apps) -> Iterator[tuple[str, dict]]:
    """Every stored row of every model, column by column."""
    for model in apps.get_app_config("casetracker").get_models():
        for row in model.objects.order_by("pk").values():
            yield model.__name__, row


MOVED = {"summary_days"}  # became the clock of treated cases, shown by the test of the first version


def assert_nothing_lost(before, apps):
    """Every column that was there holds what it held."""
    now = {(name, row["id"]): row for name, row in everything(apps) if "id" in row}
    told = [(name, row) for name, row in before if "id" in row]
    assert len(told) > 5
    for name, row in told:
        kept = {column: value for column, value in row.items() if column not in MOVED}
        assert {column: now[name, row["id"]][column] for column in kept} == kept, name


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
    assert (found.simulated, found.simulated_on) == (None, None)
    assert found.department.clinical_clocks == {"treated": {"days": 21, "unit": "calendar"}}
    session = new.get_model("casetracker", "TreatmentSession").objects.get(case_id=case.pk)
    assert (session.number, session.timeout_at, session.residual_mm, session.operator) == (1, None, None, "")
    line = new.get_model("casetracker", "BillingLine").objects.get(case_id=case.pk)
    assert (line.code, line.reason, line.modifiers) == ("77300", "The sheet is unsigned.", ["26"])


@pytest.mark.django_db(transaction=True)
def test_an_upgraded_department_sees_the_right_steps_without_saving_a_case(back_to_the_first, capsys):
    """`migrate` fills the columns that came with it, once; a second run has nothing to fill."""
    old, _ = back_to_the_first
    case = _old_case(old)
    call_command("migrate", verbosity=1)
    found = Case.objects.get(pk=case.pk)
    assert (found.clinical_step, found.clinical_from) == ("treated", date(2026, 3, 2))
    assert "1 case repaired." in capsys.readouterr().out
    call_command("migrate", verbosity=1)
    assert "repaired" not in capsys.readouterr().out


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


def _course_of(old, case):
    """A lesion, a plan and presence beside what the first version had."""
    get = lambda name: old.get_model("casetracker", name)
    clinician = get("Clinician").objects.create(name="Dr. Olga Onco", credential="MD", npi="9000000001")
    lesion = get("Lesion").objects.create(case_id=case.pk, label="L1", dose_gy=Decimal("20.00"))
    plan = get("Plan").objects.create(
        case_id=case.pk, label="P1", technique="inverse", approved_at=NOON, approved_by=clinician, arcs=3
    )
    plan.lesions.add(lesion)
    session = get("TreatmentSession").objects.get(case_id=case.pk)
    get("SessionLesion").objects.create(session=session, lesion=lesion, dose_gy=Decimal("20.00"))
    get("SessionPresence").objects.create(session=session, clinician=clinician, arrived_at=NOON)
    return clinician, lesion, plan


@pytest.mark.django_db(transaction=True)
def test_a_planned_case_survives_the_planning_and_the_clinical_record(back_to):
    old, newest = back_to(BEFORE_PLANNING)
    case = _old_case(old)
    clinician, lesion, plan = _course_of(old, case)
    before = list(everything(old))

    middle = forward(BEFORE_CLINICAL)
    assert_nothing_lost(before, middle)
    get = lambda name: middle.get_model("casetracker", name)
    assert get("Lesion").objects.filter(session_dose_gy=None, prescribed_at=None).count() == 1
    assert get("Plan").objects.values_list("second_check_pct", "psqa_result").get() == (None, "")
    link = {"case_id": case.pk, "plan_id": plan.pk}
    get("Target").objects.create(
        **link, lesion_id=lesion.pk, margin_mm=Decimal("1.50"), approved_at=NOON, approved_by_id=clinician.pk
    )
    get("OrganAtRisk").objects.create(**link, name="Chiasm", limit_gy=8, planned_gy=9, comment="Accepted.")
    get("ImageSet").objects.create(case_id=case.pk, kind="mri", series="T1", acquired_on=date(2026, 2, 18))
    for version in (1, 2):
        get("Directive").objects.create(
            case_id=case.pk, version=version, total_gy=20, signed_at=NOON, signed_by_id=clinician.pk
        )
    get("Lesion").objects.update(session_dose_gy=Decimal("20.00"), prescribed_at=NOON)
    get("Plan").objects.update(second_check_pct=Decimal("1.80"), second_check_by_id=clinician.pk)
    planned = list(everything(middle))
    assert {"Target", "OrganAtRisk", "ImageSet", "Directive"} <= {name for name, _ in planned}

    new = forward(newest)
    assert_nothing_lost(planned, new)
    found = new.get_model("casetracker", "Case").objects.get(pk=case.pk)
    assert (found.kps, found.extracranial_status, found.device_dose_gy) == (None, "", None)
    session = new.get_model("casetracker", "TreatmentSession").objects.get(case_id=case.pk)
    assert (session.event_suspected, session.image_kind, session.frame_check_mm) == (None, "", None)
    assert [row.lesion_id for row in session.treated.all()] == [lesion.pk]


@pytest.mark.django_db(transaction=True)
def test_a_simulated_case_keeps_everything_when_localization_gets_its_fields(back_to):
    old, newest = back_to(FIRST)
    case = _old_case(old)
    middle = forward(BEFORE_LOCALIZATION)
    get = lambda name: middle.get_model("casetracker", name)
    department = get("Department").objects.get()
    machine = get("Machine").objects.create(
        department=department, name="Linac", modality="linac", setting="hospital_outpatient",
        usual_fixation="mask",
    )  # fmt: skip
    get("CaseTemplate").objects.create(
        department=department, machine=machine, name="Mask", fixation_type="mask"
    )
    get("Case").objects.update(machine=machine, fixation_type="mask", simulated_on=NOON.date())
    before = list(everything(middle))

    new = forward(newest)
    assert_nothing_lost(before, new)
    found = new.get_model("casetracker", "Case").objects.get(pk=case.pk)
    assert (found.localization_method, found.localization_error_mm) == ("", None)
    assert new.get_model("casetracker", "Machine").objects.get().usual_localization == ""
    assert new.get_model("casetracker", "CaseTemplate").objects.get().localization_method == ""
