"""What is published about codes by day, whether or not the book suggests them: fee schedule and hospital payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Dated(Protocol):
    """A row of a table that holds from a day on, to a day or for good."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


def in_force(row: Dated, day: date) -> bool:
    """Whether a dated row of a table holds on a day."""
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


@dataclass(frozen=True, slots=True)
class ListedCode:
    """What the fee schedule says about a code in a time, whether or not the book suggests it.

    `multiple` and `assistant` are None where the row was not read. `professional_part`: payable with 26 only.
    """

    code: str
    label: str
    performer: str
    component: str
    global_period: str
    multiple: str | None
    bilateral: str
    assistant: str | None
    co_surgeon: str
    team: str
    status: str
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class OutpatientRow:
    """How the hospital outpatient system pays a code: `kept_apart` is paid also beside one-session radiosurgery."""

    code: str
    status: str
    apc: str | None
    kept_apart: bool
    valid_from: date
    valid_to: date | None
    source: str
    confidence: str
