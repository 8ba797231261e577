"""Sign-in, sign-out, passwords, and entries kept for a person whose session ended.

Creating people and giving them roles lives in `services.people`.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q
from django.utils import timezone

from casetracker.models import User
from casetracker.models.accounts import KeptPost
from casetracker.selectors.accounts import kept_posts_of
from casetracker.services.history import audit, service

KEPT_AT_MOST = 20  # per person; the oldest go first


@service("sign_in.done")
def record_sign_in(*, by: User) -> None:
    """Audit a sign-in and clear away entries nobody came back for."""
    purge_kept_posts()
    audit(action="sign_in.done", by=by)


@service("sign_in.failed")
def record_failed_sign_in(*, username: str, locked: bool) -> None:
    """Audit a refused sign-in. An unknown name is not written down: people type passwords into that field."""
    known = User.objects.filter(username=username).exists()
    audit(
        action="sign_in.locked" if locked else "sign_in.failed",
        by=None,
        record=f"account {username}"[:80] if known else "unknown account",
        outcome="refused",
    )


@service("sign_out.done")
def record_sign_out(*, by: User) -> None:
    audit(action="sign_out.done", by=by)


@service("password.changed")
def change_password(*, by: User, new_password: str) -> None:
    """Give the person a new password; raises `ValidationError` when the site's rules refuse it.

    All other sessions of the person end, because sessions are bound to the password's hash.
    """
    validate_password(new_password, by)
    by.set_password(new_password)
    by.must_change_password = False
    by.save(update_fields=["password", "must_change_password"])
    audit(action="password.changed", by=by)


@service("entries.kept")
def keep_post(*, owner_id: int, path: str, fields: dict[str, list[str]], files_left_out: int) -> str | None:
    """Keep one sent form for its owner; returns the token, or None when there is no such active person.

    fields: field name to its values in the order sent. Passwords and the form's own token are left out.
    """
    owner = User.objects.filter(pk=owner_id, is_active=True).first()
    if owner is None:
        return None
    purge_kept_posts()
    wanted = [
        [name, values] for name, values in fields.items() if _may_be_kept(name)
    ]  # PostgreSQL sorts objects
    kept = KeptPost.objects.create(
        user=owner, path=path, fields=wanted, files_left_out=files_left_out, created_at=timezone.now()
    )
    audit(action="entries.kept", by=owner)
    return str(kept.token)


def _may_be_kept(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and "password" not in name.lower()


@service("entries.dropped")
def drop_kept_post(*, by: User, token: str) -> None:
    """Forget kept entries: they arrived, or the person does not want them. Somebody else's stay untouched."""
    KeptPost.objects.filter(user=by, token=token).delete()


@service("entries.purged")
def purge_kept_posts() -> int:
    """Delete entries older than `KEPT_POST_MINUTES` and beyond the newest of each person; returns how many."""
    oldest = timezone.now() - timedelta(minutes=settings.KEPT_POST_MINUTES)
    gone, _ = KeptPost.objects.filter(created_at__lt=oldest).delete()
    owners = KeptPost.objects.order_by().values_list("user", flat=True).distinct()
    for owner in User.objects.filter(pk__in=owners):
        newest = kept_posts_of(owner).values_list("pk", flat=True)[:KEPT_AT_MOST]
        gone += KeptPost.objects.filter(Q(user=owner) & ~Q(pk__in=list(newest))).delete()[0]
    return gone
