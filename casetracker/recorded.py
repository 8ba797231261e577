"""Reads a saved case back in the shape of a form (`CaseInput`), with a fixed number of queries. Writes nothing."""

from typing import Any

from django.db.models import Prefetch

from casetracker import case_fields as fields
from casetracker.case_input import CaseInput, Row
from casetracker.models import Case, CaseClinician, Lesion, Plan, SessionLesion, SessionPresence


def recorded_input(case: Case | None) -> CaseInput:
    """Everything recorded in the case, removed rows left out; an empty input for a case that does not exist yet.

    Nine queries, however many rows there are; three more when linked courses exist.
    """
    if case is None:
        return CaseInput(lesions=[], plans=[], sessions=[], team=[], authorizations=[], other_courses=[])
    lesions = list(case.lesions.filter(removed_at=None).select_related("surgeon"))
    places = {lesion.pk: number for number, lesion in enumerate(lesions)}
    plans = list(
        case.plans.filter(removed_at=None).select_related("approved_by").prefetch_related(_ids_of_lesions())
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
    )


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
        .select_related("machine")
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
