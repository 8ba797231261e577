"""The outcome of a second look at a packet that was handed off: recorded once, never changed or deleted."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from casetracker import permissions
from casetracker.choices import SecondLookOutcome
from casetracker.errors import NotAllowed, Refused, WrongState
from casetracker.models import Handoff, Packet, SecondLook, User
from casetracker.selectors.second_looks import second_look_of
from casetracker.selectors.separation import why_not_second
from casetracker.services.history import service, write_revision


@service("second_look.recorded")
def record(*, packet: Packet, by: User, outcome: str, text: str = "") -> SecondLook:
    """Record what a second person found; an error needs a text.

    Raises NotAllowed without the role, to who approved a version or worked on the case; Refused; WrongState when
    it was recorded already; NotFound for a packet that is not in the list.
    """
    permissions.check_second_look(by, packet.case)
    if why := why_not_second(by, packet):
        raise NotAllowed(why)
    if outcome not in SecondLookOutcome.values:
        raise Refused("Choose whether you agree or found an error.")
    if outcome == SecondLookOutcome.ERROR and not text.strip():
        raise Refused("Say what is wrong, so that it can be mended.")
    chosen = second_look_of(packet, timezone.now())
    version = Handoff.objects.filter(packet=packet).order_by("-version").values_list("version", flat=True)[0]
    told = {"version": version, "reasons": chosen.reasons, "outcome": outcome, "text": text.strip(), "by": by}
    try:
        with transaction.atomic():
            made = SecondLook.objects.create(packet=packet, at=timezone.now(), **told)
    except IntegrityError:
        raise WrongState("The outcome was recorded already. Reload the page.") from None
    write_revision(
        case=packet.case,
        by=by,
        action="second_look.recorded",
        summary=f"Second look at {packet.get_stream_display()}: {made.get_outcome_display().lower()}",
        difference={"packet": packet.get_stream_display(), "version": version, "outcome": outcome},
    )
    return made
