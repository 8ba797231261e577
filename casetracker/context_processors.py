"""What the frame of every page needs about the person: departments, roles, navigation. Two small reads per page.

What a page says about the site itself (demo banner, version) is in `context.py`.
"""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from casetracker.choices import Role
from casetracker.navigation import CHART_WORK, address, navigation_for
from casetracker.selectors.access import access_of, departments_for


def frame_of(request: HttpRequest) -> dict[str, object]:
    """Departments, roles and links of the person; an empty frame before sign-in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    held = access_of(user).roles.values()
    roles = sorted(set().union(*held))
    return {
        "departments": departments_for(user) if roles else [],
        "roles": [Role(role).label for role in roles],
        "navigation": navigation_for(roles, request.path),
        "search_url": address("case-list") if CHART_WORK & set(roles) else None,
    }


def frame(request: HttpRequest) -> dict[str, object]:
    """`frame` for base.html; nothing is read for answers that do not show it."""
    return {"frame": SimpleLazyObject(lambda: frame_of(request))}
