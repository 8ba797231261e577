"""Whether the facts of a case still support a line that a person decided. Asks the rule book, no record.

Only support by facts is judged here; conflicts between released lines are in `readiness.py`.
"""

from datetime import date
from typing import Any

from casetracker.choices import LineDecision, LineOrigin
from casetracker.models import BillingLine
from checklists.engine import read_case
from checklists.engine.course import part_of_course, treatment_days
from checklists.reader import current_book

SHOWN = ("units", "modifiers", "date")


def suggestion_of(line: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a suggested line when a person decides it."""
    return {"units": line["units"], "modifiers": list(line["modifiers"]), "date": line["date"]}


def entered_key(code: str, stream: str, person: str, day: date | None, document: dict[str, Any]) -> str:
    """The key under which the engine knows a line of a person: code, claim, course or session, and the person."""
    book_code = current_book().code(code)
    days = treatment_days(read_case(document))
    part = part_of_course(book_code.editions[-1].per if book_code else "course", day, days)
    return f"{code}/{stream}/{part}/{person or '-'}"


def standing_of(line: BillingLine, result: dict[str, Any]) -> tuple[bool, str]:
    """(supported, why not). A declined line and a line added by a person need no support."""
    if line.decision == LineDecision.DECLINE or line.origin == LineOrigin.ADDED:
        return True, ""
    now = next((entry for entry in result["lines"] if entry["key"] == line.key), None)
    if now is None:
        return False, _why_dropped(line.code, result)[:300]
    if line.suggested and suggestion_of(now) != line.suggested:
        return False, _what_moved(line.suggested, suggestion_of(now))[:300]
    return True, ""


def _why_dropped(code: str, result: dict[str, Any]) -> str:
    dropped = next((entry for entry in result["not_suggested"] if entry["code"] == code), None)
    return (dropped or {}).get("because") or f"The facts no longer lead to {code} in this place."


def _what_moved(before: dict[str, Any], now: dict[str, Any]) -> str:
    moved = [
        f"{name} {_words(before[name])} was suggested then, {_words(now[name])} now"
        for name in SHOWN
        if before[name] != now[name]
    ]
    return f"The suggestion changed: {'; '.join(moved)}."


def _words(value: Any) -> str:
    return (" ".join(value) if isinstance(value, list) else str(value or "")) or "none"
