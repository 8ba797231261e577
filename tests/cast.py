"""The cast, always the same: Petra prepares, Cora codes, Sam supervises, Bea bills, Carl is compliance, Ada
administers, Noor has no access. They work at North Hospital; South Clinic is a freestanding centre of its own.

    North Hospital (hospital outpatient)            South Clinic (freestanding)
      linac TrueBeam, Gamma Knife, CyberKnife,        linac Versa, CyberKnife
      proton                                          Stella prepares, Conrad codes, Sonja supervises
      Medicare, a Medicare plan, a commercial payer   Medicare
      Dr. Onco, Dr. Frame, Dr. Skull                  Dr. Nail; Dr. Reed works in both
"""

from dataclasses import dataclass, field

import pytest

from casetracker.choices import Duty, Modality, PayerClass, PresenceRule, Role, Setting, Specialty
from casetracker.models import (
    CaseTemplate,
    Clinician,
    Department,
    DutyAssignment,
    Machine,
    Membership,
    Payer,
    User,
)

PASSWORD = "correct horse battery staple"
PEOPLE = {
    "petra": ("Petra Prepares", "North Hospital", Role.STAFF, (Duty.THERAPIST, Duty.DOSIMETRIST)),
    "cora": ("Cora Codes", "North Hospital", Role.CODER, ()),
    "sam": ("Sam Supervises", "North Hospital", Role.SUPERVISOR, ()),
    "bea": ("Bea Bills", "North Hospital", Role.BILLING, ()),
    "carl": ("Carl Complies", "North Hospital", Role.COMPLIANCE, ()),
    "ada": ("Ada Administers", "North Hospital", Role.ADMINISTRATOR, ()),
    "stella": ("Stella South", "South Clinic", Role.STAFF, (Duty.THERAPIST,)),
    "conrad": ("Conrad South", "South Clinic", Role.CODER, ()),
    "sonja": ("Sonja South", "South Clinic", Role.SUPERVISOR, ()),
}
CLINICIANS = {
    "onco": ("Dr. Olga Onco", "MD", "9000000001", Specialty.RADIATION_ONCOLOGY, "North Radiation Group"),
    "frame": ("Dr. Felix Frame", "MD", "9000000002", Specialty.NEUROSURGERY, "North Neurosurgery"),
    "skull": ("Dr. Sven Skull", "MD", "9000000003", Specialty.NEUROSURGERY, "North Neurosurgery"),
    "phil": ("Dr. Phil Physics", "PhD", "9000000004", Specialty.MEDICAL_PHYSICS, "North Physics"),
    "reed": ("Dr. Rita Reed", "MD", "9000000005", Specialty.RADIATION_ONCOLOGY, "South Radiation"),
    "nail": ("Dr. Noa Nail", "MD", "9000000006", Specialty.NEUROSURGERY, "South Neurosurgery"),
    "dora": ("Dora Dose", "CMD", "", Specialty.OTHER, ""),
    "theo": ("Theo Therapist", "RTT", "", Specialty.OTHER, ""),
    "nina": ("Nina Nurse", "RN", "", Specialty.OTHER, ""),
}
MACHINES = (
    ("linac", "North Hospital", "TrueBeam 1", "TrueBeam", Modality.LINAC),
    ("gamma", "North Hospital", "Gamma Knife", "Gamma Knife Icon", Modality.COBALT60),
    ("cyber", "North Hospital", "CyberKnife", "CyberKnife", Modality.ROBOTIC_LINAC),
    ("proton", "North Hospital", "Proton gantry", "", Modality.PROTON),
    ("south_linac", "South Clinic", "Versa", "Versa HD", Modality.LINAC),
    ("south_cyber", "South Clinic", "CyberKnife South", "CyberKnife", Modality.ROBOTIC_LINAC),
)
PAYERS = (
    ("medicare", "North Hospital", "Medicare", PayerClass.MEDICARE_FFS),
    ("medicare_plan", "North Hospital", "Harbor Medicare Plan", PayerClass.MEDICARE_ADVANTAGE),
    ("lakeside", "North Hospital", "Lakeside Health", PayerClass.COMMERCIAL),
    ("south_medicare", "South Clinic", "Medicare", PayerClass.MEDICARE_FFS),
)


