"""Tokens of programs: for the administrator's pages, and behind a call."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from casetracker.api_tokens import digest_of
from casetracker.errors import NotFound
from casetracker.models import ApiToken, Department, Membership, User


class State(StrEnum):
    """Whether a token works, in words for the page."""

    ACTIVE = "Active"
    REVOKED = "Revoked"
    EXPIRED = "Expired"
    CLOSED = "Account closed"
    LEFT = "No role any more"


@dataclass(frozen=True)
class ShownToken:
    """A token with its state; the page needs no more queries."""

    token: ApiToken
    state: State

    @property
    def works(self) -> bool:
        return self.state is State.ACTIVE

    @property
    def revocable(self) -> bool:
        return self.token.revoked_at is None


def holders_of(department: Department) -> list[User]:
    """People with an open account and a role here, by name."""
    ids = Membership.objects.filter(department=department, active=True).values("user")
    return list(User.objects.filter(pk__in=ids, is_active=True).order_by("full_name", "pk"))


def tokens_of(department: Department, now: datetime) -> list[ShownToken]:
    """Every token ever made here, working ones first, newest first. Two queries."""
    here = set(
        Membership.objects.filter(department=department, active=True).values_list("user_id", flat=True)
    )
    rows = ApiToken.objects.filter(department=department).select_related("user", "made_by", "revoked_by")
    shown = [ShownToken(row, state_of(row, row.user_id in here, now)) for row in rows]
    return sorted(shown, key=lambda one: not one.works)


def working_tokens(user: User, department: Department, now: datetime) -> int:
    """How many tokens of this department call in the name of this person and have not ended. One query."""
    held = ApiToken.objects.filter(user=user, user__is_active=True, department=department, revoked_at=None)
    return held.filter(Q(expires_at=None) | Q(expires_at__gt=now)).count()


def token_of(department: Department, token_id: int) -> ApiToken:
    found = ApiToken.objects.filter(department=department, pk=token_id).select_related("department").first()
    if found is None:
        raise NotFound("There is no such token in this department.")
    return found


def token_behind(text: str, now: datetime) -> tuple[ApiToken, State] | None:
    """The token with this text and whether it works; None for an unknown one. At most two queries."""
    found = ApiToken.objects.select_related("user", "department").filter(digest=digest_of(text)).first()
    if found is None:
        return None
    member = Membership.objects.filter(
        user_id=found.user_id, department_id=found.department_id, active=True
    ).exists()
    return found, state_of(found, member, now)


def state_of(token: ApiToken, member: bool, now: datetime) -> State:
    if token.revoked_at is not None:
        return State.REVOKED
    if token.is_expired(now):
        return State.EXPIRED
    if not token.user.is_active:
        return State.CLOSED
    return State.ACTIVE if member else State.LEFT
