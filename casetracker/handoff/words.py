"""How dates, moments, numbers and stored words are written in a handoff. Empty values become an empty text."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model


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


def yes_no(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "not recorded"}[value]


def listed(parts: Iterable[Any], between: str = ", ") -> str:
    return between.join(str(part) for part in parts if part)


def sentence(value: Any) -> str:
    """A reason as the engine gives it: text, or a list of texts."""
    if isinstance(value, (list, tuple)):
        return " ".join(sentence(part) for part in value if part)
    if isinstance(value, dict):
        return str(value.get("text") or value.get("message") or value.get("because") or "")
    return str(value or "")


def totals(rows: Iterable[tuple[str, int]]) -> str:
    """Units per code in code order: `77300 x3, 77373 x5`."""
    summed: dict[str, int] = {}
    for code, units in rows:
        summed[code] = summed.get(code, 0) + units
    return listed(f"{code} x{units}" for code, units in sorted(summed.items()))


def spans(numbers: Iterable[int]) -> str:
    """Whole numbers with runs joined: 1, 2, 3, 5 reads `1-3, 5`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return listed("-".join(str(end) for end in run) for run in runs)