@dataclass
class World:
    """Both departments with everything in them; people, machines, payers and clinicians by their short names."""

    north: Department
    south: Department
    people: dict[str, User] = field(default_factory=dict)
    clinicians: dict[str, Clinician] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    payers: dict[str, Payer] = field(default_factory=dict)
    template: CaseTemplate | None = None

    def department(self, name: str) -> Department:
        return self.north if name == self.north.name else self.south


def build_world() -> World:
    """The world, built once per test; asked again, the same records come back."""
    north, _ = Department.objects.get_or_create(
        name="North Hospital",
        defaults={
            "facility_name": "North Hospital Radiation Oncology",
            "place_of_service": "22",
            "billing_contact": "Bea Bills, extension 4410",
        },
    )
    south, _ = Department.objects.get_or_create(
        name="South Clinic",
        defaults={
            "facility_name": "South Clinic",
            "default_setting": Setting.FREESTANDING,
            "place_of_service": "11",
        },
    )
    world = World(north, south)
    _people(world)
    _clinicians(world)
    _equipment(world)
    return world


def _people(world: World) -> None:
    for name, (full_name, department, role, duties) in PEOPLE.items():
        user = User.objects.filter(username=name).first()
        world.people[name] = user or _person(world, name, full_name, department, role, duties)
    noor = User.objects.filter(username="noor").first()
    world.people["noor"] = noor or _user("noor", "Noor Nobody")


def _user(name: str, full_name: str) -> User:
    return User.objects.create_user(name, f"{name}@example.org", PASSWORD, full_name=full_name)


def _person(world: World, name: str, full_name: str, department: str, role: str, duties: tuple) -> User:
    user = _user(name, full_name)
    home = world.department(department)
    Membership.objects.create(user=user, department=home, role=role)
    DutyAssignment.objects.bulk_create(
        DutyAssignment(user=user, department=home, duty=duty) for duty in duties
    )
    return user


def _clinicians(world: World) -> None:
    for key, (name, credential, npi, specialty, group) in CLINICIANS.items():
        clinician, new = Clinician.objects.get_or_create(
            name=name,
            defaults={"credential": credential, "npi": npi, "specialty": specialty, "group": group},
        )
        if new:
            both = key in ("reed", "dora", "theo", "nina", "phil")
            homes = [world.north, world.south] if both else [world.south if key == "nail" else world.north]
            clinician.departments.set(homes)
        world.clinicians[key] = clinician


def _equipment(world: World) -> None:
    for key, home, name, device, modality in MACHINES:
        department = world.department(home)
        cobalt = modality == Modality.COBALT60
        world.machines[key], _ = Machine.objects.get_or_create(
            department=department,
            name=name,
            defaults={
                "device": device,
                "modality": modality,
                "setting": department.default_setting,
                "presence_rule": PresenceRule.LICENSE if cobalt else PresenceRule.NOT_COBALT,
            },
        )
    for key, home, name, payer_class in PAYERS:
        world.payers[key], _ = Payer.objects.get_or_create(
            department=world.department(home),
            name=name,
            defaults={"payer_class": payer_class, "filing_days": 365},
        )
    world.template, _ = CaseTemplate.objects.get_or_create(
        department=world.north,
        machine=world.machines["linac"],
        name="Metastasis, one session, mask",
        defaults={
            "indication": "Brain metastasis",
            "technique": "forward_3d",
            "mlc_modulated": False,
            "fixation_type": "mask",
            "planned_sessions": 1,
            "custom_devices": 1,
            "team": [
                {"clinician": world.clinicians[key].pk, "role": role}
                for key, role in (
                    ("onco", "radiation_oncologist"),
                    ("frame", "neurosurgeon"),
                    ("phil", "physicist"),
                )
            ],
        },
    )


@pytest.fixture
def world(db) -> World:
    return build_world()


def _member(name: str):
    @pytest.fixture(name=name)
    def member(world: World) -> User:
        return world.people[name]

    return member


petra, cora, sam, bea = _member("petra"), _member("cora"), _member("sam"), _member("bea")
carl, ada, noor, stella = _member("carl"), _member("ada"), _member("noor"), _member("stella")
conrad, sonja = _member("conrad"), _member("sonja")
