"""Departments, accounts, roles, clinicians, machines and payers: what an administrator keeps.

No case is touched here, so nothing writes a case revision; every change is one audit event.
"""

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Model

from casetracker.choices import Duty, Role
from casetracker.errors import Refused, WrongState
from casetracker.models import Clinician, Department, DutyAssignment, Membership, User
from casetracker.permissions import check_administer
from casetracker.selectors.access import access_of
from casetracker.services.history import audit, service
from casetracker.services.tokens import end_tokens


@service("people.saved")
def save_record(*, record: Model, by: User, department: Department, values: dict[str, Any]) -> Model:
    """Save a department, clinician, machine or payer with these field values.

    record: a new or known row. Raises NotAllowed, or Refused with the first thing that is wrong.
    """
    check_administer(by, department)
    for name, value in values.items():
        setattr(record, name, value)
    _clean(record)
    record.save()
    if isinstance(record, Clinician):
        record.departments.add(department)
    audit(action=f"{record._meta.model_name}.saved", by=by, department=department, record=_name(record))
    return record


@service("department.opened")
def open_department(*, name: str, administrator: User, setting: str, time_zone: str) -> Department:
    """Open a department and make a person its administrator, who does the rest on the pages.

    Nobody can have the right to this yet, so only a command of the machine calls it.
    Raises Refused for an unknown setting or time zone, a name that is taken, and a closed account.
    """
    if not administrator.is_active:
        raise Refused("This account is closed. Choose another person.")
    if time_zone not in available_timezones():
        raise Refused(f"{time_zone!r} is not a time zone. Type for example America/Chicago.")
    department = Department(name=name.strip(), default_setting=setting, time_zone=time_zone)
    _clean(department)
    department.save()
    Membership.objects.create(user=administrator, department=department, role=Role.ADMINISTRATOR)
    audit(action="department.opened", by=None, department=department, record=f"account {administrator.pk}")
    return department


@service("account.opened")
def open_account(
    *, by: User, department: Department, username: str, full_name: str, email: str, password: str
) -> User:
    """Open a personal account; the person must choose an own password at the first sign-in.

    Raises Refused when the name or e-mail is taken or the password is too weak.
    """
    check_administer(by, department)
    user = User(username=username, full_name=full_name, email=email, must_change_password=True)
    _check_password(password, user)
    user.set_password(password)
    _clean(user)
    user.save()
    audit(action="account.opened", by=by, department=department, record=f"account {user.pk}")
    return user


@service("account.roles")
def set_roles(
    *, user: User, by: User, department: Department, roles: Iterable[str], duties: Iterable[str]
) -> None:
    """Give a person exactly these roles and duties in the department; ended roles stay as inactive rows.

    Without any role left, the person's tokens of the department end.
    Raises Refused when an administrator would take away the department's last administrator.
    """
    check_administer(by, department)
    wanted = set(roles) & set(Role.values)
    _keep_an_administrator(user, department, wanted)
    for role in Role.values:
        known = Membership.objects.filter(user=user, department=department, role=role)
        if not known.update(active=role in wanted) and role in wanted:
            Membership.objects.create(user=user, department=department, role=role)
    DutyAssignment.objects.filter(user=user, department=department).exclude(duty__in=duties).delete()
    for duty in set(duties) & set(Duty.values):
        DutyAssignment.objects.get_or_create(user=user, department=department, duty=duty)
    if not wanted:
        end_tokens(user=user, by=by, department=department)
    audit(action="account.roles", by=by, department=department, record=f"account {user.pk}")


@service("account.closed")
def close_account(*, user: User, by: User, department: Department) -> None:
    """End a person's access at once, in every department, tokens too; past signatures keep the name.

    Raises Refused for the own account, the last administrator, and a person who also works where `by` has no say.
    """
    check_administer(by, department)
    if user.pk == by.pk:
        raise Refused("You cannot close your own account. Ask another administrator.")
    _check_no_other_home(user, by)
    _keep_an_administrator(user, department, set())
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_tokens(user=user, by=by)
    audit(action="account.closed", by=by, department=department, record=f"account {user.pk}")


@service("account.reopened")
def reopen_account(*, user: User, by: User, department: Department, password: str) -> None:
    """Let a person whose account was closed sign in again, with a new first password."""
    check_administer(by, department)
    if user.is_active:
        raise WrongState(
            "This account is open. To help with a forgotten password, give a new first password."
        )
    _give_password(user, by, password)
    audit(action="account.reopened", by=by, department=department, record=f"account {user.pk}")


@service("account.password")
def give_first_password(*, user: User, by: User, department: Department, password: str) -> None:
    """Help with a forgotten password: sessions end, and the person chooses an own one at the next sign-in."""
    check_administer(by, department)
    if user.pk == by.pk:
        raise Refused("Change your own password on the password page.")
    if not user.is_active:
        raise WrongState("This account is closed. Open it again instead.")
    _give_password(user, by, password)
    audit(action="account.password", by=by, department=department, record=f"account {user.pk}")


def _give_password(user: User, by: User, password: str) -> None:
    _check_no_other_home(user, by)
    _check_password(password, user)
    user.set_password(password)
    user.is_active = True
    user.must_change_password = True
    user.save(update_fields=["password", "is_active", "must_change_password"])


def _check_no_other_home(user: User, by: User) -> None:
    """Closing an account or giving a password reaches into every department of the person."""
    elsewhere = (
        Membership.objects.filter(user=user, active=True)
        .exclude(department__in=access_of(by).departments_with([Role.ADMINISTRATOR]))
        .select_related("department")
        .first()
    )
    if elsewhere:
        raise Refused(
            f"{user} also works in {elsewhere.department}. Ask its administrator, or take away the roles here."
        )


def _keep_an_administrator(user: User, department: Department, wanted: set[str]) -> None:
    if Role.ADMINISTRATOR in wanted:
        return
    others = Membership.objects.filter(
        department=department, role=Role.ADMINISTRATOR, active=True, user__is_active=True
    ).exclude(user=user)
    mine = Membership.objects.filter(department=department, role=Role.ADMINISTRATOR, active=True, user=user)
    if mine.exists() and not others.exists():
        raise Refused("This is the department's last administrator. Name another one first.")


def _clean(record: Model) -> None:
    try:
        record.full_clean()
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages)) from wrong


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages)) from weak


def _name(record: Model) -> str:
    return f"{record._meta.model_name} {record.pk}"
