"""Who takes part and in which role: surgeon, radiation oncologist, or one person in both (rules PHY-*, SUR-19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from checklists.engine.case import CaseFacts, OtherCourse, Person, Session
from checklists.engine.course import Course
from checklists.engine.policy import Resolved
from checklists.engine.values import Missing, Value

SURGEON: Final = "neurosurgeon"
ONCOLOGIST: Final = "radiation_oncologist"
BASE_CODES: Final = ("61796", "61798", "63620")
GLOBAL_DAYS: Final = timedelta(days=90)
_ROLE_OF_SPECIALTY: Final = {
    "radiation_oncology": ONCOLOGIST,
    "neurosurgery": SURGEON,
    "otolaryngology": SURGEON,
}


@dataclass(frozen=True, slots=True)
class Team:
    """The reporting physicians; None when nobody is named in the role."""

    surgeon: Person | None
    oncologist: Person | None
    facts: dict[str, Value]

    def person(self, performer: str) -> Person | None:
        """The person behind a performer word; None for the facility and for roles nobody fills."""
        return {SURGEON: self.surgeon, ONCOLOGIST: self.oncologist}.get(performer)


def read_team(case: CaseFacts, course: Course, policies: dict[str, Resolved]) -> Team:
    """The team of a case with all facts about it."""
    people = case.people or ()
    surgeons = _in_role(people, SURGEON)
    oncologists = _in_role(people, ONCOLOGIST)
    surgeon, oncologist = _first(surgeons), _first(oncologists)
    both = bool(surgeon and oncologist and surgeon.id and surgeon.id == oncologist.id)
    role = _single_role([p for p in people if surgeon and p.id == surgeon.id]) if both else None
    wanted = Missing((f"people[{SURGEON}].documented_role",))
    settled: Value = role or wanted
    facts: dict[str, Value] = {
        "surgeon.named": bool(surgeon),
        "surgeon.several": len(_surgeons(case, surgeons)) > 1,
        "surgeon.in_surgeon_role": _takes(both, settled, SURGEON),
        "surgeon.present_planning": _planning(surgeon),
        "surgeon.present_delivery": _delivery(surgeon, course, str(policies["surgeon_presence"].value)),
        "surgeon.usual_specialty": _usual(surgeon, policies["surgeon_specialties"].value),
        "oncologist.named": bool(oncologist) or Missing((f"people[{ONCOLOGIST}]",)),
        "oncologist.present_delivery": _oncologist_there(oncologist),
        "oncologist.in_oncologist_role": _takes(both, settled, ONCOLOGIST),
        "one_person_both_roles": both,
        "one_person_role_documented": not both or _documented(people) or wanted,
    }
    if case.people is None:
        facts = dict.fromkeys(facts, Missing(("people",)))
    facts["surgeon.reports"] = _all(facts, "surgeon")
    facts["oncologist.reports"] = _all(facts, "oncologist")
    facts.update(_earlier(case, surgeon, course.first_day))
    return Team(surgeon, oncologist, facts)


def _in_role(people: tuple[Person, ...], role: str) -> list[Person]:
    return sorted((person for person in people if person.role == role), key=lambda person: person.id or "")


def _surgeons(case: CaseFacts, named: list[Person]) -> set[str | None]:
    """The surgeons on the case and, where all have identifiers, those of its lesions (SIT-26)."""
    ids = {person.id for person in named}
    return ids if None in ids or not ids else ids | {x.surgeon for x in case.lesions if x.surgeon}


def _first(people: list[Person]) -> Person | None:
    return people[0] if people else None


def _single_role(entries: list[Person]) -> str | None:
    """The documented role of one person in both roles, else the role of the specialty (PHY-03)."""
    documented = next((p.documented_role for p in entries if p.documented_role), None)
    if documented in (SURGEON, ONCOLOGIST):
        return documented
    return next((_ROLE_OF_SPECIALTY[p.specialty] for p in entries if p.specialty in _ROLE_OF_SPECIALTY), None)


def _documented(people: tuple[Person, ...]) -> bool:
    return any(person.documented_role in (SURGEON, ONCOLOGIST) for person in people)


def _takes(both: bool, settled: Value, role: str) -> Value:
    if not both:
        return True
    return settled if isinstance(settled, Missing) else settled == role


def _planning(surgeon: Person | None) -> Value:
    if surgeon is None or surgeon.present_planning is None:
        return Missing((f"people[{SURGEON}].present_planning",))
    return surgeon.present_planning


def _delivery(surgeon: Person | None, course: Course, policy: str) -> Value:
    """Presence at delivery: at any session, at the first, or at every one, as the policy says."""
    asked = Missing((f"people[{SURGEON}].present_delivery",))
    if surgeon is None or surgeon.present_delivery is False:
        return False if surgeon else asked
    given = [session for day in course.days for session in day.sessions if session.status != "planned"]
    if policy == "any" or len(given) < 2:
        seen = any(_was_there(surgeon, session) for session in given)
        return True if surgeon.present_delivery or seen else asked
    wanted = given[:1] if policy == "first" else given
    silent = tuple(f"sessions[{s.name}].present" for s in wanted if not s.present)
    absent = any(s.present and not _was_there(surgeon, s) for s in wanted)
    return False if absent else Missing(silent) if silent else True


def _oncologist_there(oncologist: Person | None) -> Value:
    """Own involvement in treatment, as management asks for it (MGT-08)."""
    if oncologist is None or oncologist.present_delivery is None:
        return Missing((f"people[{ONCOLOGIST}].present_delivery",))
    return oncologist.present_delivery


def _was_there(person: Person, session: Session) -> bool:
    return any(presence.person == person.id for presence in session.present)


def _usual(surgeon: Person | None, accepted: object) -> Value:
    if surgeon is None or surgeon.specialty is None:
        return Missing((f"people[{SURGEON}].specialty",))
    return surgeon.specialty in (accepted if isinstance(accepted, tuple) else (accepted,))


def _all(facts: dict[str, Value], who: str) -> Value:
    role = "surgeon" if who == "surgeon" else "oncologist"
    names = [f"{who}.named", f"{who}.in_{role}_role"]
    if who == "surgeon":
        names += ["surgeon.present_planning", "surgeon.present_delivery"]
    values = [facts[name] for name in names]
    if any(value is False for value in values):
        return False
    paths = tuple(path for value in values if isinstance(value, Missing) for path in value.paths)
    return Missing(tuple(dict.fromkeys(paths))) if paths else True


def _earlier(case: CaseFacts, surgeon: Person | None, first_day: date | None) -> dict[str, Value]:
    """A base code of the same surgeon or group in the 90 days before this course (SIT-06, SIT-07)."""
    for place, course in enumerate(case.other_courses if surgeon and first_day else (), 1):
        if _same_surgeon(course, surgeon) and _within_global_period(course, first_day):
            asked = Missing((f"other_courses[#{place}].relation",))
            return {
                "course.earlier_surgeon_base": True,
                "course.earlier_relation": course.relation or asked,
            }
    return {"course.earlier_surgeon_base": False, "course.earlier_relation": "none"}


def _same_surgeon(course: OtherCourse, surgeon: Person | None) -> bool:
    if surgeon is None:
        return False
    same_person = surgeon.id is not None and course.surgeon == surgeon.id
    return same_person or (surgeon.group is not None and course.group == surgeon.group)


def _within_global_period(course: OtherCourse, first_day: date | None) -> bool:
    days = [line.date for line in course.lines if line.code in BASE_CODES]
    days = days if course.lines else [course.started_on]
    return any(day and first_day and timedelta(0) < first_day - day <= GLOBAL_DAYS for day in days)
