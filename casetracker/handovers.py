"""The nine hand-overs of a case as a table: from which role to which, and what makes them. Pure data."""

from typing import NamedTuple

from casetracker.choices import CaseRole, HandOverKind, Role
from casetracker.requirements import ROLES

K = HandOverKind
BY_PERSON, BY_FACTS, BY_PACKET = "person", "facts", "packet"
ROLE_WORDS = {**ROLES, Role.SUPERVISOR: "Supervisor", Role.BILLING: "Billing"}


class Way(NamedTuple):
    """sender, receiver: roles; made: by a person's button, by recorded facts, or by a move of a packet."""

    sender: str
    receiver: str
    made: str


WAYS = {
    K.TECHNIQUE: Way(CaseRole.RADIATION_ONCOLOGIST, Role.CODER, BY_PERSON),
    K.INTENT: Way(CaseRole.RADIATION_ONCOLOGIST, CaseRole.DOSIMETRIST, BY_PERSON),
    K.PLAN_READY: Way(CaseRole.DOSIMETRIST, CaseRole.PHYSICIST, BY_FACTS),
    K.CLEARED: Way(CaseRole.PHYSICIST, CaseRole.THERAPIST, BY_FACTS),
    K.FRAME_ON: Way(CaseRole.NEUROSURGEON, CaseRole.RADIATION_ONCOLOGIST, BY_FACTS),
    K.SESSION_OVER: Way(CaseRole.THERAPIST, CaseRole.RADIATION_ONCOLOGIST, BY_FACTS),
    K.FINAL_LIST: Way(CaseRole.RADIATION_ONCOLOGIST, Role.CODER, BY_PERSON),
    K.FOR_REVIEW: Way(Role.CODER, Role.SUPERVISOR, BY_PACKET),
    K.FOR_BILLING: Way(Role.SUPERVISOR, Role.BILLING, BY_PACKET),
}
MANUAL = [kind for kind, way in WAYS.items() if way.made == BY_PERSON]
OPENS = {
    "packet.submitted": K.FOR_REVIEW,
    "packet.supplemented": K.FOR_REVIEW,
    "packet.approved": K.FOR_BILLING,
}
ACCEPTS = {"packet.taken": K.FOR_REVIEW, "handoff.received": K.FOR_BILLING}
WITHDRAWS = {
    "packet.withdrawn": "The packet was taken back.",
    "packet.reopened": "The packet was opened again.",
    "handoff.returned": "Billing returned the packet.",
}
"""Moves of a packet that open, accept or withdraw its hand-over."""
