"""The main navigation as a table: which page, for which roles. What a page shows is the business of its view.

A link appears when its address exists and the person holds one of its roles.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

from casetracker.choices import Role

EVERYBODY = frozenset(Role.values)
CASE_WORK = frozenset({Role.STAFF, Role.CODER, Role.SUPERVISOR})


class Page(NamedTuple):
    """One entry of the table. `section` is what a view sets as `nav` to mark its entry as the current one."""

    section: str
    label: str
    route: str
    icon: str
    roles: frozenset[str]


class Link(NamedTuple):
    """One entry as the template shows it."""

    section: str
    label: str
    url: str
    icon: str
    current: bool


PAGES = (
    Page("queue", "Queue", "queue", "queue", EVERYBODY),
    Page("new_case", "New case", "case_new", "plus", frozenset({Role.STAFF, Role.CODER})),
    Page("review", "Review", "review_queue", "eye", frozenset({Role.SUPERVISOR})),
    Page("handoffs", "Handoffs", "handoffs", "inbox", frozenset({Role.BILLING, Role.SUPERVISOR, Role.CODER})),
    Page("machines", "Machine checks", "machines", "machine", CASE_WORK),
    Page("rulebook", "Rule book", "rulebook", "book", EVERYBODY),
    Page("access", "Access report", "access_report", "shield", frozenset({Role.COMPLIANCE})),
    Page("people", "People", "people", "people", frozenset({Role.ADMINISTRATOR})),
)


def address(route: str) -> str | None:
    """The address of a route without arguments, or None where this site has no such page."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return None


def is_current(page: Page, url: str, path: str) -> bool:
    """The page itself or anything below it; the front page only when it is shown."""
    return path == url or (url != "/" and path.startswith(url))


def navigation_for(roles: Iterable[str], path: str = "") -> list[Link]:
    """The links for these roles in table order; `path` marks the page being shown."""
    held = set(roles)
    links = []
    for page in PAGES:
        url = address(page.route)
        if url is not None and held & page.roles:
            links.append(Link(page.section, page.label, url, page.icon, is_current(page, url, path)))
    return links
