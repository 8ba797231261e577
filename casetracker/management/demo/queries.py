"""Invented questions to clinicians about open items, asked through the real service: late, answered, withdrawn."""

from datetime import timedelta

from django.utils import timezone

from casetracker.choices import Answer, Condition, PacketStatus, QueryState, Severity
from casetracker.management.demo.people import World
from casetracker.models import Case, ChecklistItem, Query
from casetracker.services import queries

ROLES = ("radiation_oncologist", "neurosurgeon", "physicist", "radiation_oncologist", "neurosurgeon")
QUESTION = "Please describe what was done, by whom and when: {}."
ENDS = ("open", "open", "answered", "open", "withdrawn")
ASKED_DAYS_AGO = (9, 2, 4, 1, 6)


def ask_queries(world: World) -> int:
    """Ask one question each about the first open required items of cases that nobody asked about yet."""
    if Query.objects.filter(case__demo=True, state__in=(QueryState.ANSWERED, QueryState.WITHDRAWN)).exists():
        return 0
    cases = Case.objects.filter(
        demo=True,
        queries=None,
        department__memberships__user=world.users["petra"],
        queue_state__in=(PacketStatus.COLLECTING, PacketStatus.RETURNED),
        missing_required__gt=0,
    )
    waiting = list(cases.select_related("department").order_by("opened_at"))
    asked = [_ask(world, waiting, place) for place in range(len(ROLES))]
    return sum(asked)


def _ask(world: World, waiting: list[Case], place: int) -> bool:
    """One question to the clinician who owes an open item; the case is then used up."""
    role = ROLES[place]
    for case in waiting:
        item = ChecklistItem.objects.filter(
            case=case, role=role, answer=Answer.OPEN, condition=Condition.TRUE, severity=Severity.REQUIRED
        ).first()
        member = case.team.filter(role=role).select_related("clinician").first()
        if item and member:
            waiting.remove(case)
            query = queries.ask(
                case=case,
                by=world.users["petra"],
                clinician=member.clinician,
                item=item,
                facts=f"The record of this course holds no entry for: {item.label.lower()}.",
                question=QUESTION.format(item.label.lower()),
            )
            _age(query, ASKED_DAYS_AGO[place])
            _end(world, query, ENDS[place])
            return True
    return False


def _age(query: Query, days: int) -> None:
    asked = timezone.now() - timedelta(days=days)
    query.asked_at, query.due_on = asked, asked.date() + timedelta(days=5)
    Query.objects.filter(pk=query.pk).update(asked_at=query.asked_at, due_on=query.due_on)


def _end(world: World, query: Query, end: str) -> None:
    query.case.refresh_from_db()
    if end == "answered":
        words = (
            "Measured the day before treatment; every point was inside the limit. I will sign an addendum."
        )
        queries.answer(query=query, by=world.users["petra"], answer=words)
    elif end == "withdrawn":
        queries.withdraw(
            query=query, by=world.users["petra"], reason="Found in the signed consultation note."
        )
