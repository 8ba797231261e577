"""Keeps the facility file: an entry is made once, and every case it concerns is judged anew.

An approved packet stays as it was: its items are not touched. Each case whose answers change gets its own revision.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from casetracker.choices import CheckKind, Condition
from casetracker.errors import Refused, WrongState
from casetracker.facility import DAY_ITEMS, DIRECTIVE_ITEMS, LATEST_ITEMS, PERSON_ITEM
from casetracker.models import (
    Case,
    ChecklistItem,
    Clinician,
    Department,
    Machine,
    MachineCheck,
    Qualification,
    User,
)
from casetracker.permissions import check_administer, check_enter_cases, check_set_usual
from casetracker.selectors.facility import cases_of_check, cases_of_person
from casetracker.selectors.locks import locked_items
from casetracker.services import queueing
from casetracker.services.evidence.changes import WRITTEN
from casetracker.services.history import audit, service, write_revision
from casetracker.services.item_judging import apply, fact_checks_of, judge_of
from casetracker.services.queries import close_satisfied

ITEMS_OF_KIND = {
    CheckKind.DAILY: DAY_ITEMS,
    **{kind: (key,) for key, (kind, _) in LATEST_ITEMS.items()},
}
PERSON_ITEMS = (PERSON_ITEM, *DIRECTIVE_ITEMS)


@service("machine.checked")
def record_check(
    *,
    by: User,
    machine: Machine,
    kind: str,
    passed_at: datetime,
    signed_by: Clinician | None = None,
    reviewed_on: date | None = None,
    reference: str = "",
) -> MachineCheck:
    """Record that a check was passed, and judge the cases of that machine and time anew.

    Raises NotAllowed without an entering role, Refused for a moment that is still to come.
    """
    check_enter_cases(by, machine.department)
    now = timezone.now()
    if passed_at > now:
        raise Refused("This check lies in the future. Record it when it has been passed.")
    check = MachineCheck(
        machine=machine,
        kind=kind,
        passed_at=passed_at,
        signed_by=signed_by,
        reviewed_on=reviewed_on,
        reference=reference.strip(),
        recorded_by=by,
        recorded_at=now,
    )
    _clean(check)
    check.save()
    audit(action="machine.checked", by=by, department=machine.department, record=f"machine {machine.pk}")
    told = f"{CheckKind(kind).label} of {machine.name}"
    _judge_again(cases_of_check(check), by, ITEMS_OF_KIND[CheckKind(kind)], told)
    return check


@service("machine.check_removed")
def remove_check(*, by: User, check: MachineCheck, reason: str) -> None:
    """Take a wrong entry out; it stays readable with the reason, and its cases are judged anew."""
    check_enter_cases(by, check.machine.department)
    if not reason.strip():
        raise Refused("Say what was wrong with this entry.")
    removed = MachineCheck.objects.filter(pk=check.pk, removed_at=None).update(
        removed_at=timezone.now(), removed_because=reason.strip()[:200]
    )
    if not removed:
        raise WrongState("This entry was removed already.")
    audit(
        action="machine.check_removed",
        by=by,
        department=check.machine.department,
        record=f"machine {check.machine_id}",
    )
    told = f"{CheckKind(check.kind).label} of {check.machine.name} removed"
    _judge_again(cases_of_check(check), by, ITEMS_OF_KIND[CheckKind(check.kind)], told)


@service("qualification.saved")
def save_qualification(
    *,
    by: User,
    department: Department,
    clinician: Clinician,
    kind: str,
    valid_from: date,
    valid_to: date | None = None,
    reference: str = "",
    known: Qualification | None = None,
) -> Qualification:
    """Add a qualification or correct its dates, and judge the cases that name this person anew."""
    check_administer(by, department)
    row = known or Qualification(clinician=clinician)
    row.kind, row.valid_from, row.valid_to, row.reference = kind, valid_from, valid_to, reference.strip()
    if valid_to is not None and valid_to < valid_from:
        raise Refused("It ends before it begins. Check both days.")
    _clean(row)
    row.save()
    audit(action="qualification.saved", by=by, department=department, record=f"clinician {clinician.pk}")
    _judge_again(cases_of_person(clinician), by, PERSON_ITEMS, f"Qualification of {clinician}")
    return row


@service("qualification.removed")
def remove_qualification(*, by: User, department: Department, row: Qualification) -> None:
    """Take a wrong entry out of the file, and judge the cases that name this person anew."""
    check_administer(by, department)
    if not Qualification.objects.filter(pk=row.pk, removed_at=None).update(removed_at=timezone.now()):
        raise WrongState("This entry was removed already.")
    person = row.clinician
    audit(action="qualification.removed", by=by, department=department, record=f"clinician {person.pk}")
    _judge_again(cases_of_person(person), by, PERSON_ITEMS, f"Qualification of {person} removed")


def _judge_again(cases: Iterable[Case], by: User, keys: tuple[str, ...], told: str) -> None:
    for case in cases:
        items = list(
            ChecklistItem.objects.filter(
                case=case, key__in=keys, condition__in=(Condition.TRUE, Condition.UNKNOWN)
            )
        )
        locked = locked_items(case, items)
        _judge_case(case, by, [item for item in items if item.pk not in locked], told)


def _judge_case(case: Case, by: User, items: list[ChecklistItem], told: str) -> None:
    judge = judge_of(case)
    turned, changed = [], []
    for item in items:
        before: tuple[Any, ...] = (item.answer, item.checks)
        apply(item, judge.evidence(item, fact_checks_of(item)))
        if (item.answer, item.checks) != before:
            item.version += 1
            changed.append(item)
        if item.answer != before[0]:
            turned.append(item)
    ChecklistItem.objects.bulk_update(changed, WRITTEN)
    if not turned:
        return
    close_satisfied(case=case)
    queueing.refresh(case=case)
    write_revision(
        case=case,
        by=by,
        action="facility.judged",
        summary=told,
        difference={"items": [[item.key, item.subject] for item in turned], "reason": told},
    )


USUAL = ("usual_technique", "usual_fixation", "usual_localization", "usual_images", "qa_device")


@service("machine.usual_set")
def set_usual(*, by: User, machine: Machine, values: dict[str, str]) -> None:
    """Set what is usual on a machine; new choices of the machine start with it, recorded cases stay as they are.

    values: every name of `USUAL`, "" for nothing usual. Raises NotAllowed without supervisor or compliance.
    """
    check_set_usual(by, machine.department)
    for name in USUAL:
        setattr(machine, name, values[name])
    _clean(machine)
    machine.save(update_fields=USUAL)
    audit(action="machine.usual_set", by=by, department=machine.department, record=f"machine {machine.pk}")


def _clean(record: Any) -> None:
    try:
        record.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from None
