"""Policies of a department and of its payers: proposed by compliance, approved by somebody else, superseded.

What the values may be is in `policy_values.py`, how settings follow each other in `policy.py`. Judging open cases
anew is in `policy_effects.py`; no case is touched here.
"""

from datetime import date

from django.utils import timezone

from casetracker import permissions
from casetracker.choices import PolicyState, Role
from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.models import Department, Membership, Payer, PolicySetting, User
from casetracker.policy import Period, left, overlap, period_of, rest_of
from casetracker.policy_values import accepted, why_not_here
from casetracker.services.history import audit, service
from checklists.engine.strictness import known_key
from checklists.reader import current_book

IN_FORCE, PROPOSED = PolicyState.IN_FORCE, PolicyState.PROPOSED
APPROVERS = (Role.COMPLIANCE, Role.ADMINISTRATOR)


def prepared(
    *,
    department: Department,
    payer: Payer | None,
    key: str,
    value: str,
    reason: str,
    valid_from: date,
    valid_to: date | None,
    by: User,
) -> PolicySetting:
    """The proposal as it would be saved; nothing is written.

    value: as typed; empty ends the present setting, so that the level below decides. valid_from, valid_to: first and
    last day of service, None for no end. Raises NotAllowed, or Refused with what to correct.
    """
    permissions.check_set_policies(by, department)
    entry = known_key(current_book(), key)
    if entry is None:
        raise Refused("The rule book has no such policy. Choose one from the list.")
    if payer is not None and payer.department_id != department.pk:
        raise Refused(f"This payer belongs to another department. Choose one of {department.name}.")
    if told := why_not_here(entry, "payer" if payer else "department"):
        raise Refused(told)
    _check_days(valid_from, valid_to)
    if not reason.strip():
        raise Refused("Say why; the reason is shown wherever the policy was used.")
    proposal = PolicySetting(
        department=department,
        payer=payer,
        key=key,
        value=accepted(entry, value) if value.strip() else "",
        reason=reason.strip(),
        state=PROPOSED,
        valid_from=valid_from,
        valid_to=valid_to,
        entered_by=by,
        entered_at=timezone.now(),
    )
    _check_changes_something(proposal)
    return proposal


@service("policy.proposed")
def propose(
    *,
    department: Department,
    payer: Payer | None,
    key: str,
    value: str,
    reason: str,
    valid_from: date,
    valid_to: date | None,
    by: User,
) -> PolicySetting:
    """Save a proposal; it holds for nobody until it is approved. One proposal of a key waits at a time.

    Raises what `prepared` raises, and WrongState while another proposal of this key waits.
    """
    _lock(department)
    proposal = prepared(
        department=department,
        payer=payer,
        key=key,
        value=value,
        reason=reason,
        valid_from=valid_from,
        valid_to=valid_to,
        by=by,
    )
    if _of_same_key(proposal, PROPOSED):
        raise WrongState("A proposal for this policy waits already. Approve or withdraw it first.")
    proposal.save()
    _audit(proposal, "policy.proposed", by)
    return proposal


@service("policy.approved")
def approve(*, setting: PolicySetting, by: User) -> PolicySetting:
    """Put a proposal in force; what it replaces is superseded, for the days it leaves the old value goes on.

    by: compliance or an administrator of the department, and somebody else than entered it; only where nobody else
    could approve, the same person may, and the setting says so. Raises NotAllowed, WrongState.
    """
    _lock(setting.department)
    setting.refresh_from_db()
    check_approve(setting=setting, by=by)
    setting.state, setting.approver, setting.approved_at = IN_FORCE, by, timezone.now()
    setting.approved_alone = setting.entered_by_id == by.pk
    replaced = _supersede(setting)
    setting.save()
    PolicySetting.objects.filter(pk__in=[old.pk for old in replaced]).update(superseded_by=setting)
    _audit(setting, "policy.approved", by)
    return setting


