"""A packet under review in tests of services, and how much history it has."""

import pytest

from casetracker.models import AuditEvent, CaseRevision
from tests.packets import desk

__all__ = ["made"]


def history(made) -> tuple[int, int]:
    done = AuditEvent.objects.filter(record=f"case {made.case.number}", outcome="done").exclude(
        action="handoff.ready"
    )
    return CaseRevision.objects.filter(case=made.case).count(), done.count()


@pytest.fixture
def made(world):
    return desk(world)


def make_supervisor(world, name):
    world.people[name].memberships.create(department=world.north, role="supervisor")
    world.people[name].__dict__.pop("_access", None)
    return world.people[name]
