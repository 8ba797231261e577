"""The facility file: checks of machines and qualifications of people, for a case and for the pages that keep them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from casetracker.choices import CheckKind, Halt, Modality, QualificationKind, SessionStatus
from casetracker.errors import NotFound
from casetracker.facility import (
    LONGEST,
    FacilityFile,
    Held,
    MachineEntry,
    Member,
    SignedDirective,
    Treatment,
)
from casetracker.models import (
    Case,
    CaseClinician,
    Clinician,
    Department,
    Directive,
    Document,
    Machine,
    MachineCheck,
    Qualification,
    TreatmentSession,
    User,
)
from casetracker.selectors.access import CHART_ROLES, access_of

SHOWN = 60
DIRECTIVE_PAPER = "written_directive"
WINDOWS = {
    CheckKind.DAILY: 0,
    CheckKind.MONTHLY: 31,
    CheckKind.ANNUAL: LONGEST,
    CheckKind.END_TO_END: LONGEST,
}


def facility_file(case: Case) -> FacilityFile:
    """What the file says about this case: sessions, checks of their machines, qualifications of its people."""
    zone = ZoneInfo(case.department.time_zone)
    treatments = _treatments(case)
    team, directives = _team_rows(case), _directive_rows(case)
    held = _held({person for person, *_ in team} | {row[2] for row in directives if row[2]})
    return FacilityFile(
        treatments,
        _entries(treatments, zone),
        [Member(name, role, held.get(person, ())) for person, name, role in team],
        case.modality,
        zone,
        [_directive(row, held, zone) for row in directives],
    )


def _treatments(case: Case) -> list[Treatment]:
    rows = (
        TreatmentSession.objects.filter(case=case, removed_at=None, date__isnull=False)
        .exclude(status=SessionStatus.STOPPED_WITHOUT_DOSE)
        .order_by("number")
        .values_list("uuid", "number", "date", "beam_on_at", "machine_id", "machine__name")
    )
    own = (case.machine_id, case.machine.name if case.machine else "")
    found = []
    for uuid, number, day, beam_on, *machine in rows:
        machine_id, name = machine if machine[0] else own
        if machine_id:
            found.append(Treatment(f"session:{uuid}", number, day, beam_on, machine_id, name))
    return found


def _entries(treatments: list[Treatment], zone: ZoneInfo) -> list[MachineEntry]:
    if not treatments:
        return []
    days = [one.day for one in treatments]
    since = datetime.combine(min(days) - timedelta(days=LONGEST + 40), time(), tzinfo=zone)
    until = datetime.combine(max(days) + timedelta(days=1), time(), tzinfo=zone)
    rows = MachineCheck.objects.filter(
        machine__in={one.machine for one in treatments},
        removed_at=None,
        passed_at__gte=since,
        passed_at__lt=until,
    ).exclude(Q(kind=CheckKind.DAILY) & Q(passed_at__lt=datetime.combine(min(days), time(), tzinfo=zone)))
    return [
        MachineEntry(machine, kind, passed_at, signed or "", reviewed_on)
        for machine, kind, passed_at, signed, reviewed_on in rows.order_by("passed_at", "id").values_list(
            "machine_id", "kind", "passed_at", "signed_by__name", "reviewed_on"
        )
    ]


def _team_rows(case: Case) -> list[tuple[int, str, str]]:
    rows = CaseClinician.objects.filter(case=case).order_by("role", "id")
    return list(rows.values_list("clinician_id", "clinician__name", "role"))


def _directive_rows(case: Case) -> list[tuple[Any, ...]]:
    """Versions of the written directive, which only a cobalt unit has."""
    if case.modality != Modality.COBALT60:
        return []
    rows = Directive.objects.filter(case=case, removed_at=None).order_by("version", "id")
    return list(
        rows.values_list("version", "signed_at", "signed_by_id", "signed_by__name", "authorized_user")
    )


def _directive(row: tuple[Any, ...], held: dict[int, list[Held]], zone: ZoneInfo) -> SignedDirective:
    version, signed_at, person, name, typed = row
    listings = [one for one in held.get(person, ()) if one.kind == QualificationKind.AUTHORIZED_USER]
    day = signed_at.astimezone(zone).date() if signed_at else None
    return SignedDirective(version, name or "", day, typed, listings)


def _held(people: set[int]) -> dict[int, list[Held]]:
    """Everything the file holds about these people. One query."""
    held: dict[int, list[Held]] = defaultdict(list)
    rows = Qualification.objects.filter(clinician__in=people, removed_at=None)
    for person, *one in rows.values_list("clinician_id", "kind", "valid_from", "valid_to"):
        held[person].append(Held(*one))
    return held


# --- whom an entry concerns


def cases_of_check(check: MachineCheck) -> QuerySet[Case]:
    """Cases in work with a session on this machine within the time that such a check covers."""
    department = check.machine.department
    day = check.passed_at.astimezone(ZoneInfo(department.time_zone)).date()
    last = day + timedelta(days=WINDOWS[CheckKind(check.kind)])
    sessions = TreatmentSession.objects.annotate(on=Coalesce("machine", "case__machine")).filter(
        on=check.machine_id, removed_at=None, date__range=(day, last), case__department=department
    )
    return _in_work().filter(pk__in=sessions.values("case")).order_by("id")


def cases_of_person(clinician: Clinician) -> QuerySet[Case]:
    """Cases in work that name this person, or whose written directive this person signed."""
    named = Q(pk__in=CaseClinician.objects.filter(clinician=clinician).values("case"))
    directives = Q(pk__in=Directive.objects.filter(signed_by=clinician, removed_at=None).values("case"))
    papers = Document.objects.filter(author=clinician, kind=DIRECTIVE_PAPER, removed_at=None)
    return _in_work().filter(named | directives | Q(pk__in=papers.values("case"))).order_by("id")


def _in_work() -> QuerySet[Case]:
    return (
        Case.objects.filter(queued_at__isnull=False)
        .exclude(halt=Halt.CANCELLED)
        .select_related("department", "machine")
    )


# --- pages


@dataclass(frozen=True)
class MachineState:
    """A machine with the latest check of each kind that concerns its modality."""

    machine: Machine
    latest: dict[str, datetime | None]
    checked_today: bool


def kinds_for(modality: str) -> list[str]:
    """Checks that a machine of this modality is expected to have."""
    if modality == Modality.COBALT60:
        return [str(kind) for kind in CheckKind]
    return [str(CheckKind.DAILY), str(CheckKind.END_TO_END)]


def machines_for(user: User, now: datetime) -> list[MachineState]:
    """Active machines of the person's departments with their latest checks. Two queries."""
    machines = list(
        Machine.objects.filter(department__in=access_of(user).departments_with(CHART_ROLES), active=True)
        .select_related("department")
        .order_by("department__name", "name")
    )
    latest: dict[tuple[int, str], datetime] = {}
    checks = MachineCheck.objects.filter(machine__in=machines, removed_at=None).order_by("passed_at", "id")
    since = now - timedelta(days=2 * LONGEST)
    for machine, kind, at in checks.filter(passed_at__gte=since).values_list(
        "machine_id", "kind", "passed_at"
    ):
        latest[machine, kind] = at
    return [_state(machine, latest, now) for machine in machines]


