"""The clinical clocks of a department: for each clinical state a number and a unit, or nothing. Saves nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms

from casetracker.choices import ClockUnit
from casetracker.clinical import STATES
from casetracker.clinical_clocks import STEPS, clocks_of
from casetracker.presenters.clinical_step import owner_words

MOST_DAYS = 365


class ClocksForm(forms.Form):
    """stored: the clocks of the department as it keeps them."""

    def __init__(self, data: Any = None, *, stored: Mapping[str, Any]) -> None:
        super().__init__(data, label_suffix="")
        for key, clock in clocks_of(stored).items():
            word = STATES[key].word
            self.fields[f"{key}_days"] = forms.IntegerField(
                label="Days",
                required=False,
                min_value=0,
                max_value=MOST_DAYS,
                initial=clock.days if clock else None,
                error_messages={
                    "invalid": f"{word}: type a whole number of days, or nothing.",
                    "min_value": f"{word}: days are 0 or more. Leave it empty for no clock.",
                    "max_value": f"{word}: type at most {MOST_DAYS} days.",
                },
            )
            self.fields[f"{key}_unit"] = forms.ChoiceField(
                label="Counted in",
                required=False,
                choices=ClockUnit.choices,
                initial=clock.unit if clock else ClockUnit.CALENDAR,
            )

    def rows(self) -> list[dict[str, Any]]:
        """One per clinical state, in the order of the course."""
        return [
            {
                "key": key,
                "word": STATES[key].word,
                "step": step,
                "owner": owner_words(key, []),
                "usual": step.usual.words if step.usual else "no clock",
                "days": self[f"{key}_days"],
                "unit": self[f"{key}_unit"],
            }
            for key, step in STEPS.items()
        ]

    def clocks(self) -> dict[str, dict[str, Any] | None]:
        """As `Department.clinical_clocks` keeps them: every state, None for no clock."""
        return {key: self._clock(key) for key in STEPS}

    def _clock(self, key: str) -> dict[str, Any] | None:
        days = self.cleaned_data[f"{key}_days"]
        if days is None:
            return None
        return {"days": days, "unit": self.cleaned_data[f"{key}_unit"] or ClockUnit.CALENDAR.value}
