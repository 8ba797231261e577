"""The rows of a handoff that tell of the course: lesions, plans, directives, sessions. Pure data, like the document.

Sizes in mm, doses in Gy, moments in the department's zone: all of it text.
"""

from dataclasses import dataclass, field
from typing import Any


def later(default: Any = "") -> Any:
    """A place that documents frozen before it existed do not have: empty, it stays out of data and digest."""
    return field(default=default, metadata={"later": True})


@dataclass(frozen=True)
class Fact:
    """A named value, shown as it is."""

    label: str
    value: str
    source: str = ""


@dataclass(frozen=True)
class LesionRow:
    """Section 10. schedule: sessions times dose; signed, target_approved: when and by whom."""

    label: str
    place: str
    size_mm: str
    complexity: str
    basis: str
    prescribed_gy: str
    delivered_gy: str
    isodose: str
    sessions: str
    reported_as: str
    schedule: str = later()
    signed: str = later()
    target_approved: str = later()


@dataclass(frozen=True)
class PlanRow:
    """Section 10: one plan, and what its technique and its machine ask for, in the order of the work."""

    name: str
    technique: str
    lesions: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class DirectiveRow:
    """Section 10: one version of the written directive. authorized: whether its signer was an authorized user."""

    version: str
    total_gy: str
    signed_at: str
    signed_by: str
    authorized: str


@dataclass(frozen=True)
class SessionRow:
    """Section 11. timeout, position, screen: the record of the day, empty where nothing is recorded."""

    name: str
    date: str
    machine: str
    plan: str
    start: str
    stop: str
    status: str
    oncologist: str
    physicist: str
    surgeon: str
    timeout: str = later()
    position: str = later()
    screen: str = later()
