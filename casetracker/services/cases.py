"""Opening a case, saving its facts, confirming template values, clinical-state dates and halts."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone

from casetracker import case_fields, permissions, workflow
from casetracker.case_input import CaseInput, laid_over
from casetracker.choices import Halt, PacketStatus, Stream
from casetracker.comparison import comparison
from casetracker.differences import Difference, difference, shown, watched
from casetracker.errors import Refused, Stale, WrongState
from casetracker.intake import completed, from_template, with_usual
from casetracker.models import Case, CaseTemplate, Department, User
from casetracker.recorded import recorded_input
from casetracker.selectors.open_cases import open_cases
from casetracker.services import evaluation, queueing
from casetracker.services.bulk import allow_wide_statements
from casetracker.services.case_rows import clean, settled, write_rows
from casetracker.services.hand_overs import follow_facts
from casetracker.services.history import service, write_revision
from casetracker.services.patients import known_or_new, next_number, told_identity


@service("case.opened")
def open_case(
    *,
    by: User,
    department: Department,
    patient: dict[str, Any],
    data: CaseInput,
    template: CaseTemplate | None = None,
) -> Case:
    """Open a case with whatever is known; the rest is added later.

    patient: {record_number, name, birth_date, sex}; a record number the department knows brings its patient.
    template: fills what was left empty, then the machine what is usual there; both are marked in
    `Case.unconfirmed` until confirmed.
    Raises NotAllowed without an entering role, Refused when the known patient is somebody else or a value is wrong.
    """
    permissions.check_enter_cases(by, department)
    allow_wide_statements()
    filled, marked = from_template(data, template)
    filled, of_machine = with_usual(filled, CaseInput())
    facts = laid_over(recorded_input(None), completed(filled, department=department, opening=True))
    person, told = known_or_new(department=department, identity=patient)
    now = timezone.now()
    case = Case(
        department=department,
        number=next_number(department, now),
        patient=person,
        template=template,
        unconfirmed=[*marked, *of_machine],
        opened_by=by,
        opened_at=now,
        updated_at=now,
    )
    _set_facts(case, facts.case, facts.case)
    case.save(force_insert=True)
    write_rows(case, recorded_input(None), facts)
    evaluation.refresh(case, by)
    changed = difference(CaseInput(), facts)
    write_revision(
        case=case, by=by, action="case.opened", summary="Case opened", difference={**told, **changed}
    )
    return case


@service("case.saved")
def save_facts(*, case: Case, by: User, facts_version: int, data: CaseInput) -> dict[str, Any]:
    """Save the facts of a form over those the person saw, and judge the case anew.

    facts_version: the version the form was opened with. Returns the before/after comparison of `comparison.py`;
    an unchanged form writes nothing and returns a comparison without changes. A machine chosen now fills empty fields
    with what is usual there, marked until confirmed and named in `filled`.
    Raises NotAllowed, WrongState (a packet is approved: reopen first), Stale (somebody else saved meanwhile),
    Refused (a value cannot be stored or judged).
    """
    permissions.check_edit_case(by, case)
    _check_open(case)
    allow_wide_statements()
    _claim_facts(case, facts_version)
    before = recorded_input(case)
    filled, of_machine = with_usual(data, before)
    after = laid_over(before, completed(filled, department=case.department, opening=False))
    changed = difference(before, after)
    old, old_document = evaluation.current_answer(case)
    if not changed:
        _release_facts(case)
        return comparison(old, old, {}, {})
    _set_facts(case, before.case, after.case)
    kept = [name for name in case.unconfirmed if name not in of_machine and not _touched(name, changed)]
    case.unconfirmed = [*kept, *of_machine]
    _save_columns(case)
    write_rows(case, before, after)
    new, items = evaluation.refreshed(case, by)
    told = comparison(old, new, changed, items, (old_document, evaluation.current_answer(case)[1]))
    told["filled"] = of_machine
    write_revision(
        case=case,
        by=by,
        action="case.saved",
        summary=_summary(changed),
        difference={**changed, **_moved(changed, old, new)},
    )
    return told


@service("case.template_confirmed")
def confirm_template(*, case: Case, by: User, fields: Iterable[str]) -> list[str]:
    """Take the mark off template values that a person looked at; returns the fields that stay marked."""
    permissions.check_edit_case(by, case)
    _check_open(case)
    confirmed = [name for name in case.unconfirmed if name in set(fields)]
    if not confirmed:
        raise Refused("None of these values is waiting for confirmation any more. Reload the page.")
    case.unconfirmed = [name for name in case.unconfirmed if name not in confirmed]
    Case.objects.filter(pk=case.pk).update(unconfirmed=case.unconfirmed)
    write_revision(
        case=case,
        by=by,
        action="case.template_confirmed",
        summary="Template values confirmed",
        difference={"confirmed": [None, confirmed]},
    )
    return case.unconfirmed


@service("case.progress")
def record_progress(
    *, case: Case, by: User, dates: dict[str, Any], identity: dict[str, Any] | None = None
) -> None:
    """Record clinical-state dates that decide no code; possible beside an approval.

    dates: any of `case_fields.PROGRESS` -> date, moment (QA cleared) or None.
    identity: birth_date and sex of the patient as told now; empty values change nothing. A summary that was
    approved before keeps what it said.
    """
    permissions.check_edit_case(by, case)
    wrong = set(dates) - set(case_fields.PROGRESS)
    if wrong:
        raise Refused("Only clinical dates are recorded here. Change the other facts on the facts page.")
    changed = {
        name: [shown(getattr(case, name)), shown(value)]
        for name, value in dates.items()
        if getattr(case, name) != value
    }
    told = told_identity(case.patient, identity or {})
    if not changed and not told:
        return
    for name in changed:
        setattr(case, name, dates[name])
    clean(case, "Case", changed)
    if changed:
        Case.objects.filter(pk=case.pk).update(**{name: dates[name] for name in changed})
        _judge_dates(case, by, changed)
        follow_facts(case=case, by=by)
    changed |= told
    write_revision(case=case, by=by, action="case.progress", summary=_summary(changed), difference=changed)


def _judge_dates(case: Case, by: User, changed: Iterable[str]) -> None:
    """Documentation that rests on these dates is judged anew; an approval keeps what it was given for.

    The clinical clock follows the dates of every case.
    """
    if "decided_on" in changed and open_cases().filter(pk=case.pk).exists():
        evaluation.refresh(case, by)
    else:
        queueing.refresh(case=case)


@service("case.halted")
def halt_case(*, case: Case, by: User, halt: str, reason: str = "", on: date | None = None) -> None:
    """Put the case on hold, cancel it, record that treatment was stopped, or let it go on ("none").

    on: None means today in the department. A reason is needed for everything but going on.
    """
    permissions.check_edit_case(by, case)
    if halt not in Halt.values:
        raise Refused("Choose on hold, cancelled, stopped or going on.")
    if halt == case.halt:
        raise WrongState(f"The case is already {Halt(halt).label.lower()}.")
    going_on = halt == Halt.NONE
    if not going_on and not reason.strip():
        raise Refused("Say why the case does not go on as planned.")
    today = timezone.now().astimezone(ZoneInfo(case.department.time_zone)).date()
    values = {"halt": halt, "halt_reason": reason.strip(), "halted_on": None if going_on else on or today}
    changed = {name: [shown(getattr(case, name)), shown(value)] for name, value in values.items()}
    for name, value in values.items():
        setattr(case, name, value)
    clean(case, "Case", values)
    Case.objects.filter(pk=case.pk).update(**values)
    evaluation.refresh(case, by)
    write_revision(case=case, by=by, action="case.halted", summary=Halt(halt).label, difference={**changed})


def check_facts_open(case: Case) -> None:
    """Raise `WrongState` when an approval stands on the facts of this case."""
    _check_open(case)


def _check_open(case: Case) -> None:
    locked = case.packets.filter(status__in=workflow.LOCKED).order_by("id").first()
    if locked:
        raise WrongState(
            f"The {Stream(locked.stream).label.lower()} packet is {PacketStatus(locked.status).label.lower()}, "
            "so the facts it rests on are read-only. A supervisor can reopen it with a reason; "
            "clinical dates and holds can still be recorded."
        )


def _claim_facts(case: Case, facts_version: int) -> None:
    claimed = Case.objects.filter(pk=case.pk, facts_version=facts_version).update(
        facts_version=F("facts_version") + 1
    )
    if not claimed:
        raise Stale("Somebody else saved facts of this case while you were typing. Compare both versions.")
    case.refresh_from_db()


def _release_facts(case: Case) -> None:
    """Nothing changed after all: the version stays what it was."""
    case.facts_version -= 1
    Case.objects.filter(pk=case.pk).update(facts_version=case.facts_version)


def _set_facts(case: Case, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Put the case's own values on the record, checked; rows are written by `case_rows`."""
    names = [name for name in case_fields.CASE if name in after]
    for name in names:
        setattr(case, name, settled(Case, name, after[name]))
    clean(case, "Case", names)
    for name in ("machine", "payer"):
        chosen = getattr(case, name)
        if chosen is not None and chosen.department_id != case.department_id:
            raise Refused(f"This {name} belongs to another department. Choose one of {case.department.name}.")


def _save_columns(case: Case) -> None:
    case.save(update_fields=[*case_fields.CASE, "unconfirmed"])


def _touched(name: str, changed: Difference) -> bool:
    """True if a marked template value was changed by the person, which confirms it."""
    if name == "team":
        return any(path.startswith("people[") for path in changed)
    section, _, field = name.rpartition(".")
    if section == "plan":
        return any(path.startswith("plans[") and path.endswith(f".{field}") for path in changed)
    return name in changed


def _summary(changed: Difference) -> str:
    """A heading for the history: the first fields and how many more."""
    names = list(changed)
    first = ", ".join(names[:3])
    return f"{first} and {len(names) - 3} more" if len(names) > 3 else first


def _moved(changed: Difference, old: dict[str, Any], new: dict[str, Any]) -> Difference:
    """Marks a size, distance, region or presence that was changed after a suggestion was shown and moved a code."""
    before, after = _codes(old), _codes(new)
    if before == after:
        return {}
    codes = {"codes": [before, after]}
    return (
        {**codes, "moved_codes": True, "moved_by": watched(changed)} if before and watched(changed) else codes
    )


def _codes(result: dict[str, Any]) -> list[str]:
    return [f"{line['code']} x {line['units']}" for line in result["lines"]]
