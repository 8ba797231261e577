"""Tokens of programs: made and revoked by an administrator; their use is noted, at most once a minute."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from casetracker.api_tokens import SHOWN, digest_of, new_token
from casetracker.errors import Refused, WrongState
from casetracker.models import ApiToken, Department, Membership, User
from casetracker.permissions import check_administer
from casetracker.services.history import audit, service

NOTED_EVERY = timedelta(minutes=1)


@service("token.made")
def make_token(
    *, by: User, department: Department, holder: User, name: str, expires_at: datetime | None
) -> tuple[ApiToken, str]:
    """Make a token for a person of the department; returns the record and the text, which exists only here.

    expires_at: None means that it ends only by being revoked. Raises Refused for a moment that has passed, an empty
    name, and a person without an open account or a role here.
    """
    check_administer(by, department)
    now = timezone.now()
    if not name.strip():
        raise Refused("Name the program that uses the token.")
    if expires_at is not None and expires_at <= now:
        raise Refused("The last day has passed already. Choose a later one.")
    here = Membership.objects.filter(user=holder, department=department, active=True).exists()
    if not (holder.is_active and here):
        raise Refused(f"{holder} has no role in {department}. Choose somebody who works here.")
    text = new_token()
    token = ApiToken.objects.create(
        user=holder,
        department=department,
        name=name.strip(),
        beginning=text[:SHOWN],
        digest=digest_of(text),
        made_by=by,
        made_at=now,
        expires_at=expires_at,
    )
    audit(action="token.made", by=by, department=department, record=f"token {token.pk}")
    return token, text


@service("token.revoked")
def revoke_token(*, by: User, department: Department, token: ApiToken) -> None:
    """End a token at once and for good. Raises WrongState when somebody has ended it already."""
    check_administer(by, department)
    live = ApiToken.objects.filter(pk=token.pk, department=department, revoked_at=None)
    if not live.update(revoked_at=timezone.now(), revoked_by=by):
        raise WrongState("This token has been revoked already.")
    audit(action="token.revoked", by=by, department=department, record=f"token {token.pk}")


def end_tokens(*, user: User, by: User, department: Department | None = None) -> None:
    """Part of closing an account or of taking the last role away, whose event says it: tokens do not come back."""
    live = ApiToken.objects.filter(user=user, revoked_at=None)
    if department is not None:
        live = live.filter(department=department)
    live.update(revoked_at=timezone.now(), revoked_by=by)


def note_use(*, token: ApiToken, now: datetime) -> None:
    """Note that the token was used. One small statement a minute; of several calls at once, one writes."""
    if _due(token.last_used_at, now):
        _not_noted(token, "last_used_at", now).update(last_used_at=now)


def note_refused_use(*, token: ApiToken, now: datetime) -> None:
    """Audit that a known token was refused: at most one event a minute for each token, however often it is tried."""
    if _due(token.last_refused_at, now):
        _audit_refused_use(token=token, now=now)


@service("token.refused")
def _audit_refused_use(*, token: ApiToken, now: datetime) -> None:
    if _not_noted(token, "last_refused_at", now).update(last_refused_at=now):
        audit(
            action="token.refused",
            by=token.user,
            department=token.department,
            record=f"token {token.pk}",
            outcome="refused",
        )


def _due(noted: datetime | None, now: datetime) -> bool:
    return noted is None or now - noted >= NOTED_EVERY


def _not_noted(token: ApiToken, field: str, now: datetime):
    """The row, unless another call has noted the same within the minute."""
    waiting = Q(**{field: None}) | Q(**{f"{field}__lte": now - NOTED_EVERY})
    return ApiToken.objects.filter(waiting, pk=token.pk)
