"""The dose of each lesion in one session, typed as one text: `20` for all treated, or `L1 20, L2 18`. No ORM."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from casetracker.forms.lesion_names import ALL, numbers_of
from casetracker.forms.quantities import DoseField, plain

EXAMPLE = "Type one number for all lesions of the session, or for example L1 20, L2 18."
_PART = re.compile(r"^(?:(?P<who>.+?)[\s:=]+)?(?P<dose>\.?\d\S*?(?:\s*c?gy)?)$", re.IGNORECASE)
_DOSE = DoseField()


class SessionDosesField(forms.CharField):
    """The text as typed; `doses_of` reads it once lesions are known."""

    def __init__(self, **kwargs: object) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "20 or L1 20, L2 18"})
        super().__init__(required=False, max_length=600, widget=widget, **kwargs)  # type: ignore[arg-type]


def doses_of(text: str, treated: Sequence[int], names: Sequence[str]) -> dict[int, Decimal]:
    """Dose in Gy by row number (0-based) of the lesion; empty when nothing was typed.

    treated: row numbers of the lesions of this session. Raises ValidationError that names what was not understood: no
    number, an unknown lesion, one that is not treated in this session or has two doses.
    """
    found: dict[int, Decimal] = {}
    for number, dose in _read(text, treated, names):
        if number not in treated:
            raise ValidationError(
                f"{names[number]} is not treated in this session. Add it to the lesions, or take its dose out."
            )
        if number in found:
            raise ValidationError(f"{names[number]} has two doses here.")
        found[number] = dose
    return found


def doses_text(doses: Mapping[int, Decimal], treated: Sequence[int], names: Sequence[str]) -> str:
    """The text for these doses: one number when every treated lesion has the same."""
    values = {doses.get(number) for number in treated}
    if len(values) == 1 and set(doses) == set(treated):
        return plain(values.pop() or Decimal(0))
    return ", ".join(f"{names[number]} {plain(dose)}" for number, dose in sorted(doses.items()))


def _read(text: str, treated: Sequence[int], names: Sequence[str]) -> Iterator[tuple[int, Decimal]]:
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    for part in parts:
        match = _PART.match(part)
        if match is None:
            raise ValidationError(f"“{part}” is not a dose. {EXAMPLE}")
        who = match["who"]
        if who is None and len(parts) > 1:
            raise ValidationError(f"“{part}”: which lesion gets this dose? {EXAMPLE}")
        dose = _DOSE.clean(match["dose"])
        for number in _meant(who, treated, names):
            yield number, dose


def _meant(who: str | None, treated: Sequence[int], names: Sequence[str]) -> Sequence[int]:
    """Lesions that a part of the text speaks of; all of the session when it names none."""
    if who is None or who.lower() == ALL:
        if not treated:
            raise ValidationError("Say first which lesions are treated in this session.")
        return treated
    known = {name.strip().lower(): number for number, name in enumerate(names)}
    return [known[who.lower()]] if who.lower() in known else numbers_of(who, names)
