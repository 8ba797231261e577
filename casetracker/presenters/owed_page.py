"""What a person owes, as its template shows it: items under the day they are due. Reads nothing."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from casetracker.choices import Condition, ItemReview
from casetracker.requirements import ROLES as ROLE_LABELS
from casetracker.requirements import STEPS
from casetracker.selectors.owed import MINE, ROLES, WEEK, Owed

GROUPS = (
    ("overdue", "Overdue"),
    ("today", "Due today"),
    ("week", "In the next seven days"),
    ("later", "Later"),
    ("no_day", "No day planned yet"),
)


def owed_context(found: Owed, whose: str, started: bool = False) -> dict[str, Any]:
    """groups [{key, label, count, rows}], chips, counts, next_url, first_url, has_duty."""
    shown: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows:
        shown.setdefault(_group(row, found), []).append(_row(row))
    return {
        "groups": [
            {"key": key, "label": label, "count": found.counts[key], "rows": shown[key]}
            for key, label in GROUPS
            if key in shown
        ],
        "chips": [_chip("Mine", MINE, whose), _chip("All of my duties", ROLES, whose)],
        "counts": found.counts,
        "today": found.today,
        "next_url": _url(whose, found.after) if found.after else "",
        "first_url": _url(whose) if started else "",
        "has_duty": found.has_duty,
    }


def _group(row: dict[str, Any], found: Owed) -> str:
    due = row["due_on"]
    if due is None:
        return "no_day"
    if due < found.today:
        return "overdue"
    if due == found.today:
        return "today"
    return "week" if due <= found.today + WEEK else "later"


def _row(row: dict[str, Any]) -> dict[str, Any]:
    returned = row["review"] == ItemReview.RETURNED
    unknown = row["condition"] == Condition.UNKNOWN
    return {
        "label": row["label"],
        "subject": row["subject_name"],
        "url": reverse("case-item", args=[row["case_id"], row["id"]]),
        "add_url": f"{reverse('case-document-add', args=[row['case_id']])}?item={row['id']}",
        "state": "returned" if returned else "unknown" if unknown else "open",
        "severity": "" if row["severity"] == "required" else row["severity"],
        "role": ROLE_LABELS.get(row["role"], row["role"]),
        "step": STEPS.get(row["step"], row["step"]),
        "due": row["due_on"],
        "number": row["case__number"],
        "patient": row["case__patient__name"],
        "department": row["case__department__name"],
        "case_url": reverse("case-checklist", args=[row["case_id"]]),
    }


def _chip(label: str, whose: str, chosen: str) -> dict[str, Any]:
    return {"label": label, "url": _url(whose), "current": whose == chosen, "count": None}


def _url(whose: str, after: str = "") -> str:
    asked = {
        name: value for name, value in (("whose", whose if whose != MINE else ""), ("after", after)) if value
    }
    return f"{reverse('my-items')}{'?' if asked else ''}{urlencode(asked)}"
