"""What a person's own account holds: entries kept for him or her after a session ended."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from casetracker.models import User
from casetracker.models.accounts import KeptPost


def kept_posts_of(user: User) -> QuerySet[KeptPost]:
    """Fresh kept entries of this person and of nobody else, newest first."""
    oldest = timezone.now() - timedelta(minutes=settings.KEPT_POST_MINUTES)
    return KeptPost.objects.filter(user_id=user.pk, created_at__gte=oldest)


def kept_post_of(user: User, token: str) -> KeptPost | None:
    """The kept entries with this token, if they are this person's and not older than the limit."""
    try:
        known = UUID(token)
    except ValueError:
        return None
    return kept_posts_of(user).filter(token=known).first()
