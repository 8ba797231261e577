"""What is kept of the published files: our own rows, without a word of their texts."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class PairLine:
    """Column 1 pays. deleted_on: the last day in force; None while it is active."""

    first: str
    second: str
    effective_on: date
    deleted_on: date | None
    indicator: int


@dataclass(frozen=True, slots=True)
class LimitLine:
    """Units per day. adjudication: 1 per claim line, 2 absolute, 3 may be appealed. 0 units is a limit too."""

    code: str
    units: int
    adjudication: int


@dataclass(frozen=True, slots=True)
class ParentLine:
    """An add-on code and one code it may stand beside; parent "" where the contractor decides."""

    add_on: str
    parent: str
    effective_on: date
    deleted_on: date | None


@dataclass(frozen=True, slots=True)
class FeeLine:
    """Payment indicators of a code (and of its 26 or TC part): status, PC/TC, global days, who else may be paid."""

    code: str
    modifier: str
    status: str
    component: str
    global_days: str
    multiple: str
    bilateral: str
    assistant: str
    cosurgeon: str
    team: str


Line = PairLine | LimitLine | ParentLine | FeeLine


@dataclass
class Reading:
    """What reading one table gave. Counts are of data rows; `newest`: the latest day on which a row begins."""

    layout: str
    lines: list[Line] = field(default_factory=list)
    rows: int = 0
    other_codes: int = 0
    never_in_force: int = 0
    newest: date | None = None
    heading: str = ""
