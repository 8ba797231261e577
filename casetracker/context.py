"""What every page may say about the site itself. Values that belong to one page stay in its view."""

from django.conf import settings
from django.http import HttpRequest

from casetracker import __version__


def site(request: HttpRequest) -> dict[str, object]:
    """`demo`: the banner is due; `session_idle_minutes`: when an untouched page signs out; `version`."""
    return {
        "demo": settings.DEMO,
        "session_idle_minutes": settings.SESSION_IDLE_MINUTES,
        "version": __version__,
    }
