"""Hand-overs of one case, and those that wait for one person. Reads only."""

from django.db.models import Q

from casetracker.choices import Duty, Halt, Role
from casetracker.errors import NotFound
from casetracker.handovers import BY_PACKET, ROLE_WORDS, WAYS
from casetracker.models import Case, DutyAssignment, HandOver, TreatmentSession, User
from casetracker.selectors.access import CHART_ROLES, access_of

MOST = 50
OF_SESSION = "session:"
ENTER = (Role.STAFF, Role.CODER, Role.SUPERVISOR)


def hand_overs_of(case: Case) -> list[HandOver]:
    """Every hand-over of the case, the newest first, withdrawn ones too. One query, and one to number sessions."""
    rows = HandOver.objects.filter(case=case).select_related("sent_by", "to_person", "accepted_by")
    found = list(rows.order_by("-sent_at", "-id"))
    for made in found:
        made.case = case
    return numbered(found)


def numbered(found: list[HandOver]) -> list[HandOver]:
    """The same with `session_number` set on those about a session, a removed one too; one query if there are any."""
    sources = {made.source.removeprefix(OF_SESSION) for made in found if made.source.startswith(OF_SESSION)}
    numbers = {}
    if sources:
        rows = TreatmentSession.objects.filter(uuid__in=sources).values_list("uuid", "number")
        numbers = {f"{OF_SESSION}{uuid}": number for uuid, number in rows}
    for made in found:
        made.session_number = numbers.get(made.source)
    return found


def hand_over_of(case: Case, hand_over_id: int) -> HandOver:
    found = HandOver.objects.filter(case=case, pk=hand_over_id).first()
    if found is None:
        raise NotFound("There is no such hand-over on this case.")
    found.case = case
    return found


def waiting_for(user: User) -> list[HandOver]:
    """Open hand-overs to this person, by name or by role, of cases in work; the oldest first.

    Two queries, and one to number sessions.
    """
    access = access_of(user)
    mine = Q(to_person=user)
    for department, duty in DutyAssignment.objects.filter(user=user).values_list("department_id", "duty"):
        mine |= Q(to_person=None, to_role=duty, case__department=department)
    for role in (Role.CODER, Role.SUPERVISOR):
        mine |= Q(to_person=None, to_role=role, case__department__in=access.departments_with((role,)))
    rows = HandOver.objects.filter(
        mine,
        accepted_at=None,
        withdrawn_at=None,
        case__department__in=access.departments_with(CHART_ROLES),
        case__queued_at__isnull=False,
        case__halt=Halt.NONE,
    ).exclude(kind__in=[kind for kind, way in WAYS.items() if way.made == BY_PACKET])
    return numbered(list(rows.select_related("case__patient", "sent_by").order_by("sent_at", "id")[:MOST]))


def why_not_accept(user: User, made: HandOver, duties: set[str] | None = None) -> str:
    """Why this person cannot accept it; empty when it was handed to this person.

    A physician without an account cannot press a button, so anybody who enters cases records it for him or her.
    duties: the person's in the department of the case, where they are known already.
    """
    access, home = access_of(user), made.case.department_id
    if made.to_person_id:
        return "" if made.to_person_id == user.pk else "It was handed to the person whom the case names."
    if made.to_role in (Role.CODER, Role.SUPERVISOR, Role.BILLING):
        allowed = access.has(home, made.to_role)
    elif made.to_role in Duty.values:
        allowed = made.to_role in (_duties(user, home) if duties is None else duties)
    else:
        allowed = access.has(home, *ENTER)
    return "" if allowed else f"It was handed to: {ROLE_WORDS[made.to_role].lower()}."


def _duties(user: User, department_id: int) -> set[str]:
    held = DutyAssignment.objects.filter(user=user, department=department_id)
    return set(held.values_list("duty", flat=True))
