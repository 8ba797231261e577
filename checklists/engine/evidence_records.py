"""The plain values that evidence is judged from and the answers it gives.

Lives here: document entries, the course's moments, check results and cures, and the words they are shown with.
Not here: the judgement itself (`evidence`) and the comparison of times (`evidence_timing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal, Protocol, TypeAlias

Verdict: TypeAlias = Literal["holds", "fails", "unknown"]
Moment: TypeAlias = datetime | date

PEOPLE = {
    "radiation_oncologist": "radiation oncologist",
    "neurosurgeon": "neurosurgeon",
    "physicist": "physicist",
    "dosimetrist": "dosimetrist",
    "therapist": "radiation therapist",
    "nurse": "nurse",
    "coder": "coder",
    "authorized_user": "authorized user",
}

AUTHORIZED: Final = "authorized_user"
NOT_AUTHORIZED: Final = "not_authorized_on_that_day"
"""Qualifications of an author by the license listing: held, or lapsed or not begun, on the day of signature."""

USUAL_REPORT_DAYS: Final = 60
"""Where no policy is known: the age, before the first session, up to which a diagnostic report counts."""

NOT_AFTERWARDS = "cannot be made up later: hold or decline the lines."


class Item(Protocol):
    """What the judgement reads of a documentation item; words as in the rule book's documents."""

    @property
    def label(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def signer(self) -> str: ...
    @property
    def cosigner(self) -> str | None: ...
    @property
    def author_is_line_performer(self) -> bool: ...
    @property
    def reviews(self) -> Sequence[str]: ...
    @property
    def timing(self) -> Sequence[str]: ...
    @property
    def cure(self) -> str: ...


@dataclass(frozen=True, slots=True)
class EvidenceDocument:
    """An index entry of one signed document. `None` means not recorded.

    The author is the person who signs; a second signature is a second entry. Moments are in the department's zone,
    all with a zone or all without. `subject` is `case`, `lesion:...`, `session:...` or `plan:...`.
    """

    kind: str
    title: str
    author: str | None = None
    author_role: str | None = None
    author_id: str | None = None
    service_date: date | None = None
    written_at: datetime | None = None
    signed_at: datetime | None = None
    reference: str = ""
    subject: str = "case"
    qualifications: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Somebody's own work that a review is about: who answers for it, in which role. `None` means not recorded."""

    what: str
    author: str | None
    author_id: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class Moments:
    """The times documents are compared with. A bare day stands where no clock time was recorded.

    `beam_on` is keyed by session subject, `plan_approved_at` by plan subject. `delivered` is False while no beam has
    been given at all, so that nothing can be too late for it; `more_to_come` while planned sessions are left.
    `first_service_on` is the earliest line still on the claim, visits apart; `line_days` are those of the lines that
    need the item. `report_days` is the age up to which a report from before treatment counts.
    """

    first_beam_on: Moment | None = None
    beam_on: Mapping[str, Moment] = field(default_factory=lambda: MappingProxyType({}))
    simulation_on: Moment | None = None
    plan_approved_at: Mapping[str, Moment] = field(default_factory=lambda: MappingProxyType({}))
    clinical_plan_on: date | None = None
    last_session_on: date | None = None
    planned_sessions: int | None = None
    delivered: bool = True
    more_to_come: bool = False
    planned_on: date | None = None
    frame_on: Moment | None = None
    consult_on: date | None = None
    first_service_on: date | None = None
    line_days: frozenset[date] = frozenset()
    report_days: int = USUAL_REPORT_DAYS
    summary_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One judged statement: the check's name, its verdict, and a sentence that says what to do."""

    check: str
    verdict: Verdict
    message: str


@dataclass(frozen=True, slots=True)
class Cure:
    """Whether a failed check can still be put right, and how."""

    possible: bool
    words: str


def person(role: str) -> str:
    """A role as it is said in a sentence."""
    return PEOPLE.get(role, role.replace("_", " "))


def show(moment: Moment) -> str:
    """A moment as it is shown: the clock time only where one was recorded."""
    return moment.strftime("%Y-%m-%d %H:%M") if isinstance(moment, datetime) else str(moment)
