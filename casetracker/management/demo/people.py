"""Loads the invented departments and people of `fixtures/demo/people.yaml`; safe to repeat."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

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

PASSWORD = "demo-only-2026"  # noqa: S105  printed at the start; production refuses to load these people


@dataclass
class World:
    """Everything the invented cases refer to, by name."""

    departments: dict[str, Department] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    clinicians: dict[str, Clinician] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    payers: dict[tuple[str, str], Payer] = field(default_factory=dict)
    templates: dict[tuple[str, str], CaseTemplate] = field(default_factory=dict)


def demo_file(name: str) -> Any:
    """One of our own demo files, parsed."""
    return yaml.safe_load(Path(settings.BASE_DIR, "fixtures", "demo", name).read_text())


def load_people() -> World:
    content, world = demo_file("people.yaml"), World()
    for entry in content["departments"]:
        name = entry["name"]
        world.departments[name], _ = Department.objects.get_or_create(name=name, defaults=entry)
    for entry in content["users"]:
        world.users[entry["username"]] = _user(entry, world)
    for entry in content["clinicians"]:
        world.clinicians[entry["key"]] = _clinician(entry, world)
    for entry in content["machines"]:
        world.machines[entry["name"]] = _machine(entry, world)
    for entry in content["payers"]:
        for place in entry["at"]:
            world.payers[entry["name"], place] = _payer(entry, world.departments[place])
    for entry in content["templates"]:
        world.templates[entry["name"], entry["machine"]] = _template(entry, world)
    return world


def sign_ins() -> list[tuple[str, str, str]]:
    """(role, user name, password) of the first person of each role, for the welcome text."""
    found: dict[str, str] = {}
    for entry in demo_file("people.yaml")["users"]:
        for role in entry["roles"]:
            found.setdefault(role, entry["username"])
    return [(role, username, PASSWORD) for role, username in found.items()]


def _user(entry: dict[str, Any], world: World) -> User:
    user = User.objects.filter(username=entry["username"]).first()
    if user is None:
        user = User(username=entry["username"], full_name=entry["full_name"], email=entry["email"])
        user.set_password(PASSWORD)
        user.save()
    for place in entry["at"]:
        department = world.departments[place]
        for role in entry["roles"]:
            Membership.objects.get_or_create(user=user, department=department, role=role)
        for duty in entry["duties"]:
            DutyAssignment.objects.get_or_create(user=user, department=department, duty=duty)
    return user


def _clinician(entry: dict[str, Any], world: World) -> Clinician:
    values = {name: entry[name] for name in ("credential", "npi", "specialty", "group")}
    clinician, _ = Clinician.objects.get_or_create(name=entry["name"], npi=values.pop("npi"), defaults=values)
    clinician.departments.add(*(world.departments[place] for place in entry["at"]))
    return clinician


def _machine(entry: dict[str, Any], world: World) -> Machine:
    values = {name: entry[name] for name in ("device", "modality", "setting", "presence_rule")}
    department = world.departments[entry["at"]]
    return Machine.objects.get_or_create(department=department, name=entry["name"], defaults=values)[0]


def _payer(entry: dict[str, Any], department: Department) -> Payer:
    values = {"payer_class": entry["payer_class"], "filing_days": entry["filing_days"]}
    return Payer.objects.get_or_create(department=department, name=entry["name"], defaults=values)[0]


def _template(entry: dict[str, Any], world: World) -> CaseTemplate:
    machine = world.machines[entry["machine"]]
    values = {name: value for name, value in entry.items() if name not in ("name", "machine", "team")}
    values["team"] = [
        {"clinician": world.clinicians[key].pk, "role": role} for role, key in entry.get("team", {}).items()
    ]
    return CaseTemplate.objects.get_or_create(
        department=machine.department, machine=machine, name=entry["name"], defaults=values
    )[0]
