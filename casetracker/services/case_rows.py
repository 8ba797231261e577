"""Writes the rows of a case: only what changed, in bulk, with statements that do not grow with the lesions.

A part of the case services: no permission is checked and no history written here. Rows keep their identity
(`uuid`); a row that is gone from the input gets `removed_at`.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model
from django.utils import timezone

from casetracker import case_fields as fields
from casetracker.case_input import CaseInput, Row
from casetracker.errors import Refused
from casetracker.models import (
    Authorization,
    Case,
    CaseClinician,
    Directive,
    ImageSet,
    Lesion,
    OrganAtRisk,
    OtherCourse,
    Plan,
    SessionLesion,
    SessionPresence,
    Target,
    TreatmentSession,
)

OUT_OF_THE_WAY = 1000  # session numbers step aside by this much while they change places


def write_rows(case: Case, before: CaseInput, after: CaseInput) -> None:
    """Bring lesions, plans, sessions, people, authorizations and other courses from `before` to `after`."""
    lesions = _write(Lesion, case, before.lesions, after.lesions, fields.LESION, placed=True)
    plans = _write(Plan, case, before.plans, after.plans, fields.PLAN, placed=True)
    _check_session_numbers(after.sessions or [])
    sessions_before = [
        {**row, "plan": _at(plans, row["plan"], before.plans)} for row in before.sessions or []
    ]
    sessions_after = [{**row, "plan": _nth(plans, row.get("plan"))} for row in after.sessions or []]
    _step_aside(case, before.sessions or [], after.sessions or [])
    names = (*fields.SESSION, "plan")
    sessions = _write(TreatmentSession, case, sessions_before, sessions_after, names, placed=False)
    _write_coverage(plans, after.plans or [], lesions)
    _write_treated(sessions, after.sessions or [], lesions)
    _write_presences(sessions, after.sessions or [])
    _write_team(case, before.team or [], after.team or [])
    _write(
        Authorization, case, before.authorizations, after.authorizations, fields.AUTHORIZATION, placed=False
    )
    _write(OtherCourse, case, before.other_courses, after.other_courses, fields.OTHER_COURSE, placed=False)
    _write_planning(case, before, after, {"plan": plans, "lesion": lesions})


_PLANNING: dict[str, type[Model]] = {
    "images": ImageSet,
    "targets": Target,
    "organs": OrganAtRisk,
    "directives": Directive,
}


def _write_planning(case: Case, before: CaseInput, after: CaseInput, records: dict[str, list[Any]]) -> None:
    """Images, targets, organs and directives, pointing to the written plans and lesions."""
    olds = {"plan": before.plans, "lesion": before.lesions}
    for name, model in _PLANNING.items():
        pointers = fields.POINTING.get(name, ())
        old = [
            {**row, **{p: _at(records[p], row[p], olds[p]) for p in pointers}}
            for row in getattr(before, name) or []
        ]
        new = [
            {**row, **{p: _nth(records[p], row.get(p)) for p in pointers}}
            for row in getattr(after, name) or []
        ]
        _write(model, case, old, new, (*fields.PLANNING_ROWS[name], *pointers), placed=False)


def clean(record: Any, called: str, names: Iterable[str]) -> None:
    """Check these columns without a query per row; `Refused` names the row and says what is wrong."""
    wanted = {name for name in names if not record._meta.get_field(name).is_relation}
    others = [field.name for field in record._meta.fields if field.name not in wanted]
    try:
        record.clean_fields(exclude=others)
    except ValidationError as problem:
        raise Refused(in_words(record, called, problem)) from None


def in_words(record: Any, called: str, problem: ValidationError) -> str:
    said = [
        f"{record._meta.get_field(name).verbose_name}: {' '.join(messages)}"
        for name, messages in problem.message_dict.items()
    ]
    return f"{called}: {' '.join(said)}"


def settled(model: type[Model], name: str, value: Any) -> Any:
    """The value as the column stores it: unrecorded text is empty, a missing value takes the column's default."""
    field = model._meta.get_field(name)
    if value is None and not field.null:
        return field.get_default()
    return value if field.is_relation else field.to_python(value)


def _write(
    model: Any, case: Case, before: list[Row] | None, after: list[Row] | None, names: Any, *, placed: bool
) -> list[Any]:
    """Upsert the rows and return one record per row of `after`, in order, each with its id."""
    known = {row["pk"]: (place, row) for place, row in enumerate(before or [])}
    records, new, changed, columns = [], [], [], set()
    for place, row in enumerate(after or []):
        record = _record(model, case, row, names, place if placed else None)
        records.append(record)
        if record.pk is None:
            clean(record, _called(record, place), names)
            new.append(record)
            continue
        differing = _differing(record, *known[record.pk], names, placed)
        if differing:
            clean(record, _called(record, place), differing)
            changed.append(record)
            columns |= differing
    gone = set(known) - {record.pk for record in records}
    if gone:
        model.objects.filter(pk__in=gone).update(removed_at=timezone.now())
    model.objects.bulk_create(new)
    if changed:
        model.objects.bulk_update(changed, sorted(columns))
    return records


def _record(model: Any, case: Case, row: Row, names: Any, place: int | None) -> Any:
    values = {name: settled(model, name, row.get(name)) for name in names}
    if place is not None:
        values["position"] = place
    if hasattr(model, "uuid"):
        values["uuid"] = row.get("uuid") or uuid.uuid4()
    return model(pk=row.get("pk"), case=case, **values)


def _differing(record: Any, place: int, row: Row, names: Any, placed: bool) -> set[str]:
    differing = {name for name in names if getattr(record, name) != row.get(name)}
    if placed and record.position != place:
        differing.add("position")
    return differing


