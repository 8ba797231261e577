"""Who was at a session, from when to when: two times of day for each person who matters at delivery.

Times belong to the date of their session and never come from a template, another case or another session. How they
are drawn is in the templates; what presence means for a code is the engine's business.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from casetracker.case_input import CaseInput, Row
from casetracker.choices import CaseRole
from casetracker.forms.moments import ClockField, at, local

ALWAYS = (CaseRole.RADIATION_ONCOLOGIST, CaseRole.NEUROSURGEON, CaseRole.PHYSICIST)
IF_NAMED = (CaseRole.THERAPIST, CaseRole.NURSE)
KINDS = ("arrived", "left", "there")
MOST_PEOPLE = 200
_TYPED = re.compile(rf"^sessions-\d+-(?:{'|'.join(KINDS)})_(?P<key>\w+)$")

Member = tuple[str, Any]  # role, clinician


@dataclass(frozen=True)
class Slot:
    """The times of one person in every session; `clinician` is None while nobody is chosen for the role.

    key: the person's id, or the role as long as the page was drawn without a person.
    """

    key: str
    role: str
    clinician: Any = None

    @property
    def role_words(self) -> str:
        if not self.role:
            return "not on the team now"
        return str(dict(CaseRole.choices).get(self.role, self.role))  # a form may send anything

    @property
    def who(self) -> str:
        return str(self.clinician) if self.clinician else self.role_words

    @property
    def arrived(self) -> str:
        return f"arrived_{self.key}"

    @property
    def left(self) -> str:
        return f"left_{self.key}"

    @property
    def there(self) -> str:
        return f"there_{self.key}"

    @property
    def names(self) -> tuple[str, str, str]:
        return self.arrived, self.left, self.there


def slots_of(recorded: CaseInput, data: QueryDict | None, people: dict[str, Any]) -> list[Slot]:
    """Whom the form asks about, usual roles first; nobody of whom times are recorded or typed is left out.

    data: what was posted, None for a fresh page. people: clinicians by id text who may be named here.
    """
    if data is None:
        team = [(str(row["role"]), row["clinician"]) for row in recorded.team or []]
        typed: list[str] = []
    else:
        team, typed = list(_typed_team(data, people)), _typed_keys(data)
    slots: dict[str, Slot] = {}
    for role in (*ALWAYS, *IF_NAMED):
        _add_role(slots, role, [person for one, person in team if one == role], typed)
    roles = {person.pk: role for role, person in reversed(team)}
    known = {**people, **_recorded_people(recorded)}
    for key in (*_recorded_people(recorded), *typed):
        if key in known and not _named(slots, known[key]):
            slots[key] = Slot(key, roles.get(known[key].pk, ""), known[key])
    return list(slots.values())


def _add_role(slots: dict[str, Slot], role: CaseRole, members: list[Any], typed: list[str]) -> None:
    """A line for each person of the role; one without a person where the role is always asked for."""
    if role in typed or (role in ALWAYS and not members):
        slots[role.value] = Slot(role.value, role.value, members[0] if members else None)
    for member in members:
        if not _named(slots, member):
            slots[str(member.pk)] = Slot(str(member.pk), role.value, member)


def _named(slots: dict[str, Slot], person: Any) -> bool:
    return any(slot.clinician == person for slot in slots.values())


def _recorded_people(recorded: CaseInput) -> dict[str, Any]:
    presences = (one for row in recorded.sessions or [] for one in row.get("presences") or [])
    return {str(one["clinician"].pk): one["clinician"] for one in presences}


def _typed_team(data: QueryDict, people: dict[str, Any]) -> Iterator[Member]:
    count = data.get("team-TOTAL_FORMS", "")
    for number in range(min(int(count), MOST_PEOPLE) if count.isdigit() else 0):
        person = people.get(data.get(f"team-{number}-clinician", ""))
        if person is not None and not data.get(f"team-{number}-DELETE"):
            yield data.get(f"team-{number}-role", ""), person


def _typed_keys(data: QueryDict) -> list[str]:
    """Keys of lines into which something was typed, in whichever session."""
    found = ((_TYPED.match(name), value) for name, value in data.items())
    return list(dict.fromkeys(match["key"] for match, value in found if match and value.strip()))


def presence_fields(slots: Iterable[Slot]) -> Iterator[tuple[str, forms.Field]]:
    """Names and fields of these lines, for every session alike."""
    for slot in slots:
        yield slot.arrived, ClockField(label=f"{slot.who}: arrived")
        yield slot.left, ClockField(label=f"{slot.who}: left")
        yield slot.there, forms.BooleanField(label="There, times not known", required=False)


def starting_presence(presences: Iterable[Row]) -> Row:
    """What is recorded, as the fields show it."""
    found: Row = {}
    for row in presences:
        slot = Slot(str(row["clinician"].pk), "", row["clinician"])
        found[slot.arrived], found[slot.left] = _clock(row["arrived_at"]), _clock(row["left_at"])
        found[slot.there] = not (row["arrived_at"] or row["left_at"])
    return found


def _clock(moment: Any) -> Any:
    return local(moment).time() if moment else None


def check_presence(form: Any, cleaned: Row, slots: Iterable[Slot]) -> None:
    """What cannot be right becomes an error of its field: reversed times, nobody to belong to, one person twice."""
    seen = set()
    for slot in slots:
        arrived, left = cleaned.get(slot.arrived), cleaned.get(slot.left)
        if arrived and left and left < arrived:
            form.add_error(
                slot.left, f"{left:%H:%M} is before {arrived:%H:%M}: nobody leaves before arriving."
            )
        if not (arrived or left or cleaned.get(slot.there)):
            continue
        if slot.clinician is None:
            form.add_error(
                slot.arrived, f"Choose the {slot.role_words.lower()} under People: whose times are these?"
            )
        elif slot.clinician in seen:
            form.add_error(slot.arrived, f"{slot.who} has a line here already.")
        seen.add(slot.clinician)


def times_typed(cleaned: Row, slots: Iterable[Slot]) -> bool:
    return any(cleaned.get(name) for slot in slots for name in (slot.arrived, slot.left))


def presence_rows(values: Row, slots: Iterable[Slot]) -> list[Row]:
    """Takes the fields of the lines out of `values` and gives them as presences {clinician, arrived_at, left_at}."""
    rows, day = [], values["date"]
    for slot in slots:
        arrived, left, there = (values.pop(name, None) for name in slot.names)
        if slot.clinician is None or not (arrived or left or there):
            continue
        moments = (at(day, time) if time and day else None for time in (arrived, left))
        rows.append(
            dict(zip(("clinician", "arrived_at", "left_at"), (slot.clinician, *moments), strict=True))
        )
    return rows
