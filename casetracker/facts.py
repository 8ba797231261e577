"""The only bridge from a case to the engine: records or typed input become a case document `srs-case/1`.

Lives here: names and shapes of the document. Reading rows is in `recorded.py`, courses and lines that come from
other records in `facts_beside.py`; what the facts mean is the engine's business. Unrecorded values are left out.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casetracker import case_fields as fields
from casetracker.case_input import CaseInput, Row, laid_over
from casetracker.choices import PresenceRule
from casetracker.facts_beside import entered_lines, other_courses
from casetracker.intake import completed, with_usual
from casetracker.models import Case, Clinician, Department
from casetracker.policy import policy_on
from casetracker.recorded import recorded_input

SCHEMA = "srs-case/1"


def case_document(case: Case) -> dict[str, Any]:
    """The case as recorded, as a JSON-ready document. The number of queries does not depend on the rows."""
    return document_and_policy(case)[0]


def document_and_policy(case: Case) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """The document, and where each policy in it comes from: key -> {value, from, reason}."""
    facts = recorded_input(case)
    policy = _policy(case.department, facts)
    return _document(case.department, facts, entered_lines(case), policy), policy


def document_from_input(case: Case | None, department: Department, typed: CaseInput) -> dict[str, Any]:
    """The document that saving `typed` would give; nothing is written. `case` is None before it is opened.

    Rows that are not saved yet are called new-1, new-2 ... until they have an identity of their own.
    """
    recorded = recorded_input(case)
    filled, _ = with_usual(typed, recorded)
    joined = laid_over(recorded, completed(filled, department=department, opening=case is None))
    lines = entered_lines(case) if case else []
    return _document(department, joined, lines, _policy(department, joined))


def service_day(facts: CaseInput, zone: str) -> date:
    """The first treatment day, else the first session's, else today in the department."""
    recorded = first_day(facts)
    return recorded or timezone.now().astimezone(ZoneInfo(zone)).date()


def first_day(facts: CaseInput) -> date | None:
    days = [row["date"] for row in facts.sessions or [] if row.get("date")]
    return facts.case.get("date_of_service") or min(days, default=None)


def _policy(department: Department, facts: CaseInput) -> dict[str, dict[str, str]]:
    return policy_on(department, facts.case.get("payer"), service_day(facts, department.time_zone))


def _document(
    department: Department, facts: CaseInput, lines: list[Row], policy: dict[str, dict[str, str]]
) -> dict[str, Any]:
    zone = ZoneInfo(department.time_zone)
    document = {
        **_course(facts),
        **_plans(facts, zone),
        "sessions": [_session(row, place, facts, zone) for place, row in _by_number(facts.sessions or [])],
        "lesions": [_lesion(row, number) for number, row in enumerate(facts.lesions or [])],
        "people": [_person(row) for row in sorted(facts.team or [], key=_role_and_person)] or None,
        "physics": _with_people({name: facts.case.get(name) for name in _PHYSICS}),
        "circumstances": {name: facts.case.get(name) for name in fields.CIRCUMSTANCES},
        "clinical": {name: facts.case.get(name) for name in _CLINICAL},
        "other_courses": other_courses(facts.other_courses or []),
        **{name: _planning_rows(name, facts) for name in fields.PLANNING_ROWS},
        "entered_lines": [_entered(line, facts) for line in lines],
        "policy": {key: held["value"] for key, held in policy.items()},
    }
    return {"schema": SCHEMA, **_plain(document, zone)}


def _planning_rows(name: str, facts: CaseInput) -> list[Row] | None:
    """Images, targets, organs or directives, as they stand; people, plans and lesions by identifier."""
    rows = []
    for row in getattr(facts, name) or []:
        plain = _with_people({column: row.get(column) for column in fields.PLANNING_ROWS[name]})
        plan, lesion = row.get("plan"), row.get("lesion")
        if plan is not None:
            plain["plan"] = row_id((facts.plans or [])[plan], plan)
        if lesion is not None:
            plain["lesion"] = _lesion_id(facts, lesion)
        rows.append(plain)
    return rows or None


def _with_people(row: Row) -> Row:
    """The row with people named as documents name them."""
    return {key: person_id(value) if isinstance(value, Clinician) else value for key, value in row.items()}


_PHYSICS = (
    "special_consult_order",
    "special_consult_report",
    "special_consult_on",
    "continuing_check",
    "continuing_check_on",
    "final_check_at",
    "final_check_by",
)


_PLANNING = (
    "clinical_plan_on",
    "simulated",
    "simulated_on",
    "localization_method",
    "localization_error_mm",
)

_CLINICAL = (
    *(name for name in fields.CLINICAL if name != "systemic_drugs"),
    "decided_on",
    "eligibility_checked_on",
    "policy_reference",
)


