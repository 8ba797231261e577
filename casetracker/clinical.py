"""How far treatment has come, derived from recorded dates and times. Pure; only hold, cancel and stop are chosen.

The furthest step that is recorded counts: a missing date before it is a question for the checklist, not a reason
to call a treated patient untreated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from casetracker.case_input import CaseInput
from casetracker.choices import Halt, SessionStatus

GIVEN = (SessionStatus.DELIVERED, SessionStatus.PARTIAL)
ENDED = (*GIVEN, SessionStatus.STOPPED_WITHOUT_DOSE)


class Look(NamedTuple):
    """How a state is shown: word, tone and icon of the design."""

    word: str
    tone: str
    icon: str


STATES = {
    "referred": Look("Referred", "neutral", "inbox"),
    "in_consultation": Look("In consultation", "neutral", "chat"),
    "decided": Look("Decided", "blue", "scale"),
    "authorization_verified": Look("Authorization verified", "blue", "shield"),
    "simulated": Look("Simulated", "blue", "target"),
    "planned": Look("Planned", "blue", "document"),
    "qa_cleared": Look("QA cleared", "blue", "check"),
    "in_treatment": Look("In treatment", "violet", "part"),
    "treated": Look("Treated", "green", "check-circle"),
    "in_follow_up": Look("In follow-up", "green", "calendar"),
}


@dataclass(frozen=True)
class ClinicalState:
    """key: one of `STATES`. given, planned: sessions with dose, and sessions planned (None: not recorded)."""

    key: str
    given: int = 0
    planned: int | None = None
    halt: str = Halt.NONE

    @property
    def word(self) -> str:
        if self.key == "in_treatment":
            return f"In treatment ({self.given} of {self.planned or '?'})"
        return STATES[self.key].word

    @property
    def tone(self) -> str:
        return STATES[self.key].tone

    @property
    def icon(self) -> str:
        return STATES[self.key].icon


def clinical_state(facts: CaseInput, halt: str = Halt.NONE) -> ClinicalState:
    """The state of a recorded case (see `recorded.recorded_input`)."""
    case, sessions = facts.case, facts.sessions or []
    given = sum(row.get("status") in GIVEN for row in sessions)
    planned = case.get("planned_sessions") or len(sessions) or None
    reached = [
        ("in_follow_up", bool(case.get("follow_up_on"))),
        ("treated", given > 0 and _over(sessions, given, planned, halt)),
        ("in_treatment", given > 0),
        ("qa_cleared", bool(case.get("qa_cleared_at"))),
        ("planned", any(row.get("approved_at") for row in facts.plans or [])),
        ("simulated", bool(case.get("simulated_on") or case.get("simulated"))),
        ("authorization_verified", _authorized(facts)),
        ("decided", bool(case.get("decided_on"))),
        ("in_consultation", bool(case.get("consulted_on"))),
    ]
    key = next((key for key, is_reached in reached if is_reached), "referred")
    return ClinicalState(key, given, planned, halt)


def _over(sessions: Sequence[dict[str, Any]], given: int, planned: int | None, halt: str) -> bool:
    """All planned sessions were given, or the course was stopped and nothing is left to give."""
    if planned is not None and given >= planned:
        return True
    return halt == Halt.STOPPED and all(row.get("status") in ENDED for row in sessions)


def _authorized(facts: CaseInput) -> bool:
    """An approval with a number is on file, or after the decision none was needed."""
    on_file = any(row.get("number") for row in facts.authorizations or [])
    not_needed = facts.case.get("authorization_required") is False and bool(facts.case.get("decided_on"))
    return on_file or not_needed
