"""Typing of single values: text from YAML or native JSON values become exact, checked values.

Knows kinds and bounds, not which field a value belongs to; that is in `fields`.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

Scalar = str | bool | int | Decimal | date | datetime | tuple[str, ...]

YES_NO: Final = "yes_no"
WHOLE: Final = "whole_number"
DECIMAL: Final = "decimal"
DAY: Final = "day"
MOMENT: Final = "moment"
WORD: Final = "word"
TEXT: Final = "text"
CODE: Final = "code"
MODIFIER: Final = "modifier"
DIAGNOSIS_CODE: Final = "diagnosis_code"
TEXTS: Final = "list"

_YES = ("true", "yes")
_NO = ("false", "no")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PATTERNS: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    CODE: (re.compile(r"[A-Z0-9]\d{3}[A-Z0-9]"), "five characters, for example 77372 or G0339"),
    MODIFIER: (re.compile(r"[A-Z0-9]{2}"), "two letters or digits, for example 26"),
    DIAGNOSIS_CODE: (
        re.compile(r"[A-Z]\d[A-Z0-9](\.[A-Z0-9]{1,4})?|[A-Z]\d[A-Z0-9]{2,5}"),
        "an ICD-10-CM code, for example C79.31",
    ),
}


class NotAccepted(ValueError):
    """A value does not fit its kind. `allowed` says in words what would."""

    def __init__(self, allowed: str | tuple[str, ...]) -> None:
        self.allowed = allowed
        super().__init__(allowed if isinstance(allowed, str) else ", ".join(allowed))


def pattern_of(kind: str) -> str | None:
    """The regular expression that values of this kind match as a whole, in capitals; None for other kinds."""
    return _PATTERNS[kind][0].pattern if kind in _PATTERNS else None


def typed(kind: str, raw: object, words: tuple[str, ...] = ()) -> Scalar:
    """The exact value of `raw` for a kind; raises NotAccepted with the accepted form. `raw` is never None."""
    if kind == WORD:
        return _word(raw, words)
    return _READERS[kind](raw)


def _word(raw: object, words: tuple[str, ...]) -> str:
    if isinstance(raw, str) and raw in words:
        return str(raw)
    raise NotAccepted(words)


def _yes_no(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in _YES:
        return True
    if isinstance(raw, str) and raw.lower() in _NO:
        return False
    raise NotAccepted("true or false")


def _whole(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,9}", raw.strip()):
        return int(raw)
    raise NotAccepted("a whole number")


def _decimal(raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise NotAccepted("a number")
    try:
        value = Decimal(str(raw).strip())
    except InvalidOperation:
        raise NotAccepted("a number, for example 18 or 34.9") from None
    if not value.is_finite() or abs(value) >= 10**9:
        raise NotAccepted("a number, for example 18 or 34.9")
    if value != value.quantize(Decimal("0.01")):
        raise NotAccepted("a number with at most two decimals")
    return value if value else Decimal(0)


def _day(raw: object) -> date:
    if isinstance(raw, datetime):
        raise NotAccepted("a day as YYYY-MM-DD, without a time")
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str) and _DAY.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise NotAccepted("a day that exists, as YYYY-MM-DD") from None
    raise NotAccepted("a day as YYYY-MM-DD")


def _moment(raw: object) -> datetime:
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, str) and len(raw) > 10:
        try:
            return datetime.fromisoformat(raw)
        except ValueError:
            pass
    raise NotAccepted("a day and time as YYYY-MM-DDTHH:MM")


def _text(raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise NotAccepted("text")
    value = str(raw).strip()
    if not value or len(value) > 200 or not value.isprintable():
        raise NotAccepted("text of 1 to 200 printable characters")
    return value


def _texts(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple):
        raise NotAccepted("a list of texts")
    return tuple(_text(entry) for entry in raw)


def _pattern(kind: str) -> Callable[[object], Scalar]:
    expression, allowed = _PATTERNS[kind]

    def read(raw: object) -> str:
        value = str(raw).strip().upper() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
        if expression.fullmatch(value):
            return value
        raise NotAccepted(allowed)

    return read


_READERS: Final[dict[str, Callable[[object], Scalar]]] = {
    YES_NO: _yes_no,
    WHOLE: _whole,
    DECIMAL: _decimal,
    DAY: _day,
    MOMENT: _moment,
    TEXT: _text,
    TEXTS: _texts,
    CODE: _pattern(CODE),
    MODIFIER: _pattern(MODIFIER),
    DIAGNOSIS_CODE: _pattern(DIAGNOSIS_CODE),
}