def _course(facts: CaseInput) -> Row:
    case, payer, machine = facts.case, facts.case.get("payer"), facts.case.get("machine")
    return {
        "date_of_service": first_day(facts),
        "payer": {"class": payer.payer_class, "profile": payer.profile} if payer else None,
        "setting": case.get("setting"),
        "off_campus": case.get("off_campus"),
        "authorization": _authorization(facts.authorizations or []),
        "modality": case.get("modality"),
        "device": machine.device if machine else None,
        "planning": {name: case.get(name) for name in _PLANNING},
        "fixation": {"type": case.get("fixation_type"), "placed_by": case.get("fixation_placed_by")},
        "planned_sessions": case.get("planned_sessions"),
    }


def _authorization(rows: list[Row]) -> Row | None:
    """The latest approval; approvals before it stay in the record."""
    if not rows:
        return None
    last = max(rows, key=lambda row: (row.get("valid_from") or date.min, row.get("number") or ""))
    codes = (last.get("codes") or "").replace(",", " ").upper().split()
    plain = {name: last.get(name) for name in ("sessions", "modality", "valid_from", "valid_to")}
    return {**plain, "codes": codes or None}


def _plans(facts: CaseInput, zone: ZoneInfo) -> Row:
    rows = [_plan(row, number, facts) for number, row in enumerate(facts.plans or [])]
    return {"plan": rows[0]} if len(rows) == 1 else {"plans": rows}


def _plan(row: Row, number: int, facts: CaseInput) -> Row:
    plain = _with_people({name: row.get(name) for name in fields.PLAN if name not in ("label", "planned_on")})
    return {
        "id": row_id(row, number),
        "lesions": [_lesion_id(facts, place) for place in row.get("lesions") or []] or None,
        "date": row.get("planned_on"),
        **plain,
    }


def _by_number(rows: list[Row]) -> list[tuple[int, Row]]:
    """Sessions with their row numbers, in the order in which they are given."""
    return sorted(enumerate(rows), key=lambda pair: pair[1]["number"])


def _role_and_person(row: Row) -> tuple[str, int]:
    return str(row["role"]), row["clinician"].pk


def _session(row: Row, number: int, facts: CaseInput, zone: ZoneInfo) -> Row:
    plans, plan, machine = facts.plans or [], row.get("plan"), row.get("machine")
    own = ("machine", *fields.DAY_TIMES, *fields.DAY_PEOPLE)
    plain = {name: row.get(name) for name in fields.SESSION if name not in own}
    doses = (row.get("doses") or {}).items()
    return {
        "id": row_id(row, number),
        **plain,
        "machine": machine.name if machine else None,
        "presence_rule": _presence_rule(machine or facts.case.get("machine")),
        "plan": row_id(plans[plan], plan) if plan is not None else None,
        "lesions": [_lesion_id(facts, place) for place in row.get("lesions") or []] or None,
        "doses_gy": {_lesion_id(facts, place): dose for place, dose in doses if dose is not None} or None,
        "present": [_presence(one) for one in sorted(row.get("presences") or [], key=_person_number)] or None,
    }


def _presence_rule(machine: Any) -> str | None:
    """Who stays during a cobalt treatment; machines of other kinds have no such rule."""
    rule = machine.presence_rule if machine else PresenceRule.NOT_COBALT
    return None if rule == PresenceRule.NOT_COBALT else rule


def _entered(line: Row, facts: CaseInput) -> Row:
    """A line may still name a lesion that was removed from the case since."""
    known = {row_id(row, number) for number, row in enumerate(facts.lesions or [])}
    return {**line, "lesions": [lesion for lesion in line["lesions"] if lesion in known]}


def _person_number(row: Row) -> int:
    return int(row["clinician"].pk)


def _presence(row: Row) -> Row:
    return {
        "person": person_id(row["clinician"]),
        "arrived_at": row.get("arrived_at"),
        "left_at": row.get("left_at"),
    }


def _lesion(row: Row, number: int) -> Row:
    return {"id": row_id(row, number), **_with_people({name: row.get(name) for name in fields.LESION})}


def _person(row: Row) -> Row:
    clinician = row["clinician"]
    return {
        "role": row["role"],
        "id": person_id(clinician),
        "name": clinician.name,
        "specialty": clinician.specialty,
        "group": clinician.group,
        **{name: row.get(name) for name in fields.TEAM},
    }


def person_id(clinician: Any) -> str:
    """What documents call a clinician: the NPI, or a number of our own for people who bill nothing."""
    return clinician.npi or f"clinician-{clinician.pk}"


def row_id(row: Row, number: int) -> str:
    return row.get("uuid") or f"new-{number + 1}"


def _lesion_id(facts: CaseInput, place: int) -> str:
    return row_id((facts.lesions or [])[place], place)


def _plain(value: Any, zone: ZoneInfo) -> Any:
    """JSON-ready: unrecorded entries left out, moments in the department's zone, exact numbers."""
    if isinstance(value, dict):
        kept = {key: _plain(entry, zone) for key, entry in value.items()}
        return {key: entry for key, entry in kept.items() if entry not in (None, "", {})}
    if isinstance(value, list | tuple):
        return [_plain(entry, zone) for entry in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, str):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
