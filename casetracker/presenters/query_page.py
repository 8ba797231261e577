"""Queries as their pages show them: ages, tabs, what this person may do. Reads nothing."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from casetracker import permissions
from casetracker.choices import QueryState
from casetracker.models import Query, User
from casetracker.selectors.keyset import capped
from casetracker.selectors.queries import TABS, QueryPage

TAB_LABELS = {
    "open": ("Waiting for the clinician", "clock"),
    "answered": ("Answered, addendum awaited", "chat"),
    "done": ("Closed and withdrawn", "check-circle"),
}


def list_context(page: QueryPage, tab: str, case_id: int | None = None) -> dict[str, Any]:
    """case_id: the list shows the queries of this case alone, and says so with the way to all."""
    url, of_case = reverse("queries"), {"case": case_id} if case_id is not None else {}
    return {
        "rows": [_row(row) for row in page.rows],
        "chips": [
            {
                "label": TAB_LABELS[name][0],
                "icon": TAB_LABELS[name][1],
                "count": capped(page.counts[name]),
                "url": f"{url}?{urlencode({'tab': name, **of_case})}",
                "current": name == tab,
            }
            for name in TABS
        ],
        "tab": tab,
        "next_url": f"{url}?{urlencode({'tab': tab, **of_case, 'after': page.after})}" if page.after else "",
        "about": "about one case" if of_case else "about the record",
        "secondary": [{"label": "Queries of all cases", "url": url, "icon": "chat"}] if of_case else [],
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    today = timezone.now().astimezone(ZoneInfo(row["case__department__time_zone"])).date()
    waiting = row["state"] in (QueryState.OPEN, QueryState.ANSWERED)
    end = today if waiting else (row["closed_at"] or row["asked_at"]).date()
    return {
        **row,
        "days": (end - row["asked_at"].date()).days,
        "late": _late(row["due_on"], today, row["state"]),
    }


def _late(due_on: date | None, today: date, state: str) -> int:
    """Days past the due day while the clinician has not answered; 0 = in time."""
    return max((today - due_on).days, 0) if due_on and state == QueryState.OPEN else 0


def query_context(query: Query, user: User) -> dict[str, Any]:
    """may: which forms are shown; why_not: what to say instead when this person may not act at all."""
    allowed = permissions.can_edit_case(user, query.case)
    today = timezone.now().astimezone(ZoneInfo(query.case.department.time_zone)).date()
    return {
        "query": query,
        "may": {
            "answer": allowed and query.state == QueryState.OPEN,
            "withdraw": allowed and query.state == QueryState.OPEN,
            "close": allowed and query.state == QueryState.ANSWERED,
        },
        "why_not": "" if allowed else "Noting an answer needs the role staff, coder or supervisor.",
        "late": _late(query.due_on, today, query.state),
    }
