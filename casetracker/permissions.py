"""May this person do this? `check_...` raises with the reason, `can_...` answers.

Only the person is judged here; whether the state allows the step is in `workflow.py`.
"""

from collections.abc import Callable
from typing import Any

from casetracker.choices import Role
from casetracker.errors import NotAllowed, Refused
from casetracker.models import Case, Department, User
from casetracker.selectors.access import access_of


def _need(user: User, department: Department, roles: tuple[str, ...], what: str) -> None:
    if not access_of(user).has(department.pk, *roles):
        names = " or ".join(Role(role).label.lower() for role in roles)
        raise NotAllowed(f"{what} needs the role {names} in {department.name}.")


def check_enter_cases(user: User, department: Department) -> None:
    _need(user, department, (Role.STAFF, Role.CODER, Role.SUPERVISOR), "Entering cases and evidence")


def check_edit_case(user: User, case: Case) -> None:
    check_enter_cases(user, case.department)


def check_decide_lines(user: User, case: Case) -> None:
    _need(user, case.department, (Role.CODER,), "Deciding billing lines")


def check_submit(user: User, case: Case) -> None:
    _need(user, case.department, (Role.STAFF, Role.CODER), "Submitting a packet for review")


def check_review(user: User, case: Case) -> None:
    _need(user, case.department, (Role.SUPERVISOR,), "Reviewing")


def check_judge_required(user: User, case: Case) -> None:
    _need(user, case.department, (Role.SUPERVISOR,), "This decision on a required item")


def check_receive(user: User, case: Case) -> None:
    _need(user, case.department, (Role.BILLING,), "Receiving a handoff")


def check_administer(user: User, department: Department) -> None:
    _need(user, department, (Role.ADMINISTRATOR,), "Managing people and machines")


def check_set_usual(user: User, department: Department) -> None:
    roles = (Role.SUPERVISOR, Role.COMPLIANCE)
    _need(user, department, roles, "Setting what is usual on a machine")


def check_set_policies(user: User, department: Department) -> None:
    _need(user, department, (Role.COMPLIANCE,), "Setting policies")


def check_approve_policies(user: User, department: Department) -> None:
    _need(user, department, (Role.COMPLIANCE, Role.ADMINISTRATOR), "Approving policies")


def check_lift(user: User, case: Case) -> None:
    _need(user, case.department, (Role.COMPLIANCE,), "Lifting a conflict")


def check_raise_notice(user: User, case: Case) -> None:
    roles = (Role.STAFF, Role.CODER, Role.SUPERVISOR, Role.COMPLIANCE)
    _need(user, case.department, roles, "Raising a notice")


def check_settle_notice(user: User, case: Case) -> None:
    _need(user, case.department, (Role.SUPERVISOR, Role.COMPLIANCE), "Settling a notice")


def check_flag_overpayment(user: User, case: Case) -> None:
    roles = (Role.SUPERVISOR, Role.COMPLIANCE)
    _need(user, case.department, roles, "Flagging a suspected overpayment")


def check_settle_overpayment(user: User, case: Case) -> None:
    _need(user, case.department, (Role.COMPLIANCE,), "Settling a suspected overpayment")


def check_second_look(user: User, case: Case) -> None:
    _need(user, case.department, (Role.SUPERVISOR, Role.COMPLIANCE), "A second look")


def check_load_reference(user: User) -> None:
    """Published billing files serve every department, so the role counts in whichever it is held."""
    if not access_of(user).any_role(Role.CODER, Role.ADMINISTRATOR):
        raise NotAllowed("Published billing files need the role coder or administrator.")


def allowed(check: Callable[..., Any], *arguments: Any) -> bool:
    """True if the check passes: `allowed(check_review, user, case)`."""
    try:
        check(*arguments)
    except Refused:
        return False
    return True


def can_edit_case(user: User, case: Case) -> bool:
    return allowed(check_edit_case, user, case)


def can_decide_lines(user: User, case: Case) -> bool:
    return allowed(check_decide_lines, user, case)


def can_review(user: User, case: Case) -> bool:
    return allowed(check_review, user, case)
