"""Row buttons that work without script: the form is sent, a row is added, copied or filled, and it comes back.

Works on the posted text only; nothing is cleaned or saved.
"""

import re

from django.core.exceptions import ValidationError
from django.http import QueryDict

from casetracker.choices import SessionStatus
from casetracker.forms.moments import parse_day
from casetracker.forms.pasted_lesions import read_pasted
from casetracker.forms.presence import KINDS
from casetracker.forms.sessions import MOST_SESSIONS, SessionRows, spread_dates

OWN = ("uuid", "label", "number", "ORDER", "DELETE")
PRESENCE = tuple(f"{kind}_" for kind in KINDS)  # who was there is said for each session anew


def acted(posted: QueryDict, action: str) -> tuple[QueryDict, list[str]]:
    """The entries after one button: `add:lesions`, `duplicate:lesions-2`, `paste`, `spread`; and what went wrong."""
    data = posted.copy()
    verb, _, where = action.partition(":")
    if verb == "add" and f"{where}-TOTAL_FORMS" in data:
        row = _new_row(data, where)
        for name, value in (SessionRows.fresh if where == "sessions" else {}).items():
            data[f"{row}-{name}"] = value
    elif verb == "duplicate" and re.fullmatch(r"\w+-\d+", where):
        _duplicate(data, where)
    elif verb == "paste":
        return data, _paste(data)
    elif verb == "spread":
        return data, _spread(data)
    return data, []


def _count(data: QueryDict, prefix: str) -> int:
    text = data.get(f"{prefix}-TOTAL_FORMS", "0")
    return int(text) if text.isdigit() else 0


def _new_row(data: QueryDict, prefix: str) -> str:
    number = _count(data, prefix)
    data[f"{prefix}-TOTAL_FORMS"] = str(number + 1)
    return f"{prefix}-{number}"


def _duplicate(data: QueryDict, row: str) -> None:
    prefix = row.rpartition("-")[0]
    order = data.get(f"{row}-ORDER", "")
    new = _new_row(data, prefix)
    for name in [name for name in data if name.startswith(f"{row}-")]:
        field = name.removeprefix(f"{row}-")
        if field not in OWN and not field.startswith(PRESENCE):
            data.setlist(f"{new}-{field}", data.getlist(name))
    if order.isdigit():
        data[f"{new}-ORDER"] = order


def _paste(data: QueryDict) -> list[str]:
    rows, problems = read_pasted(data.get("pasted", ""))
    if not rows:
        return ["There is nothing to read: copy the rows in the spreadsheet and paste them here."]
    blank = [f"lesions-{n}" for n in range(_count(data, "lesions")) if _is_blank(data, f"lesions-{n}")]
    for row in rows:
        place = blank.pop(0) if blank else _new_row(data, "lesions")
        for name, text in row.items():
            if text:
                data[f"{place}-{name}"] = text
    if not problems:
        data["pasted"] = ""
    return problems


def _is_blank(data: QueryDict, row: str) -> bool:
    typed = [
        n
        for n in data
        if n.startswith(f"{row}-") and n.rpartition("-")[2] not in ("label", "ORDER", "compartment")
    ]
    return not any(data[name] for name in typed)


def _spread(data: QueryDict) -> list[str]:
    try:
        first = parse_day(data.get("spread_first", "").strip())
    except ValidationError as problem:
        return [f"Fill the dates: {problem.message}"]
    count, every = data.get("spread_count", "").strip(), data.get("spread_every", "").strip() or "1"
    if not (
        count.isdigit() and every.isdigit() and 1 <= int(count) <= MOST_SESSIONS and 1 <= int(every) <= 30
    ):
        return [f"Fill the dates: 1 to {MOST_SESSIONS} sessions, every 1 to 30 days."]
    days = spread_dates(first, int(count), int(every))
    places = _session_places(data)
    for number, day in enumerate(days, 1):
        place = places[number - 1] if number <= len(places) else _new_session(data, number)
        if data.get(f"{place}-status", "") in ("", SessionStatus.PLANNED):
            data[f"{place}-date"] = day.isoformat()
    return []


def _session_places(data: QueryDict) -> list[str]:
    """Prefixes of the session rows, in the order of the page."""
    rows = [f"sessions-{n}" for n in range(_count(data, "sessions")) if not data.get(f"sessions-{n}-DELETE")]

    def order(row: str) -> int:
        text = data.get(f"{row}-ORDER", "")
        return int(text) if text.isdigit() else 999

    return sorted(rows, key=order)


def _new_session(data: QueryDict, number: int) -> str:
    place = _new_row(data, "sessions")
    data[f"{place}-number"] = str(number)
    for name, value in SessionRows.fresh.items():
        data[f"{place}-{name}"] = value
    return place
