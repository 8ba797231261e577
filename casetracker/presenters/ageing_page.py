"""The weekly report of ages, as page and as CSV. Reads nothing."""

import csv
import io
from typing import Any

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
    """buckets (labels), rows {role, name, counts, total}, totals, queries, write_offs."""
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
        "write_offs": [{**row, "role": ROLES.get(row["role"], row["role"])} for row in found.write_offs],
        "more": found.more,
    }


def ageing_csv(found: Ageing) -> str:
    """One row per owner; cells that a spreadsheet could run as a formula start with an apostrophe."""
    context, out = ageing_context(found), io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["role", "owner", *context["buckets"], "total"])
    for row in context["rows"]:
        name = f"'{row['name']}" if row["name"].startswith(FORMULA) else row["name"]
        writer.writerow([row["role"], name, *row["counts"], row["total"]])
    return out.getvalue()