def _state(machine: Machine, latest: dict[tuple[int, str], datetime], now: datetime) -> MachineState:
    zone = ZoneInfo(machine.department.time_zone)
    found = {kind: latest.get((machine.pk, kind)) for kind in kinds_for(machine.modality)}
    day = found[CheckKind.DAILY]
    today = now.astimezone(zone).date()
    return MachineState(machine, found, bool(day and day.astimezone(zone).date() == today))


def machine_for(user: User, machine_id: int) -> Machine:
    """A machine of a department in which this person reads charts, or NotFound."""
    departments = access_of(user).departments_with(CHART_ROLES)
    found = (
        Machine.objects.select_related("department").filter(pk=machine_id, department__in=departments).first()
    )
    if found is None:
        raise NotFound("There is no such machine in your departments.")
    return found


def usual_words(machine: Machine) -> list[tuple[str, str]]:
    """What is usual on a machine: name of the field and its word, "" for nothing."""
    return [
        ("usual_technique", machine.get_usual_technique_display()),
        ("usual_fixation", machine.get_usual_fixation_display()),
        ("usual_localization", machine.get_usual_localization_display()),
        ("usual_images", machine.get_usual_images_display()),
        ("qa_device", machine.qa_device),
    ]


def checks_of(machine: Machine) -> list[MachineCheck]:
    """The newest entries of a machine, removed ones included so that they stay readable."""
    rows = MachineCheck.objects.filter(machine=machine).select_related("signed_by", "recorded_by")
    return list(rows.order_by("-passed_at", "-id")[:SHOWN])


def check_of(machine: Machine, check_id: int) -> MachineCheck:
    found = MachineCheck.objects.filter(machine=machine, pk=check_id, removed_at=None).first()
    if found is None:
        raise NotFound("There is no such check of this machine.")
    found.machine = machine
    return found


def qualifications_of(clinician: Clinician) -> list[Qualification]:
    return list(Qualification.objects.filter(clinician=clinician, removed_at=None))


def qualification_of(clinician: Clinician, qualification_id: int) -> Qualification:
    found = Qualification.objects.filter(clinician=clinician, pk=qualification_id, removed_at=None).first()
    if found is None:
        raise NotFound("There is no such qualification of this person.")
    return found


def signers_of(department: Department) -> dict[str, Clinician]:
    """Active clinicians who may sign a check, by id text."""
    return {str(one.pk): one for one in department.clinicians.filter(active=True).order_by("name")}


def expired_on(day: date, rows: list[Qualification]) -> set[int]:
    """Ids of qualifications that do not hold on this day."""
    return {
        row.pk for row in rows if row.valid_from > day or (row.valid_to is not None and row.valid_to < day)
    }


def qualified_people(department: Department) -> dict[int, list[Any]]:
    """Live qualifications by clinician id, for the list of people. One query."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in Qualification.objects.filter(clinician__departments=department, removed_at=None):
        found[row.clinician_id].append(row)
    return found
