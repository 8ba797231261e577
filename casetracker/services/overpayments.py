"""Suspected overpayments: raised with the day of identification, suspended once with a reason, settled.

Source of the clocks: the report-and-return rule since January 2025: 60 days from identification, suspended for
up to 180 days by a good-faith look for related errors.
"""

from datetime import date, timedelta

from django.utils import timezone

from casetracker import permissions, working_days
from casetracker.choices import HandoffState, OverpaymentOutcome
from casetracker.errors import Refused, WrongState
from casetracker.models import Case, Handoff, Overpayment, User
from casetracker.models.overpayment import RETURN_DAYS
from casetracker.services.history import service, write_revision

BILLED = (HandoffState.READY, HandoffState.RECEIVED)


@service("overpayment.raised")
def flag(*, case: Case, by: User, identified_on: date, because: str, codes: str = "") -> Overpayment:
    """Flag a case that was handed to billing. Raises NotAllowed, WrongState before any handoff, Refused."""
    permissions.check_flag_overpayment(by, case)
    if not Handoff.objects.filter(packet__case=case, state__in=BILLED).exists():
        raise WrongState("Nothing of this case was handed to billing, so nothing can be overpaid yet.")
    if not because.strip():
        raise Refused("Say what is wrong with what was billed.")
    if identified_on > _today(case):
        raise Refused("The day of identification lies ahead. Give today or an earlier day.")
    made = Overpayment.objects.create(
        case=case,
        codes=codes.strip()[:120],
        because=because.strip(),
        identified_on=identified_on,
        raised_by=by,
        raised_at=timezone.now(),
    )
    _record(made, by, "overpayment.raised", {"identified on": identified_on.isoformat()})
    return made


@service("overpayment.suspended")
def suspend(*, case: Case, overpayment: Overpayment, by: User, because: str) -> Overpayment:
    """Stop the clock while related errors are looked for: once, within the 60 days, with a reason."""
    permissions.check_settle_overpayment(by, case)
    if not because.strip():
        raise Refused("Say what is looked for; it stands beside the suspended clock.")
    today = _today(case)
    if today > overpayment.identified_on + timedelta(days=RETURN_DAYS):
        raise WrongState("The 60 days are over, so the clock cannot be suspended any more.")
    waiting = Overpayment.objects.filter(pk=overpayment.pk, case=case, suspended_on=None, settled_on=None)
    if not waiting.update(suspended_on=today, suspended_because=because.strip(), suspended_by=by):
        raise WrongState("It was suspended or settled already. Reload the page.")
    overpayment.refresh_from_db()
    _record(overpayment, by, "overpayment.suspended", {"reason": because.strip()})
    return overpayment


@service("overpayment.settled")
def settle(*, case: Case, overpayment: Overpayment, by: User, outcome: str, note: str) -> Overpayment:
    """Close it with an outcome and a note."""
    permissions.check_settle_overpayment(by, case)
    if outcome not in OverpaymentOutcome.values or not note.strip():
        raise Refused("Choose an outcome and say how it was settled.")
    done = {"outcome": outcome, "note": note.strip(), "settled_by": by, "settled_on": _today(case)}
    if not Overpayment.objects.filter(pk=overpayment.pk, case=case, settled_on=None).update(**done):
        raise WrongState("It was settled already. Reload the page.")
    overpayment.refresh_from_db()
    _record(overpayment, by, "overpayment.settled", {"outcome": overpayment.get_outcome_display()})
    return overpayment


def _today(case: Case) -> date:
    return working_days.local_day(timezone.now(), case.department)


def _record(made: Overpayment, by: User, action: str, more: dict[str, str]) -> None:
    words = {"raised": "suspected", "suspended": "clock suspended", "settled": "settled"}
    write_revision(
        case=made.case,
        by=by,
        action=action,
        summary=f"Overpayment {words[action.partition('.')[2]]}",
        difference={"codes": made.codes, **more},
    )
