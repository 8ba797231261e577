"""The report of items called not applicable: people, their items with counts, and each case. Reads nothing."""

from itertools import groupby
from typing import Any

from django.urls import reverse

from casetracker.selectors.reasons import Denied


def denied_context(found: Denied) -> dict[str, Any]:
    """people [{name, count, items [{label, count, rows}]}], total, more."""
    people = []
    for name, rows in groupby(found.rows, key=lambda row: row["answered_by__full_name"] or "Nobody named"):
        listed = list(rows)
        items = [
            {"label": label, "rows": [_row(row) for row in group]}
            for label, group in groupby(listed, key=lambda row: row["label"])
        ]
        people.append({"name": name, "count": len(listed), "items": items})
    return {"people": people, "total": len(found.rows), "more": found.more}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": row["case__number"],
        "department": row["case__department__name"],
        "url": reverse("case-item", args=[row["case_id"], row["id"]]),
        "because": row["answer_because"],
        "reason": row["answer_reason"],
        "at": row["answered_at"],
        "required": row["severity"] == "required",
    }
