"""Ways to later versions of a packet: approved again, held and handed off, supplemented. All by the real services."""

from casetracker.handoff.document import from_dict
from casetracker.models import AuditEvent, BillingLine, CaseRevision, Handoff
from casetracker.services import handoff as services
from casetracker.services import review
from tests.packets import approve, approved, decide, desk


def history(made) -> tuple[int, int]:
    events = AuditEvent.objects.filter(record=f"case {made.case.number}", outcome="done")
    return CaseRevision.objects.filter(case=made.case).count(), events.count()


def content(handoff: Handoff):
    return from_dict(handoff.snapshot)


def again(made, world, because="A dose was corrected.") -> Handoff:
    """The packet reopened and approved once more."""
    review.reopen(packet=made.packet(), by=world.people["sam"], reason=because)
    BillingLine.objects.filter(case=made.case, code="77295").update(
        units=2, differs=True, reason="Two plans, two episodes."
    )
    approved(made, world)
    return Handoff.objects.order_by("-version").first()


def held_and_handed_off(world) -> tuple:
    """A packet whose 77295 is held, handed off as version 1."""
    made = desk(world, decided=False)
    decide(made, "77372", world.people["cora"])
    decide(
        made,
        "77295",
        world.people["cora"],
        "hold",
        reason="The plan is not signed.",
        hold_owner="radiation_oncologist",
        hold_until="2026-03-20",
    )
    approved(made, world)
    services.draw_pending()
    return made, Handoff.objects.get()


def supplemented(made, world) -> Handoff:
    key = BillingLine.objects.get(case=made.case, code="77295").key
    review.supplement(packet=made.packet(), by=world.people["cora"], lines=[key], note="Signed now.")
    review.take(packet=made.packet(), by=world.people["sam"])
    item = made.item("plan-approval")
    if item.review != "accepted":
        review.accept_item(packet=made.packet(), by=world.people["sam"], item=item)
    approve(made.packet(), world.people["sam"])
    return Handoff.objects.order_by("-version").first()
