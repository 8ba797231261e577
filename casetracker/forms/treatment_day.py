"""The sheet of one treatment day: times without a day, who signed, how the session ended. It saves nothing."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from casetracker.choices import SessionStatus
from casetracker.forms.answers import RecordField, WordField
from casetracker.forms.moments import ClockField, DayField, at
from casetracker.plausibility import NOT_YET
from casetracker.treatment_day import CERTAIN, STEPS, disorder

SESSION_COLUMNS = {
    "frame_on": "frame_on_at",
    "imaging": "imaging_at",
    "timeout": "timeout_at",
    "started": "started_at",
    "images": "images_approved_at",
    "beam_on": "beam_on_at",
    "ended": "ended_at",
    "frame_off": "frame_off_at",
}
SIGNED = ("approved", "directive", "timeout", "images")  # steps that somebody answers for
SIGNED_COLUMNS = {"timeout": "timeout_by", "images": "images_approved_by"}
OTHER_DAY = ("approved", "images")  # approvals that may have been given on a day other than that of the sheet
BEAM = ("beam_on", "ended")


class TreatmentDayForm(forms.Form):
    """One time of day per step. `shown`: the keys of the steps this day has; the others are not on the form."""

    date = DayField(label="Day", required=True, error_messages={"required": "Type the day of the session."})
    status = WordField(SessionStatus.choices, label="The session", empty="Not recorded")

    def __init__(self, *args: Any, shown: list[str], people: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, str(person)) for key, person in people.items()]
        for step in STEPS:
            if step.key not in shown:
                continue
            self.fields[step.key] = ClockField(label=step.label)
            if step.key in SIGNED:
                who = RecordField(label=f"{step.label}: by whom", empty="Nobody named")
                who.offer(people, choices)
                self.fields[f"{step.key}_by"] = who

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for key, told in disorder(self.moments(), _zone(), CERTAIN).items():
            if key in self.fields:
                self.add_error(key, " ".join(told))
        for key, moment in self.moments().items():
            if moment and key in self.fields and moment > timezone.now() and not self.untouched(key):
                self.add_error(key, NOT_YET)
        given = [key for key in BEAM if cleaned.get(key)]
        if given and cleaned.get("status", "") in ("", SessionStatus.PLANNED) and "status" not in self.errors:
            self.add_error("status", "Beam times are entered: was it delivered, in part, or stopped?")
        for key in ("directive", "timeout", "images"):
            if cleaned.get(key) and not cleaned.get(f"{key}_by") and f"{key}_by" not in self.errors:
                self.add_error(f"{key}_by", "Name who signed it.")
        return cleaned

    def moments(self) -> dict[str, dt.datetime | None]:
        """What is typed, as moments of the day of the sheet; None where nothing is."""
        day = self.cleaned_data.get("date")
        times = {step.key: self.cleaned_data.get(step.key) for step in STEPS}
        return {key: at(day, time) if day and time else None for key, time in times.items()}

    def untouched(self, key: str) -> bool:
        """Whether an approval, which may be of another day, was sent back as it was shown."""
        return key in OTHER_DAY and self.cleaned_data.get(key) == self.initial.get(key)


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())
