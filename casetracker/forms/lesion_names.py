"""Which lesions a session or a plan covers, typed as names: `all`, `L1, L3` or `L2-L5`. One text, no ORM."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

ALL = "all"
_RANGE = re.compile(r"^(\D*)(\d+)\s*-\s*(\D*)(\d+)$")


class LesionNamesField(forms.CharField):
    """The text as typed; `numbers_of` turns it into row numbers once the lesions are known."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(required=False, max_length=400, **kwargs)


def numbers_of(text: str, names: Sequence[str]) -> list[int]:
    """Row numbers (0-based) of the named lesions; all of them for `all`, none (not recorded) for nothing.

    Raises ValidationError naming what is not a lesion of this case.
    """
    if not text.strip():
        return []
    if text.strip().lower() == ALL:
        return list(range(len(names)))
    places = {name.strip().lower(): number for number, name in enumerate(names)}
    wanted = [name for part in re.split(r"[,;\s]+", _joined(text)) if part for name in _spread(part, places)]
    unknown = [name for name in wanted if name.lower() not in places]
    if unknown:
        raise ValidationError(f"No lesion is called {', '.join(unknown)}. Type names as above, or all.")
    return sorted({places[name.lower()] for name in wanted})


def names_of(numbers: Sequence[int], names: Sequence[str]) -> str:
    """The text for these row numbers: `all` when everything is covered, nothing when nothing is recorded."""
    if numbers and len(numbers) == len(names):
        return ALL
    return ", ".join(names[number] for number in numbers if number < len(names))


def _joined(text: str) -> str:
    return re.sub(r"\s*-\s*", "-", text)


def _spread(part: str, places: dict[str, int]) -> list[str]:
    found = _RANGE.match(part)
    if part.lower() in places or not found:
        return [part]
    first, last = int(found[2]), int(found[4])
    if not first < last <= first + 60:
        return [part]
    return [f"{found[1]}{number}" for number in range(first, last + 1)]
