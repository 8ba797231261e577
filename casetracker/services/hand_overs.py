"""Hand-overs of a case: made by recorded facts and moves of packets, or by a person; accepted by the receiver.

What the system makes itself needs no revision of its own: the service that recorded the fact writes the history.
"""

from collections.abc import Iterable

from django.utils import timezone

from casetracker import permissions
from casetracker.choices import HandOverKind, SessionStatus
from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.handovers import ACCEPTS, BY_FACTS, BY_PACKET, MANUAL, OPENS, ROLE_WORDS, WAYS, WITHDRAWS
from casetracker.models import Case, CaseClinician, HandOver, Packet, Plan, TreatmentSession, User
from casetracker.selectors.hand_overs import why_not_accept
from casetracker.services.history import service, write_revision

OVER = (SessionStatus.DELIVERED, SessionStatus.PARTIAL, SessionStatus.STOPPED_WITHOUT_DOSE)
UNDONE = "What was recorded was taken back."
Made = tuple[str, str]  # kind, source


def follow_facts(*, case: Case, by: User) -> None:
    """Make the hand-overs that recorded facts stand for, and withdraw those whose fact was taken back.

    Three queries when nothing changes. An accepted one whose fact stays is never made again.
    """
    wanted = _by_facts(case)
    kinds = [kind for kind, way in WAYS.items() if way.made == BY_FACTS]
    standing = HandOver.objects.filter(case=case, kind__in=kinds, withdrawn_at=None)
    known = {(row.kind, row.source): row.pk for row in standing}
    _make(case, by, [made for made in wanted if made not in known])
    gone = [pk for made, pk in known.items() if made not in wanted]
    if gone:
        _withdraw(HandOver.objects.filter(pk__in=gone), UNDONE)


def follow_packet(*, packet: Packet, by: User, action: str) -> None:
    """Open, accept or withdraw the hand-over of a packet after a move (see `handovers`)."""
    own = HandOver.objects.filter(case_id=packet.case_id, source=packet.stream, withdrawn_at=None)
    waiting = own.filter(accepted_at=None)
    if action in WITHDRAWS:
        _withdraw(waiting, WITHDRAWS[action])
    elif action in ACCEPTS:
        waiting.filter(kind=ACCEPTS[action]).update(accepted_by=by, accepted_at=timezone.now())
    elif action in OPENS and not waiting.filter(kind=OPENS[action]).exists():
        _make(packet.case, by, [(OPENS[action], packet.stream)])


@service("handover.sent")
def send(*, case: Case, by: User, kind: str, note: str = "") -> HandOver:
    """Hand over by a person: planned technique, lesions and intent, or the final list. One of a kind waits at a time.

    note: what the receiver needs to know. Raises NotAllowed, Refused for another kind, WrongState while one waits.
    """
    permissions.check_edit_case(by, case)
    if kind not in MANUAL:
        raise Refused("Choose what is handed over from the list. The others are made by the system.")
    if HandOver.objects.filter(case=case, kind=kind, accepted_at=None, withdrawn_at=None).exists():
        raise WrongState("This was handed over already and waits to be accepted.")
    (made,) = _make(case, by, [(kind, "")], note.strip())
    _record(made, by, "handover.sent", {"note": made.note})
    return made


@service("handover.accepted")
def accept(*, case: Case, hand_over: HandOver, by: User) -> HandOver:
    """Take over what was handed over. Raises NotAllowed to others than the receiver, WrongState when none waits."""
    if WAYS[HandOverKind(hand_over.kind)].made == BY_PACKET:
        raise WrongState("This is accepted by taking the packet into review, or by confirming its receipt.")
    if told := why_not_accept(by, hand_over):
        raise NotAllowed(told)
    waiting = HandOver.objects.filter(pk=hand_over.pk, case=case, accepted_at=None, withdrawn_at=None)
    if not waiting.update(accepted_by=by, accepted_at=timezone.now()):
        raise WrongState("This was accepted or withdrawn already. Reload the page.")
    hand_over.refresh_from_db()
    _record(hand_over, by, "handover.accepted", {})
    return hand_over


def _by_facts(case: Case) -> dict[Made, None]:
    plans = Plan.objects.filter(case=case, removed_at=None, approved_at__isnull=False)
    found = [(HandOverKind.PLAN_READY, f"plan:{uuid}") for uuid in plans.values_list("uuid", flat=True)]
    if case.qa_cleared_at:
        found.append((HandOverKind.CLEARED, "case"))
    sessions = TreatmentSession.objects.filter(case=case, removed_at=None).order_by("number")
    for uuid, frame_on, status in sessions.values_list("uuid", "frame_on_at", "status"):
        if frame_on:
            found.append((HandOverKind.FRAME_ON, f"session:{uuid}"))
        if status in OVER:
            found.append((HandOverKind.SESSION_OVER, f"session:{uuid}"))
    return dict.fromkeys((str(kind), source) for kind, source in found)


def _make(case: Case, by: User, wanted: Iterable[Made], note: str = "") -> list[HandOver]:
    wanted = list(wanted)
    named = _named(case) if wanted else {}
    now = timezone.now()
    ways = [(made, WAYS[HandOverKind(made[0])]) for made in wanted]
    return HandOver.objects.bulk_create(
        HandOver(
            case=case,
            kind=kind,
            source=source,
            note=note,
            from_role=way.sender,
            to_role=way.receiver,
            to_person_id=named.get(way.receiver),
            sent_by=by,
            sent_at=now,
        )
        for (kind, source), way in ways
    )


def _named(case: Case) -> dict[str, int]:
    """The active user whom the case names in each role."""
    team = CaseClinician.objects.filter(case=case, clinician__user__is_active=True).order_by("-id")
    return dict(team.values_list("role", "clinician__user_id"))


def _withdraw(rows: object, because: str) -> None:
    rows.update(withdrawn_at=timezone.now(), withdrawn_because=because)  # type: ignore[attr-defined]


def _record(made: HandOver, by: User, action: str, more: dict[str, str]) -> None:
    words = f"{made.get_kind_display()}: {ROLE_WORDS[made.from_role]} to {ROLE_WORDS[made.to_role].lower()}"
    write_revision(
        case=made.case,
        by=by,
        action=action,
        summary=words,
        difference={"hand-over": made.get_kind_display(), **more},
    )
