"""The main navigation as a table: which page, for which roles. What a page shows is the business of its view.

A link appears when its address exists and the person holds one of its roles; a page without roles is for everybody
who is signed in, with a role or without.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

from casetracker.choices import Role

EVERYBODY: frozenset[str] = frozenset()
CHART_WORK = frozenset({Role.STAFF, Role.CODER, Role.SUPERVISOR, Role.COMPLIANCE})
CASE_ENTRY = frozenset({Role.STAFF, Role.CODER, Role.SUPERVISOR})
HANDOFF_WORK = frozenset({Role.BILLING, Role.CODER, Role.SUPERVISOR, Role.COMPLIANCE})

CODING_FILES = frozenset({Role.CODER, Role.ADMINISTRATOR})


class Page(NamedTuple):
    """One entry of the table: words, route, icon and who sees it."""

    label: str
    route: str
    icon: str
    roles: frozenset[str]


class Link(NamedTuple):
    """One entry as the template shows it."""

    label: str
    url: str
    icon: str
    current: bool


PAGES = (
    Page("Queue", "queue", "queue", CHART_WORK),
    Page("Cases", "case-list", "folder", CHART_WORK),
    Page("New case", "case-start", "plus", CASE_ENTRY),
    Page("Queries", "queries", "chat", CHART_WORK),
    Page("Handoffs", "handoff-list", "inbox", HANDOFF_WORK),
    Page("Rule book", "rulebook", "book", EVERYBODY),
    Page("Policies", "policies", "scale", frozenset({Role.COMPLIANCE, Role.ADMINISTRATOR})),
    Page("Coding files", "reference", "upload", CODING_FILES),
    Page("Access report", "access-report", "shield", frozenset({Role.COMPLIANCE})),
    Page("People", "people", "people", frozenset({Role.ADMINISTRATOR})),
)


def address(route: str, *arguments: object) -> str | None:
    """The address of a route, or None where this site has no such page."""
    try:
        return reverse(route, args=arguments)
    except NoReverseMatch:
        return None


def current_url(urls: Iterable[str], path: str) -> str:
    """The longest address that is the shown page or lies above it; empty if none does."""
    above = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(above, key=len, default="")


def navigation_for(roles: Iterable[str], path: str = "") -> list[Link]:
    """The links for these roles in table order; `path` marks the page being shown."""
    held = set(roles)
    shown = [
        (page, url)
        for page in PAGES
        if (page.roles is EVERYBODY or held & page.roles) and (url := address(page.route))
    ]
    current = current_url([url for _, url in shown], path)
    return [Link(page.label, url, page.icon, url == current) for page, url in shown]


class Tab(NamedTuple):
    """One tab of a case; `count` is what is open there, `urgent` colours it."""

    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None
    urgent: bool = False


CASE_TABS = (
    ("Overview", "case", "target"),
    ("Facts", "case-facts", "pencil"),
    ("Codes", "case-codes", "spark"),
    ("Checklist", "case-checklist", "checklist"),
    ("Documents", "case-documents", "document"),
    ("Review", "case-review", "eye"),
    ("History", "case-history", "history"),
)


def case_tabs(case_id: int, current: str, counts: dict[str, int] | None = None) -> list[Tab]:
    """The tabs of a case in order; `current` is a route name, `counts` maps route names to open things."""
    tabs = []
    for label, route, icon in CASE_TABS:
        url = address(route, case_id)
        if url is not None:
            count = (counts or {}).get(route)
            tabs.append(Tab(label, url, icon, route == current, count, bool(count)))
    return tabs
