"""The order of one treatment day: which moment must come before which, and what is said when it did not. Pure.

On frame days everything happens within hours, so clocks decide what days decide elsewhere.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Step(NamedTuple):
    """A moment of the day. `frame`: only with an invasive frame; `cobalt`: only on a cobalt unit;
    `imaged`: only where images guide the set-up."""

    key: str
    label: str
    said: str
    frame: bool = False
    cobalt: bool = False
    imaged: bool = False


STEPS = (
    Step("frame_on", "Frame on", "the frame", frame=True),
    Step("imaging", "Planning images", "the planning images"),
    Step("approved", "Plan approved", "the plan approval"),
    Step("directive", "Written directive signed", "the written directive", cobalt=True),
    Step("timeout", "Time-out", "the time-out"),
    Step("started", "Patient in position", "the start"),
    Step("images", "Images approved", "the approval of the images", imaged=True),
    Step("beam_on", "Beam on", "the first beam"),
    Step("ended", "Beam off", "the end of the beam"),
    Step("frame_off", "Frame off", "the removal of the frame", frame=True),
)
BY_KEY = {step.key: step for step in STEPS}

# Earlier, later. The first three cannot be otherwise and are refused; the others are told and kept as they were.
CERTAIN = (("started", "beam_on"), ("beam_on", "ended"), ("frame_on", "frame_off"))
EXPECTED = (
    ("frame_on", "imaging"),
    ("imaging", "approved"),
    ("approved", "beam_on"),
    ("directive", "beam_on"),
    ("timeout", "beam_on"),
    ("images", "beam_on"),
    ("ended", "frame_off"),
)

BEFORE_NEXT_SESSION = ("images", "beam_on")
"""Asked of the only session; in a course of several sessions the images may be approved before the next one."""


def expected(sessions: int) -> tuple[tuple[str, str], ...]:
    """The order of a day in a course of so many sessions."""
    return tuple(pair for pair in EXPECTED if sessions <= 1 or pair != BEFORE_NEXT_SESSION)


def disorder(
    moments: Mapping[str, datetime | None], zone: ZoneInfo, pairs: tuple[tuple[str, str], ...] = EXPECTED
) -> dict[str, list[str]]:
    """By the later step: what stands in the wrong order, with both times. Unrecorded moments say nothing."""
    found: dict[str, list[str]] = {}
    for earlier, later in pairs:
        first, second = moments.get(earlier), moments.get(later)
        if first is not None and second is not None and second < first:
            told = (
                f"{BY_KEY[later].label} {_clock(second, zone)} lies before {BY_KEY[earlier].said} "
                f"({_clock(first, zone)})."
            )
            found.setdefault(later, []).append(told)
    return found


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%H:%M")
