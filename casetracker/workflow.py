"""The documentation track as tables: which moves a packet can make, who owns each state, what must hold.

Pure data and small questions about it; the acting functions are services. The diagram in `docs/` is generated
from these tables.
"""

from dataclasses import dataclass

from casetracker.choices import PacketStatus, Role
from casetracker.errors import WrongState

S = PacketStatus


@dataclass(frozen=True)
class Move:
    """One step of a packet. `must_hold` says in words what the acting service checks besides role and state."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    must_hold: str = ""
    needs_reason: bool = False


MOVES = {
    move.name: move
    for move in (
        Move(
            "submit",
            "Submit for review",
            (S.COLLECTING, S.RETURNED),
            S.READY,
            (Role.STAFF, Role.CODER),
            "every line is decided and supported, no blocking conflict, template values confirmed, no open "
            "required item for a released line",
        ),
        Move("withdraw", "Take back", (S.READY,), S.COLLECTING, (Role.STAFF, Role.CODER)),
        Move(
            "take",
            "Take into review",
            (S.READY,),
            S.IN_REVIEW,
            (Role.SUPERVISOR,),
            "the reviewer did not work on the case",
        ),
        Move(
            "take_over",
            "Take over the review",
            (S.IN_REVIEW,),
            S.IN_REVIEW,
            (Role.SUPERVISOR,),
            "the reviewer did not work on the case",
        ),
        Move(
            "return",
            "Return",
            (S.IN_REVIEW,),
            S.RETURNED,
            (Role.SUPERVISOR,),
            "an item is returned, or a reason for the whole packet is given",
            needs_reason=True,
        ),
        Move(
            "approve",
            "Approve",
            (S.IN_REVIEW,),
            S.APPROVED,
            (Role.SUPERVISOR,),
            "all that submission needs, every required item accepted, lines and warnings confirmed, nothing "
            "changed since the page was opened, own password",
        ),
        Move("hand_off", "Hand off", (S.APPROVED,), S.HANDED_OFF, (), "the file is rendered and stored"),
        Move("confirm", "Confirm receipt", (S.HANDED_OFF,), S.CLOSED, (Role.BILLING,)),
        Move(
            "send_back",
            "Return to the department",
            (S.HANDED_OFF,),
            S.RETURNED,
            (Role.BILLING,),
            needs_reason=True,
        ),
        Move(
            "reopen",
            "Reopen",
            (S.APPROVED, S.HANDED_OFF, S.CLOSED),
            S.COLLECTING,
            (Role.SUPERVISOR,),
            needs_reason=True,
        ),
        Move(
            "supplement",
            "Release held lines",
            (S.HANDED_OFF, S.CLOSED),
            S.READY,
            (Role.CODER,),
            "at least one held line is released and its required items are done",
        ),
    )
}

OWNERS = {
    S.COLLECTING: "staff in each role",
    S.READY: "supervisor",
    S.IN_REVIEW: "reviewing supervisor",
    S.RETURNED: "the person named on each returned item",
    S.APPROVED: "the system, until the file is stored",
    S.HANDED_OFF: "billing",
    S.CLOSED: "nobody; read only",
}

LOCKED = (S.APPROVED, S.HANDED_OFF, S.CLOSED)
QUEUED = (S.COLLECTING, S.READY, S.IN_REVIEW, S.RETURNED)
URGENCY = (S.RETURNED, S.READY, S.IN_REVIEW, S.COLLECTING)


def move(name: str, status: str) -> Move:
    """The move, if it exists from this state; otherwise `WrongState` with what is possible instead."""
    wanted = MOVES[name]
    if status not in wanted.sources:
        possible = ", ".join(m.label.lower() for m in moves_from(status)) or "nothing"
        raise WrongState(
            f"A packet that is {PacketStatus(status).label.lower()} cannot do this. Possible now: {possible}."
        )
    return wanted


def moves_from(status: str) -> list[Move]:
    return [m for m in MOVES.values() if status in m.sources]
