"""Compliance lets one blocking conflict of one case stand, with a typed reason, and takes that back.

The conflict stays on every page as lifted; only the packet no longer stops on it.
"""

from django.utils import timezone

from casetracker import permissions, workflow
from casetracker.choices import PacketStatus, Stream
from casetracker.errors import Refused, WrongState
from casetracker.free_reason import reason_in
from casetracker.lifts import identity, mark, why_not_liftable
from casetracker.models import Case, LiftedConflict, User
from casetracker.services import evaluation
from casetracker.services.history import service, write_revision


@service("conflict.lifted")
def lift_conflict(*, case: Case, by: User, conflict: str, reason: str) -> LiftedConflict:
    """Lift the block that `lifts.mark` calls `conflict`, for this case only.

    Raises NotAllowed, WrongState (a packet with one of its lines is approved), and Refused for a conflict that does
    not stand any more, cannot be lifted, or is lifted already.
    """
    permissions.check_lift(by, case)
    found = next((one for one in evaluation.current_result(case)["conflicts"] if mark(one) == conflict), None)
    if found is None:
        raise Refused("This conflict does not stand any more. Reload the codes page.")
    if told := why_not_liftable(found):
        raise Refused(told)
    reason = reason_in(reason, "Say why the conflict is lifted; the reviewer and billing read it.")
    _check_open(case, found["codes"])
    name, codes, message = identity(found)
    if case.lifts.filter(conflict=name, codes=codes, message=message, ended_at=None).exists():
        raise WrongState("This conflict is lifted already. Reload the codes page.")
    lift = LiftedConflict.objects.create(
        case=case,
        conflict=name,
        codes=codes,
        message=message,
        reason=reason,
        by=by,
        at=timezone.now(),
    )
    _record(lift, by, "conflict.lifted", "block lifted for this case", lift.reason)
    return lift


@service("conflict.restored")
def restore_conflict(*, case: Case, lift: LiftedConflict, by: User, reason: str) -> LiftedConflict:
    """Take a lift back: the conflict blocks again. The lift stays in the history."""
    permissions.check_lift(by, case)
    reason = reason_in(reason, "Say why the lifting is taken back.")
    _check_open(case, lift.codes.split("+"))
    ended = {"ended_by": by, "ended_at": timezone.now(), "ended_because": reason}
    if not LiftedConflict.objects.filter(pk=lift.pk, case=case, ended_at=None).update(**ended):
        raise WrongState("This lifting was taken back already. Reload the codes page.")
    lift.refresh_from_db()
    _record(lift, by, "conflict.restored", "block stands again", lift.ended_because)
    return lift


def _check_open(case: Case, codes: list[str]) -> None:
    """A lift is part of what an approval stands on, so it does not move beside one."""
    streams = set(case.lines.filter(code__in=codes).values_list("stream", flat=True))
    locked = case.packets.filter(stream__in=streams, status__in=workflow.LOCKED).order_by("stream").first()
    if locked:
        raise WrongState(
            f"The {Stream(locked.stream).label.lower()} packet with one of these lines is "
            f"{PacketStatus(locked.status).label.lower()}. A supervisor can reopen it with a reason."
        )


def _record(lift: LiftedConflict, by: User, action: str, words: str, reason: str) -> None:
    write_revision(
        case=lift.case,
        by=by,
        action=action,
        summary=f"{lift.codes.replace('+', ' with ')}: {words}",
        difference={"conflict": lift.message, "reason": reason},
    )