def check_approve(*, setting: PolicySetting, by: User) -> None:
    """Raise NotAllowed or WrongState when this person cannot put this proposal in force now."""
    permissions.check_approve_policies(by, setting.department)
    _check_waits(setting)
    if setting.entered_by_id == by.pk and (others := other_approvers(setting.department, by)):
        names = " or ".join(str(person.full_name) for person in others)
        raise NotAllowed(f"You entered this proposal, so somebody else approves it: {names}.")


@service("policy.withdrawn")
def withdraw(*, setting: PolicySetting, by: User, reason: str) -> PolicySetting:
    """Take a proposal back, or decline it. It stays in the history with the reason."""
    permissions.check_approve_policies(by, setting.department)
    if not reason.strip():
        raise Refused("Say why the proposal is not put in force.")
    _lock(setting.department)
    setting.refresh_from_db()
    _check_waits(setting)
    setting.state, setting.withdrawn_by, setting.withdrawn_at = PolicyState.WITHDRAWN, by, timezone.now()
    setting.withdrawn_because = reason.strip()
    setting.save()
    _audit(setting, "policy.withdrawn", by)
    return setting


def other_approvers(department: Department, by: User) -> list[User]:
    """Everybody else who could approve a policy of this department, by name."""
    held = Membership.objects.filter(department=department, role__in=APPROVERS, active=True)
    people = User.objects.filter(is_active=True, pk__in=held.values("user_id")).exclude(pk=by.pk)
    return list(people.order_by("full_name", "id"))


def _supersede(setting: PolicySetting) -> list[PolicySetting]:
    """Take the settings it overlaps out of force and add rows for the days it leaves them. Runs under the lock."""
    days: Period = period_of(setting)
    replaced = [old for old in _of_same_key(setting, IN_FORCE) if overlap(period_of(old), days)]
    PolicySetting.objects.filter(pk__in=[old.pk for old in replaced]).update(state=PolicyState.SUPERSEDED)
    PolicySetting.objects.bulk_create(
        rest_of(old, rest) for old in replaced for rest in left(period_of(old), days)
    )
    return replaced


def _of_same_key(setting: PolicySetting, state: str) -> list[PolicySetting]:
    same = PolicySetting.objects.filter(
        department_id=setting.department_id, payer_id=setting.payer_id, key=setting.key, state=state
    )
    return list(same.exclude(pk=setting.pk).order_by("valid_from", "id"))


def _lock(department: Department) -> None:
    """Settings of a department change one after the other. SQLite lets one writer in at a time anyway."""
    list(Department.objects.select_for_update(no_key=True).filter(pk=department.pk).values_list("pk"))


def _check_days(valid_from: date, valid_to: date | None) -> None:
    first = current_book().first_day
    if valid_from < first:
        raise Refused(f"The rule book begins on {first.isoformat()}. Give that day or a later one.")
    if valid_to is not None and valid_to < valid_from:
        raise Refused("The last day lies before the first. Correct one of them, or leave the last day empty.")


def _check_changes_something(proposal: PolicySetting) -> None:
    """A value that holds on all these days already needs no proposal; neither does an end of nothing."""
    days = period_of(proposal)
    held = [old for old in _of_same_key(proposal, IN_FORCE) if overlap(period_of(old), days)]
    if not proposal.value and not any(old.value for old in held):
        raise Refused("There is no own setting on these days, so there is nothing to end.")
    if any(old.value == proposal.value and not left(days, period_of(old)) for old in held):
        raise Refused("This value is in force on all these days already.")


def _check_waits(setting: PolicySetting) -> None:
    if setting.state != PROPOSED:
        raise WrongState(f"This proposal is {setting.get_state_display().lower()} already. Reload the page.")


def _audit(setting: PolicySetting, action: str, by: User) -> None:
    audit(action=action, by=by, department=setting.department, record=f"policy {setting.pk}")
