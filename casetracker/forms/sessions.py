"""Session rows: one calendar day of treatment each, with times of day in the department's zone."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casetracker import choices
from casetracker.forms.answers import RecordField, WordField, YesNoField
from casetracker.forms.lesion_names import ALL, LesionNamesField
from casetracker.forms.moments import ClockField, DayField, MomentField, at
from casetracker.forms.presence import Slot, check_presence, presence_fields, presence_rows, times_typed
from casetracker.forms.quantities import DegreeField, MillimetreField, PercentField, WholeField
from casetracker.forms.rows import BaseRows, Row, RowForm, rows_of
from casetracker.forms.session_doses import SessionDosesField

MOST_SESSIONS = 45
TIMES = {"started": "started_at", "beam_on": "beam_on_at", "ended": "ended_at"}
TIMEOUT = {"timeout": "timeout_at"}


class SessionForm(RowForm):
    """One session. Times belong to its date; the first eight fields stand in the row.

    The fields of `slots` (who was there) are the same in every row and stand in `fields`.
    """

    put_there = ("status", "lesions")

    number = WholeField(label="Number", least=1, most=99)
    date = DayField(label="Date")
    status = WordField(choices.SessionStatus.choices, label="Status", empty="")
    lesions = LesionNamesField(label="Lesions treated")
    started = ClockField(label="Start")
    beam_on = ClockField(label="Beam on")
    ended = ClockField(label="End")
    image_guidance = YesNoField(label="Image guidance", select=True)

    percent_delivered = PercentField(label="Delivered")
    stop_reason = WordField(choices.StopReason.choices, label="Stopped because", empty="")
    machine = RecordField(label="Machine", empty="As the case")
    plan = WholeField(label="Plan number", least=1, most=8)
    in_room = YesNoField(label="Brought into the room", select=True)
    anesthesia = WordField(choices.Anesthesia.choices, label="Anesthesia", empty="")
    doses = SessionDosesField(label="Dose per lesion")
    operator = forms.CharField(label="Operator", required=False, max_length=80)
    timeout = ClockField(label="Time-out")
    timeout_by = RecordField(label="Time-out by", empty="")
    coordinates_noted = YesNoField(label="Coordinates noted", select=True)
    collision_checked = YesNoField(label="Collision check", select=True)
    image_kind = WordField(choices.ImageKind.choices, label="Images", empty="")
    shift_mm = MillimetreField(label="Shift")
    rotation_deg = DegreeField(label="Rotation")
    residual_mm = MillimetreField(label="Residual")
    images_approved_at = MomentField(label="Images approved")
    images_approved_by = RecordField(label="Images approved by", empty="")
    frame_check_mm = MillimetreField(label="Frame check")
    event_suspected = YesNoField(label="Medical event suspected", select=True)
    variance = YesNoField(label="Variance or near miss", select=True)
    incident_number = forms.CharField(label="Incident number", required=False, max_length=40)

    def __init__(self, *args: Any, slots: Sequence[Slot] = (), **kwargs: Any) -> None:
        self.slots = slots
        super().__init__(*args, **kwargs)

    @staticmethod
    def take_offers(fields: dict[str, Any], offers: Any) -> None:
        fields["machine"].offer(offers.machines.records, offers.machines.choices)
        for name in ("timeout_by", "images_approved_by"):
            fields[name].offer(offers.clinicians.records, offers.clinicians.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        times = [(name, cleaned[name]) for name in TIMES if cleaned.get(name)]
        timed = bool(times) or bool(cleaned.get("timeout")) or times_typed(cleaned, self.slots)
        if timed and not cleaned.get("date") and "date" not in self.errors:
            self.add_error("date", "Type the date of these times.")
        for (_, earlier), (name, later) in pairwise(times):
            if later < earlier:
                self.add_error(
                    name, f"{later:%H:%M} is before {earlier:%H:%M}: the order is start, beam on, end."
                )
        if cleaned.get("variance") and not cleaned.get("incident_number"):
            self.add_error("incident_number", "Type the incident number of this variance.")
        check_presence(self, cleaned, self.slots)
        return cleaned

    def row(self) -> Row:
        """Without `doses` and `lesions` as numbers: what their texts mean is known to the whole form only."""
        found = super().row()
        del found["doses"]
        found["presences"] = presence_rows(found, self.slots)
        for name, column in (TIMES | TIMEOUT).items():
            time = found.pop(name)
            found[column] = at(found["date"], time) if time and found["date"] else None
        found["status"] = found["status"] or choices.SessionStatus.PLANNED
        found["plan"] = found["plan"] - 1 if found["plan"] else None
        return found


class BaseSessions(BaseRows):
    noun = "sessions"
    fresh = {"status": choices.SessionStatus.PLANNED.value, "lesions": ALL}

    def __init__(self, *args: Any, slots: Sequence[Slot] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = slots
        self.form_kwargs["fields"].update(presence_fields(slots))
        self.form_kwargs["slots"] = slots

    def clean(self) -> None:
        super().clean()
        seen: set[int] = set()
        for form in self.live():
            number = form.cleaned_data.get("number") if hasattr(form, "cleaned_data") else None
            if number in seen:
                form.add_error("number", ValidationError(f"There are two sessions {number}."))
            seen |= {number} if number else set()

    def rows(self) -> list[Row]:
        """Rows with a number each: an unnumbered session takes the next one."""
        rows = super().rows()
        typed = {row["number"] for row in rows if row["number"]}
        last = 0
        for row in rows:
            row["number"] = row["number"] or _next_number(last, typed)
            last = row["number"]
        return rows


def _next_number(last: int, typed: set[int]) -> int:
    number = last + 1
    while number in typed:
        number += 1
    typed.add(number)
    return number


def spread_dates(first: dt.date, count: int, every: int) -> list[dt.date]:
    """`count` treatment days from `first`, `every` days apart; a day on a weekend moves to the Monday after."""
    days: list[dt.date] = []
    day = first
    for _ in range(count):
        while day.weekday() > 4 or (days and day <= days[-1]):
            day += dt.timedelta(days=1)
        days.append(day)
        day += dt.timedelta(days=every)
    return days


SessionRows = rows_of(SessionForm, BaseSessions, MOST_SESSIONS)
