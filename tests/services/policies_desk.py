"""A policy setting of the tests: told, proposed, in force, and what holds."""

from datetime import date

from casetracker.models import PolicySetting
from casetracker.services import policies

FROM = date(2026, 1, 1)
WHY = "Decided in the coding meeting."


def told(world, **changes):
    usual = {
        "department": world.north,
        "payer": None,
        "key": "allow_77336_single",
        "value": "no",
        "reason": WHY,
        "valid_from": FROM,
        "valid_to": None,
        "by": world.people["carl"],
    }
    return usual | changes


def proposed(world, **changes):
    return policies.propose(**told(world, **changes))


def in_force(world, **changes):
    return policies.approve(setting=proposed(world, **changes), by=world.people["ada"])


def held(world, key="allow_77336_single", payer=None):
    rows = PolicySetting.objects.filter(department=world.north, key=key, payer=payer, state="in_force")
    return [(row.value, row.valid_from, row.valid_to) for row in rows.order_by("valid_from")]
