"""Entries that are probably mistakes: dates reversed, sessions before the approval, odd doses and sizes. Pure.

Works on a complete `CaseInput` (see `laid_over`), so that the form before saving and the saved case are judged alike.
`stop`: cannot be right and is refused by the form; `warn`: shown beside the field, and saved if the person wants.
What a value means for codes is the engine's business.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from casetracker.case_input import CaseInput, Row
from casetracker.choices import Diagnosis, Fixation, Localization, SessionStatus

STOP, WARN = "stop", "warn"
NOT_YET = "This time has not come yet. Check the day and the time."
LARGE_MM, LARGE_GY, SESSION_GY = Decimal(100), Decimal(90), Decimal(30)
EARLIEST = date(2000, 1, 1)
CASE_ORDER = (
    ("referred_on", "Referred on"),
    ("consulted_on", "Consultation on"),
    ("decided_on", "Decided on"),
    ("clinical_plan_on", "Clinical planning note on"),
    ("simulated_on", "Simulated on"),
    ("date_of_service", "Date of service"),
    ("follow_up_on", "First follow-up on"),
)


class Remark(NamedTuple):
    """One doubt. `path` names the field as in the case document: `sessions[2].date`, `lesions[L1].label`."""

    path: str
    message: str
    severity: str = WARN


def remarks(facts: CaseInput, zone: str) -> list[Remark]:
    """Every doubt about these facts, in the order of the page; empty when nothing looks wrong."""
    tz = ZoneInfo(zone)
    return [
        *_case_dates(facts.case),
        *_simulation(facts.case),
        *_localization(facts.case),
        *_lesions(facts),
        *_plans(facts, tz),
        *_sessions(facts, tz),
        *_counts(facts),
        *_people(facts),
        *_authorizations(facts),
    ]


def stops(facts: CaseInput, zone: str) -> list[Remark]:
    return [remark for remark in remarks(facts, zone) if remark.severity == STOP]


def date_remarks(case: Any) -> list[Remark]:
    """Doubts about the clinical dates of a recorded case alone, for a page that changes only them."""
    return list(_case_dates({name: getattr(case, name) for name, _ in CASE_ORDER}))


def _case_dates(case: Row) -> Iterator[Remark]:
    dated = [(name, label, case[name]) for name, label in CASE_ORDER if case.get(name)]
    for (_, label, earlier), (name, later_label, later) in pairwise(dated):
        if later < earlier:
            yield Remark(
                name, f"{later_label} ({later}) lies before “{label.lower()}” ({earlier}). Check both dates."
            )
    for name, label, day in dated:
        if day < EARLIEST:
            yield Remark(name, f"{label}: {day} is before 2000. Check the year.", STOP)


def _simulation(case: Row) -> Iterator[Remark]:
    """A recorded day and the answer that there was none cannot both be right."""
    day = case.get("simulated_on")
    if day and case.get("simulated") is False:
        yield Remark(
            "planning.simulated",
            f"Not simulated, but simulated on {day}: answer yes, or clear the day.",
            STOP,
        )


def _localization(case: Row) -> Iterator[Remark]:
    fixed = case.get("fixation_type")
    unframed = fixed not in (None, "", Fixation.INVASIVE_FRAME)
    if unframed and case.get("localization_method") == Localization.FRAME_FIDUCIALS:
        yield Remark(
            "planning.localization_method",
            f"Localized by fiducials of a head frame, but the fixation is “{Fixation(fixed).label}”. Check both.",
        )


def _lesions(facts: CaseInput) -> Iterator[Remark]:
    rows = facts.lesions or []
    labels = [row["label"].strip().casefold() for row in rows]
    treated = {place for row in facts.sessions or [] for place in row.get("lesions") or []}
    for place, row in enumerate(rows):
        path = f"lesions[{row['label']}]"
        if labels.index(labels[place]) != place:
            yield Remark(
                f"{path}.label",
                f"Two lesions are called {row['label']}. Documents could not tell them apart.",
                STOP,
            )
        yield from _lesion(path, row)
        if treated and place not in treated:
            yield Remark(
                f"{path}.label",
                f"{row['label']} is treated in no session. Tick it in a session, or remove the lesion.",
            )


def _lesion(path: str, row: Row) -> Iterator[Remark]:
    size, dose, volume = row.get("max_dimension_mm"), row.get("dose_gy"), row.get("volume_cc")
    if size is not None and size <= 0:
        yield Remark(f"{path}.max_dimension_mm", "A lesion is larger than 0 mm. Clear the field.", STOP)
    elif size is not None and size > LARGE_MM:
        yield Remark(f"{path}.max_dimension_mm", f"{size} mm is very large. Was it meant in tenths?")
    elif size is not None and size < 2 and row.get("diagnosis") != Diagnosis.FUNCTIONAL:
        yield Remark(f"{path}.max_dimension_mm", f"{size} mm is very small. Was it meant in centimetres?")
    if size and volume and volume > _sphere_cc(size) * Decimal("1.1"):
        yield Remark(
            f"{path}.volume_cc",
            f"{volume} cc does not fit into a largest dimension of {size} mm. Check both.",
        )
    if dose is not None and dose > LARGE_GY and row.get("diagnosis") != Diagnosis.FUNCTIONAL:
        yield Remark(f"{path}.dose_gy", f"{dose} Gy is unusual for this target. Was it meant in cGy?")
    measured, found = row.get("measured_on"), row.get("found_on")
    if measured and found and measured < found:
        yield Remark(f"{path}.measured_on", "Measured before it was found. Check both dates.")


def _sphere_cc(size_mm: Decimal) -> Decimal:
    """No lesion is larger than the ball of its largest dimension."""
    return Decimal("0.5236") * size_mm**3 / 1000


def _plans(facts: CaseInput, zone: ZoneInfo) -> Iterator[Remark]:
    simulated = facts.case.get("simulated_on")
    for row, path in _plan_paths(facts):
        planned, approved = row.get("planned_on"), row.get("approved_at")
        if planned and simulated and planned < simulated:
            yield Remark(f"{path}.date", f"Planned on {planned}, before the simulation of {simulated}.")
        if planned and approved and approved.astimezone(zone).date() < planned:
            yield Remark(f"{path}.approved_at", f"Approved before it was planned on {planned}.")


def _plan_paths(facts: CaseInput) -> Iterator[tuple[Row, str]]:
    rows = facts.plans or []
    for place, row in enumerate(rows):
        yield row, "plan" if len(rows) == 1 else f"plans[{place + 1}]"


def _sessions(facts: CaseInput, zone: ZoneInfo) -> Iterator[Remark]:
    rows = facts.sessions or []
    numbers = [row["number"] for row in rows]
    for place, row in enumerate(rows):
        path = f"sessions[{row['number']}]"
        if numbers.index(row["number"]) != place:
            yield Remark(f"{path}.number", f"Two sessions have the number {row['number']}.", STOP)
        yield from _session_times(path, row, zone)
        yield from _session_order(path, row, rows)
        yield from _before_approval(path, row, facts, zone)
        yield from _session_doses(path, row, facts)


def _session_times(path: str, row: Row, zone: ZoneInfo) -> Iterator[Remark]:
    named = (("started_at", "the start"), ("beam_on_at", "the first beam"), ("ended_at", "the end"))
    times = [(name, said, row[name]) for name, said in named if row.get(name)]
    for (_, said, earlier), (name, later_said, later) in pairwise(times):
        if later < earlier:
            yield Remark(f"{path}.{name}", f"Session {row['number']}: {later_said} lies before {said}.", STOP)
    for name, said, moment in times:
        if row.get("date") and moment.astimezone(zone).date() != row["date"]:
            yield Remark(f"{path}.{name}", f"Session {row['number']}: {said} is not on {row['date']}.")
    for presence in row.get("presences") or []:
        arrived, left = presence.get("arrived_at"), presence.get("left_at")
        if arrived and left and left < arrived:
            yield Remark(f"{path}.present", f"{presence['clinician']} left before arriving.", STOP)


def _session_order(path: str, row: Row, rows: list[Row]) -> Iterator[Remark]:
    earlier = [r for r in rows if r["number"] < row["number"] and r.get("date") and row.get("date")]
    later_day = next((r for r in earlier if r["date"] > row["date"]), None)
    if later_day:
        yield Remark(
            f"{path}.date",
            f"Session {row['number']} ({row['date']}) lies before session {later_day['number']} "
            f"({later_day['date']}).",
        )
    if row.get("status") in (SessionStatus.DELIVERED, SessionStatus.PARTIAL) and not row.get("date"):
        yield Remark(f"{path}.date", f"Session {row['number']} was delivered: on which day?")


def _before_approval(path: str, row: Row, facts: CaseInput, zone: ZoneInfo) -> Iterator[Remark]:
    approved = _approved_at(row, facts)
    if approved is None:
        return
    beam = row.get("beam_on_at") or row.get("started_at")
    too_early = beam < approved if beam else _day_before(row.get("date"), approved, zone)
    if too_early:
        shown = approved.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        yield Remark(
            f"{path}.{'beam_on_at' if row.get('beam_on_at') else 'date'}",
            f"Session {row['number']} lies before the plan approval ({shown}). "
            "Treatment without an approved plan cannot be billed; check both entries.",
        )


def _approved_at(row: Row, facts: CaseInput) -> datetime | None:
    plans = facts.plans or []
    place = row.get("plan") if row.get("plan") is not None else (0 if len(plans) == 1 else None)
    return plans[place].get("approved_at") if place is not None else None


def _day_before(day: date | None, moment: datetime, zone: ZoneInfo) -> bool:
    return day is not None and day < moment.astimezone(zone).date()


def _session_doses(path: str, row: Row, facts: CaseInput) -> Iterator[Remark]:
    lesions, treated = facts.lesions or [], set(row.get("lesions") or [])
    for place, dose in (row.get("doses") or {}).items():
        label = lesions[place]["label"]
        if place not in treated:
            yield Remark(f"{path}.lesions", f"{label} has a dose but is not ticked as treated.")
        if dose is not None and dose > SESSION_GY and lesions[place].get("diagnosis") != Diagnosis.FUNCTIONAL:
            yield Remark(f"{path}.doses_gy", f"{label}: {dose} Gy in one session. Was it meant in cGy?")


def _counts(facts: CaseInput) -> Iterator[Remark]:
    planned, rows = facts.case.get("planned_sessions"), facts.sessions or []
    if planned and len(rows) > planned:
        yield Remark(
            "planned_sessions", f"{len(rows)} sessions are entered, {planned} planned. Check the number."
        )
    first = min((row["date"] for row in rows if row.get("date")), default=None)
    service = facts.case.get("date_of_service")
    if first and service and first != service:
        yield Remark("date_of_service", f"The first session is on {first}, the date of service is {service}.")


def _people(facts: CaseInput) -> Iterator[Remark]:
    for row in facts.team or []:
        delivered = any(session.get("status") == SessionStatus.DELIVERED for session in facts.sessions or [])
        named = [p for s in facts.sessions or [] for p in s.get("presences") or []]
        here = any(presence["clinician"] == row["clinician"] for presence in named)
        if delivered and named and row.get("present_delivery") is False and here:
            yield Remark(
                f"people[{row['role']}].present_delivery",
                f"{row['clinician']} is listed as present at a session, and as not present at delivery.",
            )


def _authorizations(facts: CaseInput) -> Iterator[Remark]:
    for place, row in enumerate(facts.authorizations or [], 1):
        start, end, service = row.get("valid_from"), row.get("valid_to"), facts.case.get("date_of_service")
        if start and end and end < start:
            yield Remark(f"authorization[{place}].valid_to", "The approval ends before it begins.", STOP)
        elif service and ((start and service < start) or (end and service > end)):
            yield Remark(
                f"authorization[{place}].valid_from",
                f"The approval {row.get('number') or ''} does not cover {service}.",
            )
