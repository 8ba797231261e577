"""What the codes page of a case shows: the stored evaluation, decided lines, packets, policies. Five queries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from casetracker import permissions, workflow
from casetracker.choices import LineDecision, PacketStatus, Stream
from casetracker.errors import NotFound, Refused
from casetracker.lifts import with_lifts
from casetracker.line_conflicts import Live, of_line
from casetracker.models import BillingLine, Case, Evaluation, LiftedConflict, Packet, User
from casetracker.selectors.lifts import standing_lifts

EMPTY: dict[str, Any] = {
    "lines": [],
    "not_suggested": [],
    "conflicts": [],
    "questions": [],
    "policies": [],
    "rulebook": {},
}


@dataclass
class CodesSheet:
    """Suggested and decided lines of one case. `may_not`: why this person cannot decide, or empty."""

    case: Case
    document: dict[str, Any]
    result: dict[str, Any]
    decided: dict[str, BillingLine]
    packets: dict[str, Packet]
    policies: dict[str, dict[str, str]] = field(default_factory=dict)
    may_not: str = ""
    may_hold: bool = False
    may_not_lift: str = ""
    lifts: list[LiftedConflict] = field(default_factory=list)

    @property
    def suggestions(self) -> dict[str, dict[str, Any]]:
        return {line["key"]: line for line in self.result["lines"]}

    @property
    def live(self) -> Live:
        return Live.of(self.decided.values(), self.suggestions)

    def locked(self, stream: str) -> str:
        """Why no line of this claim can be decided now, or empty."""
        packet = self.packets.get(stream)
        if packet is None or packet.status not in workflow.LOCKED:
            return ""
        held = any(
            line.stream == stream and line.decision == LineDecision.HOLD for line in self.decided.values()
        )
        state = PacketStatus(packet.status).label.lower()
        if held and packet.status != PacketStatus.APPROVED:
            return f"The packet is {state}. Held lines are released as a supplement on the review page."
        return f"The packet is {state} and read-only. A supervisor can reopen it with a reason."

    def warned(self, key: str, added_code: str = "") -> list[str]:
        """Messages of warnings that ask for a reason before this line is released."""
        found = of_line("warn", key, added_code, self.live, self.result)
        return [conflict["message"] for conflict in found]

    def line(self, key: str) -> BillingLine | dict[str, Any]:
        """The decided line, or the suggestion; NotFound for a key the case does not have."""
        found = self.decided.get(key) or self.suggestions.get(key)
        if found is None:
            raise NotFound("This line is not on the case any more.")
        return found


def codes_sheet(user: User, case: Case) -> CodesSheet:
    """Read everything the codes page needs. `case` was fetched for this person with `case_for`."""
    current = case.evaluations.filter(occasion=Evaluation.Occasion.CURRENT).first()
    lines = case.lines.select_related("decided_by")
    lifts = standing_lifts(case)
    return CodesSheet(
        case=case,
        document=current.document if current else {},
        result=with_lifts(current.result, lifts) if current else EMPTY,
        decided={line.key: line for line in lines},
        packets={packet.stream: packet for packet in case.packets.all()},
        policies=current.policy if current else {},
        may_not=_why_not(permissions.check_decide_lines, user, case),
        may_hold=permissions.can_review(user, case),
        lifts=lifts,
        may_not_lift=_why_not(permissions.check_lift, user, case),
    )


def people_of(case: Case) -> list[tuple[str, str]]:
    """NPI and name of everybody on the case who can be named on a line."""
    members = case.team.select_related("clinician").exclude(clinician__npi="").order_by("role", "id")
    return list(dict.fromkeys((m.clinician.npi, str(m.clinician)) for m in members))


def streams_of(sheet: CodesSheet) -> list[str]:
    """Claims that have or had a line or a packet, in the usual order."""
    used = {line["stream"] for line in sheet.result["lines"]} | set(sheet.packets)
    used |= {line.stream for line in sheet.decided.values()}
    return [stream for stream in Stream.values if stream in used]


def _why_not(check: Callable[[User, Case], None], user: User, case: Case) -> str:
    try:
        check(user, case)
    except Refused as refusal:
        return refusal.message
    return ""
