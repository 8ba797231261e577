"""How dates, moments, numbers and stored words are written in a handoff. Empty values become an empty text.

Also the words of the rule book that a handoff carries with it, looked up in the moment it is collected.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from casetracker.choices import CaseRole
from casetracker.policy_values import value_words
from checklists.engine.strictness import known_key
from checklists.reader import current_book

CONFIDENCE = {
    "data": "published data",
    "several_sources": "several sources",
    "two_sources": "two sources",
    "one_source": "one source",
    "inferred": "department policy, confirm",
    "memory": "not verified, confirm",
}
PACKAGING = {
    "comprehensive": "carries the payment of the claim",
    "packaged": "packaged, not paid apart",
    "paid_apart": "paid apart",
    "per_session": "paid per session",
}
SEVERITY = {"block": "Blocked", "warn": "Check", "ask": "Question", "info": "Note"}


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def moment(value: datetime | None, zone: ZoneInfo) -> str:
    """Date and time in the department's zone with the zone's name, for example 2026-03-02 13:55 EST."""
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z") if value else ""


def clock(value: datetime | None, zone: ZoneInfo) -> str:
    return value.astimezone(zone).strftime("%H:%M") if value else ""


def number(value: Decimal | int | None) -> str:
    """Without trailing zeros: 18.00 is 18, 4.50 is 4.5."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def chosen(row: Model, field: str) -> str:
    """The label of a stored choice."""
    return str(getattr(row, f"get_{field}_display")() or "") if getattr(row, field) else ""


def role(word: str) -> str:
    """Who owes an item, in words: neurosurgeon reads surgeon."""
    known = {str(value): label for value, label in CaseRole.choices}
    return str(known.get(word, word.replace("_", " "))).lower()


def yes_no(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "not recorded"}[value]


def listed(parts: Iterable[Any], between: str = ", ") -> str:
    return between.join(str(part) for part in parts if part)


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def totals(rows: Iterable[tuple[str, Iterable[str], int]]) -> str:
    """Units per code and its modifiers, in code order: `77290-26 x1, 77373 x5`."""
    summed: dict[str, int] = {}
    for code, modifiers, units in rows:
        billed = listed((code, *modifiers), "-")
        summed[billed] = summed.get(billed, 0) + units
    return listed(f"{billed} x{units}" for billed, units in sorted(summed.items()))


def spans(numbers: Iterable[int]) -> str:
    """Whole numbers with runs joined: 1, 2, 3, 5 reads `1-3, 5`."""
    runs: list[list[int]] = []
    for each in sorted(set(numbers)):
        if runs and each == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], each]
        else:
            runs.append([each])
    return listed("-".join(str(end) for end in dict.fromkeys((run[0], run[-1]))) for run in runs)


def letters(place: int) -> str:
    """Diagnosis pointers: 0 is A, 25 is Z, 26 is AA."""
    tens, ones = divmod(place, 26)
    return (letters(tens - 1) if tens else "") + chr(ord("A") + ones)


def code_label(code: str) -> str:
    """Our own short words for a code; empty for a code the rule book does not know."""
    known = current_book().codes.get(code)
    return known.label if known else ""


def policy_value(key: str, value: str) -> str:
    """A policy's value as its page says it."""
    known = known_key(current_book(), key)
    return value_words(known, value) if known else value


def policy_label(key: str) -> str:
    known = known_key(current_book(), key)
    return known.label if known else key.replace("_", " ")