def _called(record: Any, place: int) -> str:
    """What a message calls this row."""
    if isinstance(record, TreatmentSession):
        return f"Session {record.number}"
    kind = str(record._meta.verbose_name).capitalize()
    return f"{kind} {getattr(record, 'label', '') or place + 1}"


def _nth(records: list[Any], place: int | None) -> Any:
    return records[place] if place is not None else None


def _at(records: list[Any], place: int | None, before: list[Row] | None) -> Any:
    """The plan (or lesion) record that a recorded row points to, if it still exists."""
    if place is None:
        return None
    pk = (before or [])[place]["pk"]
    return next((record for record in records if record.pk == pk), None)


def _check_session_numbers(rows: list[Row]) -> None:
    numbers = [row["number"] for row in rows]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        raise Refused(f"Two sessions have the number {twice[0]}. Give each session a number of its own.")


def _step_aside(case: Case, before: list[Row], after: list[Row]) -> None:
    """Free the numbers of rows that are renumbered or removed, so that sessions can change places."""
    now = {row["pk"]: row["number"] for row in after if row["pk"]}
    moving = [row["pk"] for row in before if now.get(row["pk"], row["number"]) != row["number"]]
    gone = [row["pk"] for row in before if row["pk"] not in now]
    if gone:
        case.sessions.filter(pk__in=gone).update(removed_at=timezone.now())
    if moving:
        case.sessions.filter(pk__in=moving).update(number=F("number") + OUT_OF_THE_WAY)


def _write_coverage(plans: list[Plan], rows: list[Row], lesions: list[Lesion]) -> None:
    """Which plan covers which lesions."""
    link = Plan.lesions.through
    wanted = {
        (plan.pk, lesions[place].pk)
        for plan, row in zip(plans, rows, strict=True)
        for place in row.get("lesions") or []
    }
    stored = link.objects.filter(plan__in=plans, lesion__in=lesions).values_list("plan_id", "lesion_id", "id")
    found = {(plan, lesion): pk for plan, lesion, pk in stored}
    _delete(link, [pk for pair, pk in found.items() if pair not in wanted])
    link.objects.bulk_create(
        link(plan_id=plan, lesion_id=lesion) for plan, lesion in sorted(wanted - set(found))
    )


def _write_treated(sessions: list[TreatmentSession], rows: list[Row], lesions: list[Lesion]) -> None:
    """Which lesion was treated in which session, with which dose."""
    wanted = {
        (session.pk, lesions[place].pk): (row.get("doses") or {}).get(place)
        for session, row in zip(sessions, rows, strict=True)
        for place in row.get("lesions") or []
    }
    stored = list(SessionLesion.objects.filter(session__in=sessions, lesion__in=lesions))
    found = {(row.session_id, row.lesion_id): row for row in stored}
    _delete(SessionLesion, [row.pk for pair, row in found.items() if pair not in wanted])
    changed = [row for pair, row in found.items() if pair in wanted and row.dose_gy != wanted[pair]]
    for row in changed:
        row.dose_gy = wanted[row.session_id, row.lesion_id]
    new = [
        SessionLesion(session_id=session, lesion_id=lesion, dose_gy=dose)
        for (session, lesion), dose in wanted.items()
        if (session, lesion) not in found
    ]
    for row in (*changed, *new):
        clean(row, "Dose of a session", ("dose_gy",))
    SessionLesion.objects.bulk_update(changed, ["dose_gy"])
    SessionLesion.objects.bulk_create(new)


def _write_presences(sessions: list[TreatmentSession], rows: list[Row]) -> None:
    """Who was present at which session, from when to when."""
    wanted = {
        (session.pk, presence["clinician"].pk): (presence.get("arrived_at"), presence.get("left_at"))
        for session, row in zip(sessions, rows, strict=True)
        for presence in row.get("presences") or []
    }
    found = {
        (row.session_id, row.clinician_id): row
        for row in SessionPresence.objects.filter(session__in=sessions)
    }
    _delete(SessionPresence, [row.pk for pair, row in found.items() if pair not in wanted])
    changed = []
    for pair, row in found.items():
        if pair in wanted and (row.arrived_at, row.left_at) != wanted[pair]:
            row.arrived_at, row.left_at = wanted[pair]
            changed.append(row)
    SessionPresence.objects.bulk_update(changed, ["arrived_at", "left_at"])
    SessionPresence.objects.bulk_create(
        SessionPresence(session_id=pair[0], clinician_id=pair[1], arrived_at=times[0], left_at=times[1])
        for pair, times in wanted.items()
        if pair not in found
    )


def _write_team(case: Case, before: list[Row], after: list[Row]) -> None:
    """People have no removed rows of their own: who left the case stands in the revision."""

    def keyed(rows: list[Row]) -> dict[tuple[str, int], Row]:
        return {(row["role"], row["clinician"].pk): row for row in rows}

    old, new = keyed(before), keyed(after)
    _delete(CaseClinician, [row["pk"] for pair, row in old.items() if pair not in new])
    added, changed = [], []
    for pair, row in new.items():
        values = {name: settled(CaseClinician, name, row.get(name)) for name in fields.TEAM}
        record = CaseClinician(
            pk=old[pair]["pk"] if pair in old else None,
            case=case,
            role=row["role"],
            clinician=row["clinician"],
            **values,
        )
        clean(record, str(row["clinician"]), ("role", *fields.TEAM))
        if record.pk is None:
            added.append(record)
        elif any(old[pair].get(name) != value for name, value in values.items()):
            changed.append(record)
    CaseClinician.objects.bulk_update(changed, list(fields.TEAM))
    CaseClinician.objects.bulk_create(added)


def _delete(model: Any, ids: list[int]) -> None:
    if ids:
        model.objects.filter(pk__in=ids).delete()
