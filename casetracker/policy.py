"""Which overrides of the rule book hold for a department and a payer on a day. Reads settings, judges nothing."""

from datetime import date
from typing import Any

from django.db.models import Q

from casetracker.models import Department, Payer, PolicySetting
from checklists.reader import current_book

PAYER, DEPARTMENT = "payer_profile", "department_policy"
BOTH_COMPONENTS = "one_entity_bills_both"


def policy_on(department: Department, payer: Payer | None, day: date) -> dict[str, dict[str, str]]:
    """Key -> {value, from, reason}: the payer's setting wins over the department's. One query.

    `day` is the day of service; both ends of a setting's time are days on which it holds. Keys that the rule book
    does not have (any more), or does not leave to this level, do not count.
    """
    held = PolicySetting.objects.filter(
        Q(payer=None) | Q(payer=payer),
        Q(valid_to=None) | Q(valid_to__gte=day),
        department=department,
        valid_from__lte=day,
    ).order_by("valid_from", "id")
    found = _of_department(department)
    for row in sorted(held, key=lambda setting: setting.payer_id is not None):
        origin = PAYER if row.payer_id else DEPARTMENT
        if _may_set(row.key, origin):
            found[row.key] = {"value": row.value, "from": origin, "reason": row.reason}
    return found


def with_origins(result: dict[str, Any], policy: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The engine's result with the level that really set each policy: the document carries them as its own."""
    policies = [
        {**entry, "from": policy.get(entry["key"], entry)["from"]} for entry in result.get("policies", [])
    ]
    return {**result, "policies": policies}


def _may_set(key: str, origin: str) -> bool:
    known = current_book().policies.get(key)
    return known is not None and origin.split("_")[0] in known.levels


def _of_department(department: Department) -> dict[str, dict[str, str]]:
    """What the department's own record already says."""
    if department.bills_both_components:
        return {}
    reason = "The department's record says that two entities bill."
    return {BOTH_COMPONENTS: {"value": "no", "from": DEPARTMENT, "reason": reason}}
