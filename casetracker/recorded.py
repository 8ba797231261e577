"""Reads a saved case back in the shape of a form (`CaseInput`), with a fixed number of queries. Writes nothing."""

from typing import Any

from django.db.models import Prefetch

from casetracker import case_fields as fields
from casetracker.case_input import CaseInput, Row
from casetracker.models import Case, CaseClinician, Lesion, Plan, SessionLesion, SessionPresence

_SECTIONS = ("lesions", "plans", "sessions", "team", "authorizations", "other_courses")
_PEOPLE = {"targets": ("approved_by",), "directives": ("signed_by",)}


def recorded_input(case: Case | None) -> CaseInput:
    """Everything recorded in the case, removed rows left out; an empty input for a case that does not exist yet.

    Thirteen queries, however many rows there are; three more when linked courses exist.
    """
    if case is None:
        nothing: dict[str, list[Row]] = {name: [] for name in (*_SECTIONS, *fields.PLANNING_ROWS)}
        return CaseInput(**nothing)
    lesions = list(case.lesions.filter(removed_at=None).select_related("surgeon", "prescribed_by"))
    places = {lesion.pk: number for number, lesion in enumerate(lesions)}
    plans = list(
        case.plans.filter(removed_at=None)
        .select_related(*fields.PLAN_PEOPLE)
        .prefetch_related(_ids_of_lesions())
    )
    plan_places = {plan.pk: number for number, plan in enumerate(plans)}
    return CaseInput(
        case=_values(case, fields.CASE),
        lesions=[_uuid_row(lesion, fields.LESION) for lesion in lesions],
        plans=[_plan_row(plan, places) for plan in plans],
        sessions=[_session_row(session, places, plan_places) for session in _sessions(case)],
        team=[_team_row(member) for member in case.team.select_related("clinician").order_by("role", "id")],
        authorizations=_id_rows(
            case.authorizations.filter(removed_at=None).order_by("id"), fields.AUTHORIZATION
        ),
        other_courses=_id_rows(
            case.other_courses.filter(removed_at=None).select_related("linked").order_by("id"),
            fields.OTHER_COURSE,
        ),
        **{
            name: _planning_rows(case, name, {"plan": plan_places, "lesion": places})
            for name in fields.PLANNING_ROWS
        },
    )


def _planning_rows(case: Case, name: str, places: dict[str, dict[int, int]]) -> list[Row]:
    """Images, targets, organs or directives; those of a removed plan or lesion are gone with it."""
    records = getattr(case, name).filter(removed_at=None).select_related(*_PEOPLE.get(name, (None,)))
    rows = []
    for record in records.order_by("id"):
        points = {pointer: getattr(record, f"{pointer}_id") for pointer in fields.POINTING.get(name, ())}
        if all(key is None or key in places[pointer] for pointer, key in points.items()):
            at = {pointer: places[pointer].get(key) for pointer, key in points.items()}
            rows.append(
                {"id": record.pk, "pk": record.pk, **_values(record, fields.PLANNING_ROWS[name]), **at}
            )
    return rows


def _values(record: Any, names: tuple[str, ...]) -> Row:
    return {name: getattr(record, name) for name in names}


def _uuid_row(record: Any, names: tuple[str, ...]) -> Row:
    return {"uuid": str(record.uuid), "pk": record.pk, **_values(record, names)}


def _id_rows(records: Any, names: tuple[str, ...]) -> list[Row]:
    return [{"id": record.pk, "pk": record.pk, **_values(record, names)} for record in records]


def _ids_of_lesions() -> Prefetch:
    return Prefetch("lesions", queryset=Lesion.objects.only("id"), to_attr="covered")


def _plan_row(plan: Plan, places: dict[int, int]) -> Row:
    covered = sorted(places[lesion.pk] for lesion in plan.covered if lesion.pk in places)
    return {**_uuid_row(plan, fields.PLAN), "lesions": covered}


def _sessions(case: Case) -> Any:
    return (
        case.sessions.filter(removed_at=None)
        .select_related("machine", *fields.DAY_PEOPLE)
        .prefetch_related(
            Prefetch("treated", queryset=SessionLesion.objects.order_by("id")),
            Prefetch(
                "presences", queryset=SessionPresence.objects.select_related("clinician").order_by("id")
            ),
        )
    )


def _session_row(session: Any, places: dict[int, int], plan_places: dict[int, int]) -> Row:
    treated = [row for row in session.treated.all() if row.lesion_id in places]
    return {
        **_uuid_row(session, fields.SESSION),
        "plan": plan_places.get(session.plan_id),
        "lesions": sorted(places[row.lesion_id] for row in treated),
        "doses": {places[row.lesion_id]: row.dose_gy for row in treated if row.dose_gy is not None},
        "presences": [
            _values(row, ("clinician", "arrived_at", "left_at")) for row in session.presences.all()
        ],
    }


def _team_row(member: CaseClinician) -> Row:
    return {"pk": member.pk, **_values(member, ("clinician", "role", *fields.TEAM))}
