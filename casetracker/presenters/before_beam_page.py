"""The page of the next sessions as its template shows it: days, sessions, who still owes what. Reads nothing."""

from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from casetracker.requirements import ROLES
from casetracker.selectors.before_beam import Ahead, Days, Unmet


def before_beam_context(found: Days) -> dict[str, Any]:
    """today, last, more; days [{day, sessions}]; lacking: sessions that lack something required."""
    sessions = [_session(one) for one in found.sessions]
    return {
        "today": found.today,
        "last": found.last,
        "more": found.more,
        "days": [
            {"day": day, "sessions": list(rows)} for day, rows in groupby(sessions, lambda row: row["day"])
        ],
        "total": len(sessions),
        "lacking": sum(bool(row["required"]) for row in sessions),
    }


def _session(one: Ahead) -> dict[str, Any]:
    return {
        "day": one.day,
        "time": one.starts_at.astimezone(ZoneInfo(one.zone)).strftime("%H:%M") if one.starts_at else "",
        "number": one.number,
        "patient": one.patient,
        "machine": one.machine,
        "department": one.department,
        "what": f"session {one.session} of {one.of}" if one.of else f"session {one.session}",
        "day_url": reverse("treatment-day", args=[one.case_id, one.session]),
        "url": f"{reverse('case-checklist', args=[one.case_id])}?who=everyone",
        "required": sum(item.required for item in one.unmet),
        "unmet": _rows(one),
    }


def _rows(one: Ahead) -> list[dict[str, Any]]:
    """The same item of several lesions, plans or units stands in one row."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for item in one.unmet:
        row = _item(one, item)
        same = rows.setdefault((row["label"], row["state"], row["codes"]), row)
        if item.subject:
            same["subjects"].append(_subject(item))
    return list(rows.values())


def _subject(item: Unmet) -> dict[str, str]:
    """{code, words}: a unit is named by its code, which paper leaves out; anything else has words alone."""
    for code in item.codes:
        if item.subject.startswith(f"{code}, "):
            return {"code": f"{code}, ", "words": item.subject.removeprefix(f"{code}, ")}
    return {"code": "", "words": item.subject}


def _item(one: Ahead, item: Unmet) -> dict[str, Any]:
    return {
        "label": item.label,
        "subjects": [],
        "url": reverse("case-item", args=[one.case_id, item.id]),
        "state": "cannot_be_met" if item.never else "unknown" if item.unknown else "open",
        "severity": "" if item.required else item.severity,
        "role": ROLES.get(item.role, item.role),
        "who": ", ".join(item.who),
        "codes": ", ".join(item.codes),
    }
