"""The weekly report of ages, as page and as CSV. Reads nothing."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from casetracker.presenters.clinical_step import late_rows
from casetracker.presenters.queue_page import AGE_LABELS
from casetracker.requirements import ROLES
from casetracker.selectors.ageing import Ageing
from casetracker.selectors.queue_filters import AGES

LEVEL_WORDS = {
    "reminder": "Reminder",
    "lead": "Section lead",
    "director": "Medical director and compliance",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def ageing_context(found: Ageing) -> dict[str, Any]:
    """buckets (labels), rows {role, name, counts, total}, totals, queries, write_offs, steps."""
    rows = [
        {
            "role": ROLES.get(role, role.capitalize()),
            "name": name or "nobody named",
            "counts": list(counts.values()),
            "total": sum(counts.values()),
        }
        for (role, name), counts in found.owners.items()
    ]
    return {
        "today": found.today,
        "buckets": [AGE_LABELS[age] for age in AGES],
        "rows": rows,
        "totals": [sum(row["counts"][place] for row in rows) for place in range(len(AGES))],
        "queries": [{**row, "level": LEVEL_WORDS[row["level"]]} for row in found.queries],
        "write_offs": _write_offs(found),
        "steps": late_rows(found.steps),
        "more": found.more,
    }


def _write_offs(found: Ageing) -> list[dict[str, Any]]:
    """One row per case: {case_id, number, days, items, lines}; items: one per kind of item, with its count.

    lines: the lines those items are needed for, each with the address where it is declined.
    """
    cases: dict[int, dict[str, Any]] = {}
    for row in found.write_offs:
        told = {"case_id": row["case_id"], "number": row["case__number"], "items": {}, "lines": {}}
        case = cases.setdefault(row["case_id"], {**told, "days": row["days"]})
        role = ROLES.get(row["role"], row["role"])
        item = case["items"].setdefault(row["key"], {**row, "role": role, "count": 0})
        item["count"] += 1
        for line in _lines_of(row, found.lines.get(row["case_id"], [])):
            case["lines"][line["key"]] = {**line, "url": _decline_url(row["case_id"], line["key"])}
    return [
        {**case, "items": list(case["items"].values()), "lines": list(case["lines"].values())}
        for case in cases.values()
    ]


def _lines_of(item: dict[str, Any], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines an item is needed for: of its codes, and of its streams where it names any."""
    streams = item["streams"]
    return [
        line for line in lines if line["code"] in item["codes"] and (not streams or line["stream"] in streams)
    ]


def _decline_url(case_id: int, key: str) -> str:
    return f"{reverse('case-line', args=[case_id, 'decline'])}?{urlencode({'key': key})}"


def ageing_csv(found: Ageing) -> str:
    """One row per owner; cells that a spreadsheet could run as a formula start with an apostrophe."""
    context, out = ageing_context(found), io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["role", "owner", *context["buckets"], "total"])
    for row in context["rows"]:
        name = f"'{row['name']}" if row["name"].startswith(FORMULA) else row["name"]
        writer.writerow([row["role"], name, *row["counts"], row["total"]])
    return out.getvalue()
