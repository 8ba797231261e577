"""What a person owes, as its template shows it: under the day it is due, case by case. Reads nothing.

The same item of several sessions, lesions, plans or units of a case stands in one row.
"""

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
    """groups [{key, label, count, cases}], chips, counts, next_url, first_url, has_duty."""
    shown: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows:
        shown.setdefault(_group(row, found), []).append(row)
    return {
        "groups": [
            {"key": key, "label": label, "count": found.counts[key], "cases": _by_case(shown[key])}
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


def _by_case(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cases in the order of their earliest item, each {number, patient, department, url, count, rows}."""
    cases: dict[int, dict[str, Any]] = {}
    for row in rows:
        case = cases.setdefault(row["case_id"], _case(row))
        case["count"] += 1
        same = (row["label"], row["due_on"], row["review"], row["condition"])
        known = case["rows"].setdefault(same, _row(row))
        if row["subject_name"]:
            known["subjects"].append(row["subject_name"])
    return [{**case, "rows": list(case["rows"].values())} for case in cases.values()]


def _case(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["case__number"],
        "patient": row["case__patient__name"],
        "department": row["case__department__name"],
        "url": reverse("case-checklist", args=[row["case_id"]]),
        "count": 0,
        "rows": {},
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    returned = row["review"] == ItemReview.RETURNED
    unknown = row["condition"] == Condition.UNKNOWN
    return {
        "label": row["label"],
        "subjects": [],
        "url": reverse("case-item", args=[row["case_id"], row["id"]]),
        "add_url": f"{reverse('case-document-add', args=[row['case_id']])}?item={row['id']}&then=owed",
        "state": "returned" if returned else "unknown" if unknown else "open",
        "severity": "" if row["severity"] == "required" else row["severity"],
        "role": ROLE_LABELS.get(row["role"], row["role"]),
        "step": STEPS.get(row["step"], row["step"]),
        "due": row["due_on"],
    }


def _chip(label: str, whose: str, chosen: str) -> dict[str, Any]:
    return {"label": label, "url": _url(whose), "current": whose == chosen, "count": None}


def _url(whose: str, after: str = "") -> str:
    asked = {
        name: value for name, value in (("whose", whose if whose != MINE else ""), ("after", after)) if value
    }
    return f"{reverse('my-items')}{'?' if asked else ''}{urlencode(asked)}"
